import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStorage } from "../../../static/js/lib/storage.js";
import { History } from "../../../static/widget/browsing/history.js";
import { readVisit } from "../../../static/widget/past.js";

const PLACE = "helpdesk-visit:KEY";
const SHOP = "https://shop.example";
const page = (path) => ({ url: SHOP + path, title: path });

/** A browser: each tab it opens is another document of the shop. */
function browser(storage = new MemoryStorage()) {
  const clock = { now: 1_000_000_000_000 };
  const open = (path, referrer = "") => {
    const history = new History(storage, PLACE, { url: SHOP + path, referrer }, () => clock.now);
    history.view({ url: SHOP + path, title: path });
    return history;
  };
  return { clock, open, storage };
}

test("a browser keeps its id, its visit and its pages from document to document", () => {
  const { clock, open } = browser();
  const first = open("/?utm_source=letter", "https://www.google.com/");
  clock.now += 60_000;
  const second = open("/lamps", SHOP);
  assert.equal(second.browser, first.browser);
  assert.equal(second.visit.id, first.visit.id);
  assert.deepEqual([second.visit.number, second.visit.pages], [1, 2]);
  assert.deepEqual(second.visit.utm, { source: "letter" });
  assert.equal(second.visit.referrer, "https://www.google.com/");
  assert.deepEqual(
    second.before().map(({ title }) => title),
    ["/?utm_source=letter"],
  );
});

test("after half an hour without a page it is the next visit, with a trail of its own", () => {
  const { clock, open } = browser();
  const first = open("/");
  clock.now += 31 * 60_000;
  const second = open("/later");
  assert.equal(second.browser, first.browser);
  assert.notEqual(second.visit.id, first.visit.id);
  assert.deepEqual([second.visit.number, second.visit.pages, second.before()], [2, 1, []]);
});

test("somebody who looks at one page for long keeps the visit going, an open page that nobody sees does not", () => {
  const { clock, open } = browser();
  const history = open("/");
  clock.now += 29 * 60_000;
  history.spend(5);
  history.save();
  clock.now += 20 * 60_000;
  assert.equal(open("/b").visit.id, history.visit.id);
  clock.now += 29 * 60_000;
  history.save();
  clock.now += 20 * 60_000;
  assert.notEqual(open("/c").visit.id, history.visit.id);
});

test("loaded again a page is the same page; gone back to it is another view", () => {
  const { open } = browser();
  open("/");
  assert.equal(open("/").visit.pages, 1);
  const tab = open("/a");
  assert.equal(tab.view(page("/a")), false);
  assert.equal(tab.view(page("/")), true);
  assert.equal(tab.visit.pages, 3);
});

test("the seconds and pages of several tabs add up", () => {
  const { open } = browser();
  const one = open("/one");
  const two = open("/two");
  one.spend(3);
  two.spend(4);
  one.save();
  two.save();
  one.view(page("/three"));
  assert.equal(one.visit.seconds, 7);
  assert.equal(one.visit.pages, 3);
  assert.deepEqual(
    one.before().map(({ title, seconds }) => [title, seconds]),
    [
      ["/two", 4],
      ["/one", 3],
    ],
  );
});

test("a trail has twenty pages at most, and long addresses are cut", () => {
  const { open } = browser();
  const tab = open("/");
  for (let at = 0; at < 40; at++) tab.view(page(`/${at}`));
  assert.equal(tab.before().length, 19);
  tab.view({ url: `${SHOP}/${"x".repeat(5000)}`, title: "y".repeat(5000) });
  assert.deepEqual([tab.here.url.length, tab.here.title.length], [2000, 300]);
});

test("a clock that is set back makes nobody somebody else", () => {
  const { clock, open } = browser();
  const first = open("/");
  clock.now -= 10 * 365 * 86_400_000;
  assert.equal(open("/b").browser, first.browser);
});

test("what is not ours in the storage counts as nothing", () => {
  for (const text of ["", "no", "out", "{}", '{"browser":"x","visit":{},"trail":[]}', "[1]"]) {
    const storage = new MemoryStorage();
    storage.setItem(PLACE, text);
    assert.equal(browser(storage).open("/").visit.number, 1, text);
  }
});

test("where nothing can be stored the page goes on", () => {
  const storage = { getItem: () => null, setItem: () => assert.fail("full"), removeItem() {} };
  const throwing = { ...storage, setItem: () => { throw new DOMException("full"); } };
  const tab = browser(throwing).open("/");
  tab.view(page("/b"));
  tab.save();
  assert.equal(tab.visit.pages, 2);
});

