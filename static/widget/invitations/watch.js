/**
 * What happens on the page that an invitation may wait for: how far it was read, whether somebody is about to leave,
 * which elements were in view. Nothing is asked of elements that no invitation asks about.
 * @module watch
 */

import { uuid } from "../../js/lib/ids.js";

const LEAVING_MS = 3000; // somebody who came back is not leaving any more
const FLICK_MS = 400;
const FLICK_SCREENS = 0.6; // scrolled up within FLICK_MS
const READ_SECONDS = 8; // before that a scroll up is looking round

const MOST_SEEN = 50;

export class Watch {
  /**
   * @param {{active: import("../browsing/active.js").ActiveTime, history: import("../browsing/history.js").History}} browsing
   * @param {() => void} happened something that cannot wait for the next second
   * @param {() => number} [now]
   */
  constructor(browsing, happened, now = () => performance.now()) {
    this.browsing = browsing;
    this.happened = happened;
    this.now = now;
    this.view = uuid();
    this.left = -Infinity;
    this.percent = 0;
    /** @private @type {{at: number, y: number}[]} */
    this.scrolls = [];
    /** @type {Set<string>} */
    this.seen = new Set();
    /** @private @type {Map<Element, string[]>} */
    this.watched = new Map();
    /** @private @type {Set<string>} */
    this.wanted = new Set();
    this.inView = new IntersectionObserver((entries) => this.met(entries), { threshold: [0, 0.5] });
    this.listening = new AbortController();
    const options = { passive: true, signal: this.listening.signal };
    document.documentElement.addEventListener("mouseleave", (event) => event.clientY <= 0 && this.leave(), options);
    addEventListener("scroll", () => this.scrolled(), options);
    this.scrolled();
  }

  /** Another page. */
  restart() {
    this.view = uuid();
    this.left = -Infinity;
    this.percent = 0;
    this.scrolls = [];
    this.seen.clear();
    this.inView.disconnect();
    this.watched.clear();
    this.scrolled();
  }

  stop() {
    this.listening.abort();
    this.inView.disconnect();
  }

  /** Elements come and go: called once a second. @param {Iterable<string>} selectors */
  look(selectors) {
    this.wanted = new Set(selectors);
    for (const selector of this.wanted) {
      if (this.seen.has(selector)) continue;
      const element = find(selector);
      const known = element && this.watched.get(element);
      if (!element || known?.includes(selector)) continue;
      this.watched.set(element, [...(known ?? []), selector]);
      // Anew, so that one that is in view already is told of.
      this.inView.unobserve(element);
      this.inView.observe(element);
    }
  }

  /** @returns {import("./triggers.js").Facts} */
  facts() {
    const { active, history } = this.browsing;
    return {
      view: this.view,
      seconds_page: active.seconds,
      seconds_visit: history.visit.seconds,
      seconds_idle: Math.floor((active.now() - active.usedAt) / 1000),
      scroll_percent: this.percent,
      exit_intent: this.now() - this.left < LEAVING_MS,
      seen: [...this.seen].filter((selector) => this.wanted.has(selector)).slice(0, MOST_SEEN),
    };
  }

  /** @private */
  leave() {
    this.left = this.now();
    this.happened();
  }

  /** @private How far it was seen; and on a phone a flick up after reading is the way to the address bar. */
  scrolled() {
    const { scrollHeight, clientHeight } = document.documentElement;
    const y = scrollY;
    if (scrollHeight > 0) this.percent = Math.max(this.percent, Math.min(100, Math.round(((y + clientHeight) / scrollHeight) * 100)));
    const at = this.now();
    this.scrolls = [...this.scrolls.filter((each) => at - each.at < FLICK_MS), { at, y }];
    const up = Math.max(...this.scrolls.map((each) => each.y)) - y;
    const isPhone = matchMedia("(pointer: coarse)").matches;
    if (isPhone && up > clientHeight * FLICK_SCREENS && this.browsing.active.seconds >= READ_SECONDS) this.leave();
  }

  /** @private @param {IntersectionObserverEntry[]} entries */
  met(entries) {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect } of entries) {
      // Half of it, or for one that is larger than the window half of that.
      const isSeen = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2);
      if (isSeen) for (const selector of this.watched.get(target) ?? []) this.seen.add(selector);
    }
    this.happened();
  }
}

/** @param {string} selector as somebody wrote it: a wrong one finds nothing @returns {Element | null} */
function find(selector) {
  try {
    return document.querySelector(selector);
  } catch {
    return null;
  }
}
