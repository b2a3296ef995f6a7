/**
 * Who this browser is to the server. The token never stands in an address; it is kept by the shop's page and,
 * as a copy, here. An unknown or old token is not an error: the server answers with a new one.
 * @module session
 */

import { Backoff } from "../js/lib/backoff.js";
import { unanswered } from "../js/lib/errors.js";
import { ApiError, request } from "../js/lib/http.js";
import { put } from "../js/lib/storage.js";

/**
 * @typedef {{ticket: string, epoch: string, head: number, state: string, unread: number}} Known
 * @typedef {{token: string, visitor: string, profile: import("./app.js").Profile, widget: any, tickets: Known[]}} Answer
 */

const API = "/widget/v1";
/** A first answer usually takes far less; after this the window says that there is no connection. */
const SILENCE_MS = 3000;

export class Session {
  /**
   * @param {{key: string, storage: import("../js/lib/storage.js").MemoryStorage | Storage, language: string,
   *   page: () => import("./app.js").Page, visit?: () => import("./past.js").Past | undefined, onAnswer: (answer: Answer) => void, onSilence: () => void,
   *   onRefused: (error: ApiError) => void}} options
   */
  constructor({ key, storage, language, page, visit = () => undefined, onAnswer, onSilence, onRefused }) {
    this.key = key;
    this.storage = storage;
    this.language = language;
    this.page = page;
    this.visit = visit;
    this.onAnswer = onAnswer;
    this.onSilence = onSilence;
    this.onRefused = onRefused;
    this.place = `helpdesk:${key}:token`;
    this.token = "";
    this.visitor = "";
    this.backoff = new Backoff();
    /** @private @type {Promise<void> | null} */
    this.asking = null;
    /** @private Counts who was forgotten: an answer to somebody from before is not for us. */
    this.era = 0;
  }

  /** @param {string} theirs the token that the shop's page keeps: it counts first */
  adopt(theirs) {
    this.token = theirs || this.storage.getItem(this.place) || "";
  }

  /** Whoever comes next is somebody else: `start` begins anew. */
  forget() {
    this.era++;
    this.asking = null;
    this.token = this.visitor = "";
    this.storage.removeItem(this.place);
  }

  /** Asks until there is an answer, once for all callers. @returns {Promise<void>} */
  start() {
    if (this.asking) return this.asking;
    const asking = this.ask().finally(() => {
      if (this.asking === asking) this.asking = null;
    });
    this.asking = asking;
    return asking;
  }

  /**
   * A call with the token; a refused token is renewed once, silently.
   * @param {string} path @param {unknown} [body] @param {{timeout_ms?: number, signal?: AbortSignal, keepalive?: boolean}} [options]
   * @returns {Promise<any>}
   */
  async call(path, body, options = {}) {
    if (!this.visitor) await this.start();
    try {
      return await this.send(path, body, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      await this.start();
      return this.send(path, body, options);
    }
  }

  /** The same without a token: nobody is told who asks. */
  config() {
    return request(`${API}/config?key=${encodeURIComponent(this.key)}&language=${encodeURIComponent(this.language)}`, {
      credentials: "omit",
    });
  }

  /** @private @param {string} path @param {unknown} body @param {object} options */
  send(path, body, options) {
    return request(API + path, {
      ...options,
      body,
      credentials: "omit",
      headers: { Authorization: `Bearer ${this.token}` },
    });
  }

  /** @private */
  async ask() {
    const { era } = this;
    while (era === this.era) {
      const silence = setTimeout(this.onSilence, SILENCE_MS);
      try {
        const answer = await request(`${API}/session`, { body: this.introduction(), credentials: "omit" });
        if (typeof answer?.token !== "string") throw unanswered();
        if (era === this.era) return this.take(answer);
      } catch (error) {
        if (era === this.era) await this.rest(/** @type {ApiError} */ (error));
      } finally {
        clearTimeout(silence);
      }
    }
    throw new ApiError({ code: "forgotten" });
  }

  /** @private Until the next try. @param {ApiError} problem @throws {ApiError} it is final */
  async rest(problem) {
    // Without a code of ours it is a proxy or a filter that speaks, and that passes.
    if (!problem.retry && problem.code !== "unavailable") {
      this.onRefused(problem);
      throw problem;
    }
    this.onSilence();
    if (await isCutShort(this.backoff.next(problem.retry_in_ms), problem.retry_in_ms)) this.backoff.reset();
  }

  /** @private */
  introduction() {
    const { url, referrer } = this.page();
    const visit = this.visit();
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      key: this.key,
      page: url,
      language: this.language,
      ...(referrer && { referrer }),
      ...(time_zone && { time_zone }),
      ...(visit && { visit }),
      ...(this.token && { token: this.token }),
    };
  }

  /** @private @param {Answer} answer */
  take(answer) {
    this.backoff.reset();
    this.token = answer.token;
    this.visitor = answer.visitor;
    put(this.storage, this.place, answer.token);
    this.onAnswer(answer);
  }
}

/**
 * Waits, without a network until there is one.
 * @param {number} ms
 * @param {number} atLeast what the server asked for
 * @returns {Promise<boolean>} the network or the person came back: no need to wait for longer than `atLeast`
 */
function isCutShort(ms, atLeast) {
  return new Promise((resolve) => {
    const earliest = Date.now() + atLeast;
    const listening = new AbortController();
    const end = (/** @type {boolean} */ early) => (listening.abort(), resolve(early));
    let timer = navigator.onLine ? setTimeout(end, ms, false) : 0;
    const back = () => {
      if (!navigator.onLine) return;
      clearTimeout(timer);
      timer = setTimeout(end, Math.max(0, earliest - Date.now()), true);
    };
    addEventListener("online", back, { signal: listening.signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && back(), {
      signal: listening.signal,
    });
  });
}
