/**
 * Who this browser is to the server. The token never stands in an address; it is kept by the shop's page and,
 * as a copy, here. An unknown or old token is not an error: the server answers with a new one.
 * @module session
 */

import { Backoff } from "../js/lib/backoff.js";
import { ApiError, request } from "../js/lib/http.js";
import { put } from "../js/lib/storage.js";

/**
 * @typedef {{ticket: string, epoch: string, head: number, state: string, unread: number}} Known
 * @typedef {{token: string, visitor: string, profile: import("./app.js").Profile, widget: any, tickets: Known[]}} Answer
 */

export const API = "/widget/v1";

export class Session {
  /**
   * @param {{key: string, storage: import("../js/lib/storage.js").MemoryStorage | Storage, language: string,
   *   page: () => import("./app.js").Page, onAnswer: (answer: Answer) => void, onRefused: (error: ApiError) => void}} options
   */
  constructor({ key, storage, language, page, onAnswer, onRefused }) {
    this.key = key;
    this.storage = storage;
    this.language = language;
    this.page = page;
    this.onAnswer = onAnswer;
    this.onRefused = onRefused;
    this.place = `helpdesk:${key}:token`;
    this.token = "";
    this.visitor = "";
    this.backoff = new Backoff();
    /** @private @type {Promise<void> | null} */
    this.asking = null;
    this.ended = false;
  }

  /** @param {string} theirs the token that the shop's page keeps: it counts first */
  adopt(theirs) {
    this.token = theirs || this.storage.getItem(this.place) || "";
  }

  forget() {
    this.ended = true;
    this.token = "";
    this.storage.removeItem(this.place);
  }

  /** Asks until there is an answer, once for all callers. @returns {Promise<void>} */
  start() {
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
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
    for (;;) {
      try {
        return this.take(await request(`${API}/session`, { body: this.introduction(), credentials: "omit" }));
      } catch (error) {
        const problem = /** @type {ApiError} */ (error);
        if (!problem.retry || this.ended) {
          this.onRefused(problem);
          throw problem;
        }
        await pause(this.backoff.next(problem.retry_in_ms));
      }
    }
  }

  /** @private */
  introduction() {
    const { url, referrer } = this.page();
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      key: this.key,
      page: url,
      language: this.language,
      ...(referrer && { referrer }),
      ...(time_zone && { time_zone }),
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

/** Ends early when the network comes back. @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
  });
}
