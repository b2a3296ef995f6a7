/**
 * Entry of the window's page.
 * @module frame
 */

import { openStorage } from "../js/lib/storage.js";
import { App } from "./app.js";
import { openBridge } from "./bridge.js";
import { Window } from "./window.js";

/** @type {import("./app.js").Boot} */
const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "");

let started = false;
const bridge = openBridge([boot.app_origin, ...boot.sites], {
  hello: (hello) => {
    if (!started) app.start(hello);
    started = true;
    if (hello.open) open(hello);
    bridge.post({ type: "ready", online: boot.config.online });
  },
  open,
  close: () => app.close(),
  full: ({ full }) => app.change({ full }),
  page: ({ page }) => app.visit(page),
  profile: ({ profile }) => app.introduce(profile),
  forget: () => app.forget(),
});

const storage = openStorage();
const app = new App({ boot, storage, bridge, later, draw: () => view.update(), announce: (words) => view.announce(words) });
const view = new Window(/** @type {HTMLElement} */ (document.getElementById("window")), app);
app.change();
if (typeof requestIdleCallback === "function") requestIdleCallback(complete, { timeout: 1000 });
else setTimeout(complete, 200);

/** @type {Promise<import("./app.js").Later> | undefined} */
let rest;

/** The rest of the script, fetched once; after a failure it is tried again when somebody needs it. */
function later() {
  rest ??= import(String(document.body.dataset.later)).catch((error) => {
    rest = undefined;
    throw error;
  });
  return rest;
}

/** @param {unknown} [_deadline] @param {number} [wait] until the next try */
async function complete(_deadline, wait = 1000) {
  try {
    const parts = await later();
    app.sound = new parts.Sound(storage, boot.key);
    view.complete(parts);
  } catch {
    setTimeout(complete, wait, undefined, Math.min(wait * 2, 30_000));
  }
}

/** @param {{full: boolean}} message */
function open({ full }) {
  app.open(full);
  queueMicrotask(() => view.focus());
}
