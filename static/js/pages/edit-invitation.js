/**
 * The editor of an invitation: each variant asks for what its design and its click need, and the preview is drawn by
 * the code that draws it on the site. Without this script everything is asked for, and means the same.
 */

import { conditionTrees } from "./conditions.js";
import { isNeeded } from "./condition-names.js";
import { SAMPLE_CART, aroundIn, place } from "./preview-look.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("edit"));
const panel = /** @type {HTMLElement} */ (document.querySelector("[data-preview]"));
const stage = /** @type {HTMLElement | null} */ (panel.querySelector("[data-stage]"));
let shown = /** @type {HTMLElement} */ (form.querySelector("[data-variant]"));
let language = "";

/** @param {HTMLElement} variant @param {string} name */
function valueOf(variant, name) {
  const input = form.elements.namedItem(`${variant.dataset.variant}-${name}`);
  return input && "value" in input ? String(input.value) : "";
}

// ---- what is asked for

/** @param {HTMLElement} variant */
function showNeeded(variant) {
  const [design, action] = [valueOf(variant, "design"), valueOf(variant, "action")];
  for (const part of variant.querySelectorAll("[data-designs], [data-actions]")) {
    if (!(part instanceof HTMLElement)) continue;
    part.hidden = !isNeeded(part.dataset.designs, design) || !isNeeded(part.dataset.actions, action);
  }
}

// ---- the preview

/** @param {HTMLElement} variant */
function typed(variant) {
  /** @type {Record<string, Record<string, any>>} */
  const texts = {};
  for (const place of variant.querySelectorAll("[data-lang]")) {
    const code = /** @type {HTMLElement} */ (place).dataset.lang ?? "";
    texts[code] = {};
    for (const part of ["title", "text", "button", "second", "chips", "code", "note"]) {
      const value = valueOf(variant, `text-${code || "default"}-${part}`);
      texts[code][part] = part === "chips" ? value.split("\n") : value;
    }
  }
  const product = Object.fromEntries(["name", "price", "url", "image"].map((part) => [part, valueOf(variant, `product_${part}`)]));
  return {
    design: valueOf(variant, "design"),
    texts,
    content: { image: valueOf(variant, "image"), person: personOf(variant), product },
    action: { kind: valueOf(variant, "action"), href: valueOf(variant, "action_url") },
  };
}

/** @param {HTMLElement} variant */
function personOf(variant) {
  const faces = form.elements.namedItem(`${variant.dataset.variant}-agent`);
  if (!(faces instanceof HTMLSelectElement) || !faces.value) return null;
  const isWhoever = faces.value === "whoever";
  const name = isWhoever ? (faces.options[2]?.text ?? faces.selectedOptions[0].text) : faces.selectedOptions[0].text;
  return { name, hue: 4, online: true };
}

let latest = 0;

async function draw() {
  if (!stage || !panel.dataset.look) return;
  const mine = ++latest;
  const around = await aroundIn(panel.dataset.look, language || document.documentElement.lang);
  const { render } = await import(panel.dataset.renderer ?? "");
  if (!around || mine !== latest) return;
  const own = shown.querySelector(`[data-lang="${CSS.escape(language)}"]`);
  const dir = language ? (own instanceof HTMLElement ? own.dataset.dir : "ltr") : document.documentElement.dir;
  const look = { ...around.look, words: around.words, cart: SAMPLE_CART, dir, bare: true, preview: true };
  place(stage, render(typed(shown), language, look));
  const name = panel.querySelector("[data-variant-name]");
  const heading = shown.querySelector("h2")?.textContent ?? "";
  if (name) name.textContent = form.querySelectorAll("[data-variant]").length > 1 ? heading.split("·")[1] ?? "" : "";
}

/** What somebody works on is what they look at. @param {Event} event */
function follow(event) {
  if (!(event.target instanceof Element)) return;
  const variant = event.target.closest("[data-variant]");
  if (!(variant instanceof HTMLElement)) return;
  const words = event.target.closest("[data-lang]");
  const now = words instanceof HTMLElement ? (words.dataset.lang ?? "") : language;
  if (variant === shown && now === language) return;
  [shown, language] = [variant, now];
  draw();
}

// ---- desktop and phone

const sizes = /** @type {HTMLButtonElement[]} */ ([...panel.querySelectorAll("button[data-size]")]);

/** @param {HTMLButtonElement} chosen */
function resize(chosen) {
  for (const each of sizes) {
    each.setAttribute("aria-checked", String(each === chosen));
    each.tabIndex = each === chosen ? 0 : -1;
  }
  const frame = panel.querySelector("[data-frame]");
  if (frame instanceof HTMLElement) frame.dataset.size = chosen.dataset.size;
}

for (const button of sizes) {
  button.addEventListener("click", () => resize(button));
  button.addEventListener("keydown", (event) => {
    if (!/^Arrow/.test(event.key)) return;
    event.preventDefault();
    const other = sizes[(sizes.indexOf(button) + 1) % sizes.length];
    resize(other);
    other.focus();
  });
}

// ---- beginning

for (const variant of form.querySelectorAll("[data-variant]")) showNeeded(/** @type {HTMLElement} */ (variant));
form.addEventListener("input", draw);
form.addEventListener("change", (event) => {
  const variant = event.target instanceof Element ? event.target.closest("[data-variant]") : null;
  if (variant instanceof HTMLElement) showNeeded(variant);
  draw();
});
form.addEventListener("focusin", follow);
conditionTrees();
draw();
