/**
 * From a conversation and the outbox to the rows of the thread: day separators, groups by sender, delivery
 * states, the quiet "new messages" line, typing dots. Pure.
 * @module rows
 */

/**
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./conversation.js").Message} Message
 * @typedef {import("../js/lib/outbox.js").Entry} Entry
 * @typedef {"" | "sending" | "waiting" | "sent" | "delivered" | "read" | "failed"} Status
 * @typedef {object} Bubble
 * @property {"message"} kind
 * @property {string} key
 * @property {boolean} mine
 * @property {boolean} first of its group
 * @property {boolean} last of its group
 * @property {string} name
 * @property {string} text
 * @property {string} at
 * @property {number} seq 0 while it is not stored
 * @property {Status} status
 * @property {boolean} edited
 * @property {boolean} redacted
 * @property {Entry | null} entry
 * @typedef {{kind: "day", key: string, at: string}
 *   | {kind: "new", key: string}
 *   | {kind: "line", key: string, what: string, name: string}
 *   | {kind: "typing", key: string, name: string, cont: boolean}
 *   | Bubble} Row
 * @typedef {object} View
 * @property {Conversation | null} conversation
 * @property {Entry[]} entries of this lane, in order
 * @property {boolean} connected
 * @property {number} newFrom number of the first message under the "new messages" line, or 0
 * @property {import("./app.js").Invited | null} [invited] what it answers to, until the server says so itself
 */

const GROUP_MS = 5 * 60_000;

/** @param {View} view @returns {Row[]} */
export function threadRows(view) {
  const bubbles = [...accepted(view), ...stored(view), ...confirmed(view), ...waiting(view)];
  /** @type {Row[]} */
  const rows = [];
  let day = "";
  /** @type {Bubble | null} */
  let before = null;
  for (const row of bubbles) {
    const today = new Date(row.at).toDateString();
    if (today !== day) rows.push({ kind: "day", key: `day ${today}`, at: row.at });
    if (view.newFrom && row.seq === view.newFrom) rows.push({ kind: "new", key: "new" });
    const breaks = today !== day || row.seq === view.newFrom;
    day = today;
    if (row.kind === "line") {
      rows.push({ kind: "line", key: row.key, what: row.what, name: row.name });
      before = null;
      continue;
    }
    if (before && !breaks && belongs(before, row)) before.last = false;
    else row.first = true;
    rows.push((before = row));
  }
  for (const [id, name] of view.conversation?.typing ?? []) {
    const cont = Boolean(before && !before.mine && before.name === name);
    if (cont && before) before.last = false;
    rows.push({ kind: "typing", key: `typing ${id}`, name, cont });
  }
  return quietStatuses(rows);
}

/** @param {View} view @returns {Bubble[]} */
function accepted({ conversation, invited }) {
  if (!invited?.text || conversation?.items.length) return [];
  return [bubble({ key: "seq 1", mine: false, name: invited.name, text: invited.text, at: invited.at ?? "", status: "" })];
}

/** @typedef {{kind: "line", key: string, what: string, name: string, at: string, seq: number}} LineRow */

/** @param {View} view @returns {(Bubble | LineRow)[]} */
function stored({ conversation }) {
  if (!conversation) return [];
  const { delivered, read } = conversation.receipt;
  return conversation.items.map((item) => {
    if (item.kind === "line")
      return { ...item, what: stillClosed(conversation, item) ? "is_closed" : item.what, key: `line ${item.seq}` };
    const mine = item.by.kind === "visitor";
    const status =
      !mine || item.redacted ? "" : item.seq <= read ? "read" : item.seq <= delivered ? "delivered" : "sent";
    const key = (mine && item.client_id) || `seq ${item.seq}`;
    return bubble({
      key,
      mine,
      name: mine ? "" : item.by.name,
      text: item.body,
      at: item.at,
      seq: item.seq,
      status,
      edited: item.edited,
      redacted: item.redacted,
    });
  });
}

/**
 * Done, and nothing came after it: one can still write.
 * @param {Conversation} conversation
 * @param {{what: string}} item
 */
function stillClosed({ items, state }, item) {
  return item.what === "was_closed" && state === "ended" && items.at(-1) === item;
}

/**
 * Acknowledged, own event not here yet: same key, so nothing jumps when it comes.
 * @param {View} view
 * @returns {Bubble[]}
 */
function confirmed({ conversation }) {
  const known = new Set(conversation?.items.map((item) => item.kind === "message" && item.client_id));
  return [...(conversation?.acked.values() ?? [])]
    .filter((acked) => !known.has(acked.client_id))
    .sort((a, b) => a.seq - b.seq)
    .map((acked) => bubble({ key: acked.client_id, mine: true, text: acked.body, at: acked.at, status: "sent" }));
}

/** @param {View} view @returns {Bubble[]} */
function waiting({ conversation, entries, connected }) {
  const stored = new Set(conversation?.items.map((item) => item.kind === "message" && item.client_id));
  return entries
    .filter(
      (entry) =>
        typeof entry.fields.body === "string" &&
        !stored.has(entry.client_id) &&
        !conversation?.acked.has(entry.client_id),
    )
    .map((entry) => {
      const status = entry.state === "failed" ? "failed" : connected ? "sending" : "waiting";
      return bubble({
        key: entry.client_id,
        mine: true,
        text: entry.fields.body,
        at: new Date(entry.at).toISOString(),
        status,
        entry,
      });
    });
}

/**
 * @param {Partial<Bubble> & {key: string, mine: boolean, text: string, at: string, status: Status}} known
 * @returns {Bubble}
 */
function bubble(known) {
  return {
    kind: "message",
    first: false,
    last: true,
    name: "",
    seq: 0,
    edited: false,
    redacted: false,
    entry: null,
    ...known,
  };
}

/** @param {Bubble} before @param {Bubble} next */
function belongs(before, next) {
  const apart = Date.parse(next.at) - Date.parse(before.at);
  return before.mine === next.mine && before.name === next.name && before.status !== "failed" && apart < GROUP_MS;
}

/** A state is said once per group, under its last bubble; a failure always. @param {Row[]} rows */
function quietStatuses(rows) {
  for (const row of rows) if (row.kind === "message" && !row.last && row.status !== "failed") row.status = "";
  return rows;
}
