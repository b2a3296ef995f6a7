/**
 * What the visitor says: from the composer or a form through the outbox to the server.
 * @module talk
 */

import { uuid } from "../js/lib/ids.js";
import { Outbox, OutboxFull, openingLane } from "../js/lib/outbox.js";
import { Pump, laneLock } from "../js/lib/pump.js";
import { Sent } from "../js/lib/sent.js";
import { courier } from "./delivery.js";
import { emptyForm, fieldsToAsk, findErrors, leftOut, startFields } from "./questions.js";

/**
 * @typedef {import("../js/lib/outbox.js").Entry} Entry
 * @typedef {import("../js/lib/errors.js").ApiError} ApiError
 */

const FORM_FIELDS = new Set(["name", "email", "phone", "department", "question", "body"]);
const TYPING_EVERY_MS = 3000;
const TYPING_STOPS_MS = 5000;

export class Talk {
  /** @param {import("./line.js").Line} line */
  constructor(line) {
    const { app } = line;
    this.line = line;
    this.app = app;
    const { key } = app.boot;
    this.outbox = new Outbox(app.storage, `helpdesk:${key}:out:`);
    this.acknowledged = new Sent(app.storage, `helpdesk:${key}:sent:`);
    this.pump = new Pump({
      outbox: this.outbox,
      send: courier(line.live, line.session),
      onSent: (entry, ack) => this.sent(entry, ack),
      onRefused: (entry, error) => this.refused(entry, error),
      onChange: () => app.change(),
      lock: laneLock(`helpdesk:${key}`),
    });
    this.typedAt = 0;
    /** @type {Map<string, string>} lane of an opening → the ticket it became */
    this.grown = new Map();
    addEventListener("storage", ({ key: name }) => this.noticed(name));
    addEventListener("online", () => this.pump.wake());
  }

  /** What waits or failed in the thread on screen. @returns {Entry[]} */
  entries() {
    const { current } = this.app.state;
    return current ? this.outbox.inLane(current) : [];
  }

  /**
   * @param {boolean} [left] also one for a message that was left while nobody was here
   * @returns {string | null} the lane of a conversation that is just being opened
   */
  openingLane(left = false) {
    const openings = this.outbox.entries().filter((entry) => entry.type === "chat.start");
    return openings.find((entry) => left || !entry.fields.offline)?.lane ?? null;
  }

  /** @param {string | null} lane @returns {string | undefined} the ticket that this conversation got */
  grew(lane) {
    return this.grown.get(lane ?? "");
  }

  /** @param {string} body @returns {boolean} false when it cannot be kept: the text stays where it is */
  send(body) {
    const { state } = this.app;
    const lane = state.current;
    const kept = lane ? this.push("message.send", lane, { kind: "text", body, attachments: [] }) : this.open(body);
    if (!kept) return false;
    this.typing(false);
    this.app.drafts.save(lane, "");
    if (kept.type === "chat.start") state.current = kept.lane;
    this.app.change({ newFrom: 0, notice: "" });
    return true;
  }

  /** Sends the form if it will do. @returns {boolean} false: look at `state.form.errors` */
  submit() {
    const { app } = this;
    const { form, profile } = app.state;
    const fields = fieldsToAsk(app.state);
    const errors = findErrors(fields, form, profile);
    form.errors = errors;
    app.change();
    if (Object.keys(errors).length) return false;
    app.drafts.decline(leftOut(fields, form.values));
    const { question = "", department = "", ...facts } = form.values;
    const body = question.trim();
    if (form.kind === "prechat" && !body) return this.compose(facts, department);
    const kept = this.open(body, form.kind === "offline");
    if (!kept) return true;
    this.line.introduce(trimmed(facts));
    app.drafts.save(null, "");
    if (form.kind === "offline") Object.assign(form, { phase: "sending", lane: kept.lane, problem: "" });
    else app.show(kept.lane);
    return true;
  }

  /**
   * @private The form had no question: the first message is written in the thread.
   * @param {Record<string, string>} facts
   * @param {string} department
   */
  compose(facts, department) {
    this.app.state.form.values.department = department;
    this.line.introduce(trimmed(facts));
    this.app.compose();
    return true;
  }

