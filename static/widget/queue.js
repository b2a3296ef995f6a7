/**
 * What is said to somebody who waits for their turn. Pure.
 * @module queue
 */

import { locale } from "./times.js";

const MINUTE = 60;

/**
 * "You are number 2 in the queue. About 4 minutes."
 * @param {import("./app.js").App} app
 * @param {{place: number, eta: number | null}} conversation
 */
export function queueWords(app, { place, eta }) {
  const where = place === 1 ? app.text("queue_next") : app.text("queue_place", String(place));
  // The wait stays together on its line.
  return eta === null ? where : app.text("queue_and_wait", where, waitWords(app, eta).replaceAll(" ", "\u00a0"));
}

/** @param {import("./app.js").App} app @param {number} eta seconds */
function waitWords(app, eta) {
  if (eta < MINUTE) return app.text("wait_under_minute");
  // Plurals are the browser's: every language has its own rules for them.
  const unit = /** @type {const} */ ({ style: "unit", unit: "minute", unitDisplay: "long" });
  const minutes = new Intl.NumberFormat(locale(app.language), unit).format(Math.round(eta / MINUTE));
  return app.text("wait_about", minutes);
}
