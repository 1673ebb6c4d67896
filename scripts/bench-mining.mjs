// Measures the search for a proof of work natively, in this Node.js and in a headless browser, all in
// turns, so that whatever else the machine does touches all of them alike. Medians and their ratios
// are printed, tab-separated. Arguments: the folder with the wasm modules, the folder with the npm
// packages, the folder with the built app, and the number of rounds.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, packages, app, roundsWanted = "15"] = process.argv.slice(2);
const ROUNDS = Math.max(9, Number(roundsWanted));
const NOISY = { stdio: ["pipe", "pipe", "inherit"] };

// --- the subjects: this part runs in Node.js and in the browser's worker ------------------------

// How each is loaded and called: `run(start, count)` makes so many attempts.
const subjects = async (load, at) => {
  const ours = async (name) => {
    const module = await import(at(`bench/${name}/mining.js`));
    await module.default({ module_or_path: await load(`bench/${name}/mining_bg.wasm`) });
    return module;
  };
  const [simd, plain] = [await ours("simd"), await ours("plain")];
  if (simd.kernel() !== "simd128" || plain.kernel() !== "scalar") throw new Error("the wrong modules");
  const { createSHA256 } = await import(at("packages/hash-wasm/dist/index.esm.js"));
  const hasher = await createSHA256();
  const { sha256 } = await import(at("packages/@noble/hashes/sha2.js"));
  const message = new Uint8Array(40).fill(7, 0, 32);
  const view = new DataView(message.buffer);
  const each = (hash) => (start, count) => {
    let hits = 0;
    for (let nonce = start; nonce < start + count; nonce++) {
      view.setUint32(32, nonce, true);
      const id = hash();
      if (id[0] === 0 && id[1] === 0 && id[2] < 16) hits++;
    }
    return hits;
  };
  return {
    simd: simd.search,
    scalar: plain.search,
    sha2: plain.sha2,
    "hash-wasm": each(() => hasher.init().update(message).digest("binary")),
    noble: each(() => sha256(message)),
  };
};

// All make the same attempts, or the figures say nothing.
const agree = (all) => {
  const hits = Object.values(all).map((run) => run(0, 3_000_000));
  if (hits[0] === 0 || hits.some((count) => count !== hits[0])) throw new Error(`hits: ${hits}`);
};

// Attempts in a second, over `ms` milliseconds. How many at a time is learned on the way.
const rate = (run, ms) => {
  let [attempts, step] = [0, 2_000];
  const begin = performance.now();
  for (;;) {
    run(attempts, step);
    attempts += step;
    const elapsed = performance.now() - begin;
    if (elapsed >= ms) return (attempts / elapsed) * 1_000;
    step = Math.max(2_000, Math.min(step * 2, Math.floor((attempts / elapsed) * (ms - elapsed))));
  }
};

// One run of each: the best of a few short pieces, because the system takes the core away for longer
// than that when others want it, too.
const PIECES = 6;
const PIECE_MS = 10;
const best = (run) => Math.max(...Array.from({ length: PIECES }, () => rate(run, PIECE_MS)));
const round = (all) => Object.fromEntries(Object.entries(all).map(([name, run]) => [name, best(run)]));

// How long one worker, and then two, go on.
const PAIR_MS = 250;

// --- the browser ------------------------------------------------------------------------------

const shared = `const subjects = ${subjects}; const agree = ${agree}; const rate = ${rate};
const PIECES = ${PIECES}; const PIECE_MS = ${PIECE_MS}; const PAIR_MS = ${PAIR_MS};
const best = ${best}; const round = ${round};`;

const WORKER = `${shared}
const load = async (path) => (await fetch("/" + path)).arrayBuffer();
const all = subjects(load, (path) => "/" + path).then((all) => (agree(all), all));
onmessage = async ({ data }) => {
  try {
    const ready = await all;
    postMessage(data === "round" ? round(ready) : { rate: rate(ready.simd, PAIR_MS) });
  } catch (error) { postMessage({ error: String(error) }); }
};`;

const PAGE = `<!doctype html><title>mining</title><script type="module">
const workers = [0, 1].map(() => new Worker("/worker.js", { type: "module" }));
const ask = (worker, what) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (error) => resolve({ error: error.message });
  worker.postMessage(what);
});
for (;;) {
  const what = await (await fetch("/next")).text();
  let answer;
  if (what === "pair") {
    const one = await ask(workers[0], "one");
    const both = await Promise.all(workers.map((worker) => ask(worker, "one")));
    const error = one.error ?? both[0].error ?? both[1].error;
    answer = error ? { error } : { one: one.rate, two: both[0].rate + both[1].rate };
  } else answer = await ask(workers[0], "round");
  await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
}
</script>`;

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const ROOTS = { bench: modules, packages };

