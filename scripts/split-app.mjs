// Puts each part of the app (frontend/src/parts.rs) into a wasm file of its own, which the browser loads
// when one of its pages is opened. Trunk knows only whole programs, so this does again, with the split
// program, what trunk did with the whole one: wasm-bindgen, wasm-opt, names after the content, integrity.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const PROGRAM = join(process.env.CARGO_TARGET_DIR ?? "target", "wasm32-unknown-unknown/wasm-release/app.wasm");
// The features are those that rustc turns on for wasm32; wasm-opt refuses code that uses one it was not
// told of.
const FEATURES = [
  "bulk-memory", "bulk-memory-opt", "multivalue", "mutable-globals", "nontrapping-float-to-int",
  "reference-types", "sign-ext",
].map((feature) => `--enable-${feature}`);
const LOADER = "__wasm_split.js";

const integrity = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

/** As many at a time as there are processors. */
const each = async (items, act) => {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
};

/** The files of the split program by their plain names. */
const build = async (work) => {
  await run("wasm-split-cli", [PROGRAM, work, "--out-name", "app"]);
  const main = join(work, "main");
  mkdirSync(main);
  // Exports that only the parts use must stay.
  await run("wasm-bindgen", [
    "--target", "web", "--keep-lld-exports", "--no-demangle", "--no-typescript",
    "--out-name", "app", "--out-dir", main, join(work, "app.wasm"),
  ]);
  const parts = readdirSync(work).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name));
  const modules = [join(main, "app_bg.wasm"), ...parts.map((name) => join(work, name))];
  await each(modules, async (path) => {
    await run("wasm-opt", ["-Oz", "--strip-debug", "--strip-producers", ...FEATURES, path, "-o", path]);
  });
  return new Map([
    ["app.js", readFileSync(join(main, "app.js"), "utf8")],
    [LOADER, readFileSync(join(work, LOADER), "utf8")],
    ["app_bg.wasm", readFileSync(join(main, "app_bg.wasm"))],
    ...parts.sort().map((name) => [name, readFileSync(join(work, name))]),
  ]);
};

/** One name for all files of a build: parts of two builds must never meet. */
const renamed = (plain, id) => plain
  .replace(LOADER, `parts-${id}.js`)
  .replace(/^app(_bg)?\./, `app-${id}$1.`)
  .replace(/^split_(\w+)\./, `$1-${id}.`)
  .replace(/^chunk_(\d+)\./, `common$1-${id}.`);

/** Replaces every occurrence, of which there must be one. */
const replaced = (text, what, by) => {
  if (!text.includes(what)) throw new Error(`the build has no ${what}`);
  return text.replaceAll(what, by);
};

/** Splits the app in `folder`; gives the names of its files. */
export const splitApp = async (folder) => {
  const work = mkdtempSync(join(tmpdir(), "halfpenny-app-"));
  const files = await build(work).finally(() => rmSync(work, { recursive: true }));
  const hash = createHash("sha256");
  for (const [name, content] of files) hash.update(name).update(content);
  const id = hash.digest("hex").slice(0, 16);
  const name = (plain) => renamed(plain, id);

  // The wasm file asks for the loader by its plain name, so only what the browser fetches is renamed.
  files.set("app.js", replaced(replaced(files.get("app.js"),
    `from "./${LOADER}"`, `from "./${name(LOADER)}"`), "'app_bg.wasm'", `'${name("app_bg.wasm")}'`));
  let loader = replaced(files.get(LOADER), '"./app.js"', `"./${name("app.js")}"`);
  for (const plain of files.keys()) {
    if (/^(split|chunk)_/.test(plain)) loader = replaced(loader, `"./${plain}"`, `"./${name(plain)}"`);
  }
  files.set(LOADER, loader);

  const page = join(folder, "index.html");
  let html = readFileSync(page, "utf8");
  for (const plain of ["app.js", "app_bg.wasm"]) {
    const [old] = html.match(plain === "app.js" ? /app-[0-9a-f]+\.js/ : /app-[0-9a-f]+_bg\.wasm/);
    html = replaced(html, integrity(readFileSync(join(folder, old))), integrity(files.get(plain)));
    html = replaced(html, old, name(plain));
    rmSync(join(folder, old));
  }
  const link = `<link crossorigin href=/${name(LOADER)} integrity=${integrity(loader)} rel=modulepreload>`;
  writeFileSync(page, replaced(html, "</head>", `${link}</head>`));
  for (const [plain, content] of files) writeFileSync(join(folder, name(plain)), content);
  return [...files.keys()].map(name);
};
