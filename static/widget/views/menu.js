/**
 * The menu behind the dots and the question before a chat is ended.
 * @module menu
 */

import { h, icon, say, set } from "../dom.js";

export class Menu {
  /** @param {import("../app.js").App} app @param {() => void} onClose */
  constructor(app, onClose) {
    this.app = app;
    this.onClose = onClose;
    this.soundWords = h("span");
    this.sound = h(
      "button",
      { type: "button", role: "menuitemcheckbox", tabindex: -1, onclick: () => this.toggleSound() },
      icon("bell"),
      this.soundWords,
    );
    this.end = h(
      "button",
      {
        class: "stop",
        type: "button",
        role: "menuitem",
        tabindex: -1,
        onclick: () => app.change({ menu: false, confirm: true }),
      },
      icon("door"),
      app.text("end_chat"),
    );
    this.el = h(
      "div",
      {
        class: "menu",
        role: "menu",
        "aria-label": app.text("more"),
        hidden: true,
        onkeydown: (event) => this.key(event),
      },
      this.sound,
      this.end,
    );
    document.addEventListener("pointerdown", (event) => this.outside(/** @type {Node} */ (event.target)));
  }

  update() {
    const { menu } = this.app.state;
    const muted = this.app.line?.sound.muted ?? false;
    say(this.soundWords, this.app.text(muted ? "sound_off" : "sound_on"));
    set(this.sound, "aria-checked", String(!muted));
    this.end.hidden = this.app.conversation()?.state !== "open";
    if (menu === !this.el.hidden) return;
    this.el.hidden = !menu;
    if (menu) this.sound.focus();
  }

  /** @private */
  toggleSound() {
    this.app.withLine(({ sound }) => (sound.muted = !sound.muted));
    this.app.change();
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    const items = [this.sound, this.end].filter((item) => !item.hidden);
    const at = items.indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") this.app.change({ menu: false });
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  }

  /** @private @param {Node} target */
  outside(target) {
    if (!this.app.state.menu || this.el.contains(target)) return;
    // The dots close it themselves.
    if (target instanceof Element && target.closest("[aria-haspopup]")) return;
    this.onClose();
  }
}

export class EndQuestion {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    this.yes = h(
      "button",
      {
        class: "btn stop",
        type: "button",
        onclick: () => app.withLine(({ talk }) => talk.end(/** @type {string} */ (app.state.current))),
      },
      app.text("end_chat"),
    );
    this.no = h(
      "button",
      { class: "btn quiet", type: "button", onclick: () => app.change({ confirm: false }) },
      app.text("keep_chatting"),
    );
    const sheet = h(
      "div",
      {
        class: "sheet",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": "end-title",
        "aria-describedby": "end-hint",
      },
      h("h2", { class: "title", id: "end-title" }, app.text("end_question")),
      h("p", { id: "end-hint" }, app.text("end_hint")),
      this.yes,
      this.no,
    );
    const outside = (/** @type {Event} */ event) =>
      event.target === event.currentTarget && app.change({ confirm: false });
    this.el = h("div", { class: "veil", hidden: true, onclick: outside }, sheet);
  }

  update() {
    const { confirm } = this.app.state;
    if (confirm === !this.el.hidden) return;
    this.el.hidden = !confirm;
    if (confirm) this.no.focus();
  }
}