  /** An invitation was accepted: the conversation begins with it. @param {import("./app.js").Invited} invited */
  answer(invited) {
    const { app } = this;
    const { kind, words } = invited;
    const going = app.going();
    if (kind === "email") {
      app.state.invited = invited;
      this.open(words, true);
      app.state.invited = null;
      return;
    }
    if (going) app.show(going);
    else app.beginNew();
    app.state.invited = going ? null : invited;
    if (app.state.screen === "form") app.state.form.values.question = words;
    else if (kind === "chips") this.send(words);
    else if (words) app.drafts.save(app.state.current, words);
    app.change();
  }

  /** @param {string} client_id */
  retry(client_id) {
    this.outbox.retry(client_id);
    this.pump.kick();
    this.app.change();
  }

  /** @param {string} client_id @returns {string} its text */
  discard(client_id) {
    const entry = this.outbox.discard(client_id);
    const { current } = this.app.state;
    if (entry && current === entry.lane && current.startsWith("new:")) this.afterOpening(entry.lane);
    this.pump.kick();
    this.app.change();
    return entry?.fields.body ?? "";
  }

  /** A closed conversation takes no more: the words open a new one. @param {string} client_id */
  startOver(client_id) {
    this.app.drafts.giveBack(null, this.discard(client_id));
    this.app.beginNew();
  }

  /** The conversation is gone: what waited for it becomes the draft of a new one. @param {string} ticket */
  giveBack(ticket) {
    for (const { client_id, fields } of this.outbox.inLane(ticket).reverse()) {
      this.outbox.discard(client_id);
      if (fields.body) this.app.drafts.giveBack(null, fields.body);
    }
  }

  /** @param {string} ticket */
  end(ticket) {
    this.push("chat.end", ticket, {});
    this.app.change({ confirm: false, menu: false });
  }

  /**
   * A message instead of waiting, with all that was written so far.
   * @param {string} ticket
   * @param {Record<string, string>} facts where the answer can go
   */
  leave(ticket, facts) {
    const known = Object.fromEntries(Object.entries(trimmed(facts)).filter(([, value]) => value));
    if (this.push("chat.leave", ticket, known)) this.line.introduce(known);
    this.app.change({ leaving: null });
  }

  /** Whether that is on its way. @param {string} ticket */
  isLeaving(ticket) {
    return this.outbox.inLane(ticket).some(({ type }) => type === "chat.leave");
  }

  /** @param {boolean} on */
  typing(on) {
    clearTimeout(this.typingTimer);
    const { current } = this.app.state;
    if (!current || current.startsWith("new:")) return;
    if (!on) {
      if (this.typedAt) this.line.live.socket.send("typing", { ticket: current, on: false });
      this.typedAt = 0;
      return;
    }
    if (Date.now() - this.typedAt >= TYPING_EVERY_MS) {
      this.typedAt = Date.now();
      this.line.live.socket.send("typing", { ticket: current, on: true });
    }
    this.typingTimer = setTimeout(() => this.typing(false), TYPING_STOPS_MS);
  }

  /** After a restore on the server, what it may have lost is offered again. @param {string} epoch */
  meet(epoch) {
    if (this.acknowledged.meet(epoch, this.outbox)) this.pump.kick();
  }

  /** Its own event came: whatever the ack says, it is stored. @param {string} client_id @param {string} ticket */
  stored(client_id, ticket) {
    if (!this.outbox.confirm(client_id, ticket)) return;
    this.line.opened(client_id, ticket, true);
    this.pump.kick();
  }

  /**
   * @private
   * @param {string} type
   * @param {string} lane
   * @param {Record<string, any>} fields
   * @param {string} [client_id]
   * @returns {Entry | null}
   */
  push(type, lane, fields, client_id = uuid()) {
    try {
      const entry = this.outbox.push({ client_id, type, lane, fields });
      this.line.begin();
      this.pump.kick();
      return entry;
    } catch (error) {
      if (!(error instanceof OutboxFull)) throw error;
      this.app.change({ notice: this.app.text("outbox_full") });
      return null;
    }
  }

