/** The gallery: each design drawn by the code that draws it on the site. */

import { SAMPLE_CART, aroundIn, place } from "./preview-look.js";

const gallery = /** @type {HTMLElement} */ (document.querySelector("[data-gallery]"));
const variants = JSON.parse(document.getElementById("variants")?.textContent ?? "{}");

async function draw() {
  const language = document.documentElement.lang;
  const around = gallery.dataset.look ? await aroundIn(gallery.dataset.look, language) : null;
  if (!around) return;
  const { render } = await import(gallery.dataset.renderer ?? "");
  for (const stage of gallery.querySelectorAll("[data-stage]")) {
    if (!(stage instanceof HTMLElement)) continue;
    const variant = variants[stage.dataset.stage ?? ""];
    const look = { ...around.look, words: around.words, agents: [{ name: "Maya", hue: 4, online: true }], cart: SAMPLE_CART };
    place(stage, render({ ...variant, content: {} }, "", { ...look, dir: document.documentElement.dir, bare: true, preview: true }));
  }
}

draw();
