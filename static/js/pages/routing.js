/**
 * The panel “if a chat came now”: the server works it out from the form as it stands, after each change and every few
 * seconds. Without this script the page shows what the saved settings would do.
 */

import { markedChanges } from "./routing-changes.js";
import { ruleRows } from "./routing-rules.js";

const REST = 250; // milliseconds without a change before the server is asked
const EVERY = 10_000;

const sample = /** @type {HTMLFormElement} */ (document.getElementById("sample"));
const edit = /** @type {HTMLFormElement} */ (document.getElementById("edit"));
const resume = /** @type {HTMLFormElement} */ (document.getElementById("resume"));
const answer = /** @type {HTMLElement} */ (document.querySelector("[data-answer]"));
const said = /** @type {HTMLElement} */ (document.querySelector("[data-status]"));
const live = /** @type {HTMLElement} */ (document.querySelector("[data-live]"));
const stale = /** @type {HTMLElement} */ (document.querySelector("[data-stale]"));

// ---- asking

let latest = 0;
let shown = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

async function ask() {
  clearTimeout(timer);
  const mine = ++latest;
  const html = await fetchAnswer();
  if (mine !== latest) return;
  live.hidden = html === null;
  stale.hidden = html !== null;
  if (html !== null) show(html);
  timer = setTimeout(askWhenSeen, EVERY);
}

function askWhenSeen() {
  if (document.visibilityState === "visible") ask();
}

async function fetchAnswer() {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(edit)));
  for (const [name, value] of new FormData(sample)) body.append(name, String(value));
  try {
    const response = await fetch(sample.dataset.preview ?? "", { method: "POST", body });
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

/**
 * Nothing moves and nothing is read aloud unless it is news; who stood on a button stands on it again.
 * @param {string} html
 */
function show(html) {
  if (html === shown) return;
  shown = html;
  const key = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
  answer.innerHTML = html;
  if (key) /** @type {HTMLElement | null} */ (answer.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
  const title = answer.querySelector("[data-said]")?.textContent ?? "";
  if (said.textContent !== title) said.textContent = title;
}

function askSoon() {
  latest++; // what is on its way is about an older form
  clearTimeout(timer);
  timer = setTimeout(ask, REST);
}

// ---- beginning

markedChanges(edit);
ruleRows(edit);
edit.addEventListener("input", askSoon);
edit.addEventListener("change", askSoon);
sample.addEventListener("input", askSoon);
sample.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
resume.addEventListener("submit", async (event) => {
  event.preventDefault(); // what was typed must not be lost for it
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  button.disabled = true;
  await fetch(button.formAction, { method: "POST", body: new FormData(resume), redirect: "manual" }).catch(() => null);
  ask();
});
addEventListener("visibilitychange", askWhenSeen);

const button = sample.querySelector("[data-try]");
if (button instanceof HTMLElement) button.hidden = true;
ask();
