import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { ApiError, unanswered } from "../../../static/js/lib/errors.js";
import { MAX_ENTRIES, Outbox, OutboxFull, openingLane } from "../../../static/js/lib/outbox.js";
import { Pump } from "../../../static/js/lib/pump.js";
import { MemoryStorage } from "../../../static/js/lib/storage.js";
import { settled } from "./fakes.js";

let storage;
/** @type {Outbox} */
let outbox;

const message = (client_id, lane = "t1", body = client_id) => ({
  client_id,
  type: "message.send",
  lane,
  fields: { body },
});
const start = (client_id) => ({
  client_id,
  type: "chat.start",
  lane: openingLane(client_id),
  fields: { body: client_id, form: { name: "Clara" } },
});
const ids = (entries) => entries.map((entry) => entry.client_id);

beforeEach(() => {
  mock.timers.reset();
  storage = new MemoryStorage();
  outbox = new Outbox(storage, "out:");
});

test("it survives reload, keeps the order and is seen by another tab", () => {
  for (const id of ["b", "a", "c"]) outbox.push(message(id));
  const other = new Outbox(storage, "out:");
  other.push(message("d"));
  assert.deepEqual(ids(outbox.entries()), ["b", "a", "c", "d"]);
});

test("what two tabs wrote in turn stays in order even where neither sees the other's storage yet", () => {
  let now = 1_000_000;
  const unseen = new MemoryStorage();
  const tabs = [outbox, new Outbox(unseen, "out:")].map((tab) => Object.assign(tab, { now: () => now }));
  for (const id of ["d", "c", "b", "a"]) {
    now += 10;
    tabs[now % 20 ? 0 : 1].push(message(id));
  }
  for (const name of ["out:c", "out:a"]) storage.setItem(name, unseen.getItem(name));
  assert.deepEqual(ids(outbox.entries()), ["d", "c", "b", "a"]);
});

test("a clock that is put back disorders nothing", () => {
  let now = 2_000_000;
  outbox.now = () => now;
  outbox.push(message("z"));
  now = 1_000_000;
  outbox.push(message("y"));
  outbox.push(message("x"));
  assert.deepEqual(ids(outbox.entries()), ["z", "y", "x"]);
});

test("foreign and broken keys do no harm", () => {
  storage.setItem("out:x", "{broken");
  storage.setItem("out:y", "null");
  storage.setItem("other:z", "{}");
  outbox.push(message("a"));
  assert.deepEqual(ids(outbox.entries()), ["a"]);
});

test("full by count, by bytes and by the browser's own quota: nothing is half kept", () => {
  for (let index = 0; index < MAX_ENTRIES; index++) outbox.push(message(`m${index}`));
  assert.throws(() => outbox.push(message("more")), OutboxFull);
  outbox.clear();
  for (let index = 0; index < 10; index++) outbox.push(message(`m${index}`, "t1", "✓".repeat(8000)));
  assert.throws(() => outbox.push(message("more", "t1", "✓".repeat(8000))), OutboxFull);
  assert.equal(outbox.entries().length, 10);
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  outbox.clear();
  assert.throws(() => outbox.push(message("last")), OutboxFull);
});

test("an opening keeps its lane closed until the ticket exists", () => {
  outbox.push(start("s"));
  outbox.push(message("a", openingLane("s")));
  assert.deepEqual(ids(outbox.due()), ["s"]);
  outbox.confirm("s", "t7");
  assert.deepEqual(
    outbox.due().map((entry) => [entry.client_id, entry.lane]),
    [["a", "t7"]],
  );
  assert.equal(outbox.confirm("s", "t7"), false, "ack and own event both come");
});

test("a failed message lets the next pass, a failed opening does not", () => {
  const error = new ApiError({ code: "too_long", message: "Too long." });
  outbox.push(message("a"));
  outbox.push(message("b"));
  outbox.fail("a", error);
  assert.deepEqual(ids(outbox.due()), ["b"]);
  outbox.retry("a");
  assert.deepEqual(ids(outbox.due()), ["a"]);
  outbox.push(start("s"));
  outbox.push(message("c", openingLane("s")));
  outbox.fail("s", error);
  assert.deepEqual(ids(outbox.due()), ["a"]);
});

