/**
 * The line to the server: session, events, what is said and what is read. It turns events into conversations
 * and tells the window when something has changed.
 * @module line
 */

import { uuid } from "../js/lib/ids.js";
import { Conversation, isTheirs, toMessage } from "./conversation.js";
import { LocalCopy } from "./copy.js";
import { Live } from "./live.js";
import { readVisit } from "./past.js";
import { Reading } from "./reading.js";
import { Session } from "./session.js";
import { Sound } from "./sound.js";
import { Talk } from "./talk.js";

/** @typedef {import("./app.js").Profile} Profile */

const PREVIEWS = 5;
const LOOK_EVERY_MS = 30_000;
/** @type {(keyof Profile)[]} */
const FACTS = ["name", "email", "phone", "language"];

export class Line {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    const { boot, storage, language } = app;
    /** @type {import("./app.js").Page} */
    this.page = { url: "", title: "", referrer: "" };
    this.visitor = "";
    /** @type {Profile} what the server has not heard yet */
    this.news = {};
    this.session = new Session({
      key: boot.key,
      storage,
      language,
      page: () => this.page,
      visit: () => this.visitSoFar,
      onAnswer: (answer) => this.welcome(answer),
      onSilence: () => this.live.silent(),
      onRefused: (error) => this.blocked(error),
    });
    this.live = new Live({
      session: this.session,
      version: boot.version,
      tab: uuid(),
      onLink: (link) => this.linked(link),
      polled: () => this.active(),
    });
    this.tabs = openTabs(boot.key, (news) => this.hear(news));
    this.sound = new Sound(storage, boot.key);
    this.talk = new Talk(this);
    this.reading = new Reading(this);
    this.copy = new LocalCopy(storage, boot.key, () => ({
      conversation: app.conversations.get(this.active() ?? ""),
      token: this.session.token,
    }));
    this.listen();
  }

  /** The shop's page said hello. @param {{token: string, forget?: boolean, page: any, profile: Profile, visit?: string | null}} hello */
  start({ token, forget, page, profile, visit }) {
    if (forget) this.wipe();
    this.page = page;
    this.visitSoFar = readVisit(visit);
    this.session.adopt(forget ? "" : token);
    this.introduce(profile);
    this.restore();
    this.begin();
  }

  /** A session and the line, unless they are there. */
  begin() {
    if (this.session.visitor) return;
    this.session.start().then(
      () => this.live.open(),
      () => {},
    );
  }

  /**
   * Facts about the visitor from the shop or a form; the server hears of them once there is a session.
   * @param {Profile} profile
   */
  introduce(profile) {
    const facts = Object.fromEntries(
      FACTS.filter((name) => profile?.[name]).map((name) => [name, String(profile[name])]),
    );
    if (!Object.keys(facts).length) return;
    Object.assign(this.news, facts);
    this.app.know(facts);
    if (this.session.visitor) this.sendProfile();
  }

  /** @param {import("./app.js").Page} page */
  visit(page) {
    this.page = page;
    this.live.socket.send("page", {
      url: page.url,
      title: page.title,
      ...(page.referrer && { referrer: page.referrer }),
    });
  }

  /** The visitor signs out of the shop: nothing of them stays in this browser. */
  forget() {
    this.wipe();
    this.tabs?.postMessage({ forget: true });
    this.app.bridge.post({ type: "forgotten" });
  }

  /** Makes sure that a ticket's events come; at most two are followed at a time. @param {Conversation} conversation */
  follow({ ticket, epoch, last, isCopy }) {
    // What the server says of the copy comes first.
    if (isCopy) return;
    const { sequences } = this.live.socket;
    if (sequences.get(ticket)) return;
    const kept = [this.app.going(), this.app.state.current];
    for (const other of sequences.positions())
      if (!kept.includes(other.ticket)) this.live.socket.unsubscribe(other.ticket);
    this.live.subscribe(ticket, { epoch, after: last });
  }

  /**
   * A ticket that this browser has opened.
   * @param {string} client_id
   * @param {string} ticket
   * @param {boolean} subscribed the server does it by itself
   */
  opened(client_id, ticket, subscribed) {
    const { app } = this;
    const conversation = this.know(ticket);
    const lane = `new:${client_id}`;
    this.talk.grown.set(lane, ticket);
    app.drafts.clearForm();
    if (app.state.current === lane) {
      app.drafts.move(lane, ticket);
      app.state.current = ticket;
    }
    if (app.state.form.lane === lane) this.formStored(ticket);
    if (subscribed) this.live.socket.sequences.follow(ticket);
    else this.follow(conversation);
    app.change();
  }

  /** @private @param {string} ticket */
  formStored(ticket) {
    const { state } = this.app;
    state.form = { ...state.form, lane: "", phase: "sent", ticket };
    if (state.screen === "form") state.screen = "sent";
  }

  /** @private @param {string} ticket @returns {Conversation} */
  know(ticket) {
    const { app } = this;
    const known = app.conversations.get(ticket) ?? new Conversation(ticket);
    if (!app.conversations.has(ticket)) app.conversations = new Map([[ticket, known], ...app.conversations]);
    return known;
  }

  /** @private What is known of the conversation is there at once, whether the server answers or not. */
  restore() {
    const { app, talk } = this;
    const copy = this.copy.read(this.session.token);
    if (copy) app.conversations.set(copy.ticket, copy);
    for (const { lane: ticket } of talk.outbox.entries())
      if (!ticket.startsWith("new:") && !app.conversations.has(ticket))
        app.conversations.set(ticket, Conversation.fromCopy({ ticket }));
    this.goOn();
  }

  /** @private Unless the visitor has chosen a screen. */
  goOn() {
    const { app } = this;
    if (app.state.open && app.state.screen === "home" && app.untouched) app.goOn();
    app.change();
  }

  /** @private */
  listen() {
    const { socket } = this.live;
    const { app } = this;
    socket.on("welcome", (frame) => (this.talk.meet(frame.epoch), this.visit(this.page), this.refresh(frame.widget)));
    socket.on("subscribed", (frame) => {
      this.talk.meet(frame.epoch);
      app.within(frame.ticket, (conversation) => conversation.begin(frame));
      this.copy.touch();
    });
    socket.on("event", (event) => this.take(event));
    socket.on("resync", (frame) => this.restart(frame));
    socket.on("refused", ({ ticket, error }) => error.code === "not_found" && this.lose(ticket));
    socket.on(
      "receipt",
      (frame) => frame.by?.kind !== "visitor" && app.within(frame.ticket, (conversation) => conversation.take(frame)),
    );
    socket.on("presence", (frame) =>
      app.within(frame.ticket, (conversation) => (conversation.agents = frame.agents ?? [])),
    );
    socket.on("queue", (frame) => app.within(frame.ticket, (conversation) => conversation.takeQueue(frame)));
    socket.on("typing", (frame) => this.reading.typing(frame));
    setInterval(() => this.lookForSomebody(), LOOK_EVERY_MS);
  }

  /** @private While nobody is here and the window is open: has somebody come? */
  async lookForSomebody() {
    const { open, config } = this.app.state;
    if (!open || config.online || document.visibilityState !== "visible") return;
    this.refresh(await this.session.config().catch(() => null));
  }

  /** @private @param {any} event */
  take(event) {
    const conversation = this.know(event.ticket);
    const before = conversation.items.length;
    conversation.apply(event);
    if (event.client_id && event.by.kind === "visitor") this.talk.stored(event.client_id, event.ticket);
    const item = conversation.items[before];
    if (item && isTheirs(item)) this.reading.arrived(conversation, /** @type {any} */ (item));
    this.copy.touch();
    this.app.change();
  }

  /**
   * @private Our copy is no longer true: a fresh one.
   * @param {{ticket: string, epoch: string, head: number, why: string}} frame
   */
  restart({ ticket, epoch, head, why }) {
    if (why === "gone") return this.lose(ticket);
    const old = this.app.conversations.get(ticket);
    if (!old) return;
    this.app.conversations.set(
      ticket,
      new Conversation(ticket, { epoch, head, state: old.state, unread: old.unread() }),
    );
    this.live.subscribe(ticket, { epoch });
    this.app.change();
  }

  /** @private Nothing that was written for it is lost with it. @param {string} ticket */
  lose(ticket) {
    const { app } = this;
    app.conversations.delete(ticket);
    this.talk.giveBack(ticket);
    this.copy.drop();
    this.copy.touch();
    if (app.state.current !== ticket) return app.change();
    app.home();
    app.change({ notice: app.text("gone") });
  }

  /** @private @param {import("./session.js").Answer} answer */
  welcome({ token, visitor, profile, widget, tickets }) {
    const { app } = this;
    if (this.visitor && this.visitor !== visitor)
      for (const ticket of [...app.conversations.keys()]) {
        this.live.socket.sequences.forget(ticket);
        this.lose(ticket);
      }
    this.visitor = visitor;
    app.bridge.post({ type: "token", token });
    this.refresh(widget);
    const known = app.conversations;
    app.conversations = new Map(
      tickets.map((one) => [one.ticket, metAgain(known.get(one.ticket), one) ?? new Conversation(one.ticket, one)]),
    );
    for (const [ticket, conversation] of known) {
      if (app.conversations.has(ticket)) continue;
      if (conversation.isCopy) this.lose(ticket);
      else app.conversations.set(ticket, conversation);
    }
    app.state.profile = { ...profile, ...app.state.profile };
    const going = app.conversations.get(this.active() ?? "");
    if (going) this.follow(going);
    this.preview();
    this.sendProfile();
    this.talk.pump.wake();
    this.goOn();
  }

  /** @private The newest words of the conversations that are not followed. */
  async preview() {
    for (const conversation of [...this.app.conversations.values()].slice(0, PREVIEWS)) {
      const { ticket, head } = conversation;
      if (conversation.newest() || this.live.socket.sequences.get(ticket)) continue;
      const answer = await this.session
        .call(`/events?ticket=${ticket}&after=${Math.max(0, head - 6)}&wait=0`)
        .catch(() => null);
      const last = answer?.events.findLast((/** @type {any} */ event) => event.name === "message.created");
      if (last) conversation.preview = toMessage(last);
      conversation.previewName =
        answer?.events.findLast((/** @type {any} */ event) => event.by.kind === "agent")?.by.name ?? "";
      this.app.change();
    }
  }

  /** @private @param {any} [config] */
  refresh(config) {
    if (!config) return;
    const { online } = config;
    if (online !== this.app.state.config.online) this.app.bridge.post({ type: "status", detail: { online } });
    this.app.change({ config });
  }

  /** @private Which ticket matters now. */
  active() {
    const ticket = this.app.conversation()?.ticket ?? this.app.going();
    return ticket?.startsWith("new:") ? null : ticket;
  }

  /** @private */
  sendProfile() {
    const { news } = this;
    this.news = {};
    if (Object.keys(news).length) this.session.call("/profile", news).catch(() => {});
  }

  /** @private @param {import("./app.js").Link} link */
  linked(link) {
    if (link === "online") {
      this.talk.pump.wake();
      this.reading.flush();
    }
    this.app.change({ link });
  }

  /** The shop's page hears of it too. @param {import("../js/lib/errors.js").ApiError} error */
  tellError({ code, message }) {
    this.app.bridge.post({ type: "error", detail: { code, message } });
  }

  /** @private @param {import("../js/lib/errors.js").ApiError} error */
  blocked(error) {
    this.tellError(error);
    this.app.change({ screen: "blocked", menu: false, confirm: false });
  }

  /** @private What another tab of this browser did. @param {any} news */
  hear(news) {
    const { app } = this;
    if (news.opened) this.opened(news.opened.client_id, news.opened.ticket, false);
    if (news.read) app.within(news.read.ticket, (conversation) => conversation.markRead(news.read.upto));
    if (news.forget) this.wipe();
    app.change();
  }

  /** @private The window is as on the first day; who writes in it next is somebody new. */
  wipe() {
    const { app, live } = this;
    live.close();
    for (const { ticket } of live.socket.sequences.positions()) live.socket.sequences.forget(ticket);
    this.session.forget();
    this.visitor = "";
    this.news = {};
    this.talk.outbox.clear();
    this.talk.acknowledged.clear();
    app.drafts.clear();
    this.copy.drop();
    app.conversations.clear();
    app.state.profile = {};
    app.home();
  }
}

/**
 * @param {Conversation | undefined} known @param {import("./session.js").Known} answer
 * @returns {Conversation | null} null: there is nothing here to go on from
 */
function metAgain(known, answer) {
  return known && (!known.isCopy || known.meet(answer)) ? known : null;
}

/** @param {string} key @param {(news: any) => void} hear @returns {BroadcastChannel | null} */
function openTabs(key, hear) {
  try {
    const tabs = new BroadcastChannel(`helpdesk:${key}`);
    tabs.onmessage = ({ data }) => hear(data);
    return tabs;
  } catch {
    return null;
  }
}
