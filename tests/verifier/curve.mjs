// §4: Ed25519 signatures, judged by ZIP-215.
//
// Points are extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z. Coordinates are any
// integers of the right residue, negative ones too: only a comparison reduces them fully.

import { littleEndianNumber } from "./bytes.mjs";
import { sha512 } from "./hashing.mjs";

const P = 2n ** 255n - 19n;
// The order of the base point.
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const positive = (value) => ((value % P) + P) % P;

const power = (base, exponent) => {
  let result = 1n;
  let square = base % P;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
};

const D = positive(-121665n * power(121666n, P - 2n));
const TWICE_D = positive(2n * D);
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

const NEUTRAL = { X: 0n, Y: 1n, Z: 1n, T: 0n };

const add = (one, other) => {
  const a = ((one.Y - one.X) * (other.Y - other.X)) % P;
  const b = ((one.Y + one.X) * (other.Y + other.X)) % P;
  const c = (((one.T * TWICE_D) % P) * other.T) % P;
  const d = (2n * one.Z * other.Z) % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: (e * f) % P, Y: (g * h) % P, Z: (f * g) % P, T: (e * h) % P };
};

const double = (point) => {
  const a = (point.X * point.X) % P;
  const b = (point.Y * point.Y) % P;
  const sum = point.X + point.Y;
  const h = a + b;
  const e = h - ((sum * sum) % P);
  const g = a - b;
  const f = ((2n * point.Z * point.Z) % P) + g;
  return { X: (e * f) % P, Y: (g * h) % P, Z: (f * g) % P, T: (e * h) % P };
};

const negate = ({ X, Y, Z, T }) => ({ X: -X, Y, Z, T: -T });

// A root of numerator/denominator, or null where there is none (RFC 8032, 5.1.3).
const rootOfRatio = (numerator, denominator) => {
  const cube = (((denominator * denominator) % P) * denominator) % P;
  const seventh = (((cube * cube) % P) * denominator) % P;
  const root = (((numerator * cube) % P) * power((numerator * seventh) % P, (P - 5n) / 8n)) % P;
  const check = positive(((denominator * root) % P) * root);
  if (check === positive(numerator)) return positive(root);
  if (check === positive(-numerator)) return positive(root * ROOT_OF_MINUS_ONE);
  return null;
};

// The point of 32 bytes, or null. As ZIP-215 wants it y need not be below p, and the sign may be
// set where x is zero.
export const decodePoint = (bytes) => {
  const number = littleEndianNumber(bytes);
  const sign = number >> 255n;
  const y = (number & (2n ** 255n - 1n)) % P;
  const square = (y * y) % P;
  const root = rootOfRatio(square - 1n, positive(D * square + 1n));
  if (root === null) return null;
  const x = (root & 1n) === sign ? root : -root;
  return { X: x, Y: y, Z: 1n, T: (x * y) % P };
};

// The digits of a number in powers of two: each is zero or odd and below 2^(width - 1) in size, and
// `width - 1` zeros follow each that is not zero.
const sparseDigits = (number, width) => {
  const [whole, half] = [1 << width, 1 << (width - 1)];
  const mask = BigInt(whole - 1);
  const digits = [];
  for (let rest = number; rest > 0n; rest >>= 1n) {
    let digit = 0;
    if (rest & 1n) {
      digit = Number(rest & mask);
      if (digit >= half) digit -= whole;
      rest -= BigInt(digit);
    }
    digits.push(digit);
  }
  return digits;
};

// The odd multiples 1, 3, 5, … of a point, for digits of this width.
const oddMultiples = (point, width) => {
  const twice = double(point);
  const multiples = [point];
  while (multiples.length < 1 << (width - 2)) multiples.push(add(multiples.at(-1), twice));
  return multiples;
};

const addDigit = (sum, digit, multiples) => {
  if (digit === 0) return sum;
  const multiple = multiples[(Math.abs(digit) - 1) / 2];
  return add(sum, digit > 0 ? multiple : negate(multiple));
};

const BASE_WIDTH = 8;
const KEY_WIDTH = 5;
const base = decodePoint(Buffer.from(`58${"66".repeat(31)}`, "hex"));
const multiplesOfBase = oddMultiples(base, BASE_WIDTH);

// Keys come again and again, and decoding one costs as much as a fifth of a verification.
const keys = new Map();

const multiplesOfKey = (key) => {
  const name = key.toString("latin1");
  if (!keys.has(name)) {
    const point = decodePoint(key);
    keys.set(name, point && oddMultiples(negate(point), KEY_WIDTH));
  }
  return keys.get(name);
};

// Whether a signature over a message is valid (§4.1): `8·(S·B - k·A - R)` is the neutral point.
export const isSignature = (key, message, signature) => {
  const [ofR, ofS] = [signature.subarray(0, 32), signature.subarray(32)];
  const s = littleEndianNumber(ofS);
  if (s >= ORDER) return false;
  const multiples = multiplesOfKey(key);
  const r = decodePoint(ofR);
  if (multiples === null || r === null) return false;
  // Both multiples in one pass (Straus): the doublings are shared. Reducing k by the order is right
  // for a key with a part of small order as well, because everything is multiplied by 8.
  const k = littleEndianNumber(sha512(ofR, key, message)) % ORDER;
  const [forBase, forKey] = [sparseDigits(s, BASE_WIDTH), sparseDigits(k, KEY_WIDTH)];
  let sum = NEUTRAL;
  for (let at = Math.max(forBase.length, forKey.length) - 1; at >= 0; at -= 1) {
    sum = double(sum);
    sum = addDigit(sum, forBase[at] ?? 0, multiplesOfBase);
    sum = addDigit(sum, forKey[at] ?? 0, multiples);
  }
  sum = double(double(double(add(sum, negate(r)))));
  return sum.X % P === 0n && (sum.Y - sum.Z) % P === 0n;
};

// The y coordinates of the points of small order, as they may stand in 32 bytes (§4.3).
const SMALL_ORDER = [
  ...[0n, 1n, P - 1n, P, P + 1n],
  ...[
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ].map((text) => littleEndianNumber(Buffer.from(text, "hex"))),
];

// Whether 32 bytes are one of the 14 encodings of a point of small order.
export const isSmallOrder = (bytes) => {
  const y = littleEndianNumber(bytes) & (2n ** 255n - 1n);
  return SMALL_ORDER.includes(y);
};
