// The file that `halfpenny export` writes; its format is told in backend/README.md.

import { Reader, hex, refuse, u64 } from "./bytes.mjs";
import { sha256 } from "./hashing.mjs";

const MAGIC = Buffer.from("halfpenny-chain\x01", "latin1");

const readSum = (from, number, bytes, what) => {
  const sum = sha256(u64(number), bytes).subarray(0, 8);
  if (!from.take(8).equals(sum)) refuse("export", `the export is damaged in ${what}: the checksum is wrong`);
};

const readRecord = (from, number, what) => {
  const bytes = from.take(from.u32());
  if (bytes.length > 0) readSum(from, number, bytes, what);
  return bytes;
};

// Takes an export apart: the encoded parameters, the encoded blocks from height 1 on, and the id that
// it names as the last block's.
export const readExport = (bytes) => {
  const from = new Reader(bytes);
  try {
    if (!from.take(MAGIC.length).equals(MAGIC)) refuse("export", "the file is no export of a chain");
    const parameters = readRecord(from, 0, "the parameters");
    const blocks = [];
    for (;;) {
      const block = readRecord(from, blocks.length + 1, `block ${blocks.length + 1}`);
      if (block.length === 0) break;
      blocks.push(block);
    }
    const end = from.take(40);
    readSum(from, blocks.length, end, "its end");
    from.end();
    const count = end.readBigUInt64LE();
    if (count !== BigInt(blocks.length))
      refuse("export", `the export holds ${blocks.length} blocks and says that they are ${count}`);
    return { parameters, blocks, last: hex(end.subarray(8)) };
  } catch (error) {
    if (error.code === "malformed") refuse("export", `the export is damaged: ${error.message}`);
    throw error;
  }
};
