/**
 * The first screen: who is here, when they answer, what one can do.
 * @module home
 */

import { awayWords, shortAwayWords } from "../away.js";
import { face, fill, h, icon, say } from "../dom.js";

const SHOWN = 5;
const FACES = 3;

export class Home {
  /** @param {import("../app.js").App} app @param {import("../times.js").Times} times */
  constructor(app, times) {
    this.app = app;
    this.times = times;
    this.agents = "";
    this.rows = "";
    this.faces = h("span", { class: "faces", role: "img" });
    this.title = h("h1", { dir: "auto" });
    this.words = h("p", { dir: "auto" });
    this.notice = h("p", { class: "card note", role: "status" });
    this.startTitle = h("b", { dir: "auto" });
    this.startHint = h("small", { dir: "auto" });
    this.start = h(
      "button",
      { class: "card row", type: "button", onclick: () => app.begin() },
      h("span", {}, this.startTitle, this.startHint),
      h("span", { class: "ico send" }, icon("send")),
    );
    this.list = h("ul", { class: "talks" });
    this.foot = h("p", { class: "foot muted" }, app.text("private", app.boot.config.workspace.name));
    this.close = h(
      "button",
      {
        class: "ico",
        type: "button",
        "aria-label": app.text("close"),
        onclick: () => app.bridge.post({ type: "close" }),
      },
      icon("close"),
    );
    const hero = h("div", { class: "hero" }, h("div", { class: "up" }, this.faces, this.close), this.title, this.words);
    this.el = h(
      "div",
      { class: "screen" },
      hero,
      h("div", { class: "page" }, this.start, this.notice, this.list, this.foot),
    );
  }

  update() {
    const { config, notice } = this.app.state;
    this.drawFaces(config.agents.slice(0, FACES));
    say(this.title, config.texts.greeting_title);
    say(this.words, config.texts.greeting_text);
    this.words.hidden = !config.texts.greeting_text;
    const away = this.app.text("leave_message");
    say(this.startTitle, config.online ? this.app.text("send_us") : config.look.offline_label || away);
    say(
      this.startHint,
      config.online ? config.texts.reply_promise : awayWords(this.app) || shortAwayWords(this.app),
    );
    this.notice.hidden = !notice;
    say(this.notice, notice);
    this.drawConversations();
  }

  /** @private @param {{name: string, avatar: string | null, hue: number}[]} agents */
  drawFaces(agents) {
    const key = JSON.stringify(agents);
    if (key === this.agents) return;
    this.agents = key;
    this.faces.setAttribute("aria-label", agents.map(({ name }) => name).join(", "));
    this.faces.hidden = !agents.length;
    fill(
      this.faces,
      agents.map((agent) => face(agent)),
    );
  }

  /** @private */
  drawConversations() {
    const { app } = this;
    const all = [...app.conversations.values()].slice(0, SHOWN);
    const rows = all.map((one) => ({
      ticket: one.ticket,
      state: one.state,
      unread: one.unread(),
      newest: one.newest(),
      name: one.agentName(),
    }));
    const key = JSON.stringify(rows) + Math.floor(Date.now() / 60_000);
    if (key === this.rows) return;
    this.rows = key;
    const focused = document.activeElement?.getAttribute("data-ticket");
    this.list.hidden = !rows.length;
    this.list.setAttribute("aria-label", app.text("conversations"));
    fill(
      this.list,
      rows.map((row) => h("li", {}, this.conversation(row))),
    );
    if (focused) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-ticket="${focused}"]`))?.focus();
  }

  /**
   * @private
   * @param {{ticket: string, state: string, unread: number, newest: import("../conversation.js").Message | null, name: string}} row
   */
  conversation({ ticket, state, unread, newest, name }) {
    const { app } = this;
    const mine = newest?.by.kind === "visitor";
    const words =
      newest && !newest.redacted
        ? app.text(mine ? "you_said" : "they_said", ...(mine ? [newest.body] : [newest.by.name, newest.body]))
        : "";
    const person = name
      ? (app.state.config.agents.find((/** @type {any} */ agent) => agent.name === name) ?? { name })
      : null;
    return h(
      "button",
      { class: "card row", type: "button", "data-ticket": ticket, onclick: () => app.show(ticket) },
      person ? face(person) : h("span", { class: "face" }, icon("chat")),
      h(
        "span",
        { class: "talk" },
        h("b", { dir: "auto" }, name || app.text("conversation")),
        h("small", { dir: "auto" }, words),
      ),
      h("span", { class: "aside" }, newest && h("small", {}, this.times.ago(newest.at)), this.mark(state, unread)),
    );
  }

  /** @private @param {string} state @param {number} unread */
  mark(state, unread) {
    if (unread)
      return h(
        "span",
        { class: "count" },
        h("span", { class: "sr" }, this.app.text("unread", String(unread))),
        h("span", { "aria-hidden": "true" }, String(unread)),
      );
    return state === "ended" && h("small", {}, this.app.text("ended"));
  }
}
