/**
 * Which addresses of an invitation the page follows. Pure but for the page's own address.
 * @module addresses
 */

/** @param {string | undefined} address @returns {URL | null} https, or a place of the shop's own */
function good(address) {
  try {
    const url = new URL(address || "x:", location.href);
    return url.protocol === "https:" || url.origin === location.origin ? url : null;
  } catch {
    return null;
  }
}

/** @param {string | undefined} address @returns {string} "" for one that is not shown */
export function pictureAddress(address) {
  return good(address)?.href ?? "";
}

/** @param {string | undefined} address @returns {Record<string, string> | null} attributes of the link; null: no link */
export function linkTarget(address) {
  const url = good(address);
  if (!url) return null;
  const { href } = url;
  return url.origin === location.origin ? { href, rel: "noopener" } : { href, rel: "noopener noreferrer", target: "_blank" };
}
