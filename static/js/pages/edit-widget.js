/** The widget's settings: languages as tabs, a drawing that follows every change, and "seen on your site". */

import { poll } from "./poll.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("edit"));
const sketch = /** @type {HTMLElement} */ (document.querySelector("[data-sketch]"));
const ourWords = JSON.parse(document.getElementById("our-words")?.textContent ?? "{}");
const firstLanguage = Object.keys(ourWords)[0] ?? "en"; // the workspace's
let language = firstLanguage;

/** @param {string} name */
const input = (name) => /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));

// ---- the drawing

/** @typedef {{fill: string, on_fill: string, text: string, soft: string}} Theme */

/** @param {Record<string, Theme>} look */
function paint(look) {
  for (const [theme, colours] of Object.entries(look)) {
    const place = /** @type {HTMLElement | null} */ (sketch.querySelector(`.theme.${theme}`));
    place?.style.setProperty("--sketch-fill", colours.fill);
    place?.style.setProperty("--sketch-on", colours.on_fill);
  }
}

/** @param {string} code @param {string} key */
const written = (code, key) => input(`${code}-${key}`)?.value.trim() ?? "";

/** As the widget does: its own words in the language, else those of the workspace's language, else ours. */
function write() {
  for (const place of sketch.querySelectorAll("[data-word]")) {
    const key = /** @type {HTMLElement} */ (place).dataset.word ?? "";
    place.textContent = written(language, key) || written(firstLanguage, key) || ourWords[language]?.[key] || "";
  }
  sketch.classList.toggle("at-start", input("position")?.value === "start");
  sketch.dir = document.getElementById(`words-${language}`)?.querySelector("[dir]")?.getAttribute("dir") ?? "ltr";
}

let latest = 0;

/** The server reckons the colours, as it does for the widget: one formula, one truth. @param {string} colour */
async function recolour(colour) {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return;
  const mine = ++latest;
  const response = await fetch(`${sketch.dataset.sketch}?colour=${encodeURIComponent(colour)}`).catch(() => null);
  if (response?.ok && mine === latest) paint(await response.json());
}

function colours() {
  const typed = /** @type {HTMLInputElement} */ (input("colour"));
  const picker = /** @type {HTMLInputElement} */ (document.getElementById("colour-picker"));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => recolour(typed.value), 120);
  };
  picker.addEventListener("input", () => {
    typed.value = picker.value;
    typed.dispatchEvent(new Event("input", { bubbles: true }));
  });
  typed.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(typed.value)) picker.value = typed.value.toLowerCase();
    later();
  });
}

// ---- languages as tabs

function tabs() {
  const list = document.querySelector("[data-tabs]");
  if (!(list instanceof HTMLElement)) return;
  const all = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll('[role="tab"]')]);
  list.hidden = false;
  for (const heading of form.querySelectorAll(".words-of")) heading.classList.add("vh");

  /** @param {HTMLButtonElement} chosen */
  function choose(chosen) {
    for (const tab of all) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = tab !== chosen;
    }
    language = chosen.lang;
    write();
  }

  list.addEventListener("click", (event) => {
    const tab = /** @type {Element} */ (event.target).closest('[role="tab"]');
    if (tab instanceof HTMLButtonElement) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const forward = document.documentElement.dir === "rtl" ? -step : step;
    const now = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = all[(now + forward + all.length) % all.length];
    choose(next);
    next.focus();
  });
  choose(all.find((tab) => tab.querySelector(".dot.err")) ?? all[0]);
}

// ---- seen on your site

function watchForTheSite() {
  const place = document.querySelector("[data-watch-for]");
  if (!(place instanceof HTMLElement) || place.querySelector(".tag")) return;
  poll(place.dataset.watchFor ?? "", (seen) => {
    if (!seen.seen) return true;
    const mark = document.createElement("span");
    mark.className = "tag good";
    mark.textContent = seen.words;
    place.replaceChildren(mark);
    return false;
  });
}

paint(JSON.parse(document.getElementById("sketch-look")?.textContent ?? "{}"));
colours();
recolour(input("colour")?.value ?? ""); // after a refusal the form holds another colour than the one saved
tabs();
write();
form.addEventListener("input", write);
watchForTheSite();
