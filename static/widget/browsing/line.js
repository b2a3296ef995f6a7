/**
 * The page's line to `/ws/live/`: it comes back by itself, ever more slowly, and takes a final no for one.
 * @module line
 */

import { Backoff } from "../../js/lib/backoff.js";

const SILENCE_MS = 44_000;
const TERMINAL = new Set([4400, 4403, 4404]);

export class Line {
  /**
   * @param {{url: string, hello: () => Record<string, unknown>, welcome: () => void, beat: () => void,
   *   hear?: (frame: any) => void,   explain: (text: string) => void, WebSocket?: typeof WebSocket, random?: () => number}} options
   */
  constructor({ url, hello, welcome, beat, hear, explain, WebSocket: Implementation = globalThis.WebSocket, random }) {
    this.url = url;
    this.hello = hello;
    this.welcome = welcome;
    this.beat = beat;
    this.others = hear;
    this.explain = explain;
    this.WebSocket = Implementation;
    this.backoff = new Backoff(random);
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isIn = false;
    /** The server said no for good. */
    this.refused = false;
    /** @private */ this.holdUntil = 0;
    addEventListener("online", () => this.hurry());
  }

  open() {
    clearTimeout(this.timer);
    if (this.socket || this.refused) return;
    this.wanted = true;
    try {
      this.socket = new this.WebSocket(this.url, "helpdesk.v1");
    } catch {
      return this.retry();
    }
    const { socket } = this;
    this.listen();
    socket.onopen = () => this.write("hello", { v: 1, ...this.hello() });
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data));
    socket.onclose = ({ code }) => this.lost(code);
  }

  /** For now, or for good. */
  close() {
    this.wanted = false;
    clearTimeout(this.timer);
    this.drop();
  }

  /** Says hello anew. */
  renew() {
    this.close();
    this.open();
  }

  /** Now or never. @param {string} type @param {Record<string, unknown>} [fields] @returns {boolean} sent */
  send(type, fields) {
    if (this.isIn) this.write(type, fields);
    return this.isIn;
  }

  /** Somebody is here, or the network is back: no need to wait for longer than the server asked for. */
  hurry() {
    if (!this.wanted || this.socket || Date.now() < this.holdUntil) return;
    this.backoff.reset();
    this.open();
  }

  /** @private @param {string} type @param {Record<string, unknown>} [fields] */
  write(type, fields) {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify({ type, ...fields }));
  }

  /** @private @param {any} frame */
  hear(frame) {
    const { type, message, field, retry_in_ms } = frame;
    this.listen();
    if (type === "welcome") {
      this.isIn = true;
      this.backoff.reset();
      this.holdUntil = 0;
      this.welcome();
    }
    if (type === "heartbeat") this.beat();
    if (type === "error") this.explain(field ? `${message} (${field})` : message);
    if (retry_in_ms) this.holdUntil = Date.now() + retry_in_ms;
    this.others?.(frame);
  }

  /** @private Without two heartbeats the line is dead even if nobody said so. */
  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(0), SILENCE_MS);
  }

  /** @private @param {number} code */
  lost(code) {
    this.drop();
    if (TERMINAL.has(code)) this.refused = true;
    else if (this.wanted) this.retry();
  }

  /** @private */
  drop() {
    const { socket } = this;
    this.socket = null;
    this.isIn = false;
    clearTimeout(this.silence);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  /** @private */
  retry() {
    clearTimeout(this.timer);
    // The first wait is short but never none: a server that starts anew meets everybody.
    const wait = Math.max(this.backoff.next(this.holdUntil - Date.now()), 200);
    this.timer = setTimeout(() => this.open(), wait);
  }
}