  /** @private @param {string} body @param {boolean} [offline] */
  open(body, offline = false) {
    const client_id = uuid();
    const { form, profile, invited } = this.app.state;
    const invitation = invited && { invitation: invited.exposure };
    const fields = { ...startFields(form.values, profile), body, ...(offline && { offline: true }), ...invitation };
    return this.push("chat.start", openingLane(client_id), fields, client_id);
  }

  /** @private @param {Entry} entry @param {any} ack */
  sent(entry, { ticket, seq, at, duplicate, over_http }) {
    this.outbox.confirm(entry.client_id, ticket);
    this.acknowledged.keep(entry, ticket);
    if (entry.type === "chat.start") {
      this.line.opened(entry.client_id, ticket, !over_http && !duplicate && this.line.live.socket.isOnline());
      this.line.tabs?.postMessage({ opened: { client_id: entry.client_id, ticket } });
    }
    if (typeof entry.fields.body === "string") {
      this.app.within(ticket, (conversation) =>
        conversation.acknowledge({ client_id: entry.client_id, seq, at, body: entry.fields.body }),
      );
      this.line.copy.touch();
    }
    this.app.change();
  }

  /** @private @param {Entry} entry @param {ApiError} error */
  refused(entry, error) {
    const { app } = this;
    if (entry.type === "chat.end") {
      this.outbox.discard(entry.client_id);
    } else if (entry.type === "chat.leave") {
      this.outbox.discard(entry.client_id);
      this.notLeft(entry, error);
    } else if (entry.type === "chat.start" && error.code === "chat_open" && error.extra.ticket) {
      this.outbox.redirect(entry, error.extra.ticket, uuid());
      this.line.opened(entry.client_id, error.extra.ticket, false);
    } else if (entry.type === "chat.start" && FORM_FIELDS.has(fieldName(error))) {
      this.backToForm(entry, error);
    } else {
      this.outbox.fail(entry.client_id, error);
      if (app.state.form.lane === entry.lane)
        Object.assign(app.state.form, { phase: "failed", problem: error.message });
      app.announce(`${app.text("failed")} ${error.message}`);
    }
    this.line.tellError(error);
    app.change();
  }

  /**
   * @private The chat goes on as it was: somebody has it by now, or the server wants another address.
   * @param {Entry} entry
   * @param {ApiError} error
   */
  notLeft(entry, error) {
    const { app } = this;
    const name = fieldName(error);
    if (app.state.current === entry.lane && (name === "email" || name === "phone")) {
      app.leave({ [name]: error.message });
    } else if (error.code === "chat_taken") app.announce(error.message);
    else app.change({ notice: error.message });
  }

  /**
   * @private The server wants another answer in the form: all words come back into it.
   * @param {Entry} entry
   * @param {ApiError} error
   */
  backToForm(entry, error) {
    const { app } = this;
    const words = this.outbox.inLane(entry.lane).map((one) => one.fields.body);
    for (const one of this.outbox.inLane(entry.lane).reverse()) this.outbox.discard(one.client_id);
    const name = fieldName(error) === "body" ? "question" : fieldName(error);
    const { form, department, offline } = entry.fields;
    const values = { ...form, ...(department && { department }), question: words.join("\n") };
    app.drafts.save(null, values.question);
    delete (/** @type {any} */ (app.state.profile)[name]);
    const kind = offline ? "offline" : "prechat";
    app.change({
      screen: "form",
      current: null,
      form: { ...emptyForm(kind), values, errors: { [name]: error.message } },
    });
  }

  /** @private The opening message was deleted: the next one took its place, or nothing is left. @param {string} lane */
  afterOpening(lane) {
    const next = this.outbox.entries().find((entry) => entry.type === "chat.start" && entry.lane !== lane);
    this.app.state.current = next?.lane ?? null;
  }

  /** @private Another tab changed the outbox. @param {string | null} name */
  noticed(name) {
    if (name && !name.startsWith(this.outbox.prefix)) return;
    this.pump.kick();
    this.app.change();
  }
}

/** The server may say `form.email`. @param {ApiError} error */
function fieldName(error) {
  return error.field.split(".").at(-1) ?? "";
}

/** @param {Record<string, string>} facts */
function trimmed(facts) {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value.trim()]));
}