test("deleting an opening promotes the next message, with the form", () => {
  outbox.push(start("s"));
  outbox.push(message("a", openingLane("s"), "second"));
  outbox.push(message("b", openingLane("s"), "third"));
  outbox.discard("s");
  const [first] = outbox.due();
  assert.equal(first.type, "chat.start");
  assert.deepEqual(first.fields, { body: "second", form: { name: "Clara" } });
  outbox.confirm("a", "t1");
  assert.deepEqual(
    outbox.due().map((entry) => entry.lane),
    ["t1"],
  );
});

test("an opening that meets an open conversation becomes a message there, in its old place", () => {
  const opening = outbox.push(start("s"));
  outbox.push(message("a", openingLane("s")));
  outbox.redirect(opening, "t5", "fresh");
  assert.deepEqual(
    outbox.entries().map((entry) => [entry.client_id, entry.type, entry.lane]),
    [
      ["fresh", "message.send", "t5"],
      ["a", "message.send", "t5"],
    ],
  );
});

test("a message whose opening has vanished is never sent to nowhere", () => {
  outbox.push(message("a", openingLane("lost")));
  assert.deepEqual(outbox.due(), []);
});

function pumpWith(send, calls = []) {
  const pump = new Pump({
    outbox,
    send: (entry) => {
      calls.push(entry.client_id);
      return send(entry);
    },
    onSent: (entry) => outbox.confirm(entry.client_id, "t1"),
    onRefused: (entry, error) => outbox.fail(entry.client_id, error),
    onChange: () => {},
    lock: (_lane, work) => work(),
  });
  return { pump, calls };
}

test("one at a time per ticket, tickets beside each other", async () => {
  const waiting = [];
  const { pump, calls } = pumpWith(() => new Promise((resolve) => waiting.push(resolve)));
  for (const id of ["a", "b"]) outbox.push(message(id));
  outbox.push(message("x", "t2"));
  pump.kick();
  pump.kick();
  await settled();
  assert.deepEqual(calls, ["a", "x"]);
  waiting[0]({});
  await settled();
  assert.deepEqual(calls, ["a", "x", "b"]);
});

test("an unanswered one is tried again with the same id after a wait, or at once when woken", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let fail = true;
  const { pump, calls } = pumpWith(async () => {
    if (fail) throw unanswered();
    return {};
  });
  outbox.push(message("a"));
  pump.kick();
  await settled();
  pump.kick();
  await settled();
  assert.deepEqual(calls, ["a"], "no hurry while resting");
  mock.timers.tick(30_000);
  await settled();
  assert.deepEqual(calls, ["a", "a"]);
  fail = false;
  pump.wake();
  await settled();
  assert.deepEqual(calls, ["a", "a", "a"]);
  assert.equal(outbox.entries().length, 0);
});

test("a wait that the server asked for is not cut short by a reconnect", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let fail = true;
  const { pump, calls } = pumpWith(async () => {
    if (fail) throw new ApiError({ code: "rate_limited", retry: true, retry_in_ms: 5000 });
    return {};
  });
  outbox.push(message("a"));
  pump.kick();
  await settled();
  pump.wake();
  await settled();
  assert.deepEqual(calls, ["a"]);
  fail = false;
  mock.timers.tick(5000);
  await settled();
  assert.deepEqual(calls, ["a", "a"]);
  assert.equal(outbox.entries().length, 0);
});

test("a final no keeps the text and the code", async () => {
  const { pump } = pumpWith(async () => {
    throw new ApiError({ code: "chat_closed", message: "Closed.", extra: { ticket: "t1" } });
  });
  outbox.push(message("a", "t1", "my words"));
  pump.kick();
  await settled();
  const [entry] = outbox.entries();
  assert.equal(entry.state, "failed");
  assert.equal(entry.error.code, "chat_closed");
  assert.equal(entry.fields.body, "my words");
});

test("an error after its own event already came is not believed", async () => {
  let refuse;
  const { pump } = pumpWith(() => new Promise((_resolve, reject) => (refuse = reject)));
  outbox.push(message("a"));
  pump.kick();
  await settled();
  outbox.confirm("a", "t1");
  refuse(new ApiError({ code: "not_found" }));
  await settled();
  assert.equal(outbox.entries().length, 0);
});

test("a tab that waited for the lock does not send what the other has sent", async () => {
  let enter;
  const { pump, calls } = pumpWith(async () => ({}));
  pump.lock = async (_lane, work) => {
    await new Promise((resolve) => (enter = resolve));
    await work();
  };
  outbox.push(message("a"));
  pump.kick();
  outbox.confirm("a", "t1");
  enter();
  await settled();
  assert.deepEqual(calls, []);
});
