// Starts the service worker where browsers allow one, and tells the app of a new version: an event
// `halfpenny-new-version` at the window.
"use strict";

const OFTEN = 60 * 60 * 1000;

const tell = () => dispatchEvent(new Event("halfpenny-new-version"));

async function start() {
  // A worker was here before: another one means another version of the app.
  const was = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (was) tell(); });
  const registration = await navigator.serviceWorker.register("/sw.js");
  const look = () => registration.update().catch(() => {});
  setInterval(look, OFTEN);
  addEventListener("online", look);
  addEventListener("halfpenny-connected", look);
}

// The app first: whatever this fetches, it fetches when the page can be used. Without a service worker
// (a plain address, a private window) everything else works all the same.
if ("serviceWorker" in navigator) addEventListener("load", () => start().catch(() => {}));
