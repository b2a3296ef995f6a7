/**
 * Who this browser is, which visit this is, and the pages of it: kept in the shop's own storage, shared by its tabs.
 * Where nothing can be stored it lives as long as the page.
 * @module history
 */

import { uuid } from "../../js/lib/ids.js";
import { put } from "../../js/lib/storage.js";

const VISIT_MS = 30 * 60_000;
const TRAIL = 20;
const UTM = ["source", "medium", "campaign", "term", "content"];

/**
 * @typedef {{url: string, title: string, at: number, seconds: number}} Seen
 * @typedef {{id: string, number: number, started: number, pages: number, seconds: number, referrer: string,
 *   utm: Record<string, string>, last?: number}} Visit `last`: when the one before it ended
 */

export class History {
  /**
   * @param {import("../../js/lib/storage.js").MemoryStorage | Storage} storage @param {string} place
   * @param {{url: string, referrer: string}} arrival of this document
   * @param {() => number} [now]
   */
  constructor(storage, place, arrival, now = Date.now) {
    this.storage = storage;
    this.place = place;
    this.arrival = arrival;
    this.now = now;
    /** @private seconds that are not in the storage yet */
    this.spent = 0;
    /** @type {Seen} the page of this tab */
    this.here = { url: "", title: "", at: now(), seconds: 0 };
    const { browser, visit, trail, seen } = this.read();
    this.browser = browser;
    /** @type {Visit} */
    this.visit = visit;
    /** @private @type {Seen[]} the newest first, those of all tabs */
    this.trail = trail;
    /** @private when the last page of any tab was seen */
    this.seen = seen;
  }

  /**
   * A page is looked at now. @param {{url: string, title: string}} page
   * @returns {boolean} it is another one than before
   */
  view(page) {
    const url = page.url.slice(0, 2000);
    const title = page.title.slice(0, 300);
    const now = this.now();
    this.meet();
    if (now - this.seen > VISIT_MS) this.begin(now);
    const last = this.trail[0];
    if (this.here.url === url) {
      this.here.title = title;
      return false;
    }
    // Loaded again it is the same page.
    if (!this.here.url && last?.url === url) this.here = last;
    else {
      this.here = { url, title, at: now, seconds: 0 };
      this.trail = [this.here, ...this.trail].slice(0, TRAIL);
      this.visit.pages++;
    }
    this.seen = now;
    this.store();
    return true;
  }

  /** Somebody looked at the page for so long. @param {number} seconds */
  spend(seconds) {
    this.spent += seconds;
    this.visit.seconds += seconds;
    this.here.seconds += seconds;
  }

  /** The pages before this one, the newest first. @returns {Seen[]} */
  before() {
    return this.trail.filter((page) => page.at !== this.here.at || page.url !== this.here.url);
  }

  /** An open page that nobody looks at keeps no visit going. */
  save() {
    const isUsed = this.spent > 0;
    this.meet();
    if (isUsed) this.seen = this.now();
    this.store();
  }

  forget() {
    this.storage.removeItem(this.place);
  }

  /** @private Another tab may have gone on: from there, with what was spent here. */
  meet() {
    const kept = this.kept();
    if (kept?.browser === this.browser) {
      this.trail = kept.trail;
      this.seen = kept.seen;
      if (kept.visit.id === this.visit.id) kept.visit.seconds += this.spent;
      this.visit = kept.visit;
      const own = this.trail.find((page) => page.at === this.here.at && page.url === this.here.url);
      if (own) this.here = Object.assign(own, this.here);
    }
    this.spent = 0;
  }

  /** @private */
  store() {
    const { browser, visit, trail, seen } = this;
    put(this.storage, this.place, JSON.stringify({ browser, visit, trail, seen }));
  }

  /** @private */
  read() {
    return this.kept() ?? { browser: uuid(), visit: this.fresh(0), trail: [], seen: 0 };
  }

  /** @private @returns {{browser: string, visit: Visit, trail: Seen[], seen: number} | null} null: nothing, or not ours */
  kept() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.place) ?? "");
      const good = typeof kept.browser === "string" && kept.visit.number > 0 && Array.isArray(kept.trail);
      // A clock that was set back makes nobody somebody else.
      return good ? { ...kept, seen: Math.min(kept.seen, this.now()) } : null;
    } catch {
      return null;
    }
  }

  /** @private @param {number} now */
  begin(now) {
    this.visit = { ...this.fresh(this.visit.number + 1), started: now, last: this.seen };
    this.trail = [];
  }

  /** @private @param {number} number @returns {Visit} */
  fresh(number) {
    const { url, referrer } = this.arrival;
    const query = new URL(url).searchParams;
    const utm = Object.fromEntries(
      UTM.map((name) => [name, (query.get(`utm_${name}`) ?? "").slice(0, 100)]).filter(([, value]) => value),
    );
    return { id: uuid(), number, started: this.now(), pages: 0, seconds: 0, referrer: referrer.slice(0, 2000), utm };
  }
}
