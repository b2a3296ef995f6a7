/** Trying as a visitor: the server answers anew after each change. Without this script the button asks. */

import { nameRegions, regionName } from "./regions.js";

const REST = 300; // milliseconds without a change before the server is asked
const form = /** @type {HTMLFormElement} */ (document.getElementById("sample"));
const answer = /** @type {HTMLElement} */ (document.querySelector("[data-answer]"));
let latest = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

async function ask() {
  const mine = ++latest;
  const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  const response = await fetch(`?${query}`).catch(() => null);
  if (mine !== latest || !response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-answer]");
  if (!fresh) return;
  answer.innerHTML = fresh.innerHTML;
  nameRegions(answer);
  history.replaceState(null, "", `?${query}`);
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, REST);
});
const countries = form.elements.namedItem("country");
if (countries instanceof HTMLSelectElement) {
  const [unknown, ...named] = countries.options;
  const { value } = countries;
  for (const option of named) option.text = regionName(option.value);
  const order = new Intl.Collator(document.documentElement.lang || "en");
  countries.replaceChildren(unknown, ...named.sort((one, other) => order.compare(one.text, other.text)));
  countries.value = value;
}
nameRegions(answer);
