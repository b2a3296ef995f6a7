/**
 * Invitations on the shop's page. Loaded by `browsing` when the server arms the first one, never before.
 * @module invitations
 */

import { tell } from "./loader/page.js";
import { Asking } from "./invitations/asking.js";
import { DESIGNS, render } from "./invitations/render.js";
import { Reports } from "./invitations/reports.js";
import { Shown } from "./invitations/shown.js";
import { holds, selectors } from "./invitations/triggers.js";
import { Watch } from "./invitations/watch.js";

const TICK_MS = 1000;
const MOVED_MS = 10_000; // how soon after a page change the server says what fits the new one
const EVENTS = 50;
const KNOWN = 20;
const TELL_TICKS = 5;

export class Invitations {
  /** @param {import("./loader/host.js").Host} host @param {import("./browsing.js").Browsing} browsing */
  constructor(host, browsing) {
    this.host = host;
    this.browsing = browsing;
    const send = browsing.line.send.bind(browsing.line);
    this.asking = new Asking(send);
    this.reports = new Reports(host.storage, `helpdesk-reports:${host.key}`, send);
    this.watch = new Watch(browsing, () => this.judge());
    /** @private @type {import("./invitations/triggers.js").Happening[]} */
    this.events = [];
    /** @private @type {Shown | null} */
    this.shown = null;
    /** @private exposures that this page knows, by id */
    this.known = /** @type {string[]} */ ([]);
    this.begunAt = performance.now() - browsing.active.seconds * 1000;
    this.movedAt = -Infinity;
    /** @private nobody is spoken to before they have looked round */
    this.settleMs = Infinity;
    this.ticks = 0;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.reports.tell();
  }

  /** @param {any} frame */
  hear(frame) {
    const { type, due_id, exposure, what } = frame;
    if (type === "invitations.armed") this.arm(frame);
    if (type === "invitation.no") this.asking.answered(due_id);
    if (type === "invitation.noted") this.reports.settle(exposure, what);
    if (type === "invitation") this.offer(frame);
  }

  /** The line is there again. */
  welcome() {
    this.asking.again();
    this.reports.tell();
  }

  /** The site tracked an event. @param {string} name */
  tracked(name) {
    this.events = [...this.events, { name, at: Date.now() }].slice(-EVENTS);
    this.judge();
  }

  /** Another page in the same document. */
  visit() {
    this.watch.restart();
    this.asking.restart();
    this.begunAt = this.movedAt = performance.now();
  }

  /** Consent was taken back: nothing of it stays. */
  stop() {
    clearInterval(this.timer);
    this.watch.stop();
    this.isOver = true;
    this.shown?.leave();
    this.reports.forget();
  }

  /** @private @param {{list: import("./invitations/asking.js").Armed[], load_seconds?: number}} frame */
  arm({ list, load_seconds: seconds }) {
    if (seconds !== undefined) this.settleMs = seconds * 1000;
    this.asking.arm(list);
    this.watch.look(this.wanted());
    const { shown } = this;
    const id = shown?.frame.invitation;
    const hasMoved = performance.now() - this.movedAt < MOVED_MS;
    if (shown && id && hasMoved && !shown.isAccepted && !list.some((each) => each.invitation === id)) shown.leave();
    this.judge();
  }

  /** @private */
  wanted() {
    return new Set(this.asking.armed.flatMap(({ trigger }) => selectors(trigger)));
  }

  /** @private */
  tick() {
    if (document.hidden) return;
    this.watch.look(this.wanted());
    if (this.ticks++ % TELL_TICKS === 0) this.reports.tell();
    this.judge();
  }

  /** @private Has somebody's moment come? */
  judge() {
    const hasLooked = performance.now() - this.begunAt >= this.settleMs;
    if (this.isOver || this.shown || this.host.open || document.hidden || !hasLooked) return;
    const facts = this.watch.facts();
    const now = Date.now();
    this.asking.tick(
      ({ trigger }) => holds(trigger, facts, this.events, now),
      () => ({ ...facts, widget_open: this.host.open }),
    );
  }

  /** @private Wanted are those that we still ask for, and those that somebody sends to the page in front. @param {any} frame */
  offer(frame) {
    const isWanted = this.asking.answered(frame.due_id) || frame.invitation === null;
    if (this.known.includes(frame.exposure)) return;
    this.known = [...this.known, frame.exposure].slice(-KNOWN);
    const report = (/** @type {any} */ what, /** @type {string | undefined} */ why) => this.reports.add(frame.exposure, what, why);
    // The page went on, or waited too long: it has cost the visitor nothing.
    if (!isWanted || this.shown || !Object.hasOwn(DESIGNS, frame.design)) return report("missed", undefined);
    const { cart, profile } = this.browsing.facts;
    const gone = () => {
      if (this.shown === shown) this.shown = null;
    };
    const accept = (/** @type {any} */ answer) => this.accept(answer, shown);
    const shown = new Shown(this.host, frame, { cart, email: profile?.email }, { report, accept, gone });
    this.shown = shown.isOver ? null : shown;
  }

  /** @private @param {import("./invitations/verbs.js").Answer} answer @param {Shown} shown */
  accept({ kind, words = "", value, email, code }, shown) {
    const { host, browsing } = this;
    const { exposure, invitation } = shown.frame;
    if (kind === "link") return shown.leave();
    if (kind === "rate") return browsing.track("invitation_rated", { value, properties: { invitation: invitation ?? "" } });
    if (kind === "coupon") return tell("coupon", { code });
    if (email) host.introduce({ email });
    const invited = { exposure, kind, words, text: shown.said, name: shown.frame.content?.agent?.name ?? "" };
    // A window that is not there yet is told when it is.
    if (!host.port) host.invited = invited;
    if (kind === "email") host.load();
    else {
      shown.leave();
      host.show(true);
    }
    host.post({ type: "invited", invited });
  }
}

export { DESIGNS, render };
