/**
 * The REST door of the workspace.
 * @import {Row, Counts, Detail, LogEvent, Member, Canned, Desk, LeadAlert, Named, OnSite, RingOffer, Routing, SiteDetail} from "../store/types.js"
 */
import { ApiError, request } from "../../lib/http.js";
import { boot } from "./boot.js";
import { isSignedOut } from "./state.js";

export { ApiError };

/** Django renews the token at sign-in, so the cookie wins over what the page was sent with. */
function csrf() {
  const match = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
  return match ? match[1] : boot.csrf;
}

/**
 * @param {string} path
 * @param {Parameters<typeof request>[1]} [options]
 */
async function call(path, options = {}) {
  const headers = { "X-Workspace": boot.slug, ...(options.method !== "GET" && { "X-CSRFToken": csrf() }) };
  try {
    return await request(boot.urls.api + path, { ...options, headers });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) isSignedOut.value = true;
    throw error;
  }
}

/** @param {string} path @param {Record<string, string|number|null|undefined>} [params] */
function get(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  return call(query.size ? `${path}?${query}` : path, { method: "GET" });
}

/** @param {string} path @param {object} body */
const post = (path, body) => call(path, { method: "POST", body });

export const api = {
  /** @returns {Promise<{member: Member, permissions: string[]}>} */
  me: () => get("me"),
  /** @returns {Promise<{rows: Member[]}>} */
  members: () => get("members"),
  /** @returns {Promise<{rows: Named[]}>} */
  departments: () => get("departments"),
  /** @returns {Promise<Counts>} */
  counts: () => get("counts"),
  /**
   * @param {{view: string, q?: string, cursor?: string|null, limit?: number}} params
   * @returns {Promise<{rows: Row[], next: string|null, counts?: Counts}>}
   */
  tickets: (params) => get("tickets", params),
  /** @param {string|number} id @returns {Promise<Detail>} */
  ticket: (id) => get(`tickets/${id}`),
  /**
   * @param {string} id
   * @param {number} after
   * @param {number} limit
   * @returns {Promise<{epoch: string, head: number, from: number, more: boolean, events: LogEvent[]}>}
   */
  events: (id, after, limit) => get(`tickets/${id}/events`, { after, limit }),
  /** @param {string} id @param {string} verb @param {object} body */
  verb: (id, verb, body) => post(`tickets/${id}/${verb}`, body),
  /** @returns {Promise<{rows: Canned[]}>} */
  canned: () => get("canned"),
  /** @param {object} body @returns {Promise<Canned>} */
  saveCanned: (body) => post("canned", body),
  /** @param {string} status @param {string} reason */
  presence: (status, reason) => post("presence", { status, reason }),
  /** @param {string} ring @param {"accept"|"decline"} verb */
  ring: (ring, verb) => post(`rings/${ring}/${verb}`, {}),
  /** @param {string} alert */
  seeAlert: (alert) => post(`alerts/${alert}/seen`, {}),
  /** @returns {Promise<{rings: RingOffer[], alerts: LeadAlert[], desk: Desk}>} */
  atWork: () => get("desk"),
  /** @param {string} verb  pause, resume, force-online, keep-hours @param {object} body */
  desk: (verb, body) => post(`desk/${verb}`, body),
  /**
   * @param {{limit: number}} params
   * @returns {Promise<{visitors: OnSite[], total: number, complete: boolean}>}
   */
  visitors: (params) => get("visitors", params),
  /** @param {string} id @returns {Promise<SiteDetail>} */
  visitor: (id) => get(`visitors/${id}`),
  /** @param {string} id @param {{client_id: string, text: string, reason?: string}} body */
  invite: (id, body) => post(`visitors/${id}/invite`, body),
  /** @param {string} ticket @returns {Promise<Routing>} */
  routing: (ticket) => get(`tickets/${ticket}/routing`),
};
