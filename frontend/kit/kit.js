// The emergency kit: what is left when the app does not start. No wasm, nothing from elsewhere.
// What it reads is what the app's src/storage.rs writes: keystore files in IndexedDB, the rest in
// localStorage. Everything is put on the page as text, in the language of the app (kit-texts.js).
"use strict";

const DATABASE = "halfpenny";
const STORE = "keystores";
const PREFIX = "halfpenny.";

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

// localStorage is refused altogether in some browsers.
const setting = (name) => {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
};

// English is enough where that file does not come.
const texts = typeof TEXTS === "undefined" ? {} : TEXTS;

// The language of the app's settings, else the browser's first that there are texts in, else English.
const language = [setting("language"), ...navigator.languages]
  .map((tag) => String(tag).split("-")[0].toLowerCase())
  .find((code) => code === "en" || Object.hasOwn(texts, code)) ?? "en";

// A text in that language, with `{names}` filled in.
const t = (english, values = {}) => (texts[language]?.[english] ?? english)
  .replace(/\{(\w+)\}/g, (name, key) => String(values[key] ?? name));

// Translates what stands in the page itself; each piece of text between two tags is one text.
function translatePage() {
  document.documentElement.lang = language;
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { data } = walk.currentNode;
    const english = data.trim().replace(/\s+/g, " ");
    const text = t(english);
    if (text !== english) walk.currentNode.data = data.replace(data.trim(), () => text);
  }
}

const settled = (request) => new Promise((good, bad) => {
  request.onsuccess = () => good(request.result);
  request.onerror = () => bad(request.error);
});

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
  say(t("{name} is being saved.", { name }));
}

// The address that a file says it is for; a damaged file says none and can be saved all the same.
function described(text) {
  try {
    const file = JSON.parse(text);
    const address = file.address ?? file.description?.address ?? "";
    return typeof address === "string" ? address : "";
  } catch {
    return t("damaged: it is shown and saved as it is");
  }
}

async function showFiles() {
  const list = at("files");
  let files = [];
  try {
    files = await keystores();
    at("no-files").textContent = files.length ? "" : t("There are none.");
  } catch (error) {
    at("no-files").textContent = t("They cannot be read.");
    fail(t(
      "This browser does not give its storage to the page ({error}). Leave private browsing, or allow this address to store data; then reload this page.",
      { error: error?.message ?? error },
    ));
  }
  at("no-files").hidden = files.length > 0;
  list.replaceChildren();
  for (const [name, text] of files) {
    const item = make("li", "", list);
    make("strong", name, item);
    make("div", described(text), item).className = "muted";
    button(t("Save keystore file"), () => save(`halfpenny-${name}.json`, "application/json", text), item);
    const shown = make("pre", text, item);
    shown.hidden = true;
    shown.tabIndex = 0;
    const show = button(t("Show"), () => {
      shown.hidden = !shown.hidden;
      show.textContent = shown.hidden ? t("Show") : t("Hide");
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
  fact(t("Address of this page"), location.origin);
  fact(t("Secure context"), isSecureContext ? t("yes") : t("no: a plain http address"));
  fact(t("WebAssembly"), typeof WebAssembly === "object" ? t("yes") : t("no: the app cannot run here"));
  fact(t("Browser"), navigator.userAgent);
  fact(t("Node"), t("asking…"));
  const kept = await navigator.storage?.persisted?.().catch(() => null);
  fact(t("Storage"), kept ? t("kept until it is deleted")
    : kept === false ? t("the browser may delete it when room is short") : t("this browser does not tell"));
  try {
    const limit = AbortSignal.timeout?.(10_000);
    const { version, name, height } = await (await fetch("/api/v1/status", { signal: limit })).json();
    fact(t("Node"), t("version {version}, {chain}, block {height}", { version, chain: name, height }));
  } catch {
    fact(t("Node"), t("does not answer; wallet files can be saved without it"));
  }
}

function showLog() {
  const log = setting("log");
  if (log) at("log").textContent = log;
}

// The report never holds a keystore.
function report() {
  const lines = [...facts].map(([name, value]) => `${name}: ${value}`);
  return `${t("Halfpenny report")}\n${lines.join("\n")}\n\n${t("Log")}\n${at("log").textContent}\n`;
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
  request.onblocked = () => fail(t("Another tab still has the wallet open: close it, and this goes on by itself."));
  await settled(request);
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  for (const name of names) localStorage.removeItem(name);
  await forgetFiles();
}

document.documentElement.dataset.theme = setting("theme") ?? "system";
translatePage();
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
  const word = t("delete");
  if (at("typed").value.trim().toLowerCase() !== word) {
    fail(t("Type {word} to confirm. Nothing was deleted.", { word }));
    return;
  }
  try {
    await reset();
    fail("");
    say(t("Everything of Halfpenny was deleted from this browser. Coins stay on the chain; the words or a file bring a wallet back."));
  } catch (error) {
    fail(t("Not everything could be deleted ({error}). Close other tabs of this address and try again.", {
      error: error?.message ?? error,
    }));
  }
  at("typed").value = "";
  await showFiles();
});
