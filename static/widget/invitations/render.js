/**
 * An invitation as an element: in a shadow root, styled by a constructed sheet, so that the page's styles and its
 * Content-Security-Policy are not in the way. The page of a shop, the gallery and the preview of the settings use it.
 * @module render
 */

import { h } from "../dom.js";
import { DESIGNS } from "./designs.js";
import STYLE from "./invitation.css";
import { icon } from "./icons.js";
import { chosen } from "./texts.js";

/**
 * @typedef {{fill: string, on_fill: string, text: string, soft: string}} Colours
 * @typedef {{name: string, hue?: number, online?: boolean}} Person
 * @typedef {{value: number, currency: string, items?: import("./designs.js").Item[]}} Cart
 * @typedef {object} Variant
 * @property {string} design one of `DESIGNS`
 * @property {Record<string, import("./texts.js").Texts> | import("./texts.js").Texts} texts by locale, "" is the default; or of the one
 * @property {{image?: string, alt?: string, agent?: Person | null, product?: {name?: string, price?: string, url?: string, image?: string} | null}} [content]
 * @property {{kind?: import("./verbs.js").Kind, url?: string}} [action]
 * @property {"" | "corner" | "top" | "foot" | "centre"} [position] "": where the design belongs
 * @typedef {object} Look where it stands, and for whom
 * @property {{light: Colours, dark: Colours}} brand as in the widget's configuration
 * @property {"auto" | "light" | "dark"} dark
 * @property {"start" | "end"} position of the launcher
 * @property {"ltr" | "rtl"} [dir] of the page
 * @property {Record<string, string>} words ours, in the visitor's language (`live.words` of the configuration)
 * @property {Person[]} [agents] who may answer, the first one first
 * @property {Cart | null} [cart]
 * @property {string} [email] of the visitor, if it is known
 * @property {boolean} [bare] there is no launcher to leave room for
 * @property {boolean} [preview] it fills its positioned parent instead of the window
 * @property {HTMLElement | null} [slot] a place that the shop keeps free for a bar at the top
 * @property {(answer: import("./verbs.js").Answer) => void} [accept]
 * @property {(why: "closed" | "not_now") => void} [dismiss]
 */

/** What a design and its verbs are drawn from, for one invitation. */
export class Scene {
  /** @param {Variant} variant @param {string} locale @param {Look} look */
  constructor({ design, texts, content = {}, action = {} }, locale, look) {
    this.look = look;
    this.design = DESIGNS[design];
    this.content = content;
    this.words = look.words;
    this.person = content.agent ?? look.agents?.[0] ?? { name: "" };
    this.texts = chosen(texts, locale);
    this.kind = action.kind && action.kind in KINDS ? action.kind : "chat";
    this.href = action.url || content.product?.url;
    this.hasIcon = design === "card_product" || design === "full_basket";
    this.cart = look.cart;
    this.email = look.email ?? "";
    this.locale = locale;
    this.panel = h("div", { class: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "says" });
  }

  /** The words of the way to say yes. */
  yes() {
    return this.texts.button || this.words[KINDS[this.kind]];
  }

  /** @param {number} amount in the currency of the basket */
  money = (amount) => {
    try {
      return new Intl.NumberFormat(this.locale || undefined, { style: "currency", currency: this.cart?.currency }).format(amount);
    } catch {
      return `${amount} ${this.cart?.currency ?? ""}`;
    }
  };

  /** @param {import("./verbs.js").Answer} answer */
  accept(answer) {
    this.look.accept?.(answer);
  }

  /** @param {"closed" | "not_now"} why */
  dismiss(why) {
    this.look.dismiss?.(why);
  }

  draw() {
    const { design, panel } = this;
    panel.replaceChildren(...design.draw(this).filter((each) => each !== false), this.close());
    const says = /** @type {HTMLElement} */ (panel.querySelector(".says"));
    // Words that had to give way can be scrolled with the keys too.
    new ResizeObserver(() => {
      if (says.scrollHeight > says.clientHeight + 1) says.tabIndex = 0;
      else says.removeAttribute("tabindex");
    }).observe(says);
  }

  /** Answered in place: what was asked makes room for thanks. @param {string} words @param {string} [more] @param {() => void} [act] */
  thank(words, more, act) {
    const said = h("p", { id: "says", class: "thanks", tabindex: "-1" }, icon("check"), h("span", { dir: "auto" }, words));
    const button = more && h("button", { class: "btn quiet", type: "button", onclick: () => act?.() }, more);
    const { form } = this.design;
    this.panel.replaceChildren(h("div", { class: form === "bubble" ? "bub" : "in" }, said, button || ""), this.close());
    // The visitor was in here: their place is on what came instead.
    said.focus({ preventScroll: true });
  }

  /** @private */
  close() {
    const onclick = () => this.dismiss("closed");
    return h("button", { class: "ico x", type: "button", "aria-label": this.words.close_invitation, onclick }, icon("close"));
  }
}

/** Each kind of action, with the words of its button where the workspace wrote none. */
const KINDS = { chat: "start_chat", chips: "start_chat", rate: "start_chat", coupon: "use_code", email: "send", link: "have_a_look" };

/**
 * Must hold: `variant.design` is one of `DESIGNS`. Nothing is announced and nothing takes the focus.
 * @param {Variant} variant @param {string} locale of the visitor @param {Look} look
 * @returns {HTMLElement} it lies over the window (or its parent), lets the pointer through and covers what its panel covers
 */
export function render(variant, locale, look) {
  const scene = new Scene(variant, locale, look);
  const host = document.createElement("helpdesk-invitation");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const { form } = scene.design;
  const at = variant.position || scene.design.at;
  Object.assign(scene.panel.dataset, { design: variant.design, kind: scene.kind });
  host.dir = look.dir ?? "ltr";
  Object.assign(host.dataset, { side: look.position, form, at });
  host.toggleAttribute("data-bare", Boolean(look.bare));
  host.toggleAttribute("data-preview", Boolean(look.preview));
  host.toggleAttribute("data-slot", Boolean(look.slot));
  scene.draw();
  root.append(h("div", { class: "place" }, scene.panel));
  paint(host, look);
  return host;
}

/** Both themes' colours: the sheet picks, as the system does. @param {HTMLElement} host @param {Look} look */
function paint(host, { dark, brand }) {
  host.dataset.dark = dark;
  for (const theme of /** @type {const} */ (["light", "dark"]))
    for (const [role, colour] of Object.entries(brand[theme])) host.style.setProperty(`--${theme}-${role}`, colour);
}

export { DESIGNS };
