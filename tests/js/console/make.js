/** The cast of these tests. */

export const ME = "00000000-0000-4000-8000-000000000001";
export const ELENI = "00000000-0000-4000-8000-000000000002";
const VISITOR = { kind: "visitor", id: "v1", name: "Nour" };

/** @param {object} [change] */
export const person = (change) => ({ id: ME, name: "Maya", hue: 6, initials: "ML", ...change });

/** A row as REST sends it; `mine: undefined` makes it a live one. @param {object} [change] */
export function row(change = {}) {
  return {
    id: "t1", number: 1, subject: "", channel: "chat", state: "open", name: "Nour", hue: 3, initials: "N", language: "ar",
    visitor: "v1", online: true, assignee: person(), department: null, head: 4, inbound: 2,
    last: { by: "visitor", member: null, name: "Nour", preview: "Hi", kind: "text", at: "2026-03-04T10:00:00.000Z" },
    waiting_since: null, created_at: "2026-03-04T09:00:00.000Z", updated_at: "2026-03-04T10:00:00.000Z", version: 10,
    mine: { read: 4, unread: 0 }, ...change,
  };
}

/** @param {object} [change] */
export const live = (change) => row({ mine: undefined, ...change });

/** @param {number} seq @param {object} [change] */
export function event(seq, change = {}) {
  const { body = `message ${seq}`, by = VISITOR, ...rest } = change;
  return {
    ticket: "t1", seq, name: "message.created", by, at: `2026-03-04T10:00:${String(seq % 60).padStart(2, "0")}.000Z`,
    data: { message: `m${seq}`, kind: "text", body, attachments: [], reply_to: null }, ...rest,
  };
}

export const maya = { kind: "agent", id: ME, name: "Maya" };
export const eleni = { kind: "agent", id: ELENI, name: "Eleni" };

/** @param {object} [change] */
export const pending = (change) => ({
  client_id: "c1", ticket: "t1", kind: "text", body: "on its way", at: "2026-03-04T10:01:00.000Z", state: "sending", ...change,
});

/** A chat that rings, as the server offers it. @param {object} [change] */
export function offer(change = {}) {
  const { summary, ...rest } = change;
  return {
    ring: "r1", ticket: "t1", mode: "directed", expires_in_ms: 30_000, rings_for_ms: 30_000, ...rest,
    summary: {
      visitor: "Nour", hue: 3, initials: "N", body: "Is it food safe?", page: "https://shop.example/goods/tide", title: "Tide",
      number: 1, language: "en", department: "Sales", waited_seconds: 0, is_first: true, note: "", from: null, ...summary,
    },
  };
}

/** One step of the routing. @param {object} [change] */
export const decision = (change) => ({
  id: "d1", at: "2026-03-04T10:00:00.000Z", kind: "ring", why: "strategy", strategy: "average_utilization", cycle: 1, tie_break: "load",
  department: { id: "sales", name: "Sales" }, agents: [{ id: ELENI, name: "Eleni" }], candidates: [], me: null, ...change,
});

/** Somebody on the site. @param {object} [change] */
export const onSite = (change) => ({
  id: "b1", visitor: null, name: "", email: "", url: "https://shop.example/goods/tide", title: "Tide", page_since: "2026-03-04T10:00:00.000Z",
  since: "2026-03-04T09:50:00.000Z", pages: 3, active_seconds: 60, hidden: false, referrer: "", source: "direct", utm: {}, country: "DE",
  city: "", device: "desktop", browser: "Firefox", os: "Linux", language: "de", visits: 1, cart: null, state: "browsing", ticket: null,
  number: null, with: null, department: null, version: 1, ...change,
});
