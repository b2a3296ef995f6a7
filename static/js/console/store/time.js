/** Times as people read them: relative while fresh, in the reader's own zone and language. */
import { gettext } from "../../lib/i18n.js";

export const WARN_SECONDS = 40;
export const LATE_SECONDS = 120;

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** @type {string|undefined} */
let language;
/** @type {Map<string, Intl.DateTimeFormat|Intl.NumberFormat>} */
const formats = new Map();
/** @type {Intl.DisplayNames|undefined} */
let regions;

/** @param {string} tag  the page's language */
export function setLanguage(tag) {
  language = tag || undefined;
  regions = undefined;
  formats.clear();
}

export const pageLanguage = () => language;

/**
 * Latin digits everywhere, so that counts, clocks and order numbers look alike in one line.
 * @template {Intl.DateTimeFormat|Intl.NumberFormat} T
 * @param {string} key
 * @param {(tag: string|undefined) => T} make
 * @returns {T}
 */
function format(key, make) {
  if (!formats.has(key)) formats.set(key, make(language && `${language}-u-nu-latn`));
  return /** @type {T} */ (formats.get(key));
}

/** @param {string} key @param {Intl.DateTimeFormatOptions} options */
const dates = (key, options) => format(key, (tag) => new Intl.DateTimeFormat(tag, options));

/** @param {Intl.NumberFormatOptions["unit"]} unit @param {number} value */
const unit = (unit, value) =>
  format(`unit ${unit}`, (tag) => new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "short" })).format(value);

/** @param {string|null|undefined} at @param {number} now */
export const secondsSince = (at, now) => (at ? Math.max(0, Math.floor((now - Date.parse(at)) / 1000)) : 0);

/** @param {number} seconds @returns {""|"waiting"|"late"} */
export const waitLevel = (seconds) => (seconds >= LATE_SECONDS ? "late" : seconds >= WARN_SECONDS ? "waiting" : "");

/**
 * 0:41, 12:05; from one hour on the figure alone.
 * @param {number} seconds
 */
export function clock(seconds) {
  if (seconds >= HOUR) return span(seconds);
  return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`;
}

/** @param {number} seconds */
export function span(seconds) {
  if (seconds < MINUTE) return unit("second", seconds);
  if (seconds < HOUR) return unit("minute", Math.floor(seconds / MINUTE));
  if (seconds < DAY) return unit("hour", Math.floor(seconds / HOUR));
  return unit("day", Math.floor(seconds / DAY));
}

/**
 * @param {string|null|undefined} at
 * @param {number} now
 */
export function age(at, now) {
  if (!at) return "";
  const seconds = secondsSince(at, now);
  if (seconds < MINUTE) return gettext("now");
  if (seconds < DAY) return span(seconds);
  const date = new Date(at);
  if (seconds < 6 * DAY) return dates("weekday", { weekday: "short" }).format(date);
  if (date.getFullYear() === new Date(now).getFullYear()) return dates("day", { day: "numeric", month: "short" }).format(date);
  return dates("year", { day: "numeric", month: "short", year: "numeric" }).format(date);
}

/** @param {string} at */
export const timeOfDay = (at) => dates("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** @param {string} at */
export const fullTime = (at) => dates("full", { dateStyle: "full", timeStyle: "short" }).format(new Date(at));

/** @param {string} at  a key that is equal for all moments of one day in the reader's zone */
export function dayKey(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/**
 * @param {string} at
 * @param {number} now
 */
export function dayLabel(at, now) {
  const key = dayKey(at);
  if (key === dayKey(new Date(now).toISOString())) return gettext("Today");
  if (key === dayKey(new Date(now - DAY * 1000).toISOString())) return gettext("Yesterday");
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? dates("long day", { weekday: "long", day: "numeric", month: "long" }).format(new Date(at))
    : dates("long year", { day: "numeric", month: "long", year: "numeric" }).format(new Date(at));
}

/**
 * The time on a visitor's own clock, or "" when the zone is unknown.
 * @param {string} zone
 * @param {number} now
 */
export function localTime(zone, now) {
  if (!zone) return "";
  try {
    return dates(`zone ${zone}`, { hour: "2-digit", minute: "2-digit", weekday: "short", hourCycle: "h23", timeZone: zone }).format(now);
  } catch {
    return "";
  }
}

/** @param {string} tag  a language tag, named in the reader's language */
export function languageName(tag) {
  if (!tag) return "";
  try {
    return new Intl.DisplayNames(language ? [language] : undefined, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** @param {string} code  two letters; named in the reader's language, itself when there is no name */
export function countryName(code) {
  try {
    regions ??= new Intl.DisplayNames(language ? [language] : undefined, { type: "region" });
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

/**
 * Money as the reader writes it; the figure alone when the shop named no currency that exists.
 * @param {number} value
 * @param {string} currency
 */
export function money(value, currency) {
  try {
    return format(`money ${currency}`, (tag) => new Intl.NumberFormat(tag, { style: "currency", currency })).format(value);
  } catch {
    return String(value);
  }
}

/** A number as the reader groups it. @param {number} value */
export const figure = (value) => format("figure", (tag) => new Intl.NumberFormat(tag)).format(value);