test("the window reads the visit so far from the page's storage, or nothing", () => {
  const { clock, open, storage } = browser();
  open("/", "https://t.co/x");
  clock.now += 90_000;
  open("/lamps");
  const past = readVisit(storage.getItem(PLACE), clock.now);
  assert.deepEqual([past?.ago, past?.referrer], [90, "https://t.co/x"]);
  assert.deepEqual(
    past?.trail.map(({ title, ago }) => [title, ago]),
    [
      ["/lamps", 0],
      ["/", 90],
    ],
  );
  for (const kept of [null, undefined, "no", "out", "{}"]) assert.equal(readVisit(kept), undefined);
});

// --- the line --------------------------------------------------------------------------------------------------------

/** A socket that the test plays the server of. */
class FakeSocket {
  static all = [];
  constructor(url, protocol) {
    Object.assign(this, { url, protocol, readyState: 1, sent: [] });
    FakeSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close(code) {
    this.closed = code;
  }
  hear(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

async function line(context, options = {}) {
  globalThis.addEventListener ??= () => {};
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  FakeSocket.all = [];
  const { Line } = await import("../../../static/widget/browsing/line.js");
  const told = { welcomes: 0, beats: 0, words: [] };
  const made = new Line({
    url: "wss://help.example/ws/live/",
    hello: () => ({ key: "KEY" }),
    welcome: () => told.welcomes++,
    beat: () => told.beats++,
    explain: (text) => told.words.push(text),
    WebSocket: FakeSocket,
    random: () => 1,
    ...options,
  });
  made.open();
  return { line: made, told, tick: (ms) => context.mock.timers.tick(ms), newest: () => FakeSocket.all.at(-1) };
}

test("a line greets, says what it may only once it is in, and answers heartbeats", async (context) => {
  const { line: it, told, newest } = await line(context);
  newest().onopen();
  assert.deepEqual(newest().sent, [{ type: "hello", v: 1, key: "KEY" }]);
  assert.equal(it.send("page", { url: "x" }), false);
  newest().hear({ type: "welcome" });
  assert.equal(it.send("page", { url: "x" }), true);
  newest().hear({ type: "heartbeat" });
  assert.deepEqual([told.welcomes, told.beats, newest().sent.at(-1)], [1, 1, { type: "page", url: "x" }]);
});

test("a lost line comes back ever more slowly, and at once when the network does", async (context) => {
  const { line: it, tick, newest } = await line(context);
  for (const wait of [500, 1000, 2000]) {
    newest().onclose({ code: 1006 });
    const before = FakeSocket.all.length;
    tick(wait - 1);
    assert.equal(FakeSocket.all.length, before, "not yet");
    tick(1);
    assert.equal(FakeSocket.all.length, before + 1);
  }
  newest().onclose({ code: 1006 });
  it.hurry();
  assert.equal(FakeSocket.all.length, 5);
});

test("what the server asks to wait is waited, also in a hurry", async (context) => {
  const { line: it, tick, newest } = await line(context);
  newest().hear({ type: "bye", code: "restart", retry_in_ms: 5000 });
  newest().onclose({ code: 1012 });
  it.hurry();
  tick(4999);
  assert.equal(FakeSocket.all.length, 1);
  tick(1);
  assert.equal(FakeSocket.all.length, 2);
});

test("a final no ends it, with a word in the console", async (context) => {
  const { line: it, told, tick, newest } = await line(context);
  newest().hear({ type: "error", code: "site_not_allowed", message: "Not here.", field: "page" });
  newest().onclose({ code: 4403 });
  tick(120_000);
  it.hurry();
  it.open();
  assert.equal(FakeSocket.all.length, 1);
  assert.deepEqual(told.words, ["Not here. (page)"]);
});

test("a line on which nothing is heard for two heartbeats is made anew", async (context) => {
  const { tick, newest } = await line(context);
  newest().hear({ type: "welcome" });
  tick(44_000);
  assert.equal(FakeSocket.all[0].closed, 1000);
  tick(500);
  assert.equal(FakeSocket.all.length, 2);
});

test("closed means closed", async (context) => {
  const { line: it, tick } = await line(context);
  it.close();
  it.hurry();
  tick(120_000);
  assert.equal(FakeSocket.all.length, 1);
});
