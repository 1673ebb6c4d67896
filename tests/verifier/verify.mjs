// An independent verifier of a chain, written from the specification (shared/README.md) and not from
// the code beside it: it shares no line and no library with the node that it judges.
//
// Usage: node verify.mjs CHAIN.toml EXPORT_FILE [--digest] [--accounts]
//
// Everything that the chain claims is computed again from its first block on: ids, links, clocks,
// targets, work, roots, signatures, balances. One line tells what was found; the first difference
// ends it with one sentence and exit code 1.
//   --digest    also tells the hash of all that was computed, to compare with another implementation
//   --accounts  also tells every account: id, nonce, balance

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { bigEndian, hex, refuse, u64 } from "./bytes.mjs";
import { within } from "./blocks.mjs";
import { Chain } from "./chain.mjs";
import { readExport } from "./export.mjs";
import { decodeParameters, differenceOf, parametersOfFile } from "./parameters.mjs";
import { parseToml } from "./toml.mjs";

// Reads a chain file and an export of it, and computes the chain again.
const verify = (chainFile, exportFile) => {
  const parameters = parametersOfFile(parseToml(readFileSync(chainFile, "utf8")));
  const { parameters: encoded, blocks, last } = readExport(readFileSync(exportFile));
  const differing = differenceOf(
    parameters,
    within("the parameters in the export", () => decodeParameters(encoded)),
  );
  if (differing !== null)
    refuse("parameters", `the export is of another chain: its ${differing} is not that of the chain file`);
  const chain = new Chain(parameters);
  const digest = createHash("sha256").update(chain.genesisId);
  let transactions = 0;
  blocks.forEach((bytes, index) => {
    const { id, header, transactionIds } = within(`block ${index + 1}`, () => chain.append(bytes));
    transactions += transactionIds.length;
    const roots = [header.transactionsRoot, header.stateRoot, header.historyRoot];
    for (const part of [id, bigEndian(header.target), ...roots, ...transactionIds]) digest.update(part);
  });
  if (last !== hex(chain.tipId))
    refuse("export", `the export says that its last block is ${last}, it is ${hex(chain.tipId)}`);
  const accounts = chain.accounts();
  for (const { account, nonce, balance } of accounts)
    digest.update(Buffer.concat([Buffer.from(account, "hex"), u64(nonce), u64(balance)]));
  return { chain, transactions, accounts, digest: digest.digest("hex") };
};

const report = ({ chain, transactions, accounts, digest }, flags) => {
  const line = [
    `${chain.tip.height} blocks, ${transactions} transactions, ${accounts.length} accounts: 0 differences`,
    `tip ${hex(chain.tipId)}`,
    `state ${hex(chain.tip.stateRoot)}`,
    `supply ${chain.supply()}`,
    ...(flags.includes("--digest") ? [`digest ${digest}`] : []),
  ];
  console.log(line.join("; "));
  if (!flags.includes("--accounts")) return;
  for (const { account, nonce, balance } of accounts) console.log(`${account} ${nonce} ${balance}`);
};

const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith("--"));
const files = words.filter((word) => !word.startsWith("--"));
if (files.length !== 2 || flags.some((flag) => !["--digest", "--accounts"].includes(flag))) {
  console.error("usage: node verify.mjs CHAIN.toml EXPORT_FILE [--digest] [--accounts]");
  process.exitCode = 2;
} else {
  try {
    report(verify(...files), flags);
  } catch (error) {
    // What no rule expects is a fault of this program, and looks like one.
    if (error.code === undefined) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}
