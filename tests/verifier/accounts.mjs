// §4: shared accounts and addresses.

import { refuse, u8 } from "./bytes.mjs";
import { decodePoint, isSmallOrder } from "./curve.mjs";
import { tagged } from "./hashing.mjs";

// Refuses a policy that is not well-formed (§4.5).
export const checkPolicy = (threshold, keys) => {
  const isAscending = keys.every((key, at) => at === 0 || Buffer.compare(keys[at - 1], key) < 0);
  if (!isAscending) refuse("policy-key-order", "the keys of the shared account do not ascend");
  if (keys.some(isSmallOrder))
    refuse("policy-small-order-key", "a key of the shared account is of small order");
  if (threshold < 1 || threshold > keys.length)
    refuse("policy-threshold", `${threshold} of ${keys.length} keys cannot sign`);
};

// The id of a policy: the first that is nobody's key (§4.5).
export const policyId = (threshold, keys) => {
  for (let counter = 0; counter < 256; counter += 1) {
    const id = tagged("halfpenny/policy", u8(threshold), ...keys, u8(counter));
    if (decodePoint(id) === null) return id;
  }
  throw new RangeError("no counter makes an id of this policy");
};

const SYMBOLS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BECH32M = 0x2bc830a3;

const checksum = (values) => {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, bit) => {
      if ((top >>> bit) & 1) sum ^= generator;
    });
  }
  return sum >>> 0;
};

const expanded = (prefix) => {
  const codes = [...Buffer.from(prefix, "ascii")];
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
};

// The account of an address under a prefix (§4.6).
export const parseAddress = (address, prefix) => {
  const no = (why) => refuse("address", `${address} is no address of this chain: ${why}`);
  if (address !== address.toLowerCase() && address !== address.toUpperCase()) no("its case is mixed");
  const text = address.toLowerCase();
  const cut = text.lastIndexOf("1");
  if (text.slice(0, Math.max(cut, 0)) !== prefix) no(`it does not begin with ${prefix}1`);
  const symbols = [...text.slice(cut + 1)].map((symbol) => SYMBOLS.indexOf(symbol));
  if (symbols.includes(-1) || checksum([...expanded(prefix), ...symbols]) !== BECH32M)
    no("its checksum is wrong");
  const [kind, ...groups] = symbols.slice(0, -6);
  if (groups.length !== 52) no("its length is wrong");
  const bits = groups.map((group) => group.toString(2).padStart(5, "0")).join("");
  if (bits.slice(256) !== "0000") no("its padding is not zero");
  const account = Buffer.from(
    bits
      .slice(0, 256)
      .match(/.{8}/g)
      .map((byte) => parseInt(byte, 2)),
  );
  if (isSmallOrder(account)) no("it is of small order");
  if (kind !== (decodePoint(account) === null ? 1 : 0)) no("its kind is not that of the account");
  return account;
};

// The address of an account under a prefix (§4.6).
export const formatAddress = (account, prefix) => {
  const bits = [...account]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("")
    .concat("0000");
  const groups = bits.match(/.{5}/g).map((group) => parseInt(group, 2));
  const data = [decodePoint(account) === null ? 1 : 0, ...groups];
  const sum = checksum([...expanded(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ BECH32M;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31);
  return `${prefix}1${[...data, ...check].map((value) => SYMBOLS[value]).join("")}`;
};
