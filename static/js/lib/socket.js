/**
 * One `helpdesk.v1` connection that keeps itself alive: hello, resume, gaps, heartbeats, reconnecting.
 *
 * It emits: `state` (a `LinkState`), `welcome`, `event` (each exactly once and in order per ticket),
 * `subscribed`, `more` (too much is missing: page over HTTP, feed the frames to `receive`, then `subscribe`),
 * `resync` (drop the copy, then `subscribe` afresh), `refused` (a subscription), `unauthorised` (get a new
 * session, then `open`), and every other frame under its own type.
 * @module socket
 */

import { Backoff } from "./backoff.js";
import { ApiError, readProblem, unanswered } from "./errors.js";
import { Sequences } from "./sequence.js";

const PROTOCOL = "helpdesk.v1";
const SILENCE_MS = 44_000;
const HANDSHAKE_MS = 15_000;
const CLOCK_MS = 5000;
const TERMINAL = new Set([4400, 4403, 4404, 4411]);

/**
 * @typedef {Record<string, any>} Frame
 * @typedef {object} LinkState
 * @property {"idle" | "connecting" | "online" | "waiting" | "offline" | "unauthorised" | "stopped"} name
 * @property {number} [retry_at] when `waiting`: the time of the next attempt (`Date.now()` clock)
 * @property {number} [code] close code, when `stopped`
 * @typedef {object} SocketOptions
 * @property {string} url `/ws/agent/` or absolute
 * @property {() => Frame | Promise<Frame>} hello fields besides `type`, `v` and `resume`
 * @property {typeof WebSocket} [WebSocket]
 * @property {() => number} [random]
 */

export class HelpdeskSocket {
  /** @param {SocketOptions} options */
  constructor({ url, hello, WebSocket: Implementation = globalThis.WebSocket, random = Math.random }) {
    this.url = url;
    this.hello = hello;
    this.WebSocket = Implementation;
    this.backoff = new Backoff(random);
    this.sequences = new Sequences();
    /** @type {LinkState} */
    this.state = { name: "idle" };
    /** Attempts in a row that never got as far as an open socket: a proxy may not let sockets through. */
    this.unopened = 0;
    /** @private @type {WebSocket | null} */
    this.socket = null;
    /** @private @type {Map<string, Set<(detail: any) => void>>} */
    this.listeners = new Map();
    /**
     * @private
     * @type {Map<string, {resolve: (frame: Frame) => void, reject: (error: ApiError) => void, timer: any}>}
     */
    this.pending = new Map();
    /** @private @type {Set<string>} tickets whose missing events are on their way */
    this.catching = new Set();
    /** @private */ this.nextId = 1;
    /** @private */ this.heardAt = 0;
    /** @private */ this.holdUntil = 0;
    /** @private @type {any} */ this.retryTimer = 0;
    /** @private @type {any} */ this.silenceTimer = 0;
    /** @private @type {null | (() => void)} */ this.watching = null;
  }

