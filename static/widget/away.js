/**
 * What is said while nobody is there, and when somebody is again: in the visitor's own language and time.
 * @module away
 */

import { daysBetween, locale } from "./times.js";

/** Where the workspace's own words want the time. */
const PLACE = "{next_opening}";

/**
 * @param {import("./app.js").App} app
 * @param {Date} [now]
 * @returns {string} "" when there is nothing to say
 */
export function awayWords(app, now = new Date()) {
  const { texts, opens_at, offline_why } = app.state.config;
  if (offline_why === "queue_full") return texts.queue_full_text ?? "";
  const when = opens_at && new Date(opens_at) > now ? openingTime(app, new Date(opens_at), now) : "";
  const own = texts.offline_text ?? "";
  if (own.includes(PLACE)) return own.replaceAll(PLACE, when || app.text("back_soon"));
  return [own, when && app.text("back_at", when)].filter(Boolean).join(" ");
}

/** The same in a few words. @param {import("./app.js").App} app */
export function shortAwayWords(app) {
  return app.text(app.state.config.offline_why === "queue_full" ? "queue_full" : "away");
}

/** "tomorrow at 9:00", "Monday at 9:00". @param {import("./app.js").App} app @param {Date} at @param {Date} now */
function openingTime(app, at, now) {
  const name = locale(app.language);
  const time = new Intl.DateTimeFormat(name, { hour: "numeric", minute: "2-digit" }).format(at);
  return app.text("on_day", dayWords(name, at, daysBetween(now, at)), time);
}

/** @param {string} name @param {Date} at @param {number} days from now */
function dayWords(name, at, days) {
  if (days < 2) return new Intl.RelativeTimeFormat(name, { numeric: "auto" }).format(days, "day");
  const more = days < 7 ? {} : /** @type {const} */ ({ day: "numeric", month: "long" });
  return new Intl.DateTimeFormat(name, { weekday: "long", ...more }).format(at);
}
