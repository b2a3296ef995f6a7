/**
 * Long polling: the same events, the same guarantees, where no socket gets through.
 * @module poll
 */

import { Backoff } from "../js/lib/backoff.js";

const WAIT_SECONDS = 25;

/**
 * Runs until `live.polling` ends. Aborting `live.poll` makes it look again at once.
 * @param {import("./live.js").Live} live
 */
export async function pollWhile(live) {
  const backoff = new Backoff();
  while (live.polling) {
    live.poll = new AbortController();
    const { signal } = live.poll;
    const ticket = live.polled();
    try {
      if (ticket) await live.fetchEvents(ticket, live.heard ? WAIT_SECONDS : 0, signal);
      else await live.session.config();
      live.heard = true;
      if (live.polling) live.become("online");
      backoff.reset();
      if (!ticket) await rest(WAIT_SECONDS * 1000, signal);
    } catch {
      if (signal.aborted) continue;
      live.heard = false;
      if (live.polling) live.become("lost");
      await rest(backoff.next(1000), signal);
    }
  }
}

/** @param {number} ms @param {AbortSignal} signal ends it early @returns {Promise<void>} */
function rest(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
