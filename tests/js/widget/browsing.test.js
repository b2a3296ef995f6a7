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
