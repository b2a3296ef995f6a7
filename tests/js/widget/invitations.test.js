import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MemoryStorage } from "../../../static/js/lib/storage.js";
import { Conversation } from "../../../static/widget/conversation.js";
import { Asking } from "../../../static/widget/invitations/asking.js";
import { Reports } from "../../../static/widget/invitations/reports.js";
import { chosen } from "../../../static/widget/invitations/texts.js";
import { holds, selectors } from "../../../static/widget/invitations/triggers.js";
import { threadRows } from "../../../static/widget/rows.js";

const NOW = 1_000_000_000;
const FACTS = {
  view: "view",
  seconds_page: 30,
  seconds_visit: 90,
  seconds_idle: 5,
  scroll_percent: 60,
  exit_intent: false,
  seen: ["#sizes"],
};
const all = (...of) => ({ match: "all", of });
const any = (...of) => ({ match: "any", of });
const is = (kind, operator, value, more) => ({ kind, operator, value, ...more });
const judge = (tree, facts = {}, events = []) => holds(tree, { ...FACTS, ...facts }, events, NOW);

// --- triggers --------------------------------------------------------------------------------------------------------
test("each kind that the page can tell is compared by each of its operators", () => {
  for (const [kind, value] of [
    ["seconds_on_page", 30],
    ["seconds_on_site", 90],
    ["seconds_idle", 5],
    ["scroll_percent", 60],
  ]) {
    const so = (operator, wanted) => judge(all(is(kind, operator, wanted)));
    assert.deepEqual([so("at_least", value), so("at_least", value + 1)], [true, false], kind);
    assert.deepEqual([so("more_than", value - 1), so("more_than", value)], [true, false], kind);
    assert.deepEqual([so("less_than", value + 1), so("less_than", value)], [true, false], kind);
    assert.deepEqual([so("at_most", value), so("at_most", value - 1)], [true, false], kind);
    assert.deepEqual([so("equals", value), so("does_not_equal", value)], [true, false], kind);
  }
  assert.deepEqual([judge(all(is("exit_intent", "yes"))), judge(all(is("exit_intent", "no")))], [false, true]);
  assert.equal(judge(all(is("exit_intent", "yes")), { exit_intent: true }), true);
  assert.equal(judge(all(is("element_seen", "yes", undefined, { name: "#sizes" }))), true);
  assert.equal(judge(all(is("element_seen", "no", undefined, { name: "#other" }))), true);
});

test("events are counted by name, and within their span", () => {
  const events = [
    { name: "added", at: NOW - 90_000 },
    { name: "added", at: NOW - 10_000 },
    { name: "other", at: NOW },
  ];
  const added = (operator, value, span) => all(is("custom_event", operator, value, { name: "added", within_seconds: span }));
  assert.equal(judge(added("at_least", 2, null), {}, events), true);
  assert.equal(judge(added("at_least", 2, 60), {}, events), false);
  assert.equal(judge(added("less_than", 2, 60), {}, events), true);
});

test("groups are all or any, inside each other; an empty one is as the server means it", () => {
  const yes = is("seconds_on_page", "at_least", 1);
  const no = is("seconds_on_page", "at_least", 999);
  assert.equal(judge(all(yes, any(no, yes))), true);
  assert.equal(judge(all(yes, any(no, no))), false);
  assert.equal(judge(any(no, all(yes, yes))), true);
  assert.deepEqual([judge(all()), judge(any())], [true, false]);
});

test("what the page does not know never matches, negated or not", () => {
  for (const tree of [is("cart_value", "at_least", 1), is("cart_value", "less_than", 1), is("seconds_on_page", "resembles", 3)])
    assert.equal(judge(all(tree)), false);
});

test("the selectors of a tree are found at every depth", () => {
  const seen = (name) => is("element_seen", "yes", undefined, { name });
  assert.deepEqual(selectors(all(seen("#a"), any(seen(".b"), is("exit_intent", "yes")))), ["#a", ".b"]);
});

test("the page knows the kinds and operators that the server leaves to it", () => {
  const kinds = readFileSync(new URL("../../../chat/targeting/kinds.py", import.meta.url), "utf8");
  const names = Object.fromEntries(Array.from(kinds.matchAll(/^ {4}([A-Z_]+) = "(\w+)"/gm), ([, name, value]) => [name, value]));
  const left = Array.from(kinds.matchAll(/^ {4}Kind\.([A-Z_]+): .*Place\.PAGE/gm), ([, name]) => names[name]);
  assert.ok(left.length >= 7, "they were found");
  const known = { seconds_on_page: 1, seconds_on_site: 1, seconds_idle: 1, scroll_percent: 1, custom_event: 0 };
  for (const kind of left) {
    const affirmed = kind in known ? is(kind, "at_least", known[kind]) : is(kind, "no");
    assert.equal(judge(all({ ...affirmed, name: "none" })), true, kind);
  }
});

// --- asking ----------------------------------------------------------------------------------------------------------
function asker() {
  const clock = { now: 0 };
  const sent = [];
  const asking = new Asking((type, fields) => (sent.push({ type, ...fields }), true), () => clock.now);
  const tick = (isDue = () => true) => asking.tick(isDue, () => FACTS);
  asking.arm([{ invitation: "first", trigger: all() }, { invitation: "second", trigger: all() }]);
  return { asking, clock, sent, tick };
}

