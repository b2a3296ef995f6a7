import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Outbox, openingLane } from "../../../static/js/lib/outbox.js";
import { Sent } from "../../../static/js/lib/sent.js";
import { MemoryStorage } from "../../../static/js/lib/storage.js";

const HOUR = 3600 * 1000;
let now;
/** @type {MemoryStorage} */ let storage;
/** @type {Outbox} */ let outbox;
/** @type {Sent} */ let sent;

const message = (client_id, lane = "t1") => ({ client_id, type: "message.send", lane, fields: { body: client_id } });
const lanes = () => outbox.entries().map(({ client_id, lane }) => [client_id, lane]);

/** Written, sent, acknowledged. */
function acknowledge(command, ticket = command.lane) {
  const entry = outbox.push(command);
  outbox.confirm(entry.client_id, ticket);
  sent.keep(entry, ticket);
}

beforeEach(() => {
  now = 1_000_000_000_000;
  storage = new MemoryStorage();
  outbox = new Outbox(storage, "out:", () => now);
  sent = new Sent(storage, "sent:", () => now);
  sent.meet("first", outbox);
});

test("while the history is the same nothing is sent again", () => {
  acknowledge(message("a"));
  assert.equal(sent.meet("first", outbox), false);
  assert.deepEqual(lanes(), []);
});

test("after a restore all of the last day goes out again, in order, before what waits", () => {
  acknowledge(message("old"));
  now += 23 * HOUR;
  acknowledge(message("b"));
  acknowledge(message("c"));
  now += 2 * HOUR;
  outbox.push(message("waiting"));
  assert.equal(sent.meet("second", outbox), true);
  assert.deepEqual(
    lanes().map(([id]) => id),
    ["b", "c", "waiting"],
  );
});

test("it is offered once, and again only after the next restore", () => {
  acknowledge(message("a"));
  assert.equal(sent.meet("second", outbox), true);
  assert.equal(sent.meet("second", outbox), false);
  const entry = outbox.get("a");
  outbox.confirm("a", "t1");
  sent.keep(entry, "t1");
  assert.equal(sent.meet("second", outbox), false);
  assert.equal(sent.meet("third", outbox), true);
});

test("what followed an opening goes where the opening goes", () => {
  const opening = { client_id: "o", type: "chat.start", lane: openingLane("o"), fields: { body: "hello" } };
  acknowledge(opening, "t1");
  acknowledge(message("m"));
  acknowledge(message("other", "t2"));
  sent.meet("second", outbox);
  assert.deepEqual(lanes(), [
    ["o", openingLane("o")],
    ["m", openingLane("o")],
    ["other", "t2"],
  ]);
  outbox.confirm("o", "t9");
  assert.deepEqual(lanes(), [
    ["m", "t9"],
    ["other", "t2"],
  ]);
});

test("the same text goes out under the same id", () => {
  acknowledge(message("a"));
  sent.meet("second", outbox);
  assert.deepEqual(outbox.get("a").fields, { body: "a" });
  assert.equal(outbox.get("a").state, "waiting");
});

test("what is no message is not kept, and the kept does not grow for ever", () => {
  acknowledge({ client_id: "end", type: "chat.end", lane: "t1", fields: {} });
  for (let number = 0; number < 230; number++) acknowledge(message(`m${number}`));
  assert.equal(sent.all().length, 200);
  assert.equal(sent.all()[0].entry.client_id, "m30");
});

test("without room for all of it nothing is forgotten", () => {
  acknowledge(message("a"));
  acknowledge(message("b"));
  const write = storage.setItem.bind(storage);
  let left = 1;
  storage.setItem = (name, value) => {
    if (left-- <= 0) throw new Error("full");
    write(name, value);
  };
  assert.equal(sent.meet("second", outbox), false);
  storage.setItem = write;
  assert.equal(sent.meet("second", outbox), true);
  assert.deepEqual(
    lanes().map(([id]) => id),
    ["a", "b"],
  );
});

test("signing out leaves nothing, and what somebody else wrote there does no harm", () => {
  acknowledge(message("a"));
  storage.setItem("sent:x", "{");
  storage.setItem("sent:y", "7");
  sent.clear();
  assert.equal(sent.meet("second", outbox), false);
});
