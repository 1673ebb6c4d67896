// §3: SHA-256, bare and with a tag.

import { createHash } from "node:crypto";

export const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const sha512 = (...parts) => {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const begun = new Map();

// `H(tag, data)`; the data in parts. What each tag's hash begins with is computed once.
export const tagged = (tag, ...parts) => {
  if (!begun.has(tag)) {
    const name = sha256(Buffer.from(tag, "ascii"));
    begun.set(tag, createHash("sha256").update(name).update(name));
  }
  const hash = begun.get(tag).copy();
  for (const part of parts) hash.update(part);
  return hash.digest();
};
