/**
 * The line to the page that holds this window. The first message must come from a page that is on the list
 * of allowed sites and carries a port; after that only the port counts.
 * @module bridge
 */

/**
 * @param {string} origin of the sender
 * @param {string[]} sites exact origins or `https://*.name.tld`
 * @returns {boolean}
 */
export function isAllowed(origin, sites) {
  return sites.some((site) => {
    const star = site.indexOf("//*.");
    if (star < 0) return site === origin;
    const scheme = site.slice(0, star + 2);
    const rest = site.slice(star + 3);
    const inside = origin.slice(scheme.length, -rest.length);
    return origin.startsWith(scheme) && origin.endsWith(rest) && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(inside);
  });
}

/**
 * @param {string[]} sites
 * @param {Record<string, (message: any) => void>} handlers by message type
 * @returns {{post: (message: any) => void}}
 */
export function openBridge(sites, handlers) {
  /** @type {MessagePort | null} */
  let port = null;
  /** @type {any[]} */
  const early = [];
  addEventListener("message", ({ origin, source, data, ports }) => {
    if (source !== parent || data?.helpdesk !== "hello" || !ports[0] || !isAllowed(origin, sites)) return;
    port?.close();
    port = ports[0];
    port.onmessage = (event) => handlers[event.data?.type]?.(event.data);
    early.splice(0).forEach((message) => port?.postMessage(message));
    handlers.hello?.(data);
  });
  return { post: (message) => void (port ? port.postMessage(message) : early.push(message)) };
}