test("a question is repeated after 3 and 10 seconds with the same id, until it is answered", () => {
  const { asking, clock, sent, tick } = asker();
  for (clock.now = 0; clock.now < 19_000; clock.now += 1000) tick();
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map((each) => each.due_id)).size, 1);
  assert.deepEqual(sent[0].facts, FACTS);
  assert.equal(asking.answered("of somebody else"), false);
  assert.equal(asking.answered(sent[0].due_id), true);
  tick();
  assert.equal(sent.at(-1).invitation, "second", "the first one is quiet now");
});

test("after a no the same is asked again only when the server has armed anew, or on another page", () => {
  const { asking, clock, sent, tick } = asker();
  const onlyFirst = ({ invitation }) => invitation === "first";
  tick(onlyFirst);
  asking.answered(sent[0].due_id);
  clock.now += 3_600_000;
  tick(onlyFirst);
  assert.equal(sent.length, 1);
  asking.arm([{ invitation: "first", trigger: all() }]);
  tick(onlyFirst);
  assert.equal(sent.length, 2);
  asking.answered(sent[1].due_id);
  asking.restart();
  tick(onlyFirst);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map((each) => each.due_id)).size, 3);
});

test("nobody answers: after a while it is another question, and on one page there is an end", () => {
  const { clock, sent, tick } = asker();
  for (clock.now = 0; clock.now < 7_200_000; clock.now += 1000) tick();
  assert.equal(new Set(sent.map((each) => each.due_id)).size, 8);
  assert.equal(sent.length, 24);
});

test("the open question is asked again on a new line", () => {
  const { asking, sent, tick } = asker();
  tick();
  asking.again();
  assert.deepEqual(sent.map((each) => each.due_id), [sent[0].due_id, sent[0].due_id]);
  asking.answered(sent[0].due_id);
  asking.again();
  assert.equal(sent.length, 2);
});

// --- reports ---------------------------------------------------------------------------------------------------------
function reporter(storage = new MemoryStorage()) {
  const clock = { now: NOW };
  const line = { isUp: true };
  const sent = [];
  const reports = new Reports(storage, "place", (_type, fields) => line.isUp && (sent.push(fields), true), () => clock.now);
  return { reports, clock, line, sent, storage };
}

test("a report is told until it is noted, also from a later page", () => {
  const { reports, line, sent, storage } = reporter();
  line.isUp = false;
  reports.add("one", "shown");
  reports.add("one", "dismissed", "not_now");
  const later = reporter(storage);
  later.reports.tell();
  assert.deepEqual(later.sent, [{ exposure: "one", what: "shown" }, { exposure: "one", what: "dismissed", why: "not_now" }]);
  later.reports.settle("one", "shown");
  later.reports.tell();
  assert.equal(later.sent.length, 3);
  later.reports.settle("one", "dismissed");
  assert.equal(storage.getItem("place"), null);
  assert.equal(sent.length, 0);
});

test("of two words the first counts; an old one, and one that nobody notes, is told no more", () => {
  const { reports, clock, sent } = reporter();
  reports.add("one", "dismissed", "closed");
  reports.add("one", "dismissed", "complaint");
  assert.deepEqual(sent.map((each) => each.why), ["closed"]);
  for (let times = 0; times < 50; times++) reports.tell();
  assert.equal(sent.length, 30);
  reports.add("two", "shown");
  clock.now += 25 * 3_600_000;
  const before = sent.length;
  reports.tell();
  assert.equal(sent.length, before);
});

test("where nothing can be stored, or nonsense is, the page tells what it can", () => {
  const full = { getItem: () => null, removeItem() {}, setItem: () => { throw new DOMException("full"); } };
  const { reports, sent } = reporter(full);
  reports.add("one", "shown");
  reports.tell();
  assert.equal(sent.length, 2);
  const odd = new MemoryStorage();
  odd.setItem("place", '{"a": 1}');
  const other = reporter(odd);
  other.reports.add("one", "shown");
  assert.equal(other.sent.length, 1);
});

test("when consent is taken back nothing is left to tell", () => {
  const { reports, line, sent, storage } = reporter();
  line.isUp = false;
  reports.add("one", "shown");
  reports.forget();
  line.isUp = true;
  reports.tell();
  assert.deepEqual([sent, storage.getItem("place")], [[], null]);
});

// --- what it says ----------------------------------------------------------------------------------------------------
test("texts are of the locale, else of its language, else of the default, word by word", () => {
  const texts = { "": { title: "Hello", chips: ["A"], note: "Soon" }, pt: { title: "Olá" }, "pt-BR": { title: "", chips: [] } };
  assert.deepEqual(chosen(texts, "pt-BR"), { title: "Olá", chips: ["A"], note: "Soon" });
  assert.equal(chosen(texts, "ko").title, "Hello");
  assert.deepEqual(chosen({ title: "Hi", chips: ["A"] }, "en"), { title: "Hi", chips: ["A"] });
});

test("the conversation begins with what was accepted, until the server says it itself", () => {
  const invited = { exposure: "x", kind: "chat", words: "", text: "A gift?\nI find three.", name: "Maya", at: "2026-12-01T10:00:00Z" };
  const before = threadRows({ conversation: null, entries: [], connected: true, newFrom: 0, invited });
  assert.deepEqual(before.filter((row) => row.kind === "message").map((row) => [row.text, row.name, row.mine]), [
    ["A gift?\nI find three.", "Maya", false],
  ]);
  const conversation = new Conversation("t");
  conversation.apply({
    seq: 1,
    name: "invitation.accepted",
    by: { kind: "system", id: null, name: "" },
    at: invited.at,
    data: { body: invited.text },
  });
  const after = threadRows({ conversation, entries: [], connected: true, newFrom: 0, invited });
  assert.deepEqual(after.filter((row) => row.kind === "message").map((row) => row.text), [invited.text]);
});