const openBrowser = async () => {
  let give, asked;
  const answers = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname).slice(1);
    const send = (type, body) => response.setHeader("content-type", TYPES[type]).end(body);
    if (path === "") return send(".html", PAGE);
    if (path === "worker.js") return send(".js", WORKER);
    if (path === "next") {
      if (asked) response.end(asked);
      else give = response;
      asked = undefined;
      return;
    }
    if (path === "answer") {
      let body = "";
      request.on("data", (data) => (body += data));
      request.on("end", () => (response.end(), answers.shift()(JSON.parse(body))));
      return;
    }
    const [root, ...rest] = path.split("/");
    try {
      send(extname(path), readFileSync(join(ROOTS[root], ...rest)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "bench-mining-"));
  const quiet = ["--headless", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const flags = [...quiet, "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`];
  if (process.getuid() === 0) flags.push("--no-sandbox");
  const url = `http://127.0.0.1:${server.address().port}/`;
  const browser = spawn("chromium", [...flags, url], { stdio: "ignore" });
  const failed = new Promise((_, reject) => {
    browser.on("error", reject);
    browser.on("exit", (code) => reject(new Error(`the browser has ended (${code})`)));
  });
  failed.catch(() => {});
  return {
    async ask(what) {
      const answer = new Promise((resolve) => answers.push(resolve));
      if (give) give.end(what);
      else asked = what;
      give = undefined;
      const values = await Promise.race([answer, failed]);
      if (values.error) throw new Error(values.error);
      return values;
    },
    async close() {
      const ended = new Promise((resolve) => browser.on("exit", resolve));
      browser.kill();
      await ended;
      server.closeAllConnections();
      server.close();
      // The browser's other processes end a little after it, and write to the end.
      try {
        rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
      } catch (error) {
        console.error(`${profile} could not be removed: ${error.message}`);
      }
    },
  };
};

// --- native -------------------------------------------------------------------------------------

const openNative = () => {
  const args = ["bench", "--quiet", "-p", "shared", "--bench", "mining", "--", "--rounds"];
  const program = spawn("cargo", args, NOISY);
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  return {
    async ask(what) {
      program.stdin.write(`${what}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("the native benchmark has ended");
      const words = value.split(" ");
      const pairs = words.map((word, at) => [word, Number(words[at + 1])]);
      return Object.fromEntries(pairs.filter((_, at) => at % 2 === 0));
    },
    close: () => program.stdin.end(),
  };
};

// --- rounds and figures -------------------------------------------------------------------------

const load = async (path) => readFileSync(join(ROOTS[path.split("/")[0]], ...path.split("/").slice(1)));
const local = await subjects(load, (path) =>
  pathToFileURL(join(ROOTS[path.split("/")[0]], ...path.split("/").slice(1))).href,
);
agree(local);
const native = openNative();
const browser = await openBrowser();
const rates = {};
const note = (where, values) => {
  for (const [name, value] of Object.entries(values)) (rates[`${where}.${name}`] ??= []).push(value);
};
const turns = [
  async (keep) => keep("native", await native.ask("round")),
  async (keep) => keep("node", round(local)),
  async (keep) => keep("chromium", await browser.ask("round")),
  // What two workers can reach is what two threads reach in the same second: others use the cores, too.
  async (keep) => {
    keep("workers", await browser.ask("pair"));
    keep("threads", await native.ask("pair"));
  },
];
try {
  // The first two rounds only warm up: engines compile a hot loop once more.
  for (let number = -2; number < ROUNDS; number++) {
    for (let turn = 0; turn < turns.length; turn++) {
      const keep = number < 0 ? () => {} : note;
      await turns[(number + 2 + turn) % turns.length](keep);
    }
    process.stderr.write(`   round ${number + 1} of ${ROUNDS}\n`);
  }
} finally {
  native.close();
  await browser.close();
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const median = (name) => middle(rates[name]);
// The middle of the rounds' ratios: what slows a round down slows both of its sides down.
const ratio = (name, against) => middle(rates[name].map((rate, round) => rate / rates[against][round]));
const print = (figure, value, unit, fields = ["-", "-"]) =>
  console.log(["figure", `mining.${figure}`, value, unit, ...fields].join("\t"));
const figure = (figure, name, against, words) =>
  print(
    figure,
    (median(name) / 1e6).toFixed(2),
    "MH/s",
    against ? [ratio(name, against).toFixed(2), words ?? against] : undefined,
  );

figure("wasm_simd", "chromium.simd", "native.sha2", "native sha2 crate");
figure("wasm_simd_vs_hash_wasm", "chromium.simd", "chromium.hash-wasm", "hash-wasm");
figure("wasm_scalar", "chromium.scalar", "chromium.sha2", "sha2 crate in wasm");
figure("two_workers", "workers.two", "workers.one", "one worker");
figure("two_threads", "threads.two", "threads.one", "one native thread");
const kernels = Object.keys(rates).filter((name) => name.startsWith("native.") && name !== "native.sha2");
const fastest = kernels.toSorted((a, b) => median(b) - median(a))[0];
figure("native", fastest, "native.sha2", "sha2 crate");
const loaded = ["_bg.wasm.br", ".js.br"].map((end) => statSync(join(app, `miner-simd${end}`)).size);
print("miner_wasm", ((loaded[0] + loaded[1]) / 1_000).toFixed(1), "kB");

// Everything that was measured beside them.
for (const name of ["native.sha2", ...kernels]) figure(name, name, name !== "native.sha2" && "native.sha2");
for (const where of ["node", "chromium"]) {
  figure(`${where}.simd`, `${where}.simd`, `${where}.sha2`);
  for (const other of ["scalar", "sha2", "hash-wasm", "noble"]) figure(`${where}.${other}`, `${where}.${other}`);
}
figure("one_worker", "workers.one");
