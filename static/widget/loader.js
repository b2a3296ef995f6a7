/**
 * The snippet's script: `window.Helpdesk(verb, …)`, replaying what was called before it came.
 *
 *     <script async src="https://app.example/widget.js" data-key="KEY"></script>
 *
 * Verbs: boot, open, close, toggle, identify, set, track, convert, page, on, consent, optout, shutdown.
 * @module loader
 */

import { Host } from "./loader/host.js";
import { explain, readTag, tell } from "./loader/page.js";

const FACTS = ["name", "email", "phone", "language"];

/** @type {any} */
const page = window;
const tag = readTag();

/** @type {Host | null} */
let host = null;
/** @type {any[][]} calls that came before `boot` */
let early = [];
let ready = false;

/** @type {Record<string, (...args: any[]) => void>} */
const VERBS = {
  boot,
  open: () => host?.show(true),
  close: () => host?.show(false),
  toggle: () => host?.show(!host.open),
  identify: (facts) => host?.introduce(pick(facts)),
  set: (facts) => host?.set(pick(facts), facts),
  track: (name, more) => host?.inform("track", String(name), more),
  convert: (goal) => host?.inform("convert", goal),
  page: (url) => host?.visit(url),
  consent: (yes) => host?.consent(yes !== false),
  optout: (yes) => host?.optOut(yes !== false),
  on: (name, listener) => {
    document.addEventListener(`helpdesk:${name}`, (event) => listener(/** @type {CustomEvent} */ (event).detail));
    if (name === "ready" && ready) listener({ online: host?.config?.online });
  },
  shutdown: () => {
    host?.stop();
    host = null;
    ready = false;
  },
};

/** @param {string} verb @param {...any} args */
function Helpdesk(verb, ...args) {
  const act = Object.hasOwn(VERBS, verb) && VERBS[verb];
  if (!act) return explain(`There is no call named "${verb}". There are: ${Object.keys(VERBS).join(", ")}.`);
  if (!host && verb !== "boot" && verb !== "on") return void early.push([verb, ...args]);
  try {
    act(...args);
  } catch (error) {
    // The shop's page must not break because of its chat.
    explain(`"${verb}" failed: ${error}`);
  }
}

/** @param {Record<string, any>} [options] */
function boot(options = {}) {
  const settings = { ...page.helpdeskSettings, ...options };
  const key = settings.key || tag?.key;
  if (!key || !tag)
    return explain('The key is missing: write data-key="KEY" into the snippet, or Helpdesk("boot", {key: "KEY"}).');
  if (host && host.key !== key)
    return explain(
      `The chat with the key "${host.key}" is already on this page; "${key}" is ignored. Call Helpdesk("shutdown") first.`,
    );
  if (host) return host.introduce(pick(settings));
  const { language, hide_default_launcher: hidden } = settings;
  host = new Host({ origin: tag.origin, key, profile: pick(settings), language, hidden });
  host.start();
  const waiting = early;
  early = [];
  for (const call of waiting) Helpdesk(.../** @type {[string, ...any[]]} */ (call));
}

/** @param {any} facts @returns {Record<string, string>} */
function pick(facts) {
  return Object.fromEntries(FACTS.filter((name) => facts?.[name]).map((name) => [name, String(facts[name])]));
}

function start() {
  const stub = page.Helpdesk;
  if (stub?.loaded) return explain("The snippet is on this page twice; the second one is ignored.");
  if (!("adoptedStyleSheets" in document)) return explain("This browser is too old for the chat.");
  page.Helpdesk = Object.assign(Helpdesk, { loaded: true });
  document.addEventListener("helpdesk:ready", () => (ready = true));
  const calls = [...(stub?.q ?? [])].map((call) => [...call]);
  const boots = calls.some(([verb]) => verb === "boot");
  for (const call of calls) Helpdesk(.../** @type {[string, ...any[]]} */ (call));
  if (!boots && (tag?.key || page.helpdeskSettings?.key)) boot();
}

try {
  start();
} catch (error) {
  explain(`The chat could not start: ${error}`);
  tell("error", { code: "start", message: String(error) });
}
