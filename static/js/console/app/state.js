/**
 * Everything the screens show, as signals. Screens read; only the modules beside this one write.
 * @import {Row, View, Counts, Member, Named, Canned, Detail, Desk} from "../store/types.js"
 * @import {Log} from "../store/log.js"
 * @import {Ring} from "../store/rings.js"
 * @import {Filter} from "../store/visitor_filters.js"
 */
import { computed, signal } from "../../../vendor/preact-signals.js";
import { boot } from "./boot.js";
import { emptyLog } from "../store/log.js";
import { front, isLive } from "../store/rings.js";
import { groupRows, inView, tabsOf, unreadForMe } from "../store/rows.js";
import { NO_FILTER } from "../store/visitor_filters.js";

/**
 * @typedef {object} Route
 * @property {"inbox"|"visitors"} screen
 * @property {View} view
 * @property {number|null} number
 * @property {string} query
 * @property {boolean} panel
 * @property {Filter} filter  of the visitors
 * @property {string} visitor  whose panel is open, or ""
 */
/** @typedef {{status: "loading"|"ready"|"failed", next: string|null, isLoadingMore: boolean, ids: string[]|null}} List */
/** @typedef {{to: Named, place: string}} Handover  `place`: where the ticket was when it began to ring there. */
/**
 * @typedef {object} Ticket  A ticket that was opened in this tab.
 * @property {string} id
 * @property {Detail|null} detail
 * @property {Log} log
 * @property {"loading"|"ready"|"failed"} status  of the log
 * @property {boolean} isLoadingOlder
 * @property {number|null} newAfter  the last number seen before the "New" line; null when there is no line
 */

export const route = signal(/** @type {Route} */ ({
  screen: "inbox", view: "all", number: null, query: "", panel: false, filter: NO_FILTER, visitor: "",
}));

export const me = signal(/** @type {Member} */ (boot.me));
export const members = signal(/** @type {Map<string, Member>} */ (new Map()));
export const departments = signal(/** @type {Named[]} */ ([]));
export const permissions = signal(boot.permissions ?? []);
export const canned = signal(/** @type {Canned[]|null} */ (null));

export const rows = signal(/** @type {Map<string, Row>} */ (new Map()));
export const counts = signal(/** @type {Counts|null} */ (null));
export const lists = signal(/** @type {Record<string, List>} */ ({}));
export const tickets = signal(/** @type {Map<string, Ticket>} */ (new Map()));
/** Why the ticket in the address cannot be shown; "" while it can. */
export const missing = signal("");

export const link = signal(/** @type {import("../../lib/socket.js").LinkState} */ ({ name: "idle" }));
export const downSince = signal(/** @type {number|null} */ (null));
export const isSignedOut = signal(false);
export const typing = signal(/** @type {Map<string, {name: string, until: number}>} */ (new Map()));
export const outboxVersion = signal(0);

export const rings = signal(/** @type {Map<string, Ring>} */ (new Map()));
/** The page's own clock, which runs while something rings. */
export const ringClock = signal(performance.now());
/** The ring that was chosen to be looked at, of several. */
export const chosenRing = signal("");
export const frontRing = computed(() => front(rings.value, chosenRing.value));
export const isRinging = computed(() => [...rings.value.values()].some((ring) => isLive(ring, ringClock.value)));
export const desk = signal(/** @type {Desk|null} */ (null));
/** Whether I may say that I stay available outside the opening hours. */
export const mayForceOnline = signal(false);
/** Chats that find nobody, of which I am told as one who leads. */
export const leadAlerts = signal(/** @type {import("../store/lead_alerts.js").LeadAlerts} */ (new Map()));
/** Tickets that ring at somebody to whom I hand them. */
export const handovers = signal(/** @type {Map<string, Handover>} */ (new Map()));

export const now = signal(Date.now());
export const isPanelFolded = signal(false);
/** Asks the composer for something from afar: a key, the palette. `at` makes each request a new one. */
export const compose = signal(/** @type {{mode: "reply"|"note"|null, canned: boolean, at: number}|null} */ (null));
export const dialog = signal(/** @type {{name: string, [key: string]: any}|null} */ (null));

/** @param {Route} at */
export const listKey = (at) => (at.query ? `q ${at.view} ${at.query}` : at.view);

export const list = computed(() => lists.value[listKey(route.value)] ?? null);

export const currentRow = computed(() => {
  const { number } = route.value;
  if (number === null) return null;
  for (const row of rows.value.values()) if (row.number === number) return row;
  return null;
});

export const currentTicket = computed(() => {
  const row = currentRow.value;
  return (row && tickets.value.get(row.id)) || null;
});

export const groups = computed(() => {
  const { view, query } = route.value;
  if (query) return searchGroups();
  const shown = [...rows.value.values()].filter((row) => inView(row, view, me.value.id));
  return groupRows(shown, view);
});

/** Search keeps the server's order: the best match first. */
function searchGroups() {
  const found = (list.value?.ids ?? []).map((id) => rows.value.get(id)).filter((row) => !!row);
  return found.length ? [{ key: /** @type {const} */ ("rest"), rows: /** @type {Row[]} */ (found) }] : [];
}

export const tabs = computed(() => tabsOf(rows.value.values(), me.value.id));
export const unread = computed(() => unreadForMe(rows.value.values(), me.value.id));

/** @param {string} id @returns {Ticket} */
export function ticketOf(id) {
  return tickets.value.get(id)
    ?? { id, detail: null, log: emptyLog(), status: "loading", isLoadingOlder: false, newAfter: null };
}

/** @param {string} id @param {Partial<Ticket>} change */
export function patchTicket(id, change) {
  const next = new Map(tickets.value);
  next.set(id, { ...ticketOf(id), ...change });
  tickets.value = next;
}

/** @param {string} key @param {Partial<List>} change */
export function patchList(key, change) {
  const known = lists.value[key] ?? { status: "loading", next: null, isLoadingMore: false, ids: null };
  lists.value = { ...lists.value, [key]: { ...known, ...change } };
}
