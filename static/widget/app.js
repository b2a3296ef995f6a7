/**
 * What the window shows and what one can do with it. Views read `state` and `conversations`, call the verbs
 * and are drawn again after each change. All that talks to the server is the `Line`, which comes a moment
 * later: one can look and type before it is there.
 * @module app
 */

import { Drafts } from "./drafts.js";
import { emptyForm, fieldsToAsk } from "./questions.js";

/**
 * @typedef {{name?: string, email?: string, phone?: string, language?: string}} Profile
 * @typedef {{url: string, title: string, referrer: string}} Page
 * @typedef {"connecting" | "online" | "lost" | "stopped"} Link
 * @typedef {import("./questions.js").Form} Form
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {typeof import("./later.js")} Later
 * @typedef {{key: string, app_origin: string, sites: string[], config: any, strings: Record<string, string>, version: string}} Boot
 * @typedef {object} Invited an invitation on the shop's page that the visitor accepted
 * @property {string} exposure
 * @property {"chat" | "chips" | "coupon" | "email" | "rate" | "link"} kind
 * @property {string} words the visitor's own, chosen or to be gone on with; of an e-mail the message that is left
 * @property {string} text what it said
 * @property {string} name who said it, if somebody did
 * @property {string} [at]
 * @typedef {object} State
 * @property {boolean} open
 * @property {boolean} full the window fills the screen
 * @property {"home" | "form" | "sent" | "thread" | "blocked"} screen
 * @property {Link} link
 * @property {any} config
 * @property {Profile} profile
 * @property {string | null} current ticket, or `new:<client_id>` while it is being opened, or null before the first word
 * @property {Form} form
 * @property {string[]} declined fields that the visitor left out before
 * @property {boolean} menu
 * @property {boolean} confirm
 * @property {Form | null} leaving where the answer can go to somebody who would rather leave a message than wait
 * @property {boolean} again write in an ended chat
 * @property {number} newFrom number of the first message below the "new messages" line
 * @property {string} notice
 * @property {Invited | null} invited what the conversation that is being begun answers to
 */

