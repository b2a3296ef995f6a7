/**
 * The twelve designs: what stands where. Their looks are in invitation.css.
 * @module designs
 */

import { h, initials } from "../dom.js";
import { pictureAddress } from "./addresses.js";
import { icon } from "./icons.js";
import { verbs } from "./verbs.js";

const LARGEST_PICTURE = 16_000_000; // pixels; a phone must not choke on a shop's poster

/**
 * @typedef {import("./render.js").Scene} Scene
 * @typedef {{name: string, quantity?: number, price?: number, image?: string}} Item
 */

/** @type {Record<string, {form: "bubble" | "card" | "bar" | "full", at: "corner" | "top" | "foot" | "centre", draw: (scene: Scene) => (HTMLElement | false)[]}>} */
export const DESIGNS = {
  bubble_hello: {
    form: "bubble",
    at: "corner",
    draw: (scene) => [face(scene), h("div", { class: "bub" }, says(scene), ...verbs(scene))],
  },
  bubble_chips: {
    form: "bubble",
    at: "corner",
    draw: (scene) => [h("div", { class: "bub" }, says(scene)), ...verbs(scene)],
  },
  bubble_rate: {
    form: "bubble",
    at: "corner",
    draw: (scene) => [h("div", { class: "bub" }, says(scene), ...verbs(scene))],
  },
  card_person: {
    form: "card",
    at: "corner",
    draw: (scene) => [h("div", { class: "band" }), inside(face(scene), says(scene), ...verbs(scene))],
  },
  card_product: {
    form: "card",
    at: "corner",
    draw: (scene) => [inside(product(scene), ...verbs(scene))],
  },
  card_coupon: { form: "card", at: "corner", draw: (scene) => [inside(says(scene), ...verbs(scene))] },
  bar_top: { form: "bar", at: "top", draw: (scene) => [says(scene), ...verbs(scene)] },
  bar_foot: { form: "bar", at: "foot", draw: (scene) => [face(scene), says(scene), ...verbs(scene)] },
  bar_phone: { form: "bar", at: "corner", draw: (scene) => [face(scene), says(scene), ...verbs(scene)] },
  full_exit: { form: "full", at: "centre", draw: (scene) => [inside(heading(scene), ...verbs(scene))] },
  full_basket: {
    form: "full",
    at: "corner",
    draw: (scene) => [inside(says(scene), basket(scene), ...verbs(scene))],
  },
  full_welcome: {
    form: "full",
    at: "corner",
    draw: (scene) => [art(scene), inside(heading(scene), ...verbs(scene))],
  },
};

/** @param {...(HTMLElement | false)} children */
function inside(...children) {
  return h("div", { class: "in" }, ...children);
}

/** Title and text in one breath. @param {Scene} scene */
function says({ texts }) {
  const { title, text, note } = texts;
  const words = [title && h("b", { dir: "auto" }, title), title && text && " ", text && h("span", { dir: "auto" }, text)];
  return h("div", { class: "says" }, h("p", { id: "says" }, words), note && !texts.code && h("small", { dir: "auto" }, note));
}

/** @param {Scene} scene */
function heading({ texts: { title, text } }) {
  return h(
    "div",
    { class: "says" },
    h("h2", { id: "says", dir: "auto" }, title || text || ""),
    title && text && h("p", { dir: "auto" }, text),
  );
}

/** @param {Scene} scene */
function face({ person: { name, hue = 0, online } }) {
  const attributes = { class: `face${online ? " on" : ""}`, "data-hue": hue || null, "aria-hidden": "true" };
  return h("span", attributes, name ? initials(name) : icon("chat"));
}

/** @param {Scene} scene */
function product(scene) {
  const { product: one } = scene.content;
  const price = h("small", { dir: "auto" }, one?.price ?? "");
  const shown = says(scene);
  if (one?.price) shown.append(price);
  return h("div", { class: "media" }, picture(one?.image ?? scene.content.image, one?.name ?? ""), shown);
}

/** What is in the basket, as the shop told it. @param {Scene} scene */
function basket({ cart, words, money }) {
  if (!cart?.items?.length) return false;
  const row = (/** @type {Item} */ { name, quantity = 1, price, image }) =>
    h(
      "li",
      {},
      picture(image, ""),
      h("span", {}, h("b", { dir: "auto" }, name), quantity > 1 && h("small", {}, `× ${quantity}`)),
      price !== undefined && h("b", { class: "sum" }, money(price * quantity)),
    );
  const more = cart.items.length - 3;
  return h(
    "div",
    { class: "basket" },
    h("ul", {}, cart.items.slice(0, 3).map(row), more > 0 && h("li", {}, h("small", {}, `+ ${more}`))),
    h("p", { class: "total" }, h("span", {}, words.together), h("span", { class: "sum" }, money(cart.value))),
  );
}

/** @param {Scene} scene */
function art({ content: { image, alt = "" } }) {
  const shown = picture(image, alt);
  return shown && h("div", { class: "art" }, shown);
}

/**
 * A picture that may fail: then the invitation stands without it.
 * @param {string | undefined} address @param {string} alt
 * @returns {HTMLElement | false}
 */
function picture(address, alt) {
  const src = pictureAddress(address);
  if (!src) return false;
  const frame = h("span", { class: "pic" });
  const image = h("img", { alt, decoding: "async", referrerpolicy: "no-referrer" });
  image.addEventListener("error", () => frame.remove());
  image.addEventListener("load", () => {
    if (image.naturalWidth * image.naturalHeight > LARGEST_PICTURE) frame.remove();
  });
  image.src = src;
  frame.append(image);
  return frame;
}
