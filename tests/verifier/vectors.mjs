// Recomputes the golden vectors (§15), so that a difference is found in the part that makes it.
//
// Usage: node vectors.mjs [FOLDER]      (the folder of the vectors; without it, the project's own)
//
// Whatever a file holds must be looked at: a part that is not known here is a difference.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { bigEndian, bigEndianNumber, decode, fromHex, hex, integer, u64 } from "./bytes.mjs";
import { formatAddress, parseAddress, policyId } from "./accounts.mjs";
import { blockId, coreOf, decodeBlock, encodeHeader } from "./blocks.mjs";
import { Chain } from "./chain.mjs";
import { isSignature, isSmallOrder } from "./curve.mjs";
import { clockOf, targetOf, workOf } from "./difficulty.mjs";
import { tagged } from "./hashing.mjs";
import { decodeParameters, encodeParameters, genesisOf, parametersOfFile } from "./parameters.mjs";
import {
  checkInIsolation,
  decodeTransaction,
  encodeTransaction,
  signingHash,
  transactionId,
} from "./transactions.mjs";
import {
  StateTree,
  accountKey,
  bitOf,
  historyLeaf,
  historyNode,
  historyRootOf,
  leafHash,
  leftPart,
  listRoot,
  nodeHash,
  EMPTY,
} from "./trees.mjs";

let compared = 0;

const same = (what, got, expected) => {
  compared += 1;
  if (String(got) !== String(expected)) throw new Error(`${what}: got ${got}, expected ${expected}`);
};

const bytes = (digits) => fromHex(digits, "a vector");
const work = (value) => hex(integer(value, 16).reverse());

// The code with which something is refused, or "valid".
const verdict = (act) => {
  try {
    act();
    return "valid";
  } catch (error) {
    if (error.code === undefined) throw error;
    return error.code;
  }
};

// Hashes of tags and of lists.
const hashes = {
  tagged: (all) =>
    all.forEach(({ tag, data, hash }) => same(`${tag} of ${data}`, hex(tagged(tag, bytes(data))), hash)),
  // The list of `n` is the numbers below `n`, eight bytes each.
  transactions_trees: (all) =>
    all.forEach(({ leaves, root }) => {
      const items = Array.from({ length: leaves }, (_, number) => u64(number));
      same(`the tree of ${leaves}`, hex(listRoot(items)), root);
    }),
};

const keys = {
  addresses: (all, { prefix }) =>
    all.forEach(({ account, address }) => {
      same(address, hex(parseAddress(address, prefix)), account);
      same(account, formatAddress(bytes(account), prefix), address);
    }),
  policies: (all) =>
    all.forEach(({ account, keys: of, threshold }) =>
      same(`the policy of ${account}`, hex(policyId(threshold, of.map(bytes))), account),
    ),
  prefix: () => {},
  signatures: (all) =>
    all.forEach(({ digest, key, signature, valid }) =>
      same(
        `the signature ${signature} by ${key}`,
        isSignature(bytes(key), bytes(digest), bytes(signature)),
        valid,
      ),
    ),
  small_order: (all) => {
    same("points of small order", new Set(all).size, 14);
    all.forEach((key) => same(key, isSmallOrder(bytes(key)), true));
  },
};

const messages = {
  messages: (all, { prefix }) =>
    all.forEach(({ text, address, digest, signature, valid }) => {
      const hash = tagged("halfpenny/message", Buffer.from(text, "utf8"));
      same(`the message ${text}`, hex(hash), digest);
      same(
        `the signature of ${text}`,
        isSignature(parseAddress(address, prefix), hash, bytes(signature)),
        valid,
      );
    }),
  prefix: () => {},
};

const parameters = {
  chains: (all) =>
    all.forEach(({ encoding, genesis, genesis_header, hash, parameters: file }) => {
      const read = parametersOfFile(file);
      const { header, id } = genesisOf(read);
      same(`the parameters of ${file.name}`, hex(encodeParameters(read)), encoding);
      same(
        `the parameters of ${file.name}, read back`,
        hex(encodeParameters(decodeParameters(bytes(encoding)))),
        encoding,
      );
      same(`the hash of ${file.name}`, hex(header.previous), hash);
      same(`genesis of ${file.name}`, hex(encodeHeader(header)), genesis_header);
      same(`the id of ${file.name}`, hex(id), genesis);
    }),
};

const targets = {
  chains: (all) =>
    all.forEach(({ name, parameters: file, cases }) => {
      const rules = parametersOfFile(file);
      for (const item of cases) {
        const parent = { clock: BigInt(item.parent_clock), timestamp: BigInt(item.parent_timestamp) };
        const height = BigInt(item.height);
        const clock = clockOf(rules, parent, height, BigInt(item.timestamp));
        same(`the clock at ${height} of ${name}`, clock, item.clock);
        const target = targetOf(rules, parent, height, clock);
        same(`the target at ${height} of ${name}`, hex(bigEndian(target)), item.target);
        same(`the work at ${height} of ${name}`, work(workOf(target)), item.work);
      }
    }),
};

