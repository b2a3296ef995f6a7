/** Single keys work while nobody types, and can be switched off; ⌘K and Ctrl K work everywhere. */
import { signal } from "../../../vendor/preact-signals.js";
import { put } from "../../lib/storage.js";
import { storage, storageKey } from "./boot.js";
import { move, openAssign, showShortcuts, write } from "./commands.js";
import { foldPanel, isPanelOver } from "./layout.js";
import { answer } from "./rings.js";
import { goBack } from "./route.js";
import { currentRow, dialog, frontRing, route } from "./state.js";
import { runOnCurrent } from "./verbs.js";
import { moveActive, showVisitor, takeActive } from "./visitors_view.js";

const offKey = storageKey("keys-off");

/** Speech input and restless fingers press single keys by accident. */
export const areKeysOn = signal(storage.getItem(offKey) !== "1");

/** @param {boolean} on */
export function switchKeys(on) {
  areKeysOn.value = on;
  put(storage, offKey, on ? "0" : "1");
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply"),
  n: () => write("note"),
  "/": () => (currentRow.value ? write(null, true) : document.getElementById("search")?.focus()),
  s: () => document.getElementById("search")?.focus(),
  t: () => runOnCurrent("take"),
  e: () => runOnCurrent("resolve"),
  a: () => currentRow.value && openAssign(),
  "?": showShortcuts,
  Escape: leave,
};

/** On the visitors' screen the same keys do what they do in a list. @type {Record<string, () => void>} */
const VISITOR_KEYS = {
  j: () => moveActive(1),
  k: () => moveActive(-1),
  t: takeActive,
  "/": () => document.getElementById("search")?.focus(),
  s: () => document.getElementById("search")?.focus(),
  "?": showShortcuts,
  Escape: () => route.value.visitor && showVisitor(""),
};

/** What lies over the conversation goes first. */
function leave() {
  if (route.value.panel) goBack({ number: route.value.number });
  else if (isPanelOver()) foldPanel(true);
}

/** @type {Record<string, "accept"|"decline">} */
const ANSWERS = { a: "accept", d: "decline" };

/** Alt makes other letters on a Mac, and some keyboards have no Latin ones: then the place of the key counts. @param {KeyboardEvent} event */
const letterOf = ({ key, code }) => (/^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace("Key", "").toLowerCase());

/** A chat that rings is answered from anywhere, also while one types. @param {KeyboardEvent} event @returns {boolean} */
function answersRing(event) {
  const verb = ANSWERS[letterOf(event)];
  if (!verb || !frontRing.value || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  event.preventDefault();
  if (!event.repeat) answer(verb);
  return true;
}

/** @param {EventTarget|null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=menu] *, dialog *"));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (answersRing(event)) return;
  if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    dialog.value = dialog.value?.name === "palette" ? null : { name: "palette" };
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || dialog.value || isTyping(event.target)) return;
  const run = (route.value.screen === "visitors" ? VISITOR_KEYS : KEYS)[event.key];
  if (!run || !(areKeysOn.value || event.key === "Escape")) return;
  event.preventDefault();
  run();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}
