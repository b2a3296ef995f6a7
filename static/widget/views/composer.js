/**
 * Where the visitor writes. Enter sends, Shift+Enter makes a new line, and a key that ends the choice of an
 * input method does neither.
 * @module composer
 */

import { h, icon, say, set } from "../dom.js";
import { hasWords } from "../questions.js";

const SAVE_AFTER_MS = 300;
const COUNT_FROM = 0.9;
const MAX_HEIGHT = 120;

export class Composer {
  /** @param {import("../app.js").App} app @param {() => void} onSent */
  constructor(app, onSent) {
    this.app = app;
    this.onSent = onSent;
    /** @type {string | null | undefined} */
    this.lane = undefined;
    const write = app.text("write");
    this.area = h("textarea", {
      rows: 1,
      "aria-label": write,
      placeholder: write,
      dir: "auto",
      enterkeyhint: "send",
      "aria-describedby": "length",
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.save(),
    });
    this.button = h(
      "button",
      { class: "ico send", type: "submit", "aria-label": app.text("send"), disabled: true },
      icon("send"),
    );
    this.length = h("p", { class: "length", id: "length", role: "status" });
    const onsubmit = (/** @type {Event} */ event) => (event.preventDefault(), this.send());
    this.el = h("form", { class: "composer", onsubmit }, this.length, h("div", {}, this.area, this.button));
    addEventListener("pagehide", () => this.save());
  }

  focus() {
    this.area.focus();
  }

  /** Shows the draft of the conversation on screen. */
  update() {
    const { current } = this.app.state;
    if (this.lane === current) return;
    const moved = typeof this.lane !== "undefined" && this.isSame(this.lane, current);
    if (!moved) {
      this.save();
      this.area.value = this.app.drafts.get(current);
    }
    this.lane = current;
    this.measure();
  }

  /**
   * @private A conversation that got its ticket is the same conversation.
   * @param {string | null} before
   * @param {string | null} now
   */
  isSame(before, now) {
    return before !== null && before.startsWith("new:") && now !== null && this.app.line?.talk.grew(before) === now;
  }

  /** @param {string} text put into the field, before what is there */
  give(text) {
    this.area.value = this.area.value ? `${text}\n${this.area.value}` : text;
    this.typed();
    this.focus();
  }

  /** @private */
  typed() {
    this.measure();
    this.app.line?.talk.typing(hasWords(this.area.value));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** @private */
  save() {
    clearTimeout(this.timer);
    if (this.lane !== undefined) this.app.drafts.save(this.lane, this.area.value);
  }

  /** @private Height and length follow the text; CSS alone does it only in newer browsers. */
  measure() {
    const { area } = this;
    if (!CSS.supports("field-sizing", "content")) {
      area.style.blockSize = "auto";
      area.style.blockSize = `${Math.min(area.scrollHeight, MAX_HEIGHT)}px`;
    }
    const limit = this.app.state.config.limits.text;
    const count = area.value.length < limit * COUNT_FROM ? area.value.length : [...area.value.trim()].length;
    const over = count > limit;
    const words =
      count < limit * COUNT_FROM ? "" : this.app.text(over ? "too_long" : "length", String(count), String(limit));
    say(this.length, words);
    this.length.hidden = !words;
    this.length.classList.toggle("err", over);
    set(area, "aria-invalid", over ? "true" : null);
    this.button.disabled = over || !hasWords(area.value);
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    // 229: the key belongs to an input method; Safari says so only here, after `compositionend`.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  /** Sends what is written, if it may be sent. */
  send() {
    this.measure();
    if (this.button.disabled) return;
    const { line } = this.app;
    if (!line) return this.app.withLine(() => this.send());
    if (!line.talk.send(this.area.value.trim())) return;
    this.area.value = "";
    this.lane = this.app.state.current;
    this.save();
    this.measure();
    this.focus();
    this.onSent();
  }
}
