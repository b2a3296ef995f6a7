import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Watch } from "../../../static/widget/invitations/watch.js";

const heard = { page: {}, root: {} };
const observed = [];
const screen = { isPhone: true, found: {} };

class FakeObserver {
  constructor(met) {
    this.met = met;
    FakeObserver.last = this;
  }
  observe = (element) => observed.push(element);
  unobserve() {}
  disconnect() {}
}

Object.assign(globalThis, {
  IntersectionObserver: FakeObserver,
  addEventListener: (name, listener) => (heard.page[name] = listener),
  matchMedia: () => ({ matches: screen.isPhone }),
  scrollY: 0,
  innerHeight: 800,
  document: {
    documentElement: { scrollHeight: 4000, clientHeight: 800, addEventListener: (name, listener) => (heard.root[name] = listener) },
    querySelector(selector) {
      if (selector.startsWith(":::")) throw new SyntaxError(selector);
      return screen.found[selector] ?? null;
    },
  },
});

let clock;
let watch;
let times;

beforeEach(() => {
  clock = { now: 100_000 };
  times = 0;
  observed.length = 0;
  screen.isPhone = true;
  screen.found = {};
  globalThis.scrollY = 0;
  const active = { seconds: 20, usedAt: 95_000, now: () => clock.now };
  const browsing = { active, history: { visit: { seconds: 50 } } };
  watch = new Watch(browsing, () => times++, () => clock.now);
});

const scrollTo = (y, ms = 100) => {
  clock.now += ms;
  globalThis.scrollY = y;
  heard.page.scroll();
};

test("how far it was read is the furthest, of the window's lower edge", () => {
  assert.equal(watch.facts().scroll_percent, 20);
  scrollTo(2000);
  scrollTo(400, 5000);
  assert.equal(watch.facts().scroll_percent, 70);
  assert.deepEqual([watch.facts().seconds_page, watch.facts().seconds_visit, watch.facts().seconds_idle], [20, 50, 10]);
});

test("a flick up after reading is leaving, on a phone; looking back slowly is not", () => {
  scrollTo(2000);
  scrollTo(1900, 1000);
  scrollTo(1500, 1000);
  assert.equal(watch.facts().exit_intent, false);
  scrollTo(1200);
  scrollTo(900);
  assert.equal(watch.facts().exit_intent, true);
  assert.equal(times, 1);
  clock.now += 3500;
  assert.equal(watch.facts().exit_intent, false, "who came back is not leaving any more");
});

test("with a mouse a flick says nothing, the way out at the top does", () => {
  screen.isPhone = false;
  scrollTo(2000);
  scrollTo(100);
  assert.equal(watch.facts().exit_intent, false);
  heard.root.mouseleave({ clientY: 400 });
  assert.equal(watch.facts().exit_intent, false, "to the side, or to a scrollbar");
  heard.root.mouseleave({ clientY: -3 });
  assert.equal(watch.facts().exit_intent, true);
});

test("who has not read yet is looking round", () => {
  watch.browsing.active.seconds = 3;
  scrollTo(2000);
  scrollTo(100);
  assert.equal(watch.facts().exit_intent, false);
});

test("an element is seen once half of it was in view; a wrong selector finds nothing", () => {
  const [small, tall] = [{}, {}];
  screen.found = { "#small": small, ".tall": tall };
  watch.look(["#small", ".tall", ":::wrong", "#later"]);
  assert.deepEqual(observed, [small, tall]);
  const entry = (target, ratio, height) => ({ target, isIntersecting: ratio > 0, intersectionRatio: ratio, intersectionRect: { height } });
  FakeObserver.last.met([entry(small, 0.3, 30), entry(tall, 0.2, 500)]);
  assert.deepEqual(watch.facts().seen, [".tall"]);
  FakeObserver.last.met([entry(small, 0.6, 60)]);
  assert.deepEqual(watch.facts().seen.sort(), ["#small", ".tall"]);
  watch.look(["#small"]);
  assert.deepEqual(watch.facts().seen, ["#small"], "only what somebody still asks about");
});

test("another page begins anew, with an id of its own", () => {
  scrollTo(2000);
  heard.root.mouseleave({ clientY: -3 });
  const { view } = watch.facts();
  globalThis.scrollY = 0;
  watch.restart();
  const facts = watch.facts();
  assert.notEqual(facts.view, view);
  assert.deepEqual([facts.scroll_percent, facts.exit_intent, facts.seen], [20, false, []]);
});
