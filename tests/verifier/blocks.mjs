// §6 and §9: blocks, as far as one can judge them by themselves, and their ids.

import { bigEndian, bigEndianNumber, decode, hex, refuse, u32, u64, u8 } from "./bytes.mjs";
import { isSmallOrder } from "./curve.mjs";
import { sha256, tagged } from "./hashing.mjs";
import { checkInIsolation, readTransaction } from "./transactions.mjs";
import { listRoot } from "./trees.mjs";

export const HEADER_BYTES = 229;

const readHeader = (from) => ({
  version: from.u8(),
  height: from.count(),
  previous: from.take(32),
  transactionsRoot: from.take(32),
  transactionCount: from.u32(),
  stateRoot: from.take(32),
  historyRoot: from.take(32),
  miner: from.take(32),
  timestamp: from.count(),
  clock: from.count(),
  target: from.target(),
  nonce: from.u64(),
});

export const encodeHeader = (header) =>
  Buffer.concat([
    ...[u8(header.version), u64(header.height), header.previous, header.transactionsRoot],
    ...[u32(header.transactionCount), header.stateRoot, header.historyRoot, header.miner],
    ...[u64(header.timestamp), u64(header.clock), bigEndian(header.target), u64(header.nonce)],
  ]);

export const decodeHeader = (bytes) => decode(bytes, readHeader);

// A block. The only limit of its list is the size of the whole (§6.2), which is checked before its
// transactions are: a list cannot be longer than the bytes that are there.
export const decodeBlock = (bytes) =>
  decode(bytes, (from) => ({
    header: readHeader(from),
    transactions: from.list(0, 2 ** 32 - 1, readTransaction),
    size: bytes.length,
  }));

// What a miner gets to work on (§9.2).
export const coreOf = (header) => {
  const content = tagged(
    "halfpenny/content",
    ...[
      header.previous,
      header.transactionsRoot,
      u32(header.transactionCount),
      header.stateRoot,
      header.miner,
    ],
  );
  return tagged(
    "halfpenny/header",
    ...[u8(header.version), u64(header.height), u64(header.timestamp), u64(header.clock)],
    ...[bigEndian(header.target), header.historyRoot, content],
  );
};

// The block's id (§9.3).
export const blockId = (header) => sha256(coreOf(header), u64(header.nonce));

// Whether an id is work enough for a target (§9.4).
export const isWork = (id, target) => bigEndianNumber(id) <= target;

// Refuses a block that breaks an isolated rule (§6.2).
export const checkBody = ({ header, transactions, size }, parameters, genesisId) => {
  const count = transactions.length;
  if (header.transactionCount !== count)
    refuse("block-wrong-count", `it has ${count} transactions, its header says ${header.transactionCount}`);
  const root = listRoot(transactions.map(({ bytes }) => bytes));
  if (!root.equals(header.transactionsRoot))
    refuse(
      "block-wrong-body",
      `its transactions hash to ${hex(root)}, its header says ${hex(header.transactionsRoot)}`,
    );
  if (size > parameters.max_block_bytes)
    refuse("block-too-large", `it has ${size} bytes, ${parameters.max_block_bytes} are allowed`);
  if (isSmallOrder(header.miner)) refuse("block-small-order-miner", "anybody can sign for its miner");
  transactions.forEach((transaction, at) =>
    within(`transaction ${at}`, () => checkInIsolation(transaction, genesisId)),
  );
};

// Does something, and lets a refusal tell where it was.
export const within = (place, act) => {
  try {
    return act();
  } catch (error) {
    error.message = `${place}: ${error.message}`;
    throw error;
  }
};
