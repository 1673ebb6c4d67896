// §11: what a chain is made of, and its first block.

import {
  MAX_AMOUNT,
  MAX_COUNT,
  bigEndian,
  bigEndianNumber,
  decode,
  fromHex,
  list,
  refuse,
  text,
  u32,
  u64,
  u8,
} from "./bytes.mjs";
import { parseAddress } from "./accounts.mjs";
import { blockId } from "./blocks.mjs";
import { isSmallOrder } from "./curve.mjs";
import { tagged } from "./hashing.mjs";
import { EMPTY, StateTree, accountKey, leafHash, listRoot } from "./trees.mjs";

const TARGET_FLOOR = 2n ** 192n - 1n;
const U32 = 2n ** 32n - 1n;

const readText = (from) => {
  const bytes = from.take(from.length(0, 200));
  const value = bytes.toString("utf8");
  // What is not UTF-8 comes back as something else.
  if (!Buffer.from(value, "utf8").equals(bytes)) refuse("malformed", "a text is not UTF-8");
  return value;
};

const readTruth = (from) => {
  const byte = from.u8();
  if (byte > 1) refuse("malformed", `${byte} is neither true nor false`);
  return byte === 1;
};

const readBalance = (from) => ({ account: from.take(32), amount: from.amount() });

const NUMBER = { read: (from) => from.u64(), write: u64 };
const SMALL = { read: (from) => BigInt(from.u32()), write: u32 };
const TEXT = { read: readText, write: text };
const TARGET = { read: (from) => from.target(), write: bigEndian };

// The fields in the order of their encoding (§11.1).
const FIELDS = {
  name: TEXT,
  ticker: TEXT,
  prefix: TEXT,
  coin_type: SMALL,
  salt: { read: (from) => from.take(32), write: (bytes) => bytes },
  genesis_time: NUMBER,
  message: TEXT,
  interval: NUMBER,
  first_target: TARGET,
  easiest_target: TARGET,
  half_life: NUMBER,
  max_gap: NUMBER,
  grace: NUMBER,
  max_future: NUMBER,
  reward: { read: (from) => from.amount(), write: u64 },
  halving_interval: NUMBER,
  max_block_bytes: SMALL,
  max_new_accounts: SMALL,
  max_validity: NUMBER,
  opening_balances: {
    read: (from) => from.list(0, 10_000, readBalance),
    write: (balances) => list(balances.map(({ account, amount }) => Buffer.concat([account, u64(amount)]))),
  },
  dev: { read: readTruth, write: (value) => u8(value ? 1 : 0) },
};

export const encodeParameters = (parameters) =>
  Buffer.concat(Object.entries(FIELDS).map(([name, { write }]) => write(parameters[name])));

export const decodeParameters = (bytes) =>
  decode(bytes, (from) =>
    Object.fromEntries(Object.entries(FIELDS).map(([name, { read }]) => [name, read(from)])),
  );

const isBetween = (least, most) => (value) => value >= least && value <= most;
const isPlainText = (least) => (value) =>
  isBetween(least, 200)(Buffer.byteLength(value)) && !/\p{Cc}/u.test(value);

const ALLOWED = {
  name: isPlainText(1),
  ticker: (value) => /^[A-Z0-9]{1,8}$/.test(value),
  prefix: (value) => /^[a-z0-9]{1,16}$/.test(value),
  coin_type: isBetween(0n, 2n ** 31n - 1n),
  genesis_time: isBetween(0n, MAX_COUNT - 1n),
  message: isPlainText(0),
  interval: isBetween(1n, U32),
  first_target: isBetween(TARGET_FLOOR, 2n ** 256n - 1n),
  easiest_target: (value, { first_target }) => value >= first_target,
  half_life: isBetween(0n, U32),
  max_gap: (value, { interval }) => isBetween(interval, U32)(value),
  grace: (value, { half_life, max_future, max_gap }) =>
    value <= U32 && (half_life === 0n || (max_future <= value && value < max_gap)),
  max_future: (value, { half_life }) => value <= U32 && (half_life === 0n || value >= 1n),
  reward: isBetween(0n, MAX_AMOUNT),
  halving_interval: isBetween(1n, MAX_COUNT - 1n),
  max_block_bytes: isBetween(4_096n, 4_000_000n),
  max_new_accounts: isBetween(1n, U32),
  max_validity: isBetween(10n, U32),
  opening_balances: (balances) =>
    balances.length <= 10_000 &&
    balances.every(
      ({ account, amount }, at) =>
        isBetween(1n, MAX_AMOUNT)(amount) &&
        !isSmallOrder(account) &&
        (at === 0 || Buffer.compare(balances[at - 1].account, account) < 0),
    ),
};

