import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  adjustCounts, groupRows, inView, isNewForMe, markRead, mergeRow, mergeRows, neighbour, replaceView, sortRows, tabsOf, unreadForMe,
} from "../../../static/js/console/store/rows.js";
import { ELENI, live, ME, person, row } from "./make.js";

const asMap = (...rows) => new Map(rows.map((one) => [one.id, one]));

describe("merging rows", () => {
  test("a late version changes nothing", () => {
    const known = row({ version: 10, name: "New" });
    const merged = mergeRow(known, live({ version: 9, name: "Old", inbound: 1 }));
    assert.equal(merged.name, "New");
    assert.deepEqual(merged.mine, known.mine);
  });

  test("a live row adds the visitor's messages that are new to what is unread", () => {
    const merged = mergeRow(row({ inbound: 2, mine: { read: 4, unread: 1 } }), live({ version: 11, inbound: 5, head: 7 }));
    assert.deepEqual(merged.mine, { read: 4, unread: 4 });
  });

  test("an answer adds nothing to what is unread", () => {
    const merged = mergeRow(row({ inbound: 2 }), live({ version: 11, inbound: 2, head: 5 }));
    assert.equal(merged.mine.unread, 0);
  });

  test("a message that was read before its row came does not become unread", () => {
    const known = markRead(row({ inbound: 2, head: 4 }), 5);
    assert.equal(mergeRow(known, live({ version: 11, inbound: 3, head: 5 })).mine.unread, 0);
  });

  test("the same live row twice counts once", () => {
    const once = mergeRow(row(), live({ version: 11, inbound: 3, head: 5 }));
    const twice = mergeRow(once, live({ version: 11, inbound: 3, head: 5 }));
    assert.equal(twice.mine.unread, 1);
  });

  test("a live row of an unknown, unanswered ticket is unread as a whole", () => {
    assert.equal(mergeRow(undefined, live({ state: "new", inbound: 3 })).mine.unread, 3);
  });

  test("a live row of an unknown, older ticket is unread by its last line only", () => {
    assert.equal(mergeRow(undefined, live({ state: "open", inbound: 30 })).mine.unread, 1);
    const answered = { by: "agent", member: ME, name: "Maya", preview: "", kind: "text", at: "" };
    assert.equal(mergeRow(undefined, live({ last: answered, inbound: 30 })).mine.unread, 0);
  });

  test("REST does not take back what was read here meanwhile", () => {
    const known = markRead(row({ head: 9, mine: { read: 4, unread: 3 } }), 9);
    const merged = mergeRow(known, row({ head: 9, version: 10, mine: { read: 4, unread: 3 } }));
    assert.deepEqual(merged.mine, { read: 9, unread: 0 });
  });

  test("REST that saw more than was read here is believed", () => {
    const known = markRead(row({ head: 5 }), 5);
    assert.equal(mergeRow(known, row({ head: 8, version: 12, mine: { read: 5, unread: 2 } })).mine.unread, 2);
  });

  test("merging leaves the old map alone", () => {
    const before = asMap(row());
    mergeRows(before, [live({ version: 11, name: "Else" })]);
    assert.equal(before.get("t1").name, "Nour");
  });
});

test("a visitor without a name has one to be told apart by", () => {
  assert.equal(mergeRow(undefined, row({ name: "", initials: "", number: 17 })).name, "Visitor 17");
  assert.equal(mergeRow(row(), row({ name: "", initials: "", number: 17, version: 11 })).initials, "?");
});

describe("reading", () => {
  test("up to the head clears the count, up to the middle keeps it", () => {
    const one = row({ head: 9, mine: { read: 4, unread: 2 } });
    assert.deepEqual(markRead(one, 9).mine, { read: 9, unread: 0 });
    assert.deepEqual(markRead(one, 6).mine, { read: 6, unread: 2 });
  });

  test("never goes back", () => {
    assert.equal(markRead(row({ mine: { read: 4, unread: 0 } }), 2).mine.read, 4);
  });
});

