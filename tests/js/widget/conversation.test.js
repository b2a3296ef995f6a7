import assert from "node:assert/strict";
import { test } from "node:test";

import { Conversation } from "../../../static/widget/conversation.js";
import { threadRows } from "../../../static/widget/rows.js";

const VISITOR = { kind: "visitor", id: "v", name: "" };
const MAYA = { kind: "agent", id: "a", name: "Maya" };
const TOM = { kind: "agent", id: "b", name: "Tom" };
const minute = (n) => new Date(Date.UTC(2026, 4, 4, 12, n)).toISOString();

/** A conversation from short notes: [who, what, more]. */
function talk(...events) {
  const conversation = new Conversation("t");
  events.forEach(([by, name, data, extra = {}], index) =>
    conversation.apply({ seq: index + 1, ticket: "t", name, by, at: minute(index), data, ...extra }),
  );
  return conversation;
}

const said = (by, body, extra) => [by, "message.created", { message: `m-${body}`, body }, extra];

function rows(conversation, more = {}) {
  return threadRows({ conversation, entries: [], connected: true, newFrom: 0, ...more });
}

const bubbles = (all) => all.filter((row) => row.kind === "message");
const entry = (client_id, state = "waiting") => ({
  client_id,
  type: "message.send",
  lane: "t",
  fields: { body: client_id },
  state,
  error: null,
  order: 1,
  at: Date.parse(minute(30)),
});

test("groups by sender, broken by another person, a line and five minutes", () => {
  const conversation = talk(
    said(MAYA, "a"),
    said(MAYA, "b"),
    said(TOM, "c"),
    said(VISITOR, "d"),
    [TOM, "ticket.assigned", { to: { id: "b", name: "Tom" } }],
    said(VISITOR, "e"),
  );
  conversation.apply({
    seq: 7,
    name: "message.created",
    by: VISITOR,
    at: minute(50),
    data: { message: "f", body: "f" },
  });
  assert.deepEqual(
    bubbles(rows(conversation)).map((row) => [row.text, row.first, row.last]),
    [
      ["a", true, false],
      ["b", false, true],
      ["c", true, true],
      ["d", true, true],
      ["e", true, true],
      ["f", true, true],
    ],
  );
});

test("one day line per calendar day, also for what is not sent yet", () => {
  const conversation = talk(said(VISITOR, "a"));
  const tomorrow = { ...entry("b"), at: Date.parse(minute(0)) + 86_400_000 };
  const days = rows(conversation, { entries: [tomorrow] }).filter((row) => row.kind === "day");
  assert.equal(days.length, 2);
});

test("delivery states: the last of a group says it, in the words of the other side's receipts", () => {
  const conversation = talk(said(VISITOR, "a"), said(VISITOR, "b"), said(VISITOR, "c"));
  const states = () => bubbles(rows(conversation)).map((row) => row.status);
  assert.deepEqual(states(), ["", "", "sent"]);
  conversation.take({ delivered: 3, read: 1 });
  assert.deepEqual(states(), ["", "", "delivered"]);
  conversation.take({ delivered: 1, read: 3 });
  conversation.take({ delivered: 0, read: 0 });
  assert.deepEqual(states(), ["", "", "read"], "receipts never go back");
});

test("waiting, sending and failed entries; a failure is always said and ends its group", () => {
  const entries = [entry("x", "failed"), entry("y")];
  const states = (more) => bubbles(rows(talk(), { entries, ...more })).map((row) => row.status);
  assert.deepEqual(states({}), ["failed", "sending"]);
  assert.deepEqual(states({ connected: false }), ["failed", "waiting"]);
});

