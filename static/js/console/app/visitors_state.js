/**
 * Who is on the site, as signals. Only visitors.js beside it writes.
 * @import {Row, SiteDetail} from "../store/types.js"
 * @import {People} from "../store/visitors.js"
 */
import { computed, signal } from "../../../vendor/preact-signals.js";
import { isOpen } from "../store/rows.js";
import { pageLanguage } from "../store/time.js";
import { sift } from "../store/visitor_filters.js";
import { columnsFrom, sorted, sortFrom } from "../store/visitor_order.js";
import { storage, storageKey } from "./boot.js";
import { downSince, now, route, rows } from "./state.js";

/**
 * @typedef {object} Site
 * @property {"loading"|"ready"|"away"} status  away: it cannot be read just now, and the people are of before
 * @property {People} people
 * @property {number} total
 * @property {boolean} isTruncated  there are more than are sent
 * @property {number} readAt  when the last news came, in milliseconds
 */

/** @type {Site} */
export const NOBODY = { status: "loading", people: new Map(), total: 0, isTruncated: false, readAt: 0 };

export const site = signal(NOBODY);
/** What stood there when the reader stopped the clock. */
export const paused = signal(/** @type {{people: People, at: number}|null} */ (null));
/** How many there are, also while another screen is shown; null while nobody knows. */
export const visitorCount = signal(/** @type {number|null} */ (null));

/** @param {string} name */
function stored(name) {
  try {
    return JSON.parse(storage.getItem(storageKey(name)) ?? "null");
  } catch {
    return null;
  }
}

export const sort = signal(sortFrom(stored("visitors-sort")));
export const columns = signal(columnsFrom(stored("visitors-columns")));
export const isMapShown = signal(stored("visitors-map") !== false);

export const people = computed(() => paused.value?.people ?? site.value.people);
/** A server that restarts is back before anybody needs to hear of it. */
const GRACE_MS = 8000;

/** Since when what is shown is no news any more; null while it is. */
export const asOf = computed(() => {
  if (paused.value) return paused.value.at;
  const { status, readAt } = site.value;
  if (status === "away") return readAt || null;
  const lastAt = Math.max(readAt, downSince.value ?? 0);
  return status === "ready" && downSince.value !== null && now.value - lastAt > GRACE_MS ? lastAt : null;
});
/** Times stand still together with the rows. */
export const siteClock = computed(() => asOf.value ?? now.value);

/** Chats that wait for anybody, the longest first. */
export const queue = computed(() => /** @type {Row[]} */ ([...rows.value.values()]
  .filter((row) => isOpen(row) && row.channel === "chat" && !row.assignee && row.waiting_since))
  .sort((a, b) => (String(a.waiting_since) < String(b.waiting_since) ? -1 : 1)));
export const waits = computed(() => new Map(queue.value.map((row) => [row.id, String(row.waiting_since)])));

export const sifted = computed(() => sift(people.value.values(), route.value.filter));
export const inOrder = computed(() => sorted(sifted.value.rows, sort.value, waits.value, pageLanguage()));

/** What keeps the rows in their places. */
export const held = signal({ pointer: false, focus: false, scroll: false });
export const isHeld = computed(() => Object.values(held.value).some(Boolean));
export const order = signal(/** @type {import("../store/visitor_order.js").Order} */ ({ items: [], gone: new Set(), moved: 0 }));
/** The row that the keys go on from. */
export const activeId = signal("");

export const detail = signal(/** @type {{id: string, status: "loading"|"ready"|"gone"|"failed", detail: SiteDetail|null}} */ (
  { id: "", status: "loading", detail: null }));