const transactions = {
  genesis: () => {},
  transactions: (all, { genesis }) =>
    all.forEach((item) => {
      const expected = item.verdict;
      const judged = verdict(() => checkInIsolation(decodeTransaction(bytes(item.bytes)), bytes(genesis)));
      same(item.name, judged, expected);
      if (expected === "malformed") return;
      const transaction = decodeTransaction(bytes(item.bytes));
      same(`${item.name}: its id`, hex(transactionId(transaction)), item.id);
      same(`${item.name}: what is signed`, hex(signingHash(transaction, bytes(genesis))), item.signing_hash);
      same(`${item.name}: its encoding`, hex(encodeTransaction(transaction)), item.bytes);
    }),
};

// The nonce and balance that a proof shows of an account, and under which root (§7.4).
const openState = (proof, account) => {
  const key = accountKey(account);
  const { siblings, leaf } = decode(proof, (from) => ({
    siblings: from.list(0, 256, (item) => item.take(32)),
    leaf: from.u8() === 0 ? null : { key: from.take(32), nonce: from.u64(), balance: from.amount() },
  }));
  const agrees = siblings.every((_, depth) => leaf === null || bitOf(leaf.key, depth) === bitOf(key, depth));
  same("whether a proof is of its account's place", agrees, true);
  const hash = siblings.reduceRight(
    (inner, sibling, depth) => (bitOf(key, depth) ? nodeHash(sibling, inner) : nodeHash(inner, sibling)),
    leaf ? leafHash(leaf.key, leaf.nonce, leaf.balance) : EMPTY,
  );
  const shown = leaf?.key.equals(key) ? leaf : { nonce: 0n, balance: 0n };
  return { ...shown, root: hex(hash) };
};

const state = {
  proofs: (all, { steps }) =>
    all.forEach(({ account, nonce, balance, proof }) => {
      const shown = openState(bytes(proof), bytes(account));
      same(`the nonce of ${account}`, shown.nonce, nonce);
      same(`the balance of ${account}`, shown.balance, balance);
      same(`the root over ${account}`, shown.root, steps.at(-1).root);
    }),
  steps: (all) => {
    const tree = new StateTree();
    all.forEach(({ accounts, root }, step) => {
      for (const { account, nonce, balance } of accounts) {
        const key = accountKey(bytes(account));
        tree.set(key, nonce || balance ? leafHash(key, nonce, balance) : null);
      }
      same(`the state after step ${step}`, hex(tree.root()), root);
    });
  },
};

// The root under which a history proof puts a block (§8.5).
const openHistory = (proof, height, leaf) => {
  const { count, beside } = decode(proof, (from) => ({
    count: from.u64(),
    beside: from.list(0, 64, (item) => ({ hash: item.take(32), work: item.u128(), clock: item.u64() })),
  }));
  const fold = (start, length, left) => {
    if (length === 1) return leaf;
    const part = leftPart(length);
    const sibling = left.at(-1);
    if (height < start + part) return historyNode(fold(start, part, left.slice(0, -1)), sibling);
    return historyNode(sibling, fold(start + part, length - part, left.slice(0, -1)));
  };
  return hex(historyRootOf(count, fold(0, Number(count), beside)));
};

const chain = {
  accounts: () => {},
  blocks: (all, { parameters: file, accounts, history_root, history_proofs }) => {
    const built = new Chain(parametersOfFile(file));
    const leaves = [historyLeaf(built.genesisId, 0n, 0n)];
    let total = 0n;
    all.forEach((item, index) => {
      const { header } = decodeBlock(bytes(item.bytes));
      same(`the core of block ${index + 1}`, hex(coreOf(header)), item.core);
      same(`the id of block ${index + 1}`, hex(blockId(header)), item.id);
      same(`the target of block ${index + 1}`, hex(bigEndian(header.target)), item.target);
      total += workOf(bigEndianNumber(bytes(item.target)));
      same(`the work up to block ${index + 1}`, work(total), item.work);
      built.append(bytes(item.bytes));
      leaves.push(historyLeaf(bytes(item.id), workOf(header.target), header.clock));
    });
    for (const { account, nonce, balance } of accounts) {
      const held = built.ledger.get(bytes(account));
      same(`the account ${account}`, `${held.nonce} ${held.balance}`, `${nonce} ${balance}`);
    }
    same("the history's root", hex(built.history.root()), history_root);
    for (const { height, proof } of history_proofs)
      same(`the history of block ${height}`, openHistory(bytes(proof), height, leaves[height]), history_root);
    built.supply();
  },
  history_proofs: () => {},
  history_root: () => {},
  parameters: () => {},
};

const FILES = { chain, hashes, keys, messages, parameters, state, targets, transactions };

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../../shared/vectors");
for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const file = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const parts = FILES[name.slice(0, -".json".length)];
  for (const [part, values] of Object.entries(file)) {
    try {
      if (parts?.[part] === undefined) throw new Error("nothing here knows what it is");
      parts[part](values, file);
    } catch (error) {
      console.error(`${name}, ${part}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}
if (process.exitCode === undefined) console.log(`${compared} values: 0 differences`);
