/** How far a simulation is, without a reload; when it is over the page is loaded anew and shows what came out. */

import { poll } from "./poll.js";

const place = document.querySelector("[data-progress]");
const bar = place?.querySelector("progress");
const words = place?.querySelector("[data-words]");
const status = place?.querySelector("[data-done]");

/** @param {{is_finished: boolean, progress: number, words: string}} run */
function draw(run) {
  if (bar instanceof HTMLProgressElement) bar.value = run.progress;
  if (words) words.textContent = run.words;
  if (!run.is_finished) return true;
  if (status instanceof HTMLElement) status.textContent = status.dataset.done ?? "";
  location.reload();
  return false;
}

if (place instanceof HTMLElement) poll(place.dataset.progress ?? "", draw);