export class App {
  /**
   * @param {{boot: Boot, storage: any, bridge: {post: (message: any) => void}, draw: () => void, announce: (text: string) => void}} parts
   */
  constructor({ boot, storage, bridge, draw, announce }) {
    this.boot = boot;
    this.strings = boot.strings;
    this.language = boot.config.language;
    this.storage = storage;
    this.bridge = bridge;
    this.draw = draw;
    this.announce = announce;
    this.drafts = new Drafts(storage, boot.key);
    /** @type {State} */
    this.state = {
      open: false,
      full: false,
      screen: "home",
      link: "connecting",
      config: boot.config,
      profile: {},
      current: null,
      form: emptyForm("prechat"),
      declined: [],
      menu: false,
      confirm: false,
      leaving: null,
      again: false,
      newFrom: 0,
      notice: "",
      invited: null,
    };
    /** @type {Map<string, Conversation>} newest first */
    this.conversations = new Map();
    /** @type {import("./line.js").Line | null} */
    this.line = null;
    /** @type {((line: import("./line.js").Line) => void)[]} */
    this.waiting = [];
    /** @private the exposure of the last one */
    this.accepted = "";
    /** Nobody has chosen a screen yet: the window may go to the conversation that is going on. */
    this.untouched = true;
    this.drawing = false;
    /** Set by the thread: the newest row is on screen. */
    this.isAtEnd = () => true;
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

  /** @param {string} name @param {...string} values */
  text(name, ...values) {
    let index = 0;
    return (this.strings[name] ?? name).replace(/%\(\w+\)s/g, () => values[index++] ?? "");
  }

  /** @param {import("./line.js").Line} line */
  connect(line) {
    this.line = line;
    for (const work of this.waiting.splice(0)) work(line);
    this.change();
  }

  /** Now, or as soon as the line is there. @param {(line: import("./line.js").Line) => void} work */
  withLine(work) {
    if (this.line) work(this.line);
    else this.waiting.push(work);
  }

  /** @param {boolean} full */
  open(full) {
    this.state.open = true;
    if (this.state.screen === "home") this.goOn();
    this.line?.reading.enter();
    this.change({ full });
  }

  close() {
    this.state.open = false;
    this.line?.reading.leave();
    this.line?.talk.typing(false);
    this.change({ menu: false, confirm: false, leaving: null });
  }

  /** Back to what is going on, or to what is unread: nobody should have to look for it. */
  goOn() {
    const unread = [...this.conversations.values()].find((one) => one.unread() > 0)?.ticket;
    const lane = unread ?? (this.untouched ? (this.going() ?? this.line?.talk.openingLane(true)) : null);
    if (lane) this.show(lane);
  }

  home() {
    this.untouched = false;
    this.line?.reading.leave();
    this.change({ screen: "home", current: null, menu: false, confirm: false, leaving: null, notice: "" });
  }

  /** To the conversation that is going on, else to a new one. */
  begin() {
    const going = this.going();
    if (going) this.show(going);
    else this.beginNew();
  }

  /** A new conversation, with the words that are already in the draft. */
  beginNew() {
    this.untouched = false;
    const kind = this.state.config.online ? "prechat" : "offline";
    const why = this.state.config.offline_why ?? "";
    this.state.form = { ...emptyForm(kind), values: this.drafts.form(), why };
    this.state.declined = this.drafts.declined();
    this.state.invited = null;
    if (kind === "prechat" && !fieldsToAsk(this.state).length) this.compose();
    else this.change({ screen: "form", current: null, notice: "" });
  }

  /** The visitor accepted it: what they say next is the answer. @param {Invited | undefined} invited */
  accept(invited) {
    if (!invited || this.accepted === invited.exposure) return;
    this.accepted = invited.exposure;
    this.withLine((line) => line.talk.answer({ ...invited, at: new Date().toISOString() }));
  }

  /** The empty thread: the first message opens the conversation. */
  compose() {
    this.change({ screen: "thread", current: null, again: false, newFrom: 0, notice: "" });
  }

  /** Rather a message than to wait: where can the answer go? @param {Record<string, string>} [errors] */
  leave(errors = {}) {
    const typed = this.drafts.form();
    const { email, phone } = this.state.profile;
    const values = { email: email || typed.email || "", phone: phone || typed.phone || "" };
    this.change({ leaving: { ...emptyForm("offline"), values, errors }, menu: false });
  }

  /** @param {string} lane */
  show(lane) {
    this.untouched = false;
    this.state.current = lane;
    const conversation = this.conversations.get(lane);
    if (conversation) this.line?.follow(conversation);
    const closed = { menu: false, confirm: false, leaving: null };
    this.change({ screen: "thread", again: false, newFrom: 0, notice: "", ...closed });
    this.line?.reading.enter();
  }

  /** @returns {Conversation | null} the one on screen */
  conversation() {
    return this.conversations.get(this.state.current ?? "") ?? null;
  }

  /** @returns {string | null} the conversation that is going on, or just being opened */
  going() {
    const open = [...this.conversations.values()].find((one) => one.state === "open");
    return open?.ticket ?? this.line?.talk.openingLane() ?? null;
  }

  /** Somebody is there, if only for those who wait already. */
  isStaffed() {
    const { online, offline_why } = this.state.config;
    return online || offline_why === "queue_full";
  }

  /** @param {string} ticket @param {(conversation: Conversation) => void} work */
  within(ticket, work) {
    const conversation = this.conversations.get(ticket);
    if (!conversation) return;
    work(conversation);
    this.change();
  }

  /** Facts about the visitor: they are not asked for again. @param {Profile} facts */
  know(facts) {
    this.change({ profile: { ...this.state.profile, ...facts } });
  }
}