test("a message keeps its row from the outbox to the log, in every order of ack and event", () => {
  const conversation = talk();
  const key = () => bubbles(rows(conversation, { entries: [] })).map((row) => row.key);
  assert.deepEqual(
    bubbles(rows(conversation, { entries: [entry("x")] })).map((row) => row.key),
    ["x"],
  );
  conversation.acknowledge({ client_id: "x", seq: 1, at: minute(0), body: "x" });
  assert.deepEqual(key(), ["x"]);
  assert.deepEqual(bubbles(rows(conversation, { entries: [entry("x")] })).length, 1, "not twice while both know it");
  conversation.apply({
    seq: 1,
    name: "message.created",
    by: VISITOR,
    at: minute(0),
    client_id: "x",
    data: { message: "m", body: "x" },
  });
  assert.deepEqual(key(), ["x"]);
  conversation.acknowledge({ client_id: "x", seq: 1, at: minute(0), body: "x" });
  assert.deepEqual(key(), ["x"], "the ack after the event");
  assert.equal(conversation.acked.size, 0);
});

test("edits and redactions change the row; an edit of an unknown message does nothing", () => {
  const conversation = talk(
    said(MAYA, "a"),
    [MAYA, "message.edited", { message: "m-a", body: "b" }],
    [MAYA, "message.edited", { message: "nowhere", body: "c" }],
  );
  assert.deepEqual(
    bubbles(rows(conversation)).map(({ text, edited }) => [text, edited]),
    [["b", true]],
  );
  conversation.apply({ seq: 4, name: "message.redacted", by: MAYA, at: minute(4), data: { message: "m-a" } });
  conversation.apply({
    seq: 5,
    name: "message.edited",
    by: MAYA,
    at: minute(5),
    data: { message: "m-a", body: "back?" },
  });
  const [row] = bubbles(rows(conversation));
  assert.equal(row.redacted, true);
  assert.equal(row.text, "", "what was redacted never comes back");
});

test("the new line stands above its message and starts a group", () => {
  const all = rows(talk(said(MAYA, "a"), said(MAYA, "b")), { newFrom: 2 });
  assert.deepEqual(
    all.map((row) => row.kind),
    ["day", "message", "new", "message"],
  );
  assert.deepEqual(
    bubbles(all).map((row) => row.first),
    [true, true],
  );
});

test("ending: by me, by the team, by silence, and only done", () => {
  const ended = (why, by) =>
    talk(said(VISITOR, "a"), [by, "chat.ended", { why }], [MAYA, "ticket.changed", { state: "ended" }]);
  const lines = (conversation) => conversation.items.filter((item) => item.kind === "line").map((item) => item.what);
  assert.deepEqual(lines(ended("visitor", VISITOR)), ["you_ended"]);
  assert.deepEqual(lines(ended("agent", MAYA)), ["they_ended"]);
  assert.deepEqual(lines(ended("inactive", { kind: "system", id: null, name: "" })), ["inactive_ended"]);
  assert.equal(ended("agent", MAYA).closedOnPurpose, true);
  const done = talk(
    said(VISITOR, "a"),
    [MAYA, "ticket.changed", { state: "ended" }],
    [MAYA, "ticket.changed", { state: "ended" }],
  );
  assert.deepEqual(lines(done), ["was_closed"]);
  assert.equal(done.closedOnPurpose, false);
  assert.equal(rows(done).at(-1).what, "is_closed", "one can still write, and is told so");
  done.apply({ seq: 4, name: "ticket.changed", by: VISITOR, at: minute(4), data: { state: "open" } });
  assert.equal(done.state, "open");
  assert.equal(rows(done).at(-1).what, "was_closed");
});

test("joining is said once per person; leaving without a successor is not news", () => {
  const assigned = (to) => [MAYA, "ticket.assigned", { to }];
  const conversation = talk(
    assigned({ id: "a", name: "Maya" }),
    assigned({ id: "a", name: "Maya" }),
    assigned(null),
    assigned({ id: "b", name: "Tom" }),
  );
  assert.deepEqual(
    conversation.items.map((item) => item.name),
    ["Maya", "Tom"],
  );
  assert.equal(conversation.agentName(), "Tom");
});

