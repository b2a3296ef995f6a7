/**
 * The window's state and what one can do with it. Views read `state` and `conversations`, call the verbs and
 * are drawn again after each change; they never talk to the server.
 * @module app
 */

import { uuid } from "../js/lib/ids.js";
import { Conversation, isTheirs, toMessage } from "./conversation.js";
import { Drafts } from "./drafts.js";
import { Live } from "./live.js";
import { Reading } from "./reading.js";
import { Session } from "./session.js";
import { Talk } from "./talk.js";
import { emptyForm, fieldsToAsk } from "./questions.js";

/**
 * @typedef {import("./session.js").Profile} Profile
 * @typedef {import("./live.js").Link} Link
 * @typedef {import("./questions.js").Form} Form
 * @typedef {{key: string, app_origin: string, sites: string[], config: any, strings: Record<string, string>, version: string}} Boot
 * @typedef {typeof import("./later.js")} Later
 * @typedef {object} State
 * @property {boolean} open
 * @property {boolean} full the window fills the screen
 * @property {"home" | "form" | "sent" | "thread" | "blocked"} screen
 * @property {Link} link
 * @property {any} config
 * @property {Profile} profile
 * @property {string | null} current ticket, or `new:<client_id>` while it is being opened, or null before the first word
 * @property {Form} form
 * @property {boolean} menu
 * @property {boolean} confirm
 * @property {boolean} again write in an ended chat
 * @property {number} newFrom
 * @property {string} notice
 */

const SHOWN_CONVERSATIONS = 5;
/** @type {(keyof Profile)[]} */
const FACTS = ["name", "email", "phone", "language"];

export class App {
  /** @param {{boot: Boot, storage: any, bridge: {post: (message: any) => void}, draw: () => void, announce: (text: string) => void, later: () => Promise<Later>}} parts */
  constructor({ boot, storage, bridge, draw, announce, later }) {
    this.boot = boot;
    this.strings = boot.strings;
    this.bridge = bridge;
    this.draw = draw;
    this.announce = announce;
    this.storage = storage;
    /** @type {State} */
    this.state = {
      open: false, full: false, screen: "home", link: "connecting", config: boot.config, profile: {}, current: null,
      form: emptyForm("prechat"), menu: false, confirm: false, again: false, newFrom: 0, notice: "",
    };
    /** @type {Map<string, Conversation>} newest first */
    this.conversations = new Map();
    /** @type {import("./session.js").Page} */
    this.page = { url: "", title: "", referrer: "" };
    this.language = boot.config.language;
    this.visitor = "";
    /** Nobody has chosen a screen yet: the window may go to the conversation that is going on. */
    this.untouched = true;
    /** Set by the thread: the newest row is on screen. */
    this.isAtEnd = () => true;
    this.drafts = new Drafts(storage, boot.key);
    this.session = new Session({
      key: boot.key, storage, language: this.language, page: () => this.page,
      onAnswer: (answer) => this.welcome(answer), onRefused: (error) => this.blocked(error),
    });
    this.live = new Live({ session: this.session, version: boot.version, tab: uuid(), onLink: (link) => this.linked(link), later, polled: () => this.active() });
    /** @type {import("./sound.js").Sound | null} */
    this.sound = null;
    this.tabs = openTabs(boot.key, (news) => this.hear(news));
    this.talk = new Talk(this);
    this.reading = new Reading(this);
    this.listen();
  }

