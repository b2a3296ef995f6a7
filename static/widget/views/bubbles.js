/**
 * The rows of the thread as elements. A row that changes is changed in place: replaced rows would be read
 * aloud again and would lose the focus.
 * @module bubbles
 */

import { face, fill, h, icon, say } from "../dom.js";
import { linkify } from "../linkify.js";

/**
 * @typedef {import("../rows.js").Row} Row
 * @typedef {import("../rows.js").Bubble} Bubble
 * @typedef {import("../times.js").Times} Times
 * @typedef {HTMLLIElement & {parts?: Map<string, {key: string, el: HTMLElement}>}} Item
 */

/** @type {Record<string, string>} */
const ICONS = {
  sending: "clock",
  waiting: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
  failed: "alert",
};

export class Bubbles {
  /** @param {import("../app.js").App} app @param {Times} times @param {(client_id: string) => void} edit */
  constructor(app, times, edit) {
    this.app = app;
    this.times = times;
    this.edit = edit;
  }

  /** @param {Row} row @param {Item} [item] the element of this row so far @returns {Item} */
  draw(row, item = h("li")) {
    if (row.kind === "message") this.message(row, item);
    else if (row.kind === "typing") this.typing(row, item);
    else {
      const isLeft = row.kind === "line" && row.what === "left_message";
      item.className = row.kind === "new" ? "line new" : isLeft ? "line is-good left" : "line";
      say(item, this.line(row));
    }
    return item;
  }

  /** @private @param {Exclude<Row, Bubble | {kind: "typing"}>} row */
  line(row) {
    if (row.kind === "day") return this.times.day(row.at);
    if (row.kind === "new") return this.app.text("new_messages");
    if (row.what === "left_message") return this.leftWords(row.name);
    return this.app.text(row.what, row.name);
  }

  /** @private The message was left: its number, and where the answer comes. @param {string} number */
  leftWords(number) {
    const { email } = this.app.state.profile;
    return email
      ? this.app.text("left_message_email", number, `\u2068${email}\u2069`)
      : this.app.text("left_message", number);
  }

  /** @private @param {Bubble} row @param {Item} item */
  message(row, item) {
    const { mine, first, last, status } = row;
    item.className = `msg${mine ? " me" : ""}${first ? "" : " cont"}${status === "failed" ? " fail" : ""}`;
    item.dataset.seq = String(row.seq);
    const who = mine ? this.app.text("you") : row.name || this.app.text("team");
    part(item, "top", `${first} ${who} ${row.at}`, () => this.top(row, who));
    part(item, "bub", `${row.text} ${row.redacted}`, () => this.bubble(row));
    part(
      item,
      "state",
      mine && (status || row.edited) ? `${status} ${row.edited} ${row.entry?.error?.code} ${row.at}` : "",
      () => this.state(row),
    );
    part(item, "face", !mine && last ? row.name : "", () => face(this.person(row.name)));
  }

  /** @private Own messages say "You" to those who cannot see the side. @param {Bubble} row @param {string} who */
  top(row, who) {
    const { mine, first, at } = row;
    const time = h("time", { datetime: at, title: this.times.full(at) }, this.times.clock(at));
    if (mine || !first) return h("span", { class: "sr" }, `${who}: `);
    return h("span", { class: "meta" }, h("b", { dir: "auto" }, who), " ", time);
  }

  /** @private @param {Bubble} row */
  bubble({ text, redacted }) {
    if (redacted) return h("p", { class: "bub gone" }, this.app.text("removed"));
    const link = (/** @type {string} */ href, /** @type {string} */ shown) =>
      h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc", dir: "ltr" }, shown);
    return h(
      "p",
      { class: "bub", dir: "auto" },
      linkify(text).map((one) => (one.href ? link(one.href, one.text) : one.text)),
    );
  }

  /** @private @param {Bubble} row */
  state({ status, edited, at, entry }) {
    const time = entry ? "" : ` · ${this.times.clock(at)}`;
    const words = [edited && this.app.text("edited"), status && this.app.text(status)].filter(Boolean).join(" · ");
    return h(
      "span",
      { class: "meta" },
      status && icon(ICONS[status]),
      h("span", {}, words + time),
      status === "failed" && this.ways(/** @type {any} */ (entry)),
    );
  }

  /** @private What to do with a message that was refused. @param {import("../../js/lib/outbox.js").Entry} entry */
  ways({ client_id, error }) {
    const { app } = this;
    const button = (/** @type {string} */ name, /** @type {() => void} */ onclick) =>
      h("button", { class: "link", type: "button", onclick }, app.text(name));
    const closed = error?.code === "chat_closed" || error?.code === "not_found";
    return h(
      "span",
      { class: "ways" },
      error?.message && h("span", { class: "why", dir: "auto" }, `${error.message} `),
      closed
        ? button("start_new", () => app.line?.talk.startOver(client_id))
        : button("try_again", () => app.line?.talk.retry(client_id)),
      button("edit", () => this.edit(client_id)),
      button("delete", () => app.line?.talk.discard(client_id)),
    );
  }

  /** @private @param {Extract<Row, {kind: "typing"}>} row @param {Item} item */
  typing(row, item) {
    item.className = `msg${row.cont ? " cont" : ""}`;
    part(item, "bub", row.name, () =>
      h(
        "div",
        { class: "bub dots" },
        h("span", { class: "sr" }, this.app.text("is_typing", row.name)),
        h("i"),
        h("i"),
        h("i"),
      ),
    );
    part(item, "face", row.name, () => face(this.person(row.name)));
  }

  /** @private @param {string} name */
  person(name) {
    const present = this.app.conversation()?.agents ?? [];
    const known = [...present, ...this.app.state.config.agents].find((agent) => agent.name === name);
    return known ? { ...known, online: false } : { name };
  }
}

const ORDER = ["top", "bub", "state", "face"];

/**
 * Keeps one part of a row: built anew only when its key changes, gone when the key is empty.
 * @param {Item} item @param {string} name @param {string} key @param {() => HTMLElement} build
 */
function part(item, name, key, build) {
  item.parts ??= new Map();
  const old = item.parts.get(name);
  if (old?.key === key) return;
  old?.el.remove();
  item.parts.delete(name);
  if (!key) return;
  const el = build();
  const later = ORDER.slice(ORDER.indexOf(name) + 1)
    .map((one) => item.parts?.get(one)?.el)
    .find(Boolean);
  item.insertBefore(el, later ?? null);
  item.parts.set(name, { key, el });
}

/**
 * Makes the children of `list` be exactly these rows, touching only what changed.
 * @param {HTMLElement} list @param {Map<string, Item>} items by key, kept between calls
 * @param {Row[]} rows @param {(row: Row, item?: Item) => Item} draw
 */
export function reconcile(list, items, rows, draw) {
  const wanted = new Set(rows.map((row) => row.key));
  for (const [key, item] of items) {
    if (wanted.has(key)) continue;
    item.remove();
    items.delete(key);
  }
  let place = list.firstElementChild;
  for (const row of rows) {
    const item = draw(row, items.get(row.key));
    items.set(row.key, item);
    if (item === place) place = place.nextElementSibling;
    else list.insertBefore(item, place);
  }
}

/** @param {HTMLElement} list rows of bones while the conversation is on its way */
export function skeleton(list) {
  fill(
    list,
    [48, 40, 56, 64, 36].map((width, index) =>
      h("li", { class: `bone b${width}${index === 2 ? " me" : ""}`, "aria-hidden": "true" }),
    ),
  );
}
