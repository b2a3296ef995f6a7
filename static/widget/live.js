/**
 * The live line of the window: the socket, paging when much is missing, and long polling while a proxy lets
 * no socket through. Both ways feed the same ordered stream of events.
 * @module live
 */

import { Backoff } from "../js/lib/backoff.js";
import { HelpdeskSocket } from "../js/lib/socket.js";
import { pollWhile } from "./poll.js";

/** @typedef {import("./app.js").Link} Link */

const TRIES_BEFORE_POLLING = 2;
/** When a socket got through before, it is the server that is busy or away, and polling would add to its load. */
const TRIES_WHERE_SOCKETS_WORK = 6;

export class Live {
  /**
   * @param {{session: import("./session.js").Session, version: string, tab: string, onLink: (link: Link) => void,
   *   polled: () => string | null}} options `polled` names the ticket to poll for while there is no socket
   */
  constructor({ session, version, tab, onLink, polled }) {
    this.session = session;
    this.onLink = onLink;
    this.polled = polled;
    const hello = () => ({ token: session.token, client: { app: "widget", version, tab } });
    this.socket = new HelpdeskSocket({ url: "/ws/visitor/", hello });
    /** @type {Link} */
    this.link = "connecting";
    this.polling = false;
    this.patience = TRIES_BEFORE_POLLING;
    this.heard = false;
    this.closed = false;
    /** @type {AbortController | null} */ this.poll = null;
    /** @private @type {Set<string>} */ this.paging = new Set();
    /** @private */ this.renewals = new Backoff();
    this.socket.on("state", (state) => this.follow(state));
    this.socket.on("welcome", () => {
      this.renewals.reset();
      this.patience = TRIES_WHERE_SOCKETS_WORK;
    });
    this.socket.on("more", ({ ticket }) => this.page(ticket));
    this.socket.on("unauthorised", () => this.renew());
  }

  open() {
    this.closed = false;
    this.socket.open();
  }

  close() {
    this.closed = true;
    this.stopPolling();
    this.socket.close();
  }

  /** The session is not answered: without a session nothing comes in. */
  silent() {
    if (!this.socket.isOnline() && !(this.polling && this.heard)) this.become("lost");
  }

  /** @param {string} ticket @param {{epoch?: string, after?: number}} [from] else from the start */
  subscribe(ticket, from) {
    this.socket.subscribe(ticket, from);
    if (this.polling) this.poll?.abort();
  }

  /**
   * Resolves when commands can go over the socket; soon after says no, so that HTTP takes over.
   * @param {number} ms @returns {Promise<boolean>}
   */
  socketWithin(ms) {
    if (this.socket.isOnline() || this.polling) return Promise.resolve(this.socket.isOnline());
    return new Promise((resolve) => {
      const stop = this.socket.on("state", ({ name }) => {
        if (name === "online") end(true);
        else if (this.polling) end(false);
      });
      const timer = setTimeout(() => end(false), ms);
      const end = (/** @type {boolean} */ online) => {
        clearTimeout(timer);
        stop();
        resolve(online);
      };
    });
  }

  /** @private @param {import("../js/lib/socket.js").LinkState} state */
  follow({ name }) {
    if (name === "online") this.stopPolling();
    if (name === "waiting" && this.socket.unopened >= this.patience) this.startPolling();
    if (name === "offline" || name === "stopped") this.stopPolling();
    if (name === "online") this.become("online");
    else if (name === "stopped") this.become("stopped");
    else if (name === "waiting" || name === "offline" || name === "unauthorised")
      this.become(this.polling && this.heard ? "online" : "lost");
  }

  /** @param {Link} link */
  become(link) {
    if (this.link === link) return;
    this.link = link;
    this.onLink(link);
  }

  /** @private A new token, then again; a server that goes on refusing is asked ever more rarely. */
  async renew() {
    const wait = this.renewals.attempt ? this.renewals.next() : (this.renewals.next(), 0);
    setTimeout(async () => {
      if (this.closed) return;
      await this.session.start().then(
        () => this.closed || this.socket.open(),
        () => this.closed || this.become("stopped"),
      );
    }, wait);
  }

  /** @private More is missing than one subscription sends. @param {string} ticket */
  async page(ticket) {
    if (this.paging.has(ticket)) return;
    this.paging.add(ticket);
    try {
      while (await this.fetchEvents(ticket, 0));
      this.socket.subscribe(ticket);
    } catch {
      // The next heartbeat finds what is still missing and comes here again.
    } finally {
      this.paging.delete(ticket);
    }
  }

  /**
   * @param {string} ticket @param {number} wait seconds @param {AbortSignal} [signal]
   * @returns {Promise<boolean>} there is more
   */
  async fetchEvents(ticket, wait, signal) {
    const sequence = this.socket.sequences.follow(ticket);
    const after = Math.max(sequence.last, 0);
    const query = `?ticket=${encodeURIComponent(ticket)}&after=${after}&wait=${wait}`;
    const answer = await this.session.call(`/events${query}`, undefined, { timeout_ms: (wait + 10) * 1000, signal });
    const { epoch, head, more, state, queue, events } = answer;
    this.socket.receive({
      type: "subscribed",
      ticket,
      epoch,
      head,
      from: answer.from ?? after + 1,
      more: false,
      state,
      queue,
    });
    for (const event of events) this.socket.receive(event);
    return more && events.length > 0;
  }

  /** @private */
  startPolling() {
    if (this.polling) return;
    this.polling = true;
    this.heard = false;
    pollWhile(this);
  }

  /** @private */
  stopPolling() {
    this.polling = false;
    this.poll?.abort();
  }
}
