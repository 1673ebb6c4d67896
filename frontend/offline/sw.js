// Keeps the app at hand for times without its node. Only files of the app are kept: what a node answers
// never is, so nothing old is ever shown as new. Browsers run this on secure addresses only.
"use strict";

// The build writes them in: scripts/compress-app.mjs.
const VERSION = "";
const FILES = [];

const CACHE = `halfpenny-app-${VERSION}`;
// What trunk names after its content, and what therefore never changes.
const FIXED = /-[0-9a-f]{12,16}(_bg)?\.(js|css|wasm)$/;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES);
    // Pages that are open go on with what they have loaded; they are told, and the next load is new.
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("halfpenny-app-") && name !== CACHE);
    await Promise.all(names.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

const kept = async (key) => (await caches.open(CACHE)).match(key);

// The node first; what is kept only when it does not answer at all.
async function newest(request, key) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await kept(key);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // Every page of the app is the same file; the kit is its own.
    const page = pathname === "/kit" ? "/kit" : "/";
    const is_file = FILES.includes(pathname) && pathname !== page;
    if (!is_file) event.respondWith(newest(request, page));
  } else if (FIXED.test(pathname) && FILES.includes(pathname)) {
    event.respondWith(kept(pathname).then((found) => found ?? fetch(request)));
  } else if (FILES.includes(pathname)) {
    event.respondWith(newest(request, pathname));
  }
  // Everything else, the node's answers above all, goes its way as if this were not here.
});