  /** @param {Partial<State>} [difference] */
  change(difference = {}) {
    Object.assign(this.state, difference);
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.draw();
    });
  }

  /** The shop's page said hello. @param {{token: string, forget?: boolean, page: any, profile: Profile}} hello */
  start({ token, forget, page, profile }) {
    if (forget) this.wipe();
    this.page = page;
    this.session.adopt(forget ? "" : token);
    this.introduce(profile);
    this.session.start().then(() => this.live.open(), () => {});
  }

  /** @param {boolean} full */
  open(full) {
    this.state.open = true;
    if (this.state.screen === "home") this.goOn();
    this.reading.enter();
    this.change({ full });
  }

  /** @private Back to what is going on, or to what is unread: nobody should have to look for it. */
  goOn() {
    const unread = [...this.conversations.values()].find((one) => one.unread() > 0)?.ticket;
    const lane = unread ?? (this.untouched ? (this.going() ?? this.talk.openingLane()) : null);
    if (lane) this.show(lane);
  }

  close() {
    this.state.open = false;
    this.reading.leave();
    this.talk.typing(false);
    this.change({ menu: false, confirm: false });
  }

  home() {
    this.untouched = false;
    this.reading.leave();
    this.change({ screen: "home", current: null, menu: false, confirm: false, notice: "" });
  }

  /** To the conversation that is going on, else to a new one. */
  begin() {
    const going = this.going() ?? this.talk.openingLane();
    if (going) return this.show(going);
    this.beginNew();
  }

  /** A new conversation, with the words that are already in the draft. */
  beginNew() {
    const { config } = this.state;
    const kind = config.online ? "prechat" : "offline";
    const form = { ...emptyForm(kind), values: this.drafts.form() };
    this.state.form = form;
    if (kind === "offline" || fieldsToAsk(this.state).length) return this.change({ screen: "form", current: null, notice: "" });
    this.compose();
  }

  /** The empty thread: the first message opens the conversation. */
  compose() {
    this.change({ screen: "thread", current: null, again: false, newFrom: 0, notice: "" });
  }

  /** @param {string} lane */
  show(lane) {
    this.untouched = false;
    this.state.current = lane;
    const conversation = this.conversations.get(lane);
    if (conversation) this.follow(conversation);
    this.change({ screen: "thread", again: false, newFrom: 0, menu: false, confirm: false, notice: "" });
    this.reading.enter();
  }

  /** @returns {Conversation | null} the one on screen */
  conversation() {
    return this.conversations.get(this.state.current ?? "") ?? null;
  }

  /** @returns {string | null} the ticket that is going on */
  going() {
    return [...this.conversations.values()].find((one) => one.state === "open")?.ticket ?? null;
  }

  /** @private Which ticket matters now. */
  active() {
    return this.conversation()?.ticket ?? this.going();
  }

  /** @param {string} name @param {...string} values */
  text(name, ...values) {
    let index = 0;
    return (this.strings[name] ?? name).replace(/%\(\w+\)s/g, () => values[index++] ?? "");
  }

  /** Facts about the visitor from the shop or a form; the server hears of them once there is a session. @param {Profile} profile */
  introduce(profile) {
    const facts = Object.fromEntries(FACTS.filter((name) => profile?.[name]).map((name) => [name, String(profile[name])]));
    if (!Object.keys(facts).length) return;
    this.pendingProfile = { ...this.pendingProfile, ...facts };
    this.change({ profile: { ...this.state.profile, ...facts } });
    if (this.session.visitor) this.sendProfile();
  }

  /** @param {any} page */
  visit(page) {
    this.page = page;
    this.live.socket.send("page", { url: page.url, title: page.title, ...(page.referrer && { referrer: page.referrer }) });
  }

  /** The visitor signs out of the shop: nothing of them stays in this browser. */
  forget() {
    this.live.close();
    this.session.forget();
    this.wipe();
    this.tabs?.postMessage({ forget: true });
    this.bridge.post({ type: "forgotten" });
  }

  /** Makes sure that a ticket's events come. @param {Conversation} conversation */
  follow(conversation) {
    const { ticket, epoch } = conversation;
    if (this.live.socket.sequences.get(ticket)) return;
    for (const other of this.live.socket.sequences.positions()) {
      if (other.ticket !== this.going() && other.ticket !== this.state.current) this.live.socket.unsubscribe(other.ticket);
    }
    if (conversation.last) this.conversations.set(ticket, new Conversation(ticket, { epoch, head: conversation.head, state: conversation.state, unread: conversation.unread() }));
    this.live.subscribe(ticket, epoch);
  }

  /** A ticket that this browser has opened. @param {string} client_id @param {string} ticket @param {boolean} subscribed the server does it by itself */
  opened(client_id, ticket, subscribed) {
    if (!this.conversations.has(ticket)) this.conversations = new Map([[ticket, new Conversation(ticket)], ...this.conversations]);
    const lane = `new:${client_id}`;
    this.talk.grown.set(lane, ticket);
    if (this.state.current === lane) {
      this.drafts.move(lane, ticket);
      this.state.current = ticket;
    }
    if (this.state.form.lane === lane) this.formStored(ticket);
    if (subscribed) this.live.socket.sequences.follow(ticket);
    else this.live.subscribe(ticket);
    this.change();
  }

  /** @private @param {string} ticket */
  formStored(ticket) {
    this.state.form = { ...this.state.form, lane: "", phase: "sent", ticket };
    this.drafts.clearForm();
    if (this.state.screen === "form") this.state.screen = "sent";
  }

  /** @private */
  listen() {
    const { socket } = this.live;
    socket.on("welcome", (frame) => this.refresh(frame.widget));
    socket.on("subscribed", (frame) => this.within(frame.ticket, (conversation) => conversation.begin(frame)));
    socket.on("event", (event) => this.take(event));
    socket.on("resync", (frame) => this.restart(frame));
    socket.on("refused", ({ ticket }) => this.lose(ticket));
    socket.on("receipt", (frame) => frame.by?.kind !== "visitor" && this.within(frame.ticket, (conversation) => conversation.take(frame)));
    socket.on("presence", (frame) => this.within(frame.ticket, (conversation) => (conversation.agents = frame.agents ?? [])));
    socket.on("typing", (frame) => this.reading.typing(frame));
  }

  /** @param {string} ticket @param {(conversation: Conversation) => void} work */
  within(ticket, work) {
    const conversation = this.conversations.get(ticket);
    if (!conversation) return;
    work(conversation);
    this.change();
  }

  /** @private @param {any} event */
  take(event) {
    const known = this.conversations.get(event.ticket) ?? new Conversation(event.ticket);
    if (!this.conversations.has(event.ticket)) this.conversations = new Map([[event.ticket, known], ...this.conversations]);
    const before = known.items.length;
    known.apply(event);
    if (event.client_id && event.by.kind === "visitor") this.talk.stored(event.client_id, event.ticket);
    const item = known.items[before];
    if (item && isTheirs(item)) this.reading.arrived(known, /** @type {any} */ (item));
    this.change();
  }

  /** @private Our copy is no longer true: a fresh one. @param {{ticket: string, epoch: string, head: number, why: string}} frame */
  restart({ ticket, epoch, head, why }) {
    if (why === "gone") return this.lose(ticket);
    const old = this.conversations.get(ticket);
    if (!old) return;
    this.conversations.set(ticket, new Conversation(ticket, { epoch, head, state: old.state, unread: old.unread() }));
    this.live.subscribe(ticket, epoch);
    this.change();
  }

  /** @private @param {string} ticket */
  lose(ticket) {
    this.conversations.delete(ticket);
    if (this.state.current !== ticket) return this.change();
    this.home();
    this.change({ notice: this.text("gone") });
  }

  /** @private @param {import("./session.js").Answer} answer */
  welcome({ token, visitor, profile, widget, tickets }) {
    if (this.visitor && this.visitor !== visitor) {
      for (const ticket of this.conversations.keys()) this.live.socket.sequences.forget(ticket);
      this.conversations.clear();
    }
    this.visitor = visitor;
    this.bridge.post({ type: "token", token });
    this.refresh(widget);
    const known = this.conversations;
    this.conversations = new Map(tickets.map((one) => [one.ticket, known.get(one.ticket) ?? new Conversation(one.ticket, one)]));
    for (const [ticket, conversation] of known) if (!this.conversations.has(ticket)) this.conversations.set(ticket, conversation);
    this.state.profile = { ...profile, ...this.state.profile };
    const going = this.conversations.get(this.active() ?? "");
    if (going) this.follow(going);
    this.preview();
    this.sendProfile();
    this.talk.pump.wake();
    if (this.state.open && this.state.screen === "home" && this.untouched) this.goOn();
    this.change();
  }

  /** @private The newest words of the conversations that are not followed. */
  async preview() {
    const others = [...this.conversations.values()].slice(0, SHOWN_CONVERSATIONS);
    for (const conversation of others) {
      const { ticket, head } = conversation;
      if (conversation.newest() || this.live.socket.sequences.get(ticket)) continue;
      const answer = await this.session.call(`/events?ticket=${ticket}&after=${Math.max(0, head - 6)}&wait=0`).catch(() => null);
      const last = answer?.events.findLast((/** @type {any} */ event) => event.name === "message.created");
      if (last) conversation.preview = toMessage(last);
      this.change();
    }
  }

  /** @private @param {any} [config] */
  refresh(config) {
    if (!config) return;
    if (config.online !== this.state.config.online) this.bridge.post({ type: "status", online: config.online });
    this.visit(this.page);
    this.change({ config });
  }

  /** @private */
  sendProfile() {
    const profile = this.pendingProfile;
    this.pendingProfile = undefined;
    if (profile) this.session.call("/profile", profile).catch(() => {});
  }

  /** @private @param {Link} link */
  linked(link) {
    if (link === "online") {
      this.talk.pump.wake();
      this.reading.flush();
    }
    this.change({ link });
  }

  /** @private @param {import("../js/lib/errors.js").ApiError} error */
  blocked(error) {
    this.bridge.post({ type: "error", code: error.code, message: error.message });
    this.change({ screen: "blocked", menu: false, confirm: false });
  }

  /** @private What another tab of this browser did. @param {any} news */
  hear(news) {
    if (news.opened) this.opened(news.opened.client_id, news.opened.ticket, false);
    if (news.read) this.within(news.read.ticket, (conversation) => conversation.markRead(news.read.upto));
    if (news.forget) {
      this.live.close();
      this.session.forget();
      this.conversations.clear();
      this.home();
    }
    this.change();
  }

  /** @private */
  wipe() {
    this.talk.outbox.clear();
    this.drafts.clear();
    this.conversations.clear();
    this.home();
  }
}

/** @param {string} key @param {(news: any) => void} hear @returns {BroadcastChannel | null} */
function openTabs(key, hear) {
  if (typeof BroadcastChannel === "undefined") return null;
  const tabs = new BroadcastChannel(`helpdesk:${key}`);
  tabs.onmessage = ({ data }) => hear(data);
  return tabs;
}
