// The three trees: of a block's transactions (§6.4), of accounts (§7), of earlier blocks (§8).

import { u128, u64 } from "./bytes.mjs";
import { sha256, tagged } from "./hashing.mjs";

// The largest power of two below a number of leaves: where RFC 6962 divides a list.
export const leftPart = (count) => {
  let part = 1;
  while (part * 2 < count) part *= 2;
  return part;
};

// The Merkle tree hash of RFC 6962 over some byte strings.
export const listRoot = (items) => {
  if (items.length === 0) return sha256();
  if (items.length === 1) return sha256(Buffer.of(0), items[0]);
  const part = leftPart(items.length);
  return sha256(Buffer.of(1), listRoot(items.slice(0, part)), listRoot(items.slice(part)));
};

export const EMPTY = Buffer.alloc(32);

export const accountKey = (account) => tagged("halfpenny/key", account);
export const leafHash = (key, nonce, balance) => tagged("halfpenny/leaf", key, u64(nonce), u64(balance));
export const nodeHash = (left, right) => tagged("halfpenny/node", left, right);

// Bit `depth` of a key, the most significant first.
export const bitOf = (key, depth) => (key[depth >> 3] >> (7 - (depth & 7))) & 1;

// The tree of accounts. A subtree is null (no leaf), `{ key, hash }` (one leaf, whatever the depth) or
// `{ sides, hash }`, whose hash is null until it is asked for: each block hashes only what it touched.
export class StateTree {
  constructor() {
    this.top = null;
  }

  // Gives an account's key a leaf with this hash, or none (null).
  set(key, hash) {
    this.top = put(this.top, key, hash, 0);
  }

  root() {
    return hashOf(this.top);
  }
}

const put = (tree, key, hash, depth) => {
  if (tree === null) return hash && { key, hash };
  if (tree.sides) {
    const bit = bitOf(key, depth);
    tree.sides[bit] = put(tree.sides[bit], key, hash, depth + 1);
    tree.hash = null;
    return shrunk(tree);
  }
  if (tree.key.equals(key)) return hash && { key, hash };
  if (hash === null) return tree;
  const parent = { sides: [null, null], hash: null };
  parent.sides[bitOf(tree.key, depth)] = tree;
  const bit = bitOf(key, depth);
  parent.sides[bit] = put(parent.sides[bit], key, hash, depth + 1);
  return parent;
};

// A subtree of which only one leaf is left is that leaf.
const shrunk = (tree) => {
  const [left, right] = tree.sides;
  const only = left === null ? right : right === null ? left : null;
  if (left === null && right === null) return null;
  return only?.key ? only : tree;
};

const hashOf = (tree) => {
  if (tree === null) return EMPTY;
  tree.hash ??= nodeHash(hashOf(tree.sides[0]), hashOf(tree.sides[1]));
  return tree.hash;
};

// The summary of one block (§8.1).
export const historyLeaf = (id, work, clock) => ({ hash: tagged("halfpenny/history-leaf", id), work, clock });

const encodeSummary = ({ hash, work, clock }) => Buffer.concat([hash, u128(work), u64(clock)]);

// The summary of two neighbouring ranges of blocks (§8.1).
export const historyNode = (left, right) => ({
  hash: tagged("halfpenny/history-node", encodeSummary(left), encodeSummary(right)),
  work: left.work + right.work,
  clock: right.clock,
});

// The root of a summary of this many blocks (§8.4).
export const historyRootOf = (count, summary) =>
  tagged("halfpenny/history-root", u64(count), encodeSummary(summary));

// The tree of earlier blocks, kept as its full subtrees from the largest to the smallest: a tree of
// RFC 6962 grows on its right edge only.
export class History {
  constructor() {
    this.count = 0;
    this.peaks = [];
  }

  append(leaf) {
    this.count += 1;
    let summary = leaf;
    for (let size = this.count; size % 2 === 0; size /= 2) summary = historyNode(this.peaks.pop(), summary);
    this.peaks.push(summary);
  }

  root() {
    if (this.count === 0) return EMPTY;
    return historyRootOf(
      this.count,
      this.peaks.reduceRight((right, left) => historyNode(left, right)),
    );
  }
}
