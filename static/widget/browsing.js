/**
 * What a page that may be followed tells the server while it is open. Loaded by the loader when the browser has
 * nothing better to do, and only with consent (see loader/host.js): before that nothing here exists on the page.
 * @module browsing
 */

import { ActiveTime } from "./browsing/active.js";
import { Line } from "./browsing/line.js";
import { History } from "./browsing/history.js";

const EVENTS = 20;

/**
 * @typedef {{url: string, title: string, referrer?: string}} Page
 * @typedef {{profile?: Record<string, string>, attributes?: Record<string, unknown>, cart?: unknown, token?: string}} Facts
 */

export class Browsing {
  /**
   * @param {{origin: string, key: string, storage: import("../js/lib/storage.js").MemoryStorage | Storage, place: string,
   *   page: Page, language: string, explain: (text: string) => void}} options
   */
  constructor({ origin, key, storage, place, page, language, explain }) {
    this.key = key;
    this.language = language;
    /** @type {Facts} what the site has said so far: said again on each new connection */
    this.facts = {};
    /** @private what the last answer to a heartbeat said */
    this.told = "";
    /** @private @type {Record<string, unknown>[]} events until the server can take them */
    this.events = [];
    this.history = new History(storage, place, { url: location.href, referrer: document.referrer });
    this.history.view(page);
    this.active = new ActiveTime(() => this.history.spend(1));
    this.line = new Line({
      url: `${origin.replace(/^http/, "ws")}/ws/live/`,
      hello: () => this.hello(),
      welcome: () => this.flush(),
      beat: () => this.beat(),
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
  }

  /** Nobody is followed any more: the row goes at once, and what was stored here. */
  stop() {
    this.listening.abort();
    this.active.stop();
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
      key: this.key,
      browser: history.browser,
      visit: {
        id: history.visit.id,
        number: history.visit.number,
        started_at: new Date(history.visit.started).toISOString(),
        pages: history.visit.pages,
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
      language: this.language,
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
  }

  /** @private The answer to a heartbeat: how long somebody looked, if that is news. */
  beat() {
    this.history.save();
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