test("the place in the queue is what the server said last, until somebody takes the chat", () => {
  const conversation = talk(said(VISITOR, "a"));
  assert.equal(conversation.place, 0);
  conversation.begin({ epoch: "e", head: 1, queue: { position: 3 } });
  assert.equal(conversation.place, 3);
  conversation.begin({ epoch: "e", head: 1 });
  assert.equal(conversation.place, 3, "an older server says nothing of it");
  conversation.begin({ epoch: "e", head: 1, queue: { position: null } });
  assert.equal(conversation.place, 0);
  conversation.place = 2;
  conversation.apply({ seq: 2, name: "ticket.assigned", by: MAYA, at: minute(1), data: { to: { id: "a", name: "Maya" } } });
  assert.equal(conversation.place, 0);
});

test("an agent who had to leave is named, and who comes next joins again", () => {
  const assigned = (to, why = null) => [MAYA, "ticket.assigned", { to, why }];
  const conversation = talk(
    assigned({ id: "a", name: "Maya" }),
    assigned(null, "agent_left"),
    assigned({ id: "a", name: "Maya" }),
  );
  assert.deepEqual(
    conversation.items.map((item) => [item.what, item.name]),
    [
      ["joined", "Maya"],
      ["agent_left", "Maya"],
      ["joined", "Maya"],
    ],
  );
  assert.deepEqual(talk(assigned(null, "agent_left")).items, [], "nobody is named who is not known");
});

test("unread: the server's count until the events are here, then exactly what was not on screen", () => {
  const conversation = new Conversation("t", { epoch: "e", head: 4, unread: 2 });
  assert.equal(conversation.unread(), 2);
  [said(VISITOR, "q"), said(MAYA, "a"), said(MAYA, "b"), said(MAYA, "c")].forEach(([by, name, data], index) =>
    conversation.apply({ seq: index + 1, name, by, at: minute(index), data }),
  );
  assert.equal(conversation.unread(), 2);
  assert.equal(conversation.firstUnread(), 3);
  assert.equal(conversation.markRead(3), true);
  assert.equal(conversation.markRead(2), false, "reading never goes back");
  assert.equal(conversation.unread(), 1);
  conversation.apply({
    seq: 5,
    name: "message.created",
    by: VISITOR,
    at: minute(5),
    data: { message: "z", body: "z" },
  });
  assert.equal(conversation.unread(), 1, "one's own words are never unread");
});

test("nothing is marked read before the events are here", () => {
  const conversation = new Conversation("t", { head: 9, unread: 1 });
  assert.equal(conversation.markRead(9), false);
  assert.equal(conversation.unread(), 1);
});

test("everything that was read before stays read", () => {
  const conversation = new Conversation("t", { head: 1, unread: 0 });
  conversation.apply({ seq: 1, name: "message.created", by: MAYA, at: minute(0), data: { message: "a", body: "a" } });
  assert.equal(conversation.unread(), 0);
});

test("typing ends with the message and stands under its group", () => {
  const conversation = talk(said(MAYA, "a"));
  conversation.typing.set("a", "Maya");
  const last = rows(conversation).at(-1);
  assert.deepEqual([last.kind, last.cont], ["typing", true]);
  conversation.apply({ seq: 2, name: "message.created", by: MAYA, at: minute(1), data: { message: "b", body: "b" } });
  assert.equal(conversation.typing.size, 0);
});

test("an event of a newer server is passed over without losing its number", () => {
  const conversation = talk([MAYA, "cake.baked", { layers: 3 }], said(MAYA, "a"));
  assert.equal(conversation.last, 2);
  assert.equal(bubbles(rows(conversation)).length, 1);
});

test("ten thousand messages are rows in a blink", () => {
  const conversation = new Conversation("t");
  for (let seq = 1; seq <= 10_000; seq++)
    conversation.apply({
      seq,
      name: "message.created",
      by: seq % 3 ? MAYA : VISITOR,
      at: minute(seq),
      data: { message: `${seq}`, body: "x" },
    });
  const begin = performance.now();
  assert.equal(bubbles(rows(conversation)).length, 10_000);
  assert.ok(performance.now() - begin < 500);
});
