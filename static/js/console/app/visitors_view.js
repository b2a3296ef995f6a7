/**
 * How one looks at the visitors: order, columns, filters, the panel; and what one does with one of them.
 * @import {OnSite} from "../store/types.js"
 * @import {Column} from "../store/visitor_order.js"
 * @import {Filter} from "../store/visitor_filters.js"
 */
import { effect, untracked } from "../../../vendor/preact-signals.js";
import { put } from "../../lib/storage.js";
import { NO_FILTER } from "../store/visitor_filters.js";
import { arrange, columnsFrom, sortedBy } from "../store/visitor_order.js";
import { api, ApiError } from "./api.js";
import { storage, storageKey } from "./boot.js";
import { go } from "./route.js";
import { me, route, rows } from "./state.js";
import { sayError } from "./toasts.js";
import { take } from "./verbs.js";
import { activeId, columns, detail, held, inOrder, isHeld, isMapShown, order, paused, people, site, sort } from "./visitors_state.js";

const DETAIL_MS = 2000;
const RELEASE_MS = 1000;

export function startVisitorView() {
  effect(keepOrder);
  effect(followDetail);
}

let arrangedBy = "";

/** The order follows the news, but not under somebody's hand; a new filter or column is what the reader wants now. */
function keepOrder() {
  const by = JSON.stringify([route.value.filter, sort.value]);
  const isStill = isHeld.value && by === arrangedBy;
  arrangedBy = by;
  order.value = arrange(order.peek(), inOrder.value, isStill, people.value);
}

export function sortAgain() {
  order.value = arrange(order.value, inOrder.value, false, people.value);
}

/** @typedef {keyof typeof held.value} Hold */

/** @type {Partial<Record<Hold, number>>} */
const releases = {};

/** Keeps the rows in their places. @param {Hold} why */
export function hold(why) {
  clearTimeout(releases[why]);
  if (!held.value[why]) held.value = { ...held.value, [why]: true };
}

/** Lets them go, but not in the moment in which a hand is on its way to what it saw. @param {Hold} why */
export function release(why) {
  clearTimeout(releases[why]);
  releases[why] = window.setTimeout(() => {
    if (held.value[why]) held.value = { ...held.value, [why]: false };
  }, RELEASE_MS);
}

export function togglePause() {
  paused.value = paused.value ? null : { people: site.value.people, at: Date.now() };
}

/** @param {Column} column */
export function sortBy(column) {
  sort.value = sortedBy(sort.value, column);
  put(storage, storageKey("visitors-sort"), JSON.stringify(sort.value));
}

/** @param {Column} column */
export function toggleColumn(column) {
  const next = columns.value.includes(column) ? columns.value.filter((one) => one !== column) : [...columns.value, column];
  columns.value = columnsFrom(next);
  put(storage, storageKey("visitors-columns"), JSON.stringify(columns.value));
}

/** @param {boolean} on */
export function showMap(on) {
  isMapShown.value = on;
  put(storage, storageKey("visitors-map"), JSON.stringify(on));
}

/** @param {Partial<Filter>} change */
export function filterBy(change) {
  go({ screen: "visitors", filter: { ...route.value.filter, ...change } }, { replace: true });
}

/** The same value again takes the condition back. @param {keyof Filter} name @param {string} value */
export const toggleFilter = (name, value) => filterBy({ [name]: route.value.filter[name] === value ? "" : value });

export const clearFilters = () => go({ screen: "visitors", filter: NO_FILTER }, { replace: true });

/** @param {string} visitor  "" closes the panel */
export function showVisitor(visitor) {
  const isOpen = !!route.value.visitor;
  if (visitor) activeId.value = visitor;
  go({ screen: "visitors", visitor }, { replace: isOpen });
  if (!visitor) focusActive();
}

/** Signals draw on the next turn: only then there is something to give the focus to. */
function focusActive() {
  const link = `[data-person="${CSS.escape(activeId.value)}"]`;
  requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(link))?.focus());
}

/** The row before or after, and the focus along with it. @param {number} step  rows, or endless */
export function moveActive(step) {
  const { items } = order.value;
  if (!items.length) return;
  const from = items.findIndex((row) => row.id === activeId.value);
  const at = Math.min(items.length - 1, Math.max(0, (from < 0 && step > 0 ? -1 : from) + step));
  activeId.value = items[at].id;
  focusActive();
}

export function takeActive() {
  const person = people.value.get(activeId.value);
  if (person?.state === "queued") takeChat(person);
}

/** Takes the chat that somebody waits in, and goes there. @param {OnSite} person */
export async function takeChat(person) {
  if (!person.ticket) return;
  try {
    const row = rows.value.get(person.ticket) ?? (await api.ticket(person.ticket)).row;
    await take(row);
    const after = rows.value.get(row.id);
    if (after?.assignee?.id === me.value.id) go({ number: after.number });
  } catch (error) {
    sayError(error);
  }
}

let detailTimer = 0;
let readVersion = -1;

/** The panel follows its person: each change of the row asks again, but not more often than one can read. */
function followDetail() {
  const id = route.value.visitor;
  const version = people.value.get(id)?.version ?? -1;
  untracked(() => {
    if (id !== detail.value.id) {
      clearTimeout(detailTimer);
      detail.value = { id, status: "loading", detail: null };
      readVersion = version;
      if (id) readDetail(id);
    } else if (id && version !== readVersion && version >= 0) {
      readVersion = version;
      clearTimeout(detailTimer);
      detailTimer = window.setTimeout(() => readDetail(id), DETAIL_MS);
    }
  });
}

/** @param {string} id */
export async function readDetail(id) {
  try {
    const answer = await api.visitor(id);
    if (detail.value.id === id) detail.value = { id, status: "ready", detail: answer };
  } catch (error) {
    if (detail.value.id !== id) return;
    const isGone = error instanceof ApiError && error.status === 404;
    if (isGone || !detail.value.detail) detail.value = { ...detail.value, status: isGone ? "gone" : "failed" };
  }
}