// Refuses parameters that make no chain (§11.1, §11.4).
export const checkParameters = (parameters) => {
  for (const [name, isAllowed] of Object.entries(ALLOWED)) {
    if (!isAllowed(parameters[name], parameters)) refuse("parameters", `the chain's ${name} is not allowed`);
  }
  let sum = parameters.opening_balances.reduce((total, { amount }) => total + amount, 0n);
  for (let shift = 0n; shift < 64n; shift += 1n)
    sum += (parameters.reward >> shift) * parameters.halving_interval;
  if (sum > MAX_AMOUNT)
    refuse("parameters", `the chain would hand out ${sum} mites, more than an amount can be`);
};

const targetOfFile = (file, name) => {
  const [digits, zeros] = [file[`${name}_target`], file[`${name}_zero_bits`]];
  if ((digits === undefined) === (zeros === undefined))
    refuse("chain-file", `the chain file has not one of ${name}_target and ${name}_zero_bits`);
  if (zeros > 255) refuse("chain-file", `${name}_zero_bits are more than 255`);
  if (zeros !== undefined) return 2n ** (256n - BigInt(zeros)) - 1n;
  if (digits.length !== 64) refuse("chain-file", `${name}_target has not 64 digits`);
  return bigEndianNumber(fromHex(digits, `${name}_target`));
};

// The parameters of a chain file's fields (§11.6), however their numbers were read.
export const parametersOfFile = (file) => {
  const balances = (file.opening_balances ?? []).map(({ address, amount }) => ({
    account: parseAddress(address, file.prefix),
    amount: BigInt(amount),
  }));
  const derived = {
    salt: fromHex(file.salt ?? "", "salt"),
    first_target: targetOfFile(file, "first"),
    easiest_target: targetOfFile(file, "easiest"),
    opening_balances: balances.sort((one, other) => Buffer.compare(one.account, other.account)),
  };
  if (derived.salt.length !== 32) refuse("chain-file", "the salt has not 64 digits");
  const plain = Object.keys(FIELDS).filter((name) => !(name in derived));
  const known = [...Object.keys(FIELDS), "first_zero_bits", "easiest_zero_bits"];
  const unknown = Object.keys(file).find((name) => !known.includes(name));
  if (unknown) refuse("chain-file", `the chain file has a field ${unknown}, which there is not`);
  // These two may be left out, as opening balances may.
  const given = { message: "", dev: false, ...file };
  const values = plain.map((name) => {
    const value = given[name] ?? refuse("chain-file", `the chain file has no ${name}`);
    return [name, typeof value === "number" ? BigInt(value) : value];
  });
  const parameters = { ...Object.fromEntries(values), ...derived };
  checkParameters(parameters);
  return parameters;
};

// The first name in which two sets of parameters differ, or null.
export const differenceOf = (one, other) =>
  Object.entries(FIELDS).find(([name, { write }]) => !write(one[name]).equals(write(other[name])))?.[0] ??
  null;

// What the block at a height earns (§11.5).
export const rewardAt = ({ reward, halving_interval }, height) => {
  const shift = (height - 1n) / halving_interval;
  return shift >= 64n ? 0n : reward >> shift;
};

// The header of the first block and its id (§11.2).
export const genesisOf = (parameters) => {
  const state = new StateTree();
  for (const { account, amount } of parameters.opening_balances) {
    const key = accountKey(account);
    state.set(key, leafHash(key, 0n, amount));
  }
  const header = {
    version: 1,
    height: 0n,
    previous: tagged("halfpenny/parameters", encodeParameters(parameters)),
    transactionsRoot: listRoot([]),
    transactionCount: 0,
    stateRoot: state.root(),
    historyRoot: EMPTY,
    miner: EMPTY,
    timestamp: parameters.genesis_time,
    clock: 0n,
    target: parameters.first_target,
    nonce: 0n,
  };
  return { header, id: blockId(header), state };
};