  /**
   * @param {string} name @param {(detail: any) => void} listener
   * @returns {() => void} call it to stop listening
   */
  on(name, listener) {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  /** Connects, unless it already does. */
  open() {
    if (this.socket) return;
    this.watchPage();
    clearTimeout(this.retryTimer);
    if (globalThis.navigator?.onLine === false) return this.become({ name: "offline" });
    this.become({ name: "connecting" });
    this.connect();
  }

  /** Tries at once instead of waiting: somebody asked for it. */
  hurry() {
    this.holdUntil = 0;
    this.comeBack();
  }

  /** Closes for good; `open` starts again. */
  close() {
    this.unwatchPage();
    clearTimeout(this.retryTimer);
    this.drop();
    this.become({ name: "idle" });
  }

  isOnline() {
    return this.state.name === "online";
  }

  /** Ephemeral frames: sent now or never. @param {string} type @param {Frame} [fields] @returns {boolean} sent */
  send(type, fields = {}) {
    if (!this.isOnline()) return false;
    this.write({ type, ...fields });
    return true;
  }

  /**
   * A command with an answer: resolves with `ack` (or `subscribed`), rejects with an `ApiError`.
   * @param {string} type @param {Frame} [fields] @param {number} [timeout_ms]
   * @returns {Promise<Frame>}
   */
  command(type, fields = {}, timeout_ms = 10_000) {
    if (!this.isOnline()) return Promise.reject(unanswered("disconnected"));
    const id = `c${this.nextId++}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(id, unanswered("timeout")), timeout_ms);
      this.pending.set(id, { resolve, reject, timer });
      this.write({ type, id, ...fields });
    });
  }

  /**
   * Follows a ticket's events from where it stands, or from `after` (0 the start, −1 the last 50), now and
   * after every reconnect.
   * @param {string} ticket @param {{epoch?: string, after?: number}} [from]
   */
  subscribe(ticket, from = {}) {
    this.sequences.follow(ticket, from);
    this.catchUp(ticket);
  }

  /** @param {string} ticket */
  unsubscribe(ticket) {
    this.sequences.forget(ticket);
    this.catching.delete(ticket);
    this.send("unsubscribe", { ticket });
  }

  /** Takes one frame from the wire, or from HTTP while sockets do not work. @param {Frame} frame */
  receive(frame) {
    if (frame.id !== undefined) this.settle(String(frame.id), frame.type === "error" ? readProblem(frame) : frame);
    this.handle(frame);
  }

  /** @private @param {Frame} frame */
  handle(frame) {
    switch (frame.type) {
      case "welcome":
        return this.welcomed(frame);
      case "heartbeat":
        this.send("pong");
        return this.sequences.behind(frame.heads ?? {}).forEach((ticket) => this.catchUp(ticket));
      case "subscribed":
        return this.subscribed(frame);
      case "event":
        return this.take(frame);
      case "resync":
        this.sequences.forget(frame.ticket);
        break;
      case "bye":
        this.hold(frame.retry_in_ms || 0);
        break;
      case "error":
        if (frame.code === "too_many_sockets") this.hold(frame.retry_in_ms || 60_000);
    }
    this.emit(frame.type, frame);
  }

  /** @private @param {number} ms the server wants no earlier attempt */
  hold(ms) {
    this.holdUntil = Date.now() + ms;
  }

  /** @private @param {Frame} frame */
  welcomed(frame) {
    this.backoff.reset();
    this.holdUntil = 0;
    this.become({ name: "online" });
    const resumed = new Set(frame.subscriptions ?? []);
    for (const { ticket } of this.sequences.positions()) if (!resumed.has(ticket)) this.catchUp(ticket);
    this.emit("welcome", frame);
  }

  /** @private @param {Frame} frame */
  subscribed(frame) {
    const { ticket, head, more } = frame;
    const sequence = this.sequences.follow(ticket);
    if (!sequence.begin({ epoch: frame.epoch, from: frame.from, head })) {
      this.sequences.forget(ticket);
      return this.emit("resync", { ...frame, type: "resync", why: "epoch" });
    }
    this.emit("subscribed", frame);
    if (more) this.emit("more", { ticket, epoch: sequence.epoch, after: sequence.last, head });
  }

  /** @private @param {Frame} frame an event */
  take(frame) {
    const verdict = this.sequences.get(frame.ticket)?.accept(frame.seq);
    if (verdict === "apply") this.emit("event", frame);
    if (verdict === "gap") this.catchUp(frame.ticket);
  }

  /** @private */
  connect() {
    /** @type {WebSocket} */
    let socket;
    try {
      socket = new this.WebSocket(absolute(this.url), PROTOCOL);
    } catch {
      this.unopened++;
      return this.retry();
    }
    this.socket = socket;
    this.heardAt = Date.now();
    let opened = false;
    this.silenceTimer = setTimeout(() => this.lost(socket, 0), HANDSHAKE_MS);
    socket.onopen = () => {
      opened = true;
      this.unopened = 0;
      this.greet(socket);
    };
    socket.onmessage = ({ data }) => this.socket === socket && this.read(data);
    socket.onclose = ({ code }) => {
      if (!opened) this.unopened++;
      this.lost(socket, code);
    };
  }

  /** @private @param {WebSocket} socket */
  async greet(socket) {
    try {
      const fields = await this.hello();
      if (this.socket === socket) this.write({ type: "hello", v: 1, ...fields, resume: this.sequences.positions() });
    } catch {
      this.lost(socket, 0);
    }
  }

  /** @private @param {unknown} data */
  read(data) {
    /** @type {Frame | undefined} */
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    this.listenOn();
    if (frame && typeof frame.type === "string") this.receive(frame);
  }

  /** @private @param {Frame} frame */
  write(frame) {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  /** @private Nothing heard for two heartbeats and a bit: the line is dead even if nobody said so. */
  listenOn() {
    const socket = this.socket;
    this.heardAt = Date.now();
    clearTimeout(this.silenceTimer);
    if (socket) this.silenceTimer = setTimeout(() => this.lost(socket, 0), SILENCE_MS);
  }

  /** @private @param {string} ticket */
  catchUp(ticket) {
    const sequence = this.sequences.get(ticket);
    if (!sequence || !this.isOnline() || this.catching.has(ticket)) return;
    this.catching.add(ticket);
    const { epoch, last } = sequence;
    this.command("subscribe", { ticket, ...(epoch && { epoch }), after: last })
      .catch((error) => this.subscribeRefused(ticket, error))
      .finally(() => this.catching.delete(ticket));
  }

  /** @private @param {string} ticket @param {ApiError} error */
  subscribeRefused(ticket, error) {
    // The next heartbeat or reconnect asks again; only a final no is news.
    if (error.retry) return;
    this.sequences.forget(ticket);
    this.emit("refused", { ticket, error });
  }

  /** @private @param {string} id @param {Frame | ApiError} answer */
  settle(id, answer) {
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    clearTimeout(waiting.timer);
    if (answer instanceof ApiError) waiting.reject(answer);
    else waiting.resolve(answer);
  }

  /** @private @param {WebSocket} socket @param {number} code */
  lost(socket, code) {
    if (this.socket !== socket) return;
    this.drop();
    if (TERMINAL.has(code)) return this.become({ name: "stopped", code });
    if (code === 4401) return this.refuseToken();
    this.retry();
  }

  /** @private */
  refuseToken() {
    this.become({ name: "unauthorised" });
    this.emit("unauthorised", null);
  }

  /** @private The network or the person came back: the waits begin anew, but what the server asked for still counts. */
  comeBack() {
    this.backoff.reset();
    // A laptop that slept: its timers stood still with it, and the line is long dead on the other side.
    if (this.socket && Date.now() - this.heardAt > SILENCE_MS) return this.lost(this.socket, 0);
    if (this.state.name !== "waiting" && this.state.name !== "offline") return;
    if (this.holdUntil > Date.now()) this.retry();
    else this.open();
  }

  /** @private The clock jumped while this page stood still: see at once whether the line lives. */
  lookAtClock() {
    if (this.socket && Date.now() - this.heardAt > SILENCE_MS) this.comeBack();
  }

  /** @private */
  retry() {
    clearTimeout(this.retryTimer);
    if (globalThis.navigator?.onLine === false) return this.become({ name: "offline" });
    const wait = this.backoff.next(this.holdUntil - Date.now());
    this.become({ name: "waiting", retry_at: Date.now() + wait });
    this.retryTimer = setTimeout(() => this.open(), wait);
  }

  /** @private */
  drop() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.silenceTimer);
    this.catching.clear();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    }
    for (const id of [...this.pending.keys()]) this.settle(id, unanswered("disconnected"));
  }

  /** @private @param {LinkState} state */
  become(state) {
    this.state = state;
    this.emit("state", state);
  }

  /** @private @param {string} name @param {any} detail */
  emit(name, detail) {
    for (const listener of this.listeners.get(name) ?? []) listener(detail);
  }

  /** @private */
  watchPage() {
    if (this.watching || !globalThis.addEventListener) return;
    const back = () => document.visibilityState === "visible" && this.comeBack();
    const online = () => this.comeBack();
    const offline = () => {
      if (!this.socket && this.state.name !== "waiting") return;
      clearTimeout(this.retryTimer);
      this.drop();
      this.become({ name: "offline" });
    };
    const ticking = setInterval(() => this.lookAtClock(), CLOCK_MS);
    addEventListener("online", online);
    addEventListener("offline", offline);
    document.addEventListener("visibilitychange", back);
    this.watching = () => {
      clearInterval(ticking);
      removeEventListener("online", online);
      removeEventListener("offline", offline);
      document.removeEventListener("visibilitychange", back);
    };
  }

  /** @private */
  unwatchPage() {
    this.watching?.();
    this.watching = null;
  }
}

/** @param {string} url @returns {string} with ws: or wss: */
function absolute(url) {
  return new URL(url, globalThis.location?.href).href.replace(/^http/, "ws");
}