describe("views", () => {
  const mine = row({ id: "mine" });
  const free = row({ id: "free", assignee: null });
  const hers = row({ id: "hers", assignee: person({ id: ELENI }) });
  const done = row({ id: "done", state: "resolved" });
  const spam = row({ id: "spam", state: "spam", assignee: null });

  test("show what belongs to them", () => {
    const shown = (view) => [mine, free, hers, done, spam].filter((one) => inView(one, view, ME)).map((one) => one.id);
    assert.deepEqual(shown("all"), ["mine", "free", "hers"]);
    assert.deepEqual(shown("mine"), ["mine"]);
    assert.deepEqual(shown("unassigned"), ["free"]);
    assert.deepEqual(shown("resolved"), ["done"]);
    assert.deepEqual(shown("spam"), ["spam"]);
  });

  test("the longest wait comes first, then the newest line", () => {
    const a = row({ id: "a", waiting_since: "2026-03-04T10:02:00.000Z" });
    const b = row({ id: "b", waiting_since: "2026-03-04T10:01:00.000Z" });
    const c = row({ id: "c", last: { ...row().last, at: "2026-03-04T09:00:00.000Z" } });
    const d = row({ id: "d" });
    assert.deepEqual(sortRows([c, a, d, b]).map((one) => one.id), ["b", "a", "d", "c"]);
    assert.deepEqual(groupRows([c, a, d, b], "all").map((group) => [group.key, group.rows.length]), [["you", 2], ["customer", 2]]);
    assert.deepEqual(groupRows([], "all"), []);
    assert.deepEqual(groupRows([done], "resolved").map((group) => group.key), ["rest"]);
  });

  test("tabs keep their order whoever writes", () => {
    const rows = [row({ id: "b", number: 2 }), row({ id: "a", number: 1 }), hers, done];
    assert.deepEqual(tabsOf(rows, ME).map((one) => one.id), ["a", "b"]);
  });

  test("j and k stop at the ends", () => {
    assert.equal(neighbour([mine, free], "mine", 1).id, "free");
    assert.equal(neighbour([mine, free], "free", 1).id, "free");
    assert.equal(neighbour([mine, free], null, 1).id, "mine");
    assert.equal(neighbour([mine, free], null, -1).id, "free");
    assert.equal(neighbour([], null, 1), null);
  });
});

describe("reading a list again", () => {
  test("drops what left the view and keeps what belongs elsewhere", () => {
    const rows = asMap(row({ id: "gone" }), row({ id: "stays" }), row({ id: "done", state: "resolved" }));
    const next = replaceView(rows, [row({ id: "stays" })], { view: "mine", me: ME, isWhole: true });
    assert.deepEqual([...next.keys()].sort(), ["done", "stays"]);
  });

  test("keeps the ticket on the screen", () => {
    const next = replaceView(asMap(row({ id: "here" })), [], { view: "mine", me: ME, isWhole: true, keep: "here" });
    assert.ok(next.has("here"));
  });

  test("says nothing about what lies beyond the first pages", () => {
    const at = (time) => ({ ...row().last, at: time });
    const old = row({ id: "old", last: at("2026-01-01T00:00:00.000Z") });
    const moved = row({ id: "moved", last: at("2026-03-04T12:00:00.000Z") });
    const fresh = [row({ id: "new", last: at("2026-03-04T11:00:00.000Z") })];
    const next = replaceView(asMap(old, moved), fresh, { view: "mine", me: ME, isWhole: false });
    assert.deepEqual([...next.keys()].sort(), ["new", "old"]);
  });
});

describe("counts", () => {
  const counts = { all: 10, mine: 3, unassigned: 2, waiting: 4 };

  test("follow a known row from one view to another", () => {
    const before = row({ assignee: null, waiting_since: "2026-03-04T10:00:00.000Z" });
    assert.deepEqual(adjustCounts(counts, before, row({ assignee: person() }), ME), { all: 10, mine: 4, unassigned: 1, waiting: 3 });
    assert.deepEqual(adjustCounts(counts, before, row({ state: "resolved" }), ME), { all: 9, mine: 3, unassigned: 1, waiting: 3 });
    assert.deepEqual(adjustCounts(counts, before, undefined, ME), { all: 9, mine: 3, unassigned: 1, waiting: 3 });
  });

  test("of an unknown row are for the server to tell", () => {
    assert.equal(adjustCounts(counts, undefined, row(), ME), null);
  });

  test("of what is new for me leave colleagues' tickets out", () => {
    const news = { read: 1, unread: 2 };
    const rows = [row({ mine: news }), row({ assignee: null, mine: news }), row({ assignee: person({ id: ELENI }), mine: news }), row()];
    assert.equal(unreadForMe(rows, ME), 2);
  });
});

describe("the sound", () => {
  test("is for a visitor's new message in my ticket or in nobody's", () => {
    const before = row({ inbound: 2 });
    assert.ok(isNewForMe(before, live({ version: 11, inbound: 3 }), ME));
    assert.ok(isNewForMe(undefined, live({ assignee: null }), ME));
    assert.ok(!isNewForMe(before, live({ version: 11, inbound: 3, assignee: person({ id: ELENI }) }), ME));
    assert.ok(!isNewForMe(before, live({ version: 11, inbound: 2 }), ME));
    assert.ok(!isNewForMe(before, live({ version: 11, inbound: 3, state: "spam" }), ME));
  });
});
