// Finishes the built app, before trunk moves it into place: splits it into parts, writes into the service
// worker which files it keeps, and puts a brotli copy beside every file that gains by it, so that the node never compresses
// while it answers.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { splitApp } from "./split-app.mjs";

const folder = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
const compressible = /\.(css|html|js|json|svg|txt|wasm|webmanifest)$/;

// What the app needs to start and to open its wallet without a node. The version is that of the contents:
// browsers take a worker with another one for a new worker.
const stampWorker = (parts) => {
  const worker = join(folder, "sw.js");
  const index = readFileSync(join(folder, "index.html"), "utf8");
  const named = [...new Set(index.match(/[\w.-]+\.(?:css|js|wasm|webmanifest|svg)\b/g))];
  const others = ["vault_loader.js", "vault.js", "vault_bg.wasm", "kit.css", "kit.js", "kit-texts.js", "de.json", "es.json"];
  const files = [...new Set([...named, ...parts, ...others])].filter((name) => name !== "sw.js" && existsSync(join(folder, name)));
  const hash = createHash("sha256").update(readFileSync(worker));
  for (const name of ["index.html", ...files]) hash.update(readFileSync(join(folder, name)));
  const version = hash.digest("hex").slice(0, 16);
  const pages = existsSync(join(folder, "kit.html")) ? ["/", "/kit"] : ["/"];
  const paths = [...pages, ...files.map((name) => `/${name}`)];
  const source = readFileSync(worker, "utf8");
  const stamped = source
    .replace('const VERSION = "";', `const VERSION = ${JSON.stringify(version)};`)
    .replace("const FILES = [];", `const FILES = ${JSON.stringify(paths)};`);
  if (!stamped.includes(version) || !stamped.includes(paths.at(-1))) throw new Error("sw.js has no place for its files");
  writeFileSync(worker, stamped);
};

stampWorker(await splitApp(folder));
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const plain = readFileSync(path);
  const packed = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  if (packed.length < plain.length) writeFileSync(`${path}.br`, packed);
}
