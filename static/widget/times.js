/**
 * Times in the reader's language and zone. Digits stay Latin: they stand beside order numbers and prices.
 * @module times
 */

/** @param {string} language */
export function locale(language) {
  try {
    return new Intl.Locale(language, { numberingSystem: "latn" }).toString();
  } catch {
    return "en";
  }
}

export class Times {
  /** @param {string} language @param {Record<string, string>} strings `today` and `yesterday` */
  constructor(language, strings) {
    const name = locale(language);
    this.strings = strings;
    this.clockFormat = new Intl.DateTimeFormat(name, { hour: "numeric", minute: "2-digit" });
    this.dayFormat = new Intl.DateTimeFormat(name, { weekday: "long", day: "numeric", month: "long" });
    this.oldFormat = new Intl.DateTimeFormat(name, { day: "numeric", month: "long", year: "numeric" });
    this.fullFormat = new Intl.DateTimeFormat(name, { dateStyle: "full", timeStyle: "short" });
    this.shortFormat = new Intl.DateTimeFormat(name, { day: "numeric", month: "short" });
    this.agoFormat = new Intl.RelativeTimeFormat(name, { style: "narrow", numeric: "auto" });
  }

  /** @param {string} at @returns {string} "14:02" */
  clock(at) {
    return this.clockFormat.format(new Date(at));
  }

  /** @param {string} at */
  full(at) {
    return this.fullFormat.format(new Date(at));
  }

  /** @param {string} at @param {Date} [now] @returns {string} "Today", "Monday, 4 May", "4 May 2024" */
  day(at, now = new Date()) {
    const date = new Date(at);
    const days = daysBetween(date, now);
    if (days === 0) return this.strings.today;
    if (days === 1) return this.strings.yesterday;
    return (days > 300 ? this.oldFormat : this.dayFormat).format(date);
  }

  /** @param {string} at @param {Date} [now] @returns {string} "now", "4m ago", later the date */
  ago(at, now = new Date()) {
    const date = new Date(at);
    const minutes = Math.floor((now.getTime() - date.getTime()) / 60_000);
    if (minutes < 1) return this.agoFormat.format(0, "second");
    if (minutes < 60) return this.agoFormat.format(-minutes, "minute");
    if (minutes < 24 * 60) return this.agoFormat.format(-Math.floor(minutes / 60), "hour");
    return this.shortFormat.format(date);
  }
}

/** Calendar days, not spans of 24 hours: a change to summer time has 23. @param {Date} then @param {Date} now */
export function daysBetween(then, now) {
  const noon = (/** @type {Date} */ date) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime();
  return Math.round((noon(now) - noon(then)) / 86_400_000);
}
