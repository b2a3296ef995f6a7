import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Outbox } from "../../../static/js/lib/outbox.js";
import { MemoryStorage } from "../../../static/js/lib/storage.js";
import { Conversation } from "../../../static/widget/conversation.js";
import { LocalCopy } from "../../../static/widget/copy.js";
import { threadRows } from "../../../static/widget/rows.js";

const VISITOR = { kind: "visitor", id: "v", name: "" };
const MAYA = { kind: "agent", id: "a", name: "Maya" };
const TOKEN = "a-long-token-of-one-visitor";

globalThis.addEventListener ??= () => {};

/** @param {...any} events [who, name, data] */
function talk(...events) {
  const conversation = new Conversation("t1", { epoch: "e" });
  events.forEach(([by, name, data], index) =>
    conversation.apply({ seq: index + 1, ticket: "t1", name, by, at: "2026-05-04T12:00:00.000Z", data }),
  );
  return conversation;
}

const said = (by, body) => [by, "message.created", { message: `m-${body}`, body }];
const bodies = (conversation) => conversation.items.map((item) => item.body ?? item.what);
const rows = (conversation) =>
  threadRows({ conversation, entries: [], connected: false, newFrom: 0 })
    .filter((row) => row.kind === "message")
    .map((row) => [row.text, row.status]);

function keep(conversation, token = TOKEN, storage = new MemoryStorage()) {
  const copy = new LocalCopy(storage, "k", () => ({ conversation, token }));
  copy.touch();
  mock.timers.tick(500);
  return { copy, storage };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a conversation is the same again after a reload, with what was confirmed and what was read", () => {
  const before = talk(said(VISITOR, "q"), [MAYA, "ticket.assigned", { to: { id: "a", name: "Maya" } }], said(MAYA, "a"));
  before.take({ delivered: 3, read: 1 });
  before.markRead(2);
  before.acknowledge({ client_id: "x", seq: 4, at: "2026-05-04T12:01:00.000Z", body: "own event not here yet" });
  const { copy } = keep(before);
  const after = copy.read(TOKEN);
  assert.deepEqual(rows(after), rows(before));
  assert.deepEqual([after.agentName(), after.unread(), after.state, after.isCopy], ["Maya", 1, "open", true]);
});

test("many changes are one write, and another visitor reads nothing", () => {
  const { copy, storage } = keep(talk(said(VISITOR, "q")));
  assert.equal(storage.length, 1);
  assert.equal(copy.read("another-token-of-somebody"), null);
  assert.equal(copy.read(""), null);
  copy.drop();
  assert.equal(storage.length, 0);
});

test("rubbish and copies of another version are passed over", () => {
  const storage = new MemoryStorage();
  const copy = new LocalCopy(storage, "k", () => ({ conversation: undefined, token: TOKEN }));
  for (const text of ["{", "null", "7", '{"version":0,"owner":"-visitor"}', '{"version":1,"owner":"-visitor"}']) {
    storage.setItem("helpdesk:k:copy", text);
    assert.equal(copy.read(TOKEN), null, text);
  }
});

test("of a long conversation the end is kept, and it does not go on as if it were whole", () => {
  const long = talk(...Array.from({ length: 150 }, (_, index) => said(MAYA, `m${index}`)));
  const after = keep(long).copy.read(TOKEN);
  assert.deepEqual([after.items.length, bodies(after).at(-1), after.isWhole], [100, "m149", false]);
  assert.equal(after.meet({ epoch: "e", head: 150, state: "open", unread: 0 }), false, "loaded afresh");
  const wide = talk(...Array.from({ length: 40 }, () => said(MAYA, "x".repeat(8000))));
  assert.ok(keep(wide).copy.read(TOKEN).items.length < 15);
});

test("a storage that is full keeps nothing rather than something old", () => {
  const storage = new MemoryStorage();
  storage.setItem("helpdesk:k:copy", "old");
  storage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  keep(talk(said(VISITOR, "q")), TOKEN, storage);
  assert.equal(storage.length, 0);
});

test("the server continues a copy: what is new is counted, what follows is applied", () => {
  const after = keep(talk(said(VISITOR, "q"))).copy.read(TOKEN);
  assert.equal(after.meet({ epoch: "e", head: 3, state: "open", unread: 2 }), true);
  assert.deepEqual([after.isCopy, after.unread(), after.last, after.isLoaded()], [false, 2, 1, false]);
  for (const [seq, body] of [
    [2, "a"],
    [3, "b"],
  ])
    after.apply({ seq, name: "message.created", by: MAYA, at: "2026-05-04T12:02:00.000Z", data: { message: body, body } });
  assert.deepEqual([after.unread(), after.firstUnread()], [2, 2]);
});

test("another epoch, or a server that knows less, means another history", () => {
  const copy = () => keep(talk(said(VISITOR, "q"), said(MAYA, "a"))).copy.read(TOKEN);
  assert.equal(copy().meet({ epoch: "restored", head: 9, state: "open", unread: 0 }), false);
  assert.equal(copy().meet({ epoch: "e", head: 1, state: "open", unread: 0 }), false);
});

test("of a conversation without a copy the unsent words are there, and the server fills in the rest", () => {
  const outbox = new Outbox(new MemoryStorage(), "out:", () => 0);
  outbox.push({ client_id: "c", type: "message.send", lane: "t9", fields: { body: "unsent" } });
  const conversation = Conversation.fromCopy({ ticket: "t9" });
  const view = { conversation, entries: outbox.inLane("t9"), connected: false, newFrom: 0 };
  assert.deepEqual(
    threadRows(view).map((row) => row.status),
    [undefined, "waiting"],
  );
  assert.equal(conversation.meet({ epoch: "e", head: 4, state: "open", unread: 1 }), true);
  assert.equal(conversation.unread(), 1);
});

test("a conversation that the team closed says so after a reload too", () => {
  const events = [said(VISITOR, "q"), [MAYA, "ticket.changed", { state: "ended" }]];
  const fresh = new Conversation("t1", { epoch: "e", head: 2, state: "ended" });
  events.forEach(([by, name, data], index) =>
    fresh.apply({ seq: index + 1, name, by, at: "2026-05-04T12:00:00.000Z", data }),
  );
  assert.deepEqual(bodies(fresh), ["q", "was_closed"]);
  const after = keep(talk(events[0])).copy.read(TOKEN);
  after.meet({ epoch: "e", head: 2, state: "ended", unread: 0 });
  after.apply({ seq: 2, name: "ticket.changed", by: MAYA, at: "2026-05-04T12:00:00.000Z", data: { state: "ended" } });
  assert.deepEqual(bodies(after), ["q", "was_closed"]);
});
