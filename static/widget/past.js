/**
 * What the shop's page remembers of this visit, for the team to see how the visitor came here. It is there only if
 * the visitor agreed to be followed (see browsing/history.js, which writes it).
 * @module past
 */

/**
 * @typedef {{ago: number, referrer: string, trail: {url: string, title: string, ago: number, seconds: number}[]}} Past
 */

/**
 * @param {string | null | undefined} kept as it stands in the page's storage @param {number} [now]
 * @returns {Past | undefined}
 */
export function readVisit(kept, now = Date.now()) {
  const since = (/** @type {number} */ then) => Math.max(0, Math.round((now - then) / 1000));
  try {
    const { visit, trail } = JSON.parse(kept ?? "");
    return {
      ago: since(visit.started),
      referrer: visit.referrer,
      trail: trail.map((/** @type {any} */ page) => ({
        url: page.url,
        title: page.title,
        ago: since(page.at),
        seconds: page.seconds,
      })),
    };
  } catch {
    return undefined;
  }
}
