import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { HelpdeskSocket } from "../../../static/js/lib/socket.js";
import { FakeWebSocket, settled } from "./fakes.js";

/** @type {HelpdeskSocket} */
let socket;

function open(options = {}) {
  socket = new HelpdeskSocket({
    url: "ws://x/ws/visitor/",
    hello: () => ({ token: "t" }),
    WebSocket: FakeWebSocket,
    random: () => 1,
    ...options,
  });
  socket.open();
  return FakeWebSocket.last();
}

function heard(name) {
  const all = [];
  socket.on(name, (detail) => all.push(detail));
  return all;
}

const event = (seq, ticket = "t1") => ({ type: "event", ticket, seq, name: "message.created", data: {} });

beforeEach(() => {
  FakeWebSocket.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("hello is the first frame and carries the token, never the address", async () => {
  const wire = open();
  await wire.accept();
  assert.deepEqual(wire.sent[0], { type: "hello", v: 1, token: "t", resume: [] });
  assert.equal(wire.protocol, "helpdesk.v1");
  assert.equal(socket.state.name, "online");
});

test("events arrive once and in order, a gap asks again from the last", async () => {
  const wire = open();
  await wire.accept();
  const events = heard("event");
  socket.subscribe("t1", { after: 0 });
  const [{ id }] = wire.of("subscribe");
  wire.say({ type: "subscribed", id, ticket: "t1", epoch: "e", head: 1, from: 1, more: false, state: "open" });
  await settled();
  for (const seq of [1, 1, 4, 5]) wire.say(event(seq));
  assert.deepEqual(
    events.map((one) => one.seq),
    [1],
  );
  const again = wire.of("subscribe");
  assert.equal(again.length, 2, "one question, however many later events come");
  assert.equal(again[1].after, 1);
  wire.say({
    type: "subscribed",
    id: again[1].id,
    ticket: "t1",
    epoch: "e",
    head: 5,
    from: 2,
    more: false,
    state: "open",
  });
  for (const seq of [2, 3, 4, 5, 3]) wire.say(event(seq));
  assert.deepEqual(
    events.map((one) => one.seq),
    [1, 2, 3, 4, 5],
  );
});

test("a lost tail is found by the heartbeat", async () => {
  const wire = open();
  await wire.accept();
  socket.subscribe("t1", { after: 3 });
  wire.say({
    type: "subscribed",
    id: wire.of("subscribe")[0].id,
    ticket: "t1",
    epoch: "e",
    head: 3,
    from: 4,
    more: false,
  });
  await settled();
  wire.say({ type: "heartbeat", heads: { t1: 4, other: 9 } });
  assert.equal(wire.of("pong").length, 1);
  assert.deepEqual(
    wire.of("subscribe").map((one) => one.after),
    [3, 3],
  );
});

test("too much missing is left to paging; paged frames go through the same order", async () => {
  const wire = open();
  await wire.accept();
  const more = heard("more");
  const events = heard("event");
  socket.subscribe("t1", { after: 0 });
  wire.say({
    type: "subscribed",
    id: wire.of("subscribe")[0].id,
    ticket: "t1",
    epoch: "e",
    head: 900,
    from: 1,
    more: true,
  });
  assert.deepEqual(more, [{ ticket: "t1", epoch: "e", after: 0, head: 900 }]);
  for (const seq of [1, 2, 2, 3]) socket.receive(event(seq));
  assert.equal(events.length, 3);
});

test("another epoch drops the copy", async () => {
  const wire = open();
  await wire.accept();
  const resyncs = heard("resync");
  socket.subscribe("t1", { after: 5, epoch: "old" });
  wire.say({
    type: "subscribed",
    id: wire.of("subscribe")[0].id,
    ticket: "t1",
    epoch: "new",
    head: 2,
    from: 6,
    more: false,
  });
  assert.equal(resyncs[0].why, "epoch");
  assert.equal(socket.sequences.get("t1"), undefined);
});

test("after a break it resumes from where it stood and asks for what the server did not resume", async () => {
  const wire = open();
  await wire.accept();
  for (const ticket of ["t1", "t2"]) {
    socket.subscribe(ticket, { after: 2, epoch: "e" });
    wire.say({ type: "subscribed", id: wire.of("subscribe").at(-1).id, ticket, epoch: "e", head: 2, from: 3 });
  }
  await settled();
  wire.drop(1012);
  assert.equal(socket.state.name, "waiting");
  mock.timers.tick(500);
  const next = FakeWebSocket.last();
  assert.notEqual(next, wire);
  await next.accept({ subscriptions: ["t1"] });
  assert.deepEqual(next.sent[0].resume, [
    { ticket: "t1", epoch: "e", after: 2 },
    { ticket: "t2", epoch: "e", after: 2 },
  ]);
  assert.deepEqual(
    next.of("subscribe").map((one) => one.ticket),
    ["t2"],
  );
});

test("waits grow, are at least what bye asked for, and a person coming back cuts them short", async () => {
  open();
  for (const wait of [500, 1000, 2000]) {
    FakeWebSocket.last().drop(1006);
    assert.equal(socket.state.retry_at - Date.now(), wait);
    mock.timers.tick(wait);
  }
  assert.equal(socket.unopened, 3);
  await FakeWebSocket.last().accept();
  assert.equal(socket.unopened, 0);
  FakeWebSocket.last().say({ type: "bye", code: "restart", retry_in_ms: 7000 });
  FakeWebSocket.last().drop(1012);
  assert.equal(socket.state.retry_at - Date.now(), 7000);
  socket.hurry();
  assert.equal(socket.state.name, "connecting");
});

test("the network and the person cut a wait short, but not the time that the server asked for", async () => {
  const page = new EventTarget();
  const { addEventListener, document, removeEventListener } = globalThis;
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    document: Object.assign(page, { visibilityState: "visible" }),
  });
  try {
    open();
    for (const back of ["online", "visibilitychange"]) {
      for (let attempt = 0; attempt < 4; attempt++) {
        FakeWebSocket.last().drop(1006);
        if (attempt < 3) mock.timers.tick(socket.state.retry_at - Date.now());
      }
      assert.equal(socket.state.name, "waiting");
      page.dispatchEvent(new Event(back));
      assert.equal(socket.state.name, "connecting", back);
    }
    await FakeWebSocket.last().accept();
    FakeWebSocket.last().say({ type: "bye", code: "restart", retry_in_ms: 7000 });
    FakeWebSocket.last().drop(1012);
    mock.timers.tick(3000);
    page.dispatchEvent(new Event("visibilitychange"));
    assert.equal(socket.state.retry_at - Date.now(), 4000);
    page.dispatchEvent(new Event("offline"));
    assert.equal(socket.state.name, "offline");
    mock.timers.tick(60_000);
    assert.equal(socket.state.name, "offline", "no attempts without a network");
    page.dispatchEvent(new Event("online"));
    assert.equal(socket.state.name, "connecting");
  } finally {
    socket.close();
    Object.assign(globalThis, { addEventListener, document, removeEventListener });
  }
});

