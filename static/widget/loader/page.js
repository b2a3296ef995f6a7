/**
 * What the loader needs to know of the page it stands on.
 * @module page
 */

/** @param {string} text says what happened and what to do, for the person who put the snippet there */
export function explain(text) {
  console.warn(`[helpdesk] ${text}`);
}

/** @param {string} name @param {any} [detail] */
export function tell(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(`helpdesk:${name}`, { detail }));
}

/**
 * The snippet's own tag: where we come from and for whom.
 * @returns {{origin: string, key: string} | null}
 */
export function readTag() {
  const running = document.currentScript;
  const tag =
    running instanceof HTMLScriptElement && running.src
      ? running
      : /** @type {HTMLScriptElement | null} */ (document.querySelector('script[src*="/widget.js"]'));
  return tag ? { origin: new URL(tag.src, location.href).origin, key: tag.dataset.key ?? "" } : null;
}

/** The browser says for its owner that nobody shall follow them. */
export function refusesTracking() {
  const { globalPrivacyControl, doNotTrack } = /** @type {any} */ (navigator);
  return globalPrivacyControl || doNotTrack === "1";
}

/** @param {() => void} work once there is a body */
export function withBody(work) {
  if (document.body) work();
  else document.addEventListener("DOMContentLoaded", work, { once: true });
}

/** @param {() => void} work when the page has nothing better to do */
export function whenIdle(work) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 4000 });
  else setTimeout(work, 1500);
}

/** @returns {{url: string, title: string, referrer: string}} without the fragment, which is nobody else's business */
export function currentPage(url = location.href) {
  const address = new URL(url, location.href);
  address.hash = "";
  const title = document.title === marked ? own : document.title;
  return { url: address.href, title, referrer: document.referrer };
}

let count = 0;
let own = "";
let marked = "";

/** While nobody looks at the page, the tab's title says how much is unread. @param {number} [unread] */
export function markTitle(unread = count) {
  count = unread;
  // A page that has changed its title meanwhile keeps it, and one that counts by itself is not helped.
  if (marked && document.title === marked) document.title = own;
  own = document.title;
  marked = "";
  const mark = `(${count}) `;
  if (!document.hidden || !count || own.startsWith(mark)) return;
  document.title = mark + own;
  marked = document.title;
}

/**
 * Follows navigation inside the page. The shop's history stays untouched: where the browser does not tell, a
 * look once a second does.
 * @param {() => void} moved
 */
export function followPage(moved) {
  let url = location.href;
  const check = () => {
    if (location.href === url) return;
    url = location.href;
    // The new title usually comes a moment after the new address.
    setTimeout(moved, 300);
  };
  const navigation = /** @type {any} */ (window).navigation;
  if (navigation) return navigation.addEventListener("currententrychange", check);
  setInterval(() => document.visibilityState === "visible" && check(), 1000);
}
