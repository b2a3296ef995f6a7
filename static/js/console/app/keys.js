/** Single keys work while nobody types; ⌘K and Ctrl K everywhere. */
import { move, openAssign, write } from "./commands.js";
import { foldPanel, isPanelOver } from "./layout.js";
import { goBack } from "./route.js";
import { currentRow, dialog, route } from "./state.js";
import { runOnCurrent } from "./verbs.js";

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
  "?": () => (dialog.value = { name: "shortcuts" }),
  Escape: leave,
};

/** What lies over the conversation goes first. */
function leave() {
  if (route.value.panel) goBack({ number: route.value.number });
  else if (isPanelOver()) foldPanel(true);
}

/** @param {EventTarget|null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=menu] *, dialog *"));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    dialog.value = dialog.value?.name === "palette" ? null : { name: "palette" };
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || dialog.value || isTyping(event.target)) return;
  const run = KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}