test("after a sleep the line is looked at when the person is back, and when the clock has jumped", async () => {
  const page = new EventTarget();
  const { addEventListener, document, removeEventListener } = globalThis;
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    document: Object.assign(page, { visibilityState: "visible" }),
  });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  try {
    await open().accept();
    page.dispatchEvent(new Event("visibilitychange"));
    assert.equal(socket.state.name, "online", "a line that was just heard is left alone");
    mock.timers.setTime(Date.now() + 43_000);
    page.dispatchEvent(new Event("visibilitychange"));
    assert.equal(socket.state.name, "online");
    // The clock goes on, the timers have not run yet: so it is when a lid is opened.
    const { now } = Date;
    Date.now = () => now.call(Date) + 600_000;
    page.dispatchEvent(new Event("visibilitychange"));
    assert.equal(socket.state.name, "waiting");
    assert.ok(socket.state.retry_at - Date.now() <= 500, "and the waits begin anew");
    Date.now = now;
    mock.timers.tick(500);
    await FakeWebSocket.last().accept();
    Date.now = () => now.call(Date) + 600_000;
    mock.timers.tick(5000);
    assert.equal(socket.state.name, "waiting", "also when nobody looks");
    Date.now = now;
  } finally {
    socket.close();
    Object.assign(globalThis, { addEventListener, document, removeEventListener });
  }
});

test("terminal codes stop, 4401 asks for a new session, silence reconnects", async () => {
  for (const code of [4400, 4403, 4404, 4411]) {
    await open().accept();
    FakeWebSocket.last().drop(code);
    assert.deepEqual(socket.state, { name: "stopped", code });
  }
  await open().accept();
  const asked = heard("unauthorised");
  FakeWebSocket.last().drop(4401);
  assert.equal(asked.length, 1);
  assert.equal(socket.state.name, "unauthorised");
  await open().accept();
  mock.timers.tick(44_000);
  assert.equal(socket.state.name, "waiting");
});

test("commands: ack, error, timeout, a break in the middle, and none while offline", async () => {
  const wire = open();
  await assert.rejects(socket.command("message.send"), { code: "disconnected", retry: true });
  await wire.accept();
  const first = socket.command("message.send", { client_id: "a" });
  wire.say({ type: "ack", id: wire.sent.at(-1).id, client_id: "a", seq: 4 });
  assert.equal((await first).seq, 4);
  const second = socket.command("message.send", { client_id: "b" });
  wire.say({ type: "error", id: wire.sent.at(-1).id, code: "chat_open", message: "No.", retry: false, ticket: "t9" });
  await assert.rejects(second, (error) => error.code === "chat_open" && error.extra.ticket === "t9" && !error.retry);
  const third = socket.command("message.send", {}, 5000);
  mock.timers.tick(5000);
  await assert.rejects(third, { code: "timeout", retry: true });
  const fourth = socket.command("message.send");
  wire.drop();
  await assert.rejects(fourth, { code: "disconnected", retry: true });
});

test("rubbish on the wire is ignored and unknown types are passed on", async () => {
  const wire = open();
  await wire.accept();
  const news = heard("brand.new");
  for (const rubbish of ["{", "null", "[]", "7", '{"type":5}']) wire.say(rubbish);
  wire.say({ type: "brand.new", x: 1 });
  wire.say({ type: "error", code: "unknown_type", message: "?" });
  assert.equal(news.length, 1);
  assert.equal(socket.state.name, "online");
});

test("an old socket that speaks after it was replaced is not listened to", async () => {
  const wire = open();
  await wire.accept();
  const { onmessage } = wire;
  wire.drop();
  socket.hurry();
  const events = heard("typing");
  onmessage({ data: JSON.stringify({ type: "typing" }) });
  assert.equal(events.length, 0);
});

test("a refused subscription is told and not repeated", async () => {
  const wire = open();
  await wire.accept();
  const refused = heard("refused");
  socket.subscribe("gone", { after: 0 });
  wire.say({ type: "error", id: wire.of("subscribe")[0].id, code: "not_found", message: "?", retry: false });
  await settled();
  assert.equal(refused[0].ticket, "gone");
  assert.deepEqual(socket.sequences.positions(), []);
});
