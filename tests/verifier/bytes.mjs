// §1 and §2: the only encoding of each value, and how it is read back.

// An amount or a sum of amounts above this leaves the range (§1.1).
export const MAX_AMOUNT = 2n ** 53n - 1n;
// Heights, timestamps and clocks are below this (§1.2).
export const MAX_COUNT = 2n ** 40n;

// A rule that something breaks: the code of the specification, and what is the matter in words.
export class Refusal extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

export const refuse = (code, sentence) => {
  throw new Refusal(code, sentence);
};

export const hex = (bytes) => Buffer.from(bytes).toString("hex");

export const fromHex = (text, what) => {
  if (!/^([0-9a-f]{2})*$/.test(text)) refuse("malformed", `${what} is not in hexadecimal digits`);
  return Buffer.from(text, "hex");
};

// A number as little-endian bytes of a fixed width.
export const integer = (value, width) => {
  const bytes = Buffer.alloc(width);
  let rest = BigInt(value);
  for (let at = 0; at < width; at += 1) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError(`${value} does not fit ${width} bytes`);
  return bytes;
};

export const u8 = (value) => integer(value, 1);
export const u32 = (value) => integer(value, 4);
export const u64 = (value) => integer(value, 8);
export const u128 = (value) => integer(value, 16);

// The 32 bytes of a target: the one number that is big-endian (§2.1).
export const bigEndian = (value) => integer(value, 32).reverse();

export const littleEndianNumber = (bytes) => BigInt(`0x${hex(Buffer.from(bytes).reverse())}`);
export const bigEndianNumber = (bytes) => BigInt(`0x${hex(bytes)}`);

export const list = (items) => Buffer.concat([u32(items.length), ...items]);

export const text = (value) => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u32(bytes.length), bytes]);
};

// Reads values from the front of some bytes. Nothing is reserved by a length that was only claimed
// (§2.3): a list grows with the items that are really there.
export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(count) {
    const end = this.at + count;
    if (end > this.bytes.length)
      refuse("malformed", `it ends after ${this.bytes.length} bytes, in the middle of a value`);
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  u8() {
    return this.take(1)[0];
  }

  u32() {
    return this.take(4).readUInt32LE();
  }

  u64() {
    return this.take(8).readBigUInt64LE();
  }

  u128() {
    return littleEndianNumber(this.take(16));
  }

  target() {
    return bigEndianNumber(this.take(32));
  }

  amount() {
    const value = this.u64();
    if (value > MAX_AMOUNT) refuse("malformed", `${value} mites are more than an amount can be`);
    return value;
  }

  // A height, a timestamp or a clock.
  count() {
    const value = this.u64();
    if (value >= MAX_COUNT) refuse("malformed", `${value} is not below 2^40`);
    return value;
  }

  // The length of a list that must lie in a range.
  length(least, most) {
    const length = this.u32();
    if (length < least || length > most)
      refuse("malformed", `a list has ${length} items, not ${least} to ${most}`);
    return length;
  }

  list(least, most, item) {
    const items = [];
    for (let left = this.length(least, most); left > 0; left -= 1) items.push(item(this));
    return items;
  }

  end() {
    const left = this.bytes.length - this.at;
    if (left > 0) refuse("malformed", `${left} bytes are left over`);
  }
}

// Reads one value that is all of the bytes (§2.2).
export const decode = (bytes, read) => {
  const reader = new Reader(bytes);
  const value = read(reader);
  reader.end();
  return value;
};
