/**
 * The lists: reading pages, following live rows, keeping the counts right.
 * @import {Row} from "../store/types.js"
 */
import { batch } from "../../../vendor/preact-signals.js";
import { adjustCounts, isNewForMe, markRead, mergeRow, mergeRows, replaceView } from "../store/rows.js";
import { api, ApiError } from "./api.js";
import { chime } from "./alerts.js";
import { counts, currentRow, list, listKey, lists, me, missing, patchList, patchTicket, route, rows, tickets } from "./state.js";

const PAGE = 50;
const REFRESH_LIMIT = 200;
const COUNT_MS = 400;
const WITHDRAW_MS = 250;

/** Reads the list in view, unless it is there already. @param {{again?: boolean}} [how] */
export async function loadList({ again = false } = {}) {
  const at = route.value;
  const key = listKey(at);
  if (lists.value[key]?.status === "ready" && !again) return;
  if (!lists.value[key] || lists.value[key].status === "failed") patchList(key, { status: "loading" });
  try {
    const limit = Math.min(REFRESH_LIMIT, Math.max(PAGE, shownCount(key)));
    const answer = await api.tickets({ view: at.view, q: at.query, limit });
    batch(() => takeList(at, answer));
  } catch {
    if (lists.value[key]?.status !== "ready") patchList(key, { status: "failed" });
  }
}

/** @param {string} key */
const shownCount = (key) => (lists.value[key]?.ids ?? []).length;

/**
 * @param {import("./state.js").Route} at
 * @param {Awaited<ReturnType<typeof api.tickets>>} answer
 */
function takeList(at, answer) {
  const asked = { view: at.view, me: me.value.id, isWhole: !answer.next, keep: currentRow.value?.id };
  rows.value = at.query ? mergeRows(rows.value, answer.rows) : replaceView(rows.value, answer.rows, asked);
  if (answer.counts) counts.value = answer.counts;
  patchList(listKey(at), { status: "ready", next: answer.next, ids: answer.rows.map((row) => row.id) });
}

/** The next page, when the end of the list comes near. */
export async function loadMore() {
  const at = route.value;
  const key = listKey(at);
  const known = list.value;
  if (!known?.next || known.isLoadingMore) return;
  patchList(key, { isLoadingMore: true });
  try {
    const answer = await api.tickets({ view: at.view, q: at.query, cursor: known.next, limit: PAGE });
    batch(() => {
      rows.value = mergeRows(rows.value, answer.rows);
      const ids = [...(known.ids ?? []), ...answer.rows.map((row) => row.id)];
      patchList(key, { next: answer.next, isLoadingMore: false, ids: [...new Set(ids)] });
    });
  } catch {
    patchList(key, { isLoadingMore: false });
  }
}

/** My own open chats are the tabs, whatever view is shown. */
export async function loadMine() {
  const answer = await api.tickets({ view: "mine", limit: PAGE });
  batch(() => {
    rows.value = replaceView(rows.value, answer.rows, { view: "mine", me: me.value.id, isWhole: !answer.next });
    if (answer.counts) counts.value = answer.counts;
  });
}

/** After a break nobody knows what was missed: what is on the screen is read again, the rest when it is opened. */
export async function refreshInbox() {
  const key = listKey(route.value);
  lists.value = lists.value[key] ? { [key]: lists.value[key] } : {};
  await Promise.allSettled([loadMine(), loadList({ again: true })]);
}

/** @param {{version: number, row?: Row, removed?: string}} frame */
export function takeInboxChange({ version, row, removed }) {
  if (row) takeRow(row);
  else if (removed) setTimeout(() => withdraw(removed, version), WITHDRAW_MS);
}

/**
 * Who gives a ticket away loses the row as its holder, and gets it back as one who sees it anyway. Where much goes on
 * that may come late: what somebody looks at is not taken from under their eyes before the server was asked.
 * @param {string} id
 * @param {number} version
 */
async function withdraw(id, version) {
  const row = rows.value.get(id);
  if (!row || row.version >= version) return;
  if (currentRow.value?.id === id) {
    try {
      putRow((await api.ticket(id)).row);
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) return;
    }
  }
  dropRow(id);
}

/** @param {Row} row */
function takeRow(row) {
  const before = rows.value.get(row.id);
  if (before && row.version <= before.version) return;
  const after = mergeRow(before, row);
  batch(() => {
    recount(before, after);
    const next = new Map(rows.value);
    next.set(row.id, after);
    rows.value = next;
  });
  if (isNewForMe(before, after, me.value.id)) chime(after);
}

/** The ticket went where this reader may not follow, perhaps from under their eyes. @param {string} id */
export function dropRow(id) {
  const before = rows.value.get(id);
  if (!before) return;
  batch(() => {
    if (currentRow.value?.id === id) missing.value = "gone";
    recount(before, undefined);
    const next = new Map(rows.value);
    next.delete(id);
    rows.value = next;
  });
}

/** @param {Row|undefined} before @param {Row|undefined} after */
function recount(before, after) {
  const adjusted = counts.value && adjustCounts(counts.value, before, after, me.value.id);
  if (adjusted) counts.value = adjusted;
  else askCounts();
}

let countTimer = 0;

/** Many unknown rows in a row ask the server once. */
function askCounts() {
  clearTimeout(countTimer);
  countTimer = window.setTimeout(async () => {
    try {
      counts.value = await api.counts();
    } catch {
      // The next change or reconnect asks again.
    }
  }, COUNT_MS);
}

/** Its own news may come later, and then is no news any more: what it changes is counted here. @param {Row} row  from REST */
export function putRow(row) {
  const before = rows.value.get(row.id);
  rows.value = mergeRows(rows.value, [row]);
  if (before && row.version > before.version) recount(before, rows.value.get(row.id));
}

/** @param {string} id @param {number} upto */
export function readRow(id, upto) {
  const row = rows.value.get(id);
  if (!row || ((row.mine?.read ?? 0) >= upto && !row.mine?.unread)) return;
  const next = new Map(rows.value);
  next.set(id, markRead(row, upto));
  rows.value = next;
}

/** @type {Map<string, number>} */
const visitVersions = new Map();

/** @param {{version: number, row?: Record<string, any>, removed?: string}} frame */
export function takeVisitorChange({ version, row, removed }) {
  const id = row?.id ?? removed;
  if (!id || version <= (visitVersions.get(id) ?? -1)) return;
  visitVersions.set(id, version);
  const isOnline = row?.online ?? false;
  batch(() => {
    setOnline(id, isOnline);
    for (const { id: ticket, detail } of tickets.value.values()) {
      if (!detail || detail.visitor?.id !== id) continue;
      const visit = /** @type {any} */ ({ ...detail.visit, ...row, online: isOnline });
      patchTicket(ticket, { detail: { ...detail, visit } });
    }
  });
}

/** @param {string} visitor @param {boolean} isOnline */
function setOnline(visitor, isOnline) {
  const changed = [...rows.value.values()].filter((row) => row.visitor === visitor && row.online !== isOnline);
  if (!changed.length) return;
  const next = new Map(rows.value);
  for (const row of changed) next.set(row.id, { ...row, online: isOnline });
  rows.value = next;
}
