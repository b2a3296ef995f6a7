/** First steps: what is done gets its tick without a reload. */

import { poll } from "./poll.js";

const page = /** @type {HTMLElement} */ (document.querySelector("[data-progress]"));
const words = Object.fromEntries(
  [.../** @type {HTMLTemplateElement} */ (document.getElementById("state-words")).content.querySelectorAll("span")].map(
    (span) => [span.dataset.word, span.textContent ?? ""],
  ),
);

/** @param {{steps: Record<string, boolean>, done: number, seen: {seen: boolean, words: string}}} progress */
function draw(progress) {
  const current = Object.keys(progress.steps).find((name) => !progress.steps[name]);
  for (const [name, isDone] of Object.entries(progress.steps)) {
    const step = page.querySelector(`[data-step="${name}"]`);
    if (!step) continue;
    step.classList.toggle("done", isDone);
    step.classList.toggle("cur", name === current);
    if (name === current) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
    say(step.querySelector("[data-state]"), ` ${isDone ? words.done : words.open}`);
  }
  say(page.querySelector("[data-done]"), words.count.replace("%(done)s", String(progress.done)));
  drawSighting(progress.seen);
  const end = page.querySelector("[data-all-done]");
  if (end instanceof HTMLElement) end.hidden = progress.done < 5;
  return progress.done < 5;
}

/** @param {{seen: boolean, words: string}} seen */
function drawSighting(seen) {
  const place = page.querySelector("[data-seen]");
  if (!place || !seen.seen) return;
  const known = place.querySelector("[data-words]");
  if (known) return say(known, seen.words);
  const mark = /** @type {HTMLTemplateElement} */ (document.getElementById("seen-mark")).content.cloneNode(true);
  say(/** @type {DocumentFragment} */ (mark).querySelector("[data-words]"), seen.words);
  place.replaceChildren(mark);
}

/** @param {Element | null} element @param {string} text */
function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

if (draw(JSON.parse(document.getElementById("progress")?.textContent ?? "{}"))) {
  poll(page.dataset.progress ?? "", draw);
}
