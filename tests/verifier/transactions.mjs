// §5: transactions, as far as one can judge them without the ledger.

import { MAX_AMOUNT, decode, hex, list, refuse, u32, u64, u8 } from "./bytes.mjs";
import { checkPolicy, policyId } from "./accounts.mjs";
import { isSignature, isSmallOrder } from "./curve.mjs";
import { tagged } from "./hashing.mjs";

const readBody = (from) => ({
  version: from.u8(),
  sender: from.take(32),
  nonce: from.u64(),
  fee: from.amount(),
  expiresAt: from.count(),
  payments: from.list(1, 16, (item) => ({ recipient: item.take(32), amount: item.amount() })),
  memo: from.take(from.length(0, 80)),
});

const readAuthorization = (from) => {
  const kind = from.u8();
  if (kind === 0) return { kind, signature: from.take(64) };
  if (kind !== 1) refuse("malformed", `there is no authorization of kind ${kind}`);
  return {
    kind,
    threshold: from.u8(),
    keys: from.list(2, 8, (item) => item.take(32)),
    signatures: from.list(1, 8, (item) => ({ index: item.u8(), signature: item.take(64) })),
  };
};

// Reads a transaction, and keeps the bytes that it stood in: they are its only encoding (§2.2).
export const readTransaction = (from) => {
  const start = from.at;
  const body = readBody(from);
  const bodyBytes = from.bytes.subarray(start, from.at);
  const authorization = readAuthorization(from);
  return { ...body, bodyBytes, authorization, bytes: from.bytes.subarray(start, from.at) };
};

export const decodeTransaction = (bytes) => decode(bytes, readTransaction);

// The encoding of a transaction's fields: what decoding must have begun with.
export const encodeTransaction = ({
  version,
  sender,
  nonce,
  fee,
  expiresAt,
  payments,
  memo,
  authorization,
}) => {
  const { kind, signature, threshold, keys, signatures } = authorization;
  const signed = signatures?.map((item) => Buffer.concat([u8(item.index), item.signature]));
  return Buffer.concat([
    ...[u8(version), sender, u64(nonce), u64(fee), u64(expiresAt)],
    list(payments.map(({ recipient, amount }) => Buffer.concat([recipient, u64(amount)]))),
    ...[u32(memo.length), memo, u8(kind)],
    ...(kind === 0 ? [signature] : [u8(threshold), list(keys), list(signed)]),
  ]);
};

// The id of a transaction (§5.3).
export const transactionId = (transaction) => tagged("halfpenny/txid", transaction.bytes);

// What the sender signs (§5.3).
export const signingHash = (transaction, genesisId) =>
  tagged("halfpenny/tx", genesisId, transaction.bodyBytes);

// All that leaves the sender's balance.
export const debit = ({ fee, payments }) => payments.reduce((sum, { amount }) => sum + amount, fee);

const checkShared = ({ sender, authorization }) => {
  const { threshold, keys, signatures } = authorization;
  checkPolicy(threshold, keys);
  const id = policyId(threshold, keys);
  if (!id.equals(sender))
    refuse("transaction-wrong-policy", `the sender is ${hex(sender)}, the keys are those of ${hex(id)}`);
  if (signatures.length !== threshold)
    refuse("transaction-signature-count", `${signatures.length} have signed, ${threshold} must`);
  const isOrdered = signatures.every(
    ({ index }, at) => index < keys.length && (at === 0 || signatures[at - 1].index < index),
  );
  if (!isOrdered)
    refuse("transaction-signature-order", "the signatures do not stand in the order of the keys");
};

// Refuses a transaction that breaks a rule of §5.4.
export const checkInIsolation = (transaction, genesisId) => {
  const { version, sender, payments, authorization } = transaction;
  if (version !== 1) refuse("transaction-version", `the version is ${version}, not 1`);
  if (payments.some(({ amount }) => amount < 1n))
    refuse("transaction-zero-payment", "a payment is of nothing");
  if (debit(transaction) > MAX_AMOUNT)
    refuse("transaction-debit-overflow", `${debit(transaction)} mites are more than an amount can be`);
  if (isSmallOrder(sender)) refuse("transaction-small-order-sender", "anybody can sign for the sender");
  if (payments.some(({ recipient }) => isSmallOrder(recipient)))
    refuse("transaction-small-order-recipient", "anybody can sign for a recipient");
  if (authorization.kind === 1) checkShared(transaction);
  const hash = signingHash(transaction, genesisId);
  const signed =
    authorization.kind === 0
      ? [[sender, authorization.signature]]
      : authorization.signatures.map(({ index, signature }) => [authorization.keys[index], signature]);
  const wrong = signed.find(([key, signature]) => !isSignature(key, hash, signature));
  if (wrong) refuse("transaction-signature", `the signature by ${hex(wrong[0])} is not valid`);
};
