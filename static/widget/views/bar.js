/**
 * The head of every screen but home: back, who, menu, close.
 * @module bar
 */

import { face, fill, h, icon, say, set } from "../dom.js";

export class Bar {
  /** @param {import("../app.js").App} app @param {{back: () => void, menu?: () => void}} does */
  constructor(app, { back, menu }) {
    const t = (/** @type {string} */ name) => app.text(name);
    this.person = "";
    this.face = h("span");
    this.title = h("h1", { dir: "auto" });
    this.sub = h("small", { dir: "auto" });
    this.more =
      menu &&
      h(
        "button",
        {
          class: "ico",
          type: "button",
          "aria-label": t("more"),
          "aria-haspopup": "menu",
          "aria-expanded": "false",
          onclick: menu,
        },
        icon("more"),
      );
    this.el = h(
      "div",
      { class: "bar" },
      h("button", { class: "ico", type: "button", "aria-label": t("back"), onclick: back }, icon("back", "flip")),
      h("span", { class: "who" }, this.face, h("span", {}, this.title, this.sub)),
      this.more,
      h(
        "button",
        { class: "ico", type: "button", "aria-label": t("close"), onclick: () => app.bridge.post({ type: "close" }) },
        icon("close"),
      ),
    );
  }

  /** @param {{title: string, sub: string, person?: {name: string} | null, menu?: boolean, expanded?: boolean}} what */
  update({ title, sub, person = null, menu = false, expanded = false }) {
    say(this.title, title);
    say(this.sub, sub);
    const key = JSON.stringify(person);
    if (key !== this.person) fill(this.face, person && face(person));
    this.person = key;
    if (!this.more) return;
    this.more.hidden = !menu;
    set(this.more, "aria-expanded", String(expanded));
  }
}
