/**
 * What a page that may be followed tells the server while it is open. Loaded by the loader when the browser has
 * nothing better to do, and only with consent (see loader/host.js): before that nothing here exists on the page.
 * @module browsing
 */

import { uuid } from "../js/lib/ids.js";
import { ActiveTime } from "./browsing/active.js";
import { Line } from "./browsing/line.js";
import { History } from "./browsing/history.js";

const EVENTS = 20;

/**
 * @typedef {{url: string, title: string, referrer?: string}} Page
 * @typedef {{profile?: Record<string, string>, attributes?: Record<string, unknown>, cart?: unknown, token?: string}} Facts
 */

export class Browsing {
  /** @param {import("./loader/host.js").Host} host @param {(text: string) => void} explain */
  constructor(host, explain) {
    this.host = host;
    this.explain = explain;
    /** @type {Facts} what the site has said so far: said again on each new connection */
    this.facts = {};
    /** @private what the last answer to a heartbeat said */
    this.told = "";
    /** @private @type {Record<string, unknown>[]} events until the server can take them */
    this.events = [];
    /** @private @type {Map<unknown, Record<string, unknown>>} goals by id, until the server has them */
    this.goals = new Map();
    /** @type {import("./invitations.js").Invitations | undefined} once the first one is armed */
    this.invitations = undefined;
    /** @private @type {Promise<any> | undefined} */
    this.inviting = undefined;
    this.history = new History(host.storage, host.visits, { url: location.href, referrer: document.referrer });
    this.history.view(host.page);
    this.active = new ActiveTime(() => this.history.spend(1));
    this.line = new Line({
      url: `${host.origin.replace(/^http/, "ws")}/ws/live/`,
      hello: () => this.hello(),
      welcome: () => this.flush(),
      beat: () => this.beat(),
      hear: (frame) => this.hear(frame),
      explain,
    });
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("visibilitychange", () => this.looked(), { signal });
    // A page that waits in the browser's memory to be gone back to must not hold a connection.
    addEventListener("pagehide", () => (this.history.save(), this.line.close()), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.line.open(), { signal });
    this.line.open();
  }

  /** Another page without a new document. @param {Page} page */
  visit(page) {
    const { id } = this.history.visit;
    if (!this.history.view(page)) return;
    this.invitations?.visit();
    const { seconds } = this.active;
    this.active.restart();
    this.told = "";
    // After a long rest it is another visit, which a new hello tells.
    if (this.history.visit.id !== id) return this.line.renew();
    const { url, title } = this.history.here;
    this.line.send("page", { url, title, pages: this.history.visit.pages, seconds });
  }

  /** What the site knows: a later word counts more. @param {Facts} news */
  set(news) {
    const { profile, attributes } = this.facts;
    Object.assign(this.facts, news);
    if (news.profile) this.facts.profile = { ...profile, ...news.profile };
    if (news.attributes) this.facts.attributes = { ...attributes, ...news.attributes };
    this.line.send("set", news);
  }

  /** @param {string} name @param {{value?: number, properties?: Record<string, unknown>}} [more] */
  track(name, { value, properties } = {}) {
    const event = { name, ...(value !== undefined && { value }), ...(properties && { properties }) };
    if (!this.line.send("track", event)) this.events = [...this.events, event].slice(-EVENTS);
    this.invitations?.tracked(name);
  }

  /** A goal was reached: told until the server has it. @param {{event: string, value?: number, currency?: string, id?: string}} goal */
  convert({ event, id = uuid(), value = 0, currency = "" }) {
    this.goals.set(id, { event, id, value, currency });
    this.remind();
  }

  /** Nobody is followed any more: the row goes at once, and what was stored here. */
  stop() {
    this.listening.abort();
    this.active.stop();
    this.invitations?.stop();
    this.line.send("optout");
    this.line.close();
    this.history.forget();
  }

  /** @private */
  hello() {
    const { history } = this;
    const now = Date.now();
    const { url, title, at } = history.here;
    return {
      key: this.host.key,
      browser: history.browser,
      visit: {
        id: history.visit.id,
        number: history.visit.number,
        started_at: new Date(history.visit.started).toISOString(),
        pages: history.visit.pages,
        ...(history.visit.last && { last_at: new Date(history.visit.last).toISOString() }),
      },
      page: { url, title, ago: since(at, now) },
      trail: history.before().map((page) => ({
        url: page.url,
        title: page.title,
        ago: since(page.at, now),
        seconds: page.seconds,
      })),
      referrer: history.visit.referrer,
      utm: history.visit.utm,
      language: navigator.language,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "",
      screen: { width: screen.width, height: screen.height },
      hidden: document.hidden,
      ...(this.facts.token && { token: this.facts.token }),
    };
  }

  /** @private */
  flush() {
    this.told = "";
    // Not with hello: a word of the site's that the server cannot read must not keep the page out.
    const { token, ...facts } = this.facts;
    if (Object.keys(facts).length) this.line.send("set", facts);
    for (const event of this.events.splice(0)) this.line.send("track", event);
    this.remind();
    this.invitations?.welcome();
  }

  /** @private */
  remind() {
    for (const goal of this.goals.values()) this.line.send("convert", goal);
  }

  /** @private What goes beyond being seen. @param {any} frame */
  async hear(frame) {
    if (frame.type === "converted") this.goals.delete(frame.id);
    const { origin, config } = this.host;
    if (frame.list?.length || frame.type === "invitation") this.inviting ??= import(origin + config.live.invitations);
    if (!this.inviting) return;
    try {
      const { Invitations } = await this.inviting;
      if (this.listening.signal.aborted) return;
      this.invitations ??= new Invitations(this.host, this);
      this.invitations?.hear(frame);
    } catch (error) {
      this.explain(`No invitation can be shown: ${error}`);
    }
  }

  /** @private The answer to a heartbeat: how long somebody looked, if that is news. */
  beat() {
    this.history.save();
    this.remind();
    const told = { seconds_page: this.active.seconds, seconds_visit: this.history.visit.seconds, hidden: document.hidden };
    const text = JSON.stringify(told);
    if (text === this.told) return this.line.send("pong");
    this.told = text;
    return this.line.send("active", told);
  }

  /** @private */
  looked() {
    this.beat();
    if (!document.hidden) this.line.hurry();
  }
}

/** @param {number} then @param {number} now ms @returns {number} whole seconds, whatever the clock did meanwhile */
function since(then, now) {
  return Math.max(0, Math.round((now - then) / 1000));
}
