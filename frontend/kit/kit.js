// The emergency kit: what is left when the app does not start. No wasm, nothing from elsewhere.
// What it reads is what the app's src/storage.rs writes: keystore files in IndexedDB, the rest in
// localStorage. Everything is put on the page as text.
"use strict";

const DATABASE = "halfpenny";
const STORE = "keystores";
const PREFIX = "halfpenny.";
const WORD = "delete";

const at = (id) => document.getElementById(id);
const say = (text) => { at("said").textContent = text; };
const fail = (text) => { at("failed").textContent = text; };

const make = (tag, text, into) => {
  const element = document.createElement(tag);
  element.textContent = text;
  into?.append(element);
  return element;
};

const button = (text, act, into) => {
  const element = make("button", text, into);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
};

const settled = (request) => new Promise((good, bad) => {
  request.onsuccess = () => good(request.result);
  request.onerror = () => bad(request.error);
});

// localStorage is refused altogether in some browsers.
const setting = (name) => {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
};

// Name and text of every keystore file. A database that is not there is not made.
async function keystores() {
  const request = indexedDB.open(DATABASE);
  request.onupgradeneeded = () => request.transaction.abort();
  let database;
  try {
    database = await settled(request);
  } catch (error) {
    if (error?.name === "AbortError") return [];
    throw error;
  }
  try {
    if (!database.objectStoreNames.contains(STORE)) return [];
    const store = database.transaction(STORE).objectStore(STORE);
    const [names, texts] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
    return names.map((name, index) => [String(name), String(texts[index])]);
  } finally {
    database.close();
  }
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say(`${name} is being saved.`);
}

// The address that a file says it is for; a damaged file says none and can be saved all the same.
function described(text) {
  try {
    const file = JSON.parse(text);
    const address = file.address ?? file.description?.address ?? "";
    return typeof address === "string" ? address : "";
  } catch {
    return "damaged: it is shown and saved as it is";
  }
}

async function showFiles() {
  const list = at("files");
  let files = [];
  try {
    files = await keystores();
    at("no-files").textContent = files.length ? "" : "There are none.";
  } catch (error) {
    at("no-files").textContent = "They cannot be read.";
    fail(`This browser does not give its storage to the page (${error?.message ?? error}). `
      + "Leave private browsing, or allow this address to store data; then reload this page.");
  }
  at("no-files").hidden = files.length > 0;
  list.replaceChildren();
  for (const [name, text] of files) {
    const item = make("li", "", list);
    make("strong", name, item);
    make("div", described(text), item).className = "muted";
    button("Save keystore file", () => save(`halfpenny-${name}.json`, "application/json", text), item);
    const shown = make("pre", text, item);
    shown.hidden = true;
    shown.tabIndex = 0;
    const show = button("Show", () => {
      shown.hidden = !shown.hidden;
      show.textContent = shown.hidden ? "Show" : "Hide";
    }, item);
    item.append(shown);
  }
}

const facts = new Map();

function fact(name, value) {
  facts.set(name, value);
  at("state").replaceChildren();
  for (const [one, text] of facts) {
    make("dt", one, at("state"));
    make("dd", text, at("state"));
  }
}

async function showState() {
  fact("Address of this page", location.origin);
  fact("Secure context", isSecureContext ? "yes" : "no: a plain http address");
  fact("WebAssembly", typeof WebAssembly === "object" ? "yes" : "no: the app cannot run here");
  fact("Browser", navigator.userAgent);
  fact("Node", "asking…");
  const kept = await navigator.storage?.persisted?.().catch(() => null);
  fact("Storage", kept ? "kept until it is deleted"
    : kept === false ? "the browser may delete it when room is short" : "this browser does not tell");
  try {
    const limit = AbortSignal.timeout?.(10_000);
    const status = await (await fetch("/api/v1/status", { signal: limit })).json();
    fact("Node", `version ${status.version}, ${status.name}, block ${status.height}`);
  } catch {
    fact("Node", "does not answer; wallet files can be saved without it");
  }
}

function showLog() {
  const log = setting("log");
  if (log) at("log").textContent = log;
}

// The report never holds a keystore.
function report() {
  const lines = [...facts].map(([name, value]) => `${name}: ${value}`);
  return `Halfpenny report\n${lines.join("\n")}\n\nLog\n${at("log").textContent}\n`;
}

async function forgetFiles() {
  if ("caches" in globalThis) {
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  }
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(workers.map((one) => one.unregister()));
}

async function reset() {
  const request = indexedDB.deleteDatabase(DATABASE);
  request.onblocked = () => fail("Another tab still has the wallet open: close it, and this goes on by itself.");
  await settled(request);
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  for (const name of names) localStorage.removeItem(name);
  await forgetFiles();
}

document.documentElement.dataset.theme = setting("theme") ?? "system";
showLog();
void showFiles();
void showState();

at("save-report").addEventListener("click", () => save("halfpenny-report.txt", "text/plain", report()));

at("clear-cache").addEventListener("click", async () => {
  await forgetFiles().catch(() => undefined);
  location.href = "/";
});

at("reset").addEventListener("submit", async (event) => {
  event.preventDefault();
  fail("");
  if (at("typed").value.trim().toLowerCase() !== WORD) {
    fail(`Type ${WORD} to confirm. Nothing was deleted.`);
    return;
  }
  try {
    await reset();
    fail("");
    say("Everything of Halfpenny was deleted from this browser. Coins stay on the chain; the words or a file bring a wallet back.");
  } catch (error) {
    fail(`Not everything could be deleted (${error?.message ?? error}). Close other tabs of this address and try again.`);
  }
  at("typed").value = "";
  await showFiles();
});
