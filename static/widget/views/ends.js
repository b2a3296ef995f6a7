/**
 * Screens that only tell something: the message was received, this page is not served.
 * @module ends
 */

import { shortAwayWords } from "../away.js";
import { h, icon, say } from "../dom.js";
import { Bar } from "./bar.js";

/** The message was left: what happens next, and a way to add to it. */
export class SentScreen {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    this.bar = new Bar(app, { back: () => app.home() });
    this.hint = h("p", { dir: "auto" });
    this.add = h(
      "button",
      { class: "btn quiet", type: "button", onclick: () => app.show(app.state.form.ticket) },
      app.text("add_something"),
    );
    this.done = h(
      "button",
      { class: "btn", type: "button", onclick: () => (app.home(), app.bridge.post({ type: "close" })) },
      app.text("done"),
    );
    const spot = h(
      "div",
      { class: "spot tall", role: "status" },
      h("span", { class: "mark is-good" }, icon("check")),
      h("h2", { class: "title" }, app.text("received")),
      this.hint,
    );
    this.el = h(
      "div",
      { class: "screen" },
      this.bar.el,
      h("div", { class: "page" }, spot, h("div", { class: "ways" }, this.add, this.done)),
    );
  }

  focus() {
    this.done.focus();
  }

  update() {
    const { config, profile, form } = this.app.state;
    this.bar.update({
      title: config.workspace.name,
      sub: config.online ? config.texts.reply_promise : shortAwayWords(this.app),
    });
    const address = form.values.email || profile.email || form.values.phone || profile.phone || "";
    say(
      this.hint,
      address ? this.app.text("received_hint", `\u2068${address}\u2069`) : this.app.text("received_hint_plain"),
    );
  }
}

/** The server does not serve this page. */
export class BlockedScreen {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    this.bar = new Bar(app, { back: () => app.bridge.post({ type: "close" }) });
    const spot = h(
      "div",
      { class: "spot tall", role: "status" },
      h("span", { class: "mark is-bad" }, icon("alert")),
      h("h2", { class: "title" }, app.text("not_here")),
      h("p", {}, app.text("not_here_hint")),
    );
    this.el = h("div", { class: "screen" }, this.bar.el, h("div", { class: "page" }, spot));
  }

  focus() {
    this.bar.el.querySelector("button")?.focus();
  }

  update() {
    this.bar.update({ title: this.app.state.config.workspace.name, sub: "" });
  }
}
