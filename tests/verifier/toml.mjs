// The part of TOML that chain files are written in: names with texts, whole numbers and truths, and
// lists of tables.

import { refuse } from "./bytes.mjs";

const ESCAPES = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

const LINE =
  /^\s*(?:\[\[\s*(?<table>\w+)\s*\]\]|(?<name>\w+)\s*=\s*(?<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"']+))?\s*(?:#.*)?$/;

const unescape = (text) =>
  text.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/g, (whole, escape) => {
    if (escape.length > 1) return String.fromCodePoint(parseInt(escape.slice(1), 16));
    return ESCAPES[escape] ?? refuse("chain-file", `${whole} is no escape of TOML`);
  });

const valueOf = (text) => {
  if (text.startsWith('"')) return unescape(text.slice(1, -1));
  if (text.startsWith("'")) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  if (/^\d+(_\d+)*$/.test(text)) return BigInt(text.replaceAll("_", ""));
  return refuse("chain-file", `${text} is neither a text nor a whole number nor true or false`);
};

// Reads a chain file.
export const parseToml = (text) => {
  const file = {};
  let table = file;
  text.split(/\r?\n/).forEach((line, index) => {
    const place = `line ${index + 1} of the chain file`;
    const match = LINE.exec(line);
    if (match === null) refuse("chain-file", `${place} is not understood: ${line.trim()}`);
    const { table: list, name, value } = match.groups;
    if (list !== undefined) {
      table = {};
      (file[list] ??= []).push(table);
    } else if (name !== undefined) {
      if (name in table) refuse("chain-file", `${place} names ${name} a second time`);
      table[name] = valueOf(value);
    }
  });
  return file;
};
