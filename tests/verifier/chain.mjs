// §5.5, §6.3 to §6.6: a chain from its first block on, with every account.

import { hex, refuse } from "./bytes.mjs";
import { blockId, checkBody, decodeBlock, isWork, within } from "./blocks.mjs";
import { clockOf, targetOf, workOf } from "./difficulty.mjs";
import { genesisOf, rewardAt } from "./parameters.mjs";
import { debit, transactionId } from "./transactions.mjs";
import { History, accountKey, historyLeaf, leafHash } from "./trees.mjs";

const NOBODY = { nonce: 0n, balance: 0n };

// Accounts by the hexadecimal digits of their ids.
class Ledger {
  constructor(openingBalances, state) {
    this.accounts = new Map(
      openingBalances.map(({ account, amount }) => [hex(account), { nonce: 0n, balance: amount }]),
    );
    this.state = state;
    this.touched = new Set();
  }

  get(account) {
    return this.accounts.get(hex(account)) ?? NOBODY;
  }

  exists(account) {
    const { nonce, balance } = this.get(account);
    return nonce !== 0n || balance !== 0n;
  }

  put(account, nonce, balance) {
    this.accounts.set(hex(account), { nonce, balance });
    this.touched.add(hex(account));
  }

  credit(account, amount) {
    if (amount === 0n) return;
    const { nonce, balance } = this.get(account);
    this.put(account, nonce, balance + amount);
  }

  // The root of the state, after what changed since it was last asked for.
  root() {
    for (const name of this.touched) {
      const key = accountKey(Buffer.from(name, "hex"));
      const { nonce, balance } = this.accounts.get(name);
      this.state.set(key, nonce === 0n && balance === 0n ? null : leafHash(key, nonce, balance));
    }
    this.touched.clear();
    return this.state.root();
  }
}

// A chain. `append` refuses the first block that breaks a rule; nothing is undone then.
export class Chain {
  constructor(parameters) {
    const { header, id, state } = genesisOf(parameters);
    this.parameters = parameters;
    this.genesisId = id;
    this.tip = header;
    this.tipId = id;
    this.ledger = new Ledger(parameters.opening_balances, state);
    this.history = new History();
    this.history.append(historyLeaf(id, 0n, 0n));
    this.earned = 0n;
  }

  // Checks a block's bytes against every rule and takes it in; returns what was computed of it.
  append(bytes) {
    const block = decodeBlock(bytes);
    checkBody(block, this.parameters, this.genesisId);
    const { id, target } = this.checkHeader(block.header);
    this.connect(block);
    this.history.append(historyLeaf(id, workOf(target), block.header.clock));
    this.tip = block.header;
    this.tipId = id;
    return { id, header: block.header, transactionIds: block.transactions.map(transactionId) };
  }

  // §6.3, in its order.
  checkHeader(header) {
    const { parameters, tip } = this;
    const height = tip.height + 1n;
    const id = blockId(header);
    if (header.version !== 1) refuse("block-version", `its version is ${header.version}, not 1`);
    if (!header.previous.equals(this.tipId))
      refuse("block-wrong-parent", `its parent is ${hex(header.previous)}, not ${hex(this.tipId)}`);
    if (header.height !== height)
      refuse("block-wrong-height", `its height is ${header.height}, not ${height}`);
    if (header.timestamp <= tip.timestamp)
      refuse("block-too-old", `its time ${header.timestamp} is not after its parent's, ${tip.timestamp}`);
    const clock = clockOf(parameters, tip, height, header.timestamp);
    if (header.clock !== clock) refuse("block-wrong-clock", `its clock is ${header.clock}, not ${clock}`);
    const target = targetOf(parameters, tip, height, clock);
    if (header.target !== target)
      refuse("block-wrong-target", `its target is ${header.target.toString(16)}, not ${target.toString(16)}`);
    if (!isWork(id, target)) refuse("block-too-little-work", `its id ${hex(id)} is above its target`);
    const root = this.history.root();
    if (!header.historyRoot.equals(root))
      refuse("block-wrong-history", `its history root is ${hex(header.historyRoot)}, not ${hex(root)}`);
    return { id, target };
  }

  // §6.5 and §6.6.
  connect({ header, transactions }) {
    const { ledger, parameters } = this;
    let created = 0n;
    transactions.forEach((transaction, at) =>
      within(`transaction ${at}`, () => {
        this.checkInLedger(transaction, header.height);
        const recipients = new Map(transaction.payments.map(({ recipient }) => [hex(recipient), recipient]));
        for (const recipient of recipients.values()) {
          if (!recipient.equals(header.miner) && !ledger.exists(recipient)) created += 1n;
        }
        this.apply(transaction);
      }),
    );
    const fees = transactions.reduce((sum, { fee }) => sum + fee, 0n);
    const reward = rewardAt(parameters, header.height);
    ledger.credit(header.miner, reward + fees);
    this.earned += reward;
    if (created > parameters.max_new_accounts) {
      refuse(
        "block-too-many-new-accounts",
        `it makes ${created} accounts, ${parameters.max_new_accounts} are allowed`,
      );
    }
    const root = ledger.root();
    if (!header.stateRoot.equals(root))
      refuse(
        "block-wrong-state",
        `the accounts after it hash to ${hex(root)}, its header says ${hex(header.stateRoot)}`,
      );
  }

  // §5.5. The version was judged in isolation: there is only one rule set.
  checkInLedger(transaction, height) {
    const { sender, nonce, expiresAt } = transaction;
    const account = this.ledger.get(sender);
    const furthest = height + this.parameters.max_validity;
    if (height > expiresAt) refuse("transaction-expired", `it was valid up to height ${expiresAt}`);
    if (expiresAt > furthest)
      refuse("transaction-expires-too-late", `it is valid up to height ${expiresAt}, ${furthest} is allowed`);
    if (nonce < account.nonce)
      refuse("transaction-nonce-used", `its nonce is ${nonce}, its sender's is ${account.nonce}`);
    if (nonce > account.nonce)
      refuse("transaction-nonce-gap", `its nonce is ${nonce}, its sender's is ${account.nonce}`);
    if (account.balance < debit(transaction)) {
      refuse(
        "transaction-not-enough",
        `it takes ${debit(transaction)} mites, its sender has ${account.balance}`,
      );
    }
  }

  // The whole debit before any credit (§5.5).
  apply(transaction) {
    const { sender, payments } = transaction;
    const { nonce, balance } = this.ledger.get(sender);
    this.ledger.put(sender, nonce + 1n, balance - debit(transaction));
    for (const { recipient, amount } of payments) this.ledger.credit(recipient, amount);
  }

  // All that anybody has; refuses the chain when that is not what genesis and the rewards gave (§11.4).
  supply() {
    const opening = this.parameters.opening_balances.reduce((sum, { amount }) => sum + amount, 0n);
    const held = [...this.ledger.accounts.values()].reduce((sum, { balance }) => sum + balance, 0n);
    if (held !== opening + this.earned)
      refuse("supply", `all accounts hold ${held} mites, ${opening + this.earned} were handed out`);
    return held;
  }

  // The accounts that exist, in ascending order of their ids.
  accounts() {
    const all = [...this.ledger.accounts].filter(([, { nonce, balance }]) => nonce !== 0n || balance !== 0n);
    return all
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([account, held]) => ({ account, ...held }));
  }
}
