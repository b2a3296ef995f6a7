/**
 * The questions before a chat, and the message that is left while nobody is here. What is typed is kept from
 * the first letter on.
 * @module form
 */

import { awayWords, shortAwayWords } from "../away.js";
import { fill, h, icon, say } from "../dom.js";
import { fieldsToAsk, leftOut } from "../questions.js";
import { Bar } from "./bar.js";
import { drawProblems } from "./problems.js";

/** @typedef {import("../questions.js").Field} Field */

const CHIPS = 4;

export class FormScreen {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    this.bar = new Bar(app, { back: () => app.home() });
    this.intro = h("p", { dir: "auto" });
    this.invitation = h("p", { class: "bub said", dir: "auto" });
    this.away = h("span", { dir: "auto" });
    this.awayCard = h("div", { class: "card note" }, icon("clock"), this.away);
    this.notice = h("div", { class: "card note", role: "status" });
    this.fields = h("div", { class: "form" });
    this.button = h("button", { class: "btn", type: "submit" });
    /** @type {Map<string, {input: HTMLElement, error: HTMLElement, words: HTMLElement, outer: HTMLElement}>} */
    this.inputs = new Map();
    this.key = "";
    this.what = "?";
    /** @type {import("../questions.js").Form | null} */ this.drawnForm = null;
    /** @type {import("../questions.js").Form | null} */ this.askedForm = null;
    /** @type {Field[]} */ this.asked = [];
    const onsubmit = (/** @type {Event} */ event) => this.submit(event);
    this.form = h(
      "form",
      { class: "page form", novalidate: true, onsubmit },
      this.invitation,
      this.awayCard,
      this.intro,
      this.notice,
      this.fields,
      this.button,
    );
    this.el = h("div", { class: "screen" }, this.bar.el, this.form);
  }

  focus() {
    const empty = [...this.inputs.values()].find(({ input }) => !(/** @type {HTMLInputElement} */ (input).value));
    (empty?.input ?? this.button).focus();
  }

  update() {
    const { form, config, invited } = this.app.state;
    const fields = this.shown();
    const key = form.kind + JSON.stringify(fields);
    if (key !== this.key || form !== this.drawnForm) this.build(fields);
    this.key = key;
    this.drawnForm = form;
    const away = form.kind === "offline";
    this.bar.update({
      title: config.workspace.name,
      sub: away && !config.online ? shortAwayWords(this.app) : config.texts.reply_promise,
    });
    const words = awayWords(this.app);
    say(this.away, words);
    this.awayCard.hidden = !away || config.online || !words;
    const intro = config.forms[form.kind]?.intro ?? "";
    say(this.intro, intro);
    say(this.invitation, invited?.text ?? "");
    this.invitation.hidden = !invited?.text;
    this.intro.hidden = !intro;
    this.drawNotice();
    this.drawErrors();
    const busy = form.phase === "sending";
    this.button.disabled = busy;
    say(
      this.button,
      this.app.text(
        busy ? "form_sending" : form.phase === "failed" ? "try_again" : away ? "send_message" : "start_chat",
      ),
    );
  }

  /**
   * @private A field answered here stays here while it is being looked at, although it is then known.
   * @returns {Field[]}
   */
  shown() {
    const { state } = this.app;
    if (state.form !== this.askedForm) {
      this.askedForm = state.form;
      this.asked = fieldsToAsk(state);
    }
    return this.asked;
  }

  /** @private @param {Field[]} fields */
  build(fields) {
    this.inputs.clear();
    fill(
      this.fields,
      fields.map((field) => this.field(field)),
    );
  }

  /** @private @param {Field} field */
  field(field) {
    const { app } = this;
    const id = `f-${field.name}`;
    const words = h("span");
    const error = h("p", { class: "err", id: `${id}-error`, hidden: true }, icon("alert"), words);
    const label = [
      h("span", { dir: "auto" }, field.label || app.text("your_message")),
      !field.required && field !== this.message(field) && h("i", {}, ` ${app.text("optional")}`),
    ];
    const chips = field.options && field.options.length <= CHIPS;
    const input = chips ? this.chips(field) : this.input(field, id);
    const outer = chips
      ? h("fieldset", { class: "field" }, h("legend", {}, label), input, error)
      : h("div", { class: "field" }, h("label", { for: id }, label), input, error);
    this.inputs.set(field.name, {
      input: chips ? /** @type {HTMLElement} */ (input.querySelector("input")) : input,
      error,
      words,
      outer,
    });
    return outer;
  }

  /** @private The message of the offline form is never optional. @param {Field} field */
  message(field) {
    return this.app.state.form.kind === "offline" && field.name === "question" ? field : null;
  }

  /** @private @param {Field} field @param {string} id @returns {HTMLElement} */
  input(field, id) {
    const value = this.value(field.name);
    const common = {
      class: "input",
      id,
      name: field.name,
      "aria-required": field.required || null,
      oninput: (/** @type {any} */ event) => this.typed(field.name, event.target.value),
    };
    if (field.type === "textarea") {
      const area = h("textarea", { ...common, rows: 4, dir: "auto" });
      area.value = value;
      return area;
    }
    if (field.type === "select") {
      const choice = h(
        "select",
        common,
        h("option", { value: "" }, this.app.text("choose")),
        (field.options ?? []).map((option) => h("option", { value: option.value }, option.label)),
      );
      choice.value = value;
      return choice;
    }
    const ltr = field.type === "email" || field.type === "tel";
    const input = h("input", {
      ...common,
      type: field.type,
      autocomplete: field.autocomplete || "off",
      dir: ltr ? "ltr" : "auto",
      maxlength: 254,
    });
    input.value = value;
    return input;
  }

  /** @private @param {Field} field */
  chips(field) {
    const chosen = this.value(field.name);
    const choose = (/** @type {any} */ event) => this.typed(field.name, event.target.value);
    return h(
      "div",
      { class: "chips" },
      (field.options ?? []).map(({ value, label }) => {
        const radio = h("input", { type: "radio", name: field.name, value, onchange: choose });
        radio.checked = value === chosen;
        return h("label", { class: "pill" }, radio, h("span", { dir: "auto" }, label));
      }),
    );
  }

  /** @private @param {string} name */
  value(name) {
    const { form, profile } = this.app.state;
    const known =
      form.values[name] ?? (name === "question" ? this.app.drafts.get(null) : /** @type {any} */ (profile)[name]) ?? "";
    form.values[name] = known;
    return known;
  }

  /** @private @param {string} name @param {string} value */
  typed(name, value) {
    const { form } = this.app.state;
    form.values[name] = value;
    if (name === "question") this.app.drafts.save(null, value);
    const { question, ...facts } = form.values;
    this.app.drafts.saveForm(facts);
    if (form.errors[name]) {
      delete form.errors[name];
      this.app.change();
    }
  }

  /** @private */
  drawNotice() {
    const { form, config, link } = this.app.state;
    const what = noticeFor(form, config.online, link);
    if (what === this.what) return;
    this.what = what;
    this.notice.hidden = !what;
    this.notice.className = `card note ${TONES[what] ?? ""}`;
    const isGood = TONES[what] === "is-good";
    const now =
      isGood &&
      h("button", { class: "link", type: "button", onclick: () => this.chatNow() }, this.app.text("chat_now"));
    const problem = what === "form_failed" && ` ${form.problem}`;
    fill(
      this.notice,
      icon(isGood ? "chat" : "alert"),
      what && h("span", {}, h("b", {}, this.app.text(what)), problem, " ", now),
    );
  }

  /** @private */
  drawErrors() {
    drawProblems(this.app, this.inputs, this.app.state.form.errors);
  }

  /** @private Somebody came while the form was open: everything typed goes into the chat. */
  chatNow() {
    const { name, email, phone } = this.app.state.form.values;
    this.app.withLine((line) => {
      this.takeBack(line);
      this.app.drafts.decline(leftOut(this.asked, this.app.state.form.values));
      line.introduce({ name, email, phone });
      this.app.beginNew();
    });
  }

  /** @private @param {Event} event */
  submit(event) {
    event.preventDefault();
    this.app.withLine((line) => {
      const { form } = this.app.state;
      if (form.phase === "failed") this.takeBack(line);
      if (line.talk.submit()) return;
      this.drawErrors();
      this.inputs.get(Object.keys(form.errors)[0])?.input.focus();
    });
  }

  /** @private What was on its way is in the form again. @param {import("../line.js").Line} line */
  takeBack({ talk }) {
    const { lane } = this.app.state.form;
    if (lane) talk.discard(lane.slice("new:".length));
  }
}

/** @type {Record<string, string>} */
const TONES = { form_failed: "is-bad", form_waiting: "is-wait", came_online: "is-good", queue_shorter: "is-good" };

/** @param {import("../questions.js").Form} form @param {boolean} online @param {string} link @returns {string} key of our words */
function noticeFor({ phase, kind, why }, online, link) {
  if (phase === "failed") return "form_failed";
  if (phase === "sending") return link === "lost" ? "form_waiting" : "";
  if (kind !== "offline" || !online) return "";
  return why === "queue_full" ? "queue_shorter" : "came_online";
}
