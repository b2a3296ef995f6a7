/**
 * Entry of the window's page.
 * @module frame
 */

import { App } from "./app.js";
import { openBridge } from "./bridge.js";
import { LentStorage, openWindowStorage } from "./lent.js";
import { Window } from "./window.js";

/** @type {import("./app.js").Boot} */
const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "");

let started = false;
const bridge = openBridge([boot.app_origin, ...boot.sites], {
  hello: (hello) => {
    lend(hello.stored);
    if (!started) app.withLine((line) => line.start(hello));
    started = true;
    app.accept(hello.invited);
    if (hello.open) open(hello);
    bridge.post({ type: "ready" });
  },
  open,
  close: () => app.close(),
  invited: ({ invited }) => app.accept(invited),
  full: ({ full }) => app.change({ full }),
  page: ({ page }) => app.withLine((line) => line.visit(page)),
  profile: ({ profile }) => app.withLine((line) => line.introduce(profile)),
  stored: ({ items }) => lend(items),
  forget: () => app.withLine((line) => line.forget()),
});

const storage = openWindowStorage((message) => bridge.post(message));
const app = new App({ boot, storage, bridge, draw: () => view.update(), announce: (words) => view.announce(words) });
const view = new Window(/** @type {HTMLElement} */ (document.getElementById("window")), app);
app.change();
complete();

/** @param {Record<string, string | null>} items */
function lend(items) {
  if (storage instanceof LentStorage) storage.take(items);
}

/** @param {{full: boolean, quiet: boolean}} message `quiet`: by itself, so the focus stays where it is */
function open({ full, quiet }) {
  view.quiet = quiet;
  app.open(full);
  queueMicrotask(() => view.focus());
}

/** Fetches the rest; what was typed meanwhile waits for it. @param {number} [wait] ms until the next try */
async function complete(wait = 1000) {
  // Browsers may remember that a module failed: another address makes them ask again.
  const again = wait > 1000 ? `?again=${wait}` : "";
  try {
    /** @type {import("./app.js").Later} */
    const later = await import(document.body.dataset.later + again);
    view.complete(later);
    app.connect(new later.Line(app));
  } catch {
    app.change({ link: "lost" });
    setTimeout(complete, wait, Math.min(wait * 2, 30_000));
  }
}
