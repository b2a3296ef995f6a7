/**
 * Leaving a message instead of waiting: the offer above the composer, and the question where the answer can go.
 * @module leave
 */

import { fill, h, icon, say } from "../dom.js";
import { addressFields, findErrors } from "../questions.js";
import { drawProblems } from "./problems.js";

/** @typedef {import("../questions.js").Field} Field */

/** Quiet while somebody may come any moment; a sentence and a plain button when nobody could be found. */
export class LeaveOffer {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    this.words = h("p", { dir: "auto" }, app.text("nobody_free"));
    this.buttonWords = h("span");
    this.button = h("button", { class: "btn", type: "button", onclick: () => app.leave() }, icon("mail"), this.buttonWords);
    this.el = h("div", { class: "offer", hidden: true }, this.words, this.button);
  }

  update() {
    const { app } = this;
    const conversation = app.conversation();
    const waits = Boolean(conversation?.waits());
    const isUrgent = waits && Boolean(conversation?.offersMessage);
    if (isUrgent && this.words.hidden) app.announce(this.words.textContent ?? "");
    this.el.hidden = !waits;
    this.words.hidden = !isUrgent;
    this.button.classList.toggle("quiet", !isUrgent);
    this.button.disabled = Boolean(conversation && app.line?.talk.isLeaving(conversation.ticket));
    const name = this.button.disabled ? "form_sending" : isUrgent ? "leave_message" : "leave_instead";
    say(this.buttonWords, app.text(name));
  }
}

export class LeaveSheet {
  /** @param {import("../app.js").App} app @param {import("./thread.js").Thread} thread */
  constructor(app, thread) {
    this.app = app;
    this.thread = thread;
    this.fields = h("div", { class: "form" });
    /** @type {Map<string, {input: HTMLInputElement, error: HTMLElement, words: HTMLElement}>} */
    this.inputs = new Map();
    /** @type {import("../questions.js").Form | null} */ this.drawn = null;
    const stay = h("button", { class: "btn quiet", type: "button", onclick: () => this.stay() }, app.text("keep_waiting"));
    const sheet = h(
      "form",
      {
        class: "sheet",
        role: "dialog",
        novalidate: true,
        "aria-modal": "true",
        "aria-labelledby": "leave-title",
        "aria-describedby": "leave-hint",
        onsubmit: (event) => this.submit(event),
      },
      h("h2", { class: "title", id: "leave-title" }, app.text("leave_instead")),
      h("p", { id: "leave-hint" }, app.text("leave_hint")),
      this.fields,
      h("button", { class: "btn", type: "submit" }, app.text("leave_message")),
      stay,
    );
    const outside = (/** @type {Event} */ event) => event.target === event.currentTarget && this.stay();
    this.el = h("div", { class: "veil", hidden: true, onclick: outside }, sheet);
  }

  update() {
    const { leaving } = this.app.state;
    // Somebody took the chat: there is nothing to leave any more, and what was typed is kept.
    if (leaving && !this.app.conversation()?.waits()) return this.stay();
    const opened = leaving !== this.drawn;
    this.drawn = leaving;
    this.el.hidden = !leaving;
    if (!leaving) return;
    if (opened) this.build();
    this.drawErrors();
    if (opened) this.firstToFill()?.focus();
  }

  /** @private */
  build() {
    this.inputs.clear();
    fill(
      this.fields,
      addressFields(this.app.state).map((field) => this.field(field)),
    );
  }

  /** @private @param {Field} field */
  field({ name, type, label, required, autocomplete }) {
    const id = `leave-${name}`;
    const words = h("span");
    const error = h("p", { class: "err", id: `${id}-error`, hidden: true }, icon("alert"), words);
    const oninput = (/** @type {any} */ event) => this.typed(name, event.target.value);
    const input = h("input", {
      ...{ class: "input", id, name, type, autocomplete, dir: "ltr", maxlength: 254, oninput },
      "aria-required": required || null,
    });
    input.value = this.app.state.leaving?.values[name] ?? "";
    this.inputs.set(name, { input, error, words });
    return h("div", { class: "field" }, h("label", { for: id, dir: "auto" }, label), input, error);
  }

  /** @private @param {string} name @param {string} value */
  typed(name, value) {
    const { leaving } = this.app.state;
    if (!leaving) return;
    leaving.values[name] = value;
    const { drafts } = this.app;
    drafts.saveForm({ ...drafts.form(), [name]: value });
    delete leaving.errors[name];
    this.drawErrors();
  }

  /** @private */
  drawErrors() {
    drawProblems(this.app, this.inputs, this.app.state.leaving?.errors ?? {});
  }

  /** @private */
  firstToFill() {
    const all = [...this.inputs.values()];
    return (all.find(({ error }) => !error.hidden) ?? all.find(({ input }) => !input.value) ?? all[0])?.input;
  }

  /** @private Back to the thread, where the visitor was. */
  stay() {
    this.app.change({ leaving: null });
    this.el.hidden = true;
    this.drawn = null;
    if (document.hasFocus()) this.thread.focus();
  }

  /** @private @param {Event} event */
  submit(event) {
    event.preventDefault();
    const { app } = this;
    const { leaving, current, profile } = app.state;
    if (!leaving || !current) return;
    leaving.errors = findErrors(addressFields(app.state), leaving, profile);
    this.drawErrors();
    if (Object.keys(leaving.errors).length) return this.firstToFill()?.focus();
    app.withLine(({ talk }) => {
      // What stands in the composer belongs to the message.
      this.thread.composer.send();
      talk.leave(current, leaving.values);
      this.stay();
    });
  }
}
