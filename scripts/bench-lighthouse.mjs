// Prints Lighthouse's scores of the app's first pages, as figures of `scripts/bench app`: medians of several
// visits of an empty browser to a node on this machine, as a desktop computer makes them.
//
//   node scripts/bench-lighthouse.mjs HALFPENNY LIGHTHOUSE
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const [program, lighthouse] = process.argv.slice(2);
const RUNS = 5;
const PAGES = { overview: "/", explorer: "/explorer" };
const CATEGORIES = ["performance", "accessibility", "best-practices"];

// Sometimes the browser's record of a visit has no beginning, most often on a busy machine. Lighthouse then
// refuses to judge it: that visit is made again.
const ATTEMPTS = 4;
const NO_BEGINNING = "NO_NAVSTART";

const judge = (url) => promisify(execFile)(lighthouse, [
  url, "--preset=desktop", "--quiet", "--output=json", `--only-categories=${CATEGORIES}`,
  "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
], { maxBuffer: 2 ** 27 }).then(
  ({ stdout }) => stdout,
  (error) => {
    if (String(error.stderr).includes(NO_BEGINNING) || String(error.stdout).includes(NO_BEGINNING)) return null;
    throw error;
  },
);

const visit = async (url) => {
  let report = null;
  for (let attempt = 1; report === null; attempt += 1) {
    if (attempt > ATTEMPTS) throw new Error(`${url}: ${NO_BEGINNING} ${ATTEMPTS} times`);
    report = await judge(url);
    if (report === null) console.error(`${url}: ${NO_BEGINNING}, once more`);
  }
  const { categories } = JSON.parse(report);
  return CATEGORIES.map((category) => Math.round(categories[category].score * 100));
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const folder = mkdtempSync(join(tmpdir(), "halfpenny-lighthouse-"));
const node = spawn(program, [
  "node", "--chain", "dev", "--data", join(folder, "data"), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
], { stdio: ["ignore", "pipe", "ignore"] });
try {
  const [url] = await once(createInterface(node.stdout), "line");
  for (const [name, path] of Object.entries(PAGES)) {
    const visits = [];
    for (let run = 0; run < RUNS; run += 1) visits.push(await visit(new URL(path, url).href));
    CATEGORIES.forEach((category, position) => {
      const score = median(visits.map((scores) => scores[position]));
      console.log(`figure\tapp.lighthouse_${category}_${name}\t${score}\tof 100\t-\t-`);
    });
  }
} finally {
  node.kill();
  await once(node, "exit");
  rmSync(folder, { recursive: true });
}
