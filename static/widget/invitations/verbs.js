/**
 * The ways to answer an invitation: one kind of action each, in whatever design it stands.
 * @module verbs
 */

import { h } from "../dom.js";
import { linkTarget } from "./addresses.js";
import { icon } from "./icons.js";

const EMAIL = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\.]+(\.[^\s@<>(),;:"[\]\\.]+)+$/u;
const MOODS = [1, 2, 3, 4, 5];
const COPIED_MS = 3000;

/**
 * @typedef {import("./render.js").Scene} Scene
 * @typedef {"chat" | "chips" | "rate" | "coupon" | "email" | "link"} Kind
 * @typedef {object} Answer what the visitor chose
 * @property {Kind} kind
 * @property {string} [words] the visitor's first message, in their name
 * @property {number} [value] 1 … 5
 * @property {string} [email]
 * @property {string} [code]
 */

/** What stands under the words of an invitation. @param {Scene} scene @returns {HTMLElement[]} */
export function verbs(scene) {
  return { chat, chips, rate, coupon, email, link }[scene.kind](scene);
}

/** The quiet way out, if it has words. @param {Scene} scene @returns {HTMLElement | false} */
function second(scene, act = () => scene.dismiss("not_now")) {
  const { second: words } = scene.texts;
  return Boolean(words) && h("button", { class: "btn quiet", type: "button", dir: "auto", onclick: act }, words);
}

/** @param {Scene} scene */
function chat(scene) {
  const onclick = () => scene.accept({ kind: "chat" });
  const mark = scene.hasIcon && icon("chat");
  const yes = h("button", { class: "btn", type: "button", onclick }, mark, h("span", { dir: "auto" }, scene.yes()));
  return [h("div", { class: "two" }, yes, second(scene))];
}

/** @param {Scene} scene */
function link(scene) {
  const target = linkTarget(scene.href);
  // An address that is none of ours to follow leaves a chat to accept.
  if (!target) return chat(scene);
  const onclick = () => scene.accept({ kind: "link" });
  const yes = h("a", { class: "btn", dir: "auto", onclick, ...target }, scene.yes());
  return [h("div", { class: "two" }, yes, second(scene))];
}

/** @param {Scene} scene */
function chips(scene) {
  const made = (scene.texts.chips ?? []).map((words) =>
    h("button", { class: "pill", type: "button", dir: "auto", onclick: () => scene.accept({ kind: "chips", words }) }, words),
  );
  if (!made.length) return chat(scene);
  return [h("div", { class: "chips", role: "group", "aria-labelledby": "says" }, made)];
}

/** @param {Scene} scene */
function rate(scene) {
  const words = scene.words.moods.split("|");
  const mood = (/** @type {number} */ value) => {
    const name = `${value}/5 ${words[value - 1]}`;
    const onclick = () => {
      scene.accept({ kind: "rate", value, words: name });
      scene.thank(scene.words.thanks_rate, scene.words.tell_more, () => scene.accept({ kind: "chat", words: name }));
    };
    return h("button", { class: "mood", type: "button", "aria-label": name, title: words[value - 1], onclick }, icon(`mood${value}`));
  };
  return [h("div", { class: "moods", role: "group", "aria-labelledby": "says" }, MOODS.map(mood))];
}

/** @param {Scene} scene */
function coupon(scene) {
  const { words, texts } = scene;
  const code = texts.code ?? "";
  const shown = h("b", { dir: "ltr" }, code);
  const said = h("span", { class: "sr", role: "status" });
  const label = h("span", { dir: "auto" }, scene.yes());
  const copy = async () => {
    const copied = await copyText(code, shown);
    label.textContent = said.textContent = copied ? words.copied : words.copy_by_hand;
    scene.accept({ kind: "coupon", code });
    setTimeout(() => (label.textContent = scene.yes()), COPIED_MS);
  };
  const attributes = { class: "ico", type: "button", "aria-label": words.copy_code.replace("%(code)s", code) };
  return [
    h(
      "div",
      { class: "coupon" },
      h("span", {}, h("small", { dir: "auto" }, texts.note || words.your_code), shown),
      h("button", { ...attributes, onclick: copy }, icon("copy")),
      said,
    ),
    h(
      "div",
      { class: "two" },
      h("button", { class: "btn", type: "button", onclick: copy }, label),
      second(scene, () => scene.accept({ kind: "chat" })),
    ),
  ];
}

/** @param {Scene} scene */
function email(scene) {
  const { words } = scene;
  const field = h("input", { class: "input", id: "email", type: "email", dir: "ltr", autocomplete: "email" });
  field.placeholder = "name@example.com";
  field.value = scene.email;
  const problem = h("p", { class: "problem", id: "problem", role: "alert" });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const address = field.value.trim();
    const isGood = EMAIL.test(address) && address.length <= 254;
    field.setAttribute("aria-invalid", String(!isGood));
    problem.textContent = isGood ? "" : words.wrong_email;
    if (!isGood) return field.focus();
    scene.accept({ kind: "email", email: address, words: scene.yes() });
    scene.thank(scene.texts.thanks || words.thanks_email.replace("%(address)s", `\u2068${address}\u2069`));
  };
  field.setAttribute("aria-describedby", "problem");
  const yes = h("button", { class: "btn", type: "submit", dir: "auto" }, scene.yes());
  return [
    h(
      "form",
      { novalidate: true, onsubmit: send },
      h("div", { class: "field" }, h("label", { for: "email" }, words.email), field, problem),
      h("div", { class: "two" }, yes, second(scene)),
    ),
  ];
}

/**
 * @param {string} text @param {HTMLElement} shown where it stands, to be selected when nothing else works
 * @returns {Promise<boolean>} it can be pasted
 */
async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A shop without https, or one whose policy forbids it.
    getSelection()?.selectAllChildren(shown);
    return document.execCommand("copy");
  }
}
