import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Live } from "../../../static/widget/live.js";
import { FakeWebSocket, settled } from "../lib/fakes.js";

globalThis.WebSocket = /** @type {any} */ (FakeWebSocket);
globalThis.location ??= /** @type {any} */ ({ href: "https://chat.example/" });

const event = (seq) => ({ type: "event", ticket: "t1", seq, name: "message.created", data: {} });
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

function make({ call = async () => ({}), start = async () => {} } = {}) {
  const links = [];
  const session = /** @type {any} */ ({ token: "t", call, start });
  const live = new Live({ session, version: "1", tab: "x", onLink: (link) => links.push(link), polled: () => null });
  live.socket.backoff.random = () => 1;
  live.open();
  return { live, links, wire: FakeWebSocket.last() };
}

beforeEach(() => {
  FakeWebSocket.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("too much is missing: page by page over HTTP, then the socket goes on from the last", async () => {
  const asked = [];
  const call = async (path) => {
    const after = Number(new URLSearchParams(path.split("?")[1]).get("after"));
    asked.push(after);
    const events = range(after + 1, Math.min(after + 500, 1100));
    return { epoch: "e", head: 1100, from: after + 1, more: after + 500 < 1100, state: "open", events };
  };
  const { live, wire } = make({ call });
  await wire.accept();
  const seen = [];
  live.socket.on("event", ({ seq }) => seen.push(seq));
  live.subscribe("t1");
  const [{ id }] = wire.of("subscribe");
  wire.say({ type: "subscribed", id, ticket: "t1", epoch: "e", head: 1100, from: 1, more: true, state: "open" });
  for (let turn = 0; turn < 5; turn++) await settled();
  assert.deepEqual(asked, [0, 500, 1000]);
  assert.deepEqual(seen, Array.from({ length: 1100 }, (_, index) => index + 1));
  assert.equal(wire.of("subscribe").at(-1).after, 1100);
});

test("a copy is continued from its last event", async () => {
  const { live, wire } = make();
  live.subscribe("t1", { epoch: "e", after: 7 });
  await wire.accept({ subscriptions: ["t1"] });
  assert.deepEqual(wire.sent[0].resume, [{ ticket: "t1", epoch: "e", after: 7 }]);
});

test("a session that is not answered is a lost line, unless the line is there", async () => {
  const { live, links, wire } = make();
  live.silent();
  assert.deepEqual(links, ["lost"]);
  await wire.accept();
  live.silent();
  assert.deepEqual(links, ["lost", "online"]);
});

test("a refused token: a new session at once, then ever more rarely, and the line is lost meanwhile", async () => {
  let sessions = 0;
  const { live, links, wire } = make({ start: async () => void sessions++ });
  live.renewals.random = () => 1;
  await wire.accept();
  wire.drop(4401);
  assert.equal(links.at(-1), "lost");
  mock.timers.tick(0);
  await settled();
  assert.equal(sessions, 1);
  FakeWebSocket.last().drop(4401);
  mock.timers.tick(900);
  await settled();
  assert.equal(sessions, 1, "not in a circle");
  mock.timers.tick(100);
  await settled();
  assert.equal(sessions, 2);
  await FakeWebSocket.last().accept();
  assert.equal(links.at(-1), "online");
});

test("who has signed out meanwhile is not connected again", async () => {
  let answer;
  const { live, links, wire } = make({ start: () => new Promise((resolve) => (answer = resolve)) });
  await wire.accept();
  wire.drop(4401);
  mock.timers.tick(0);
  live.close();
  answer();
  await settled();
  assert.equal(FakeWebSocket.all.length, 1);
  assert.ok(!links.includes("stopped"));
});

test("no socket from the start is a proxy and soon polled; after one got through it is the server, and given time", async () => {
  const fail = () => {
    FakeWebSocket.last().drop(1006);
    mock.timers.tick(30_000);
  };
  const proxied = make({ call: async () => new Promise(() => {}) });
  fail();
  assert.equal(proxied.live.polling, false);
  fail();
  assert.equal(proxied.live.polling, true);
  proxied.live.close();

  const { live, wire } = make();
  await wire.accept();
  for (let attempt = 0; attempt < 6; attempt++) {
    fail();
    assert.equal(live.polling, false, `attempt ${attempt}`);
  }
  fail();
  assert.equal(live.polling, true);
  live.close();
});
