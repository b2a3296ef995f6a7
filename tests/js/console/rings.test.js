import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { figureOf, isOver, loadWords, pausedWords, squaresOf } from "../../../static/js/console/store/desk.js";
import {
  arrivalWords, arrive, byUrgency, closingWords, expire, front, GRACE_MS, isLive, partLeft, resume, secondsLeft, without,
} from "../../../static/js/console/store/rings.js";
import { targetsFor } from "../../../static/js/console/store/targets.js";
import { ELENI, ME, offer, person, row } from "./make.js";

const none = new Map();
const ids = (rings) => byUrgency(rings).map((ring) => ring.ring);

describe("a chat that rings", () => {
  test("counts down from its arrival, by the page's own clock", () => {
    const [ring] = byUrgency(arrive(none, offer({ expires_in_ms: 20_000 }), 1000));
    assert.equal(ring.until, 21_000);
    assert.deepEqual([1000, 1001, 20_500, 21_000, 60_000].map((now) => secondsLeft(ring, now)), [20, 20, 1, 0, 0]);
    assert.equal(partLeft(ring, 6000), 0.5);
    assert.equal(partLeft(ring, 60_000), 0);
    assert.ok(isLive(ring, 20_999));
    assert.ok(!isLive(ring, 21_000));
  });

  test("that is offered twice rings once", () => {
    const rings = arrive(arrive(none, offer(), 0), offer({ expires_in_ms: 12_000 }), 18_000);
    assert.deepEqual(ids(rings), ["r1"]);
    assert.equal(rings.get("r1").until, 30_000);
  });

  test("stays at zero until the server ends it, but not for ever", () => {
    const rings = arrive(none, offer(), 0);
    assert.equal(expire(rings, 30_000 + GRACE_MS - 1), rings);
    assert.equal(expire(rings, 30_000 + GRACE_MS).size, 0);
  });

  test("leaves when it is over, and nothing else does", () => {
    const rings = arrive(arrive(none, offer(), 0), offer({ ring: "r2" }), 0);
    assert.deepEqual(ids(without(rings, "r1")), ["r2"]);
    assert.equal(without(rings, "unknown"), rings);
    assert.deepEqual(ids(rings), ["r1", "r2"]);
  });

  test("after a break is what the server says, with the time that is left", () => {
    const before = arrive(arrive(none, offer(), 0), offer({ ring: "gone" }), 0);
    const after = resume([offer({ expires_in_ms: 8000 }), offer({ ring: "new" })], 50_000);
    assert.deepEqual(ids(before), ["r1", "gone"]);
    assert.deepEqual(ids(after), ["r1", "new"]);
    assert.equal(secondsLeft(after.get("r1"), 50_000), 8);
    assert.equal(resume([], 0).size, 0);
  });
});

describe("of several chats that ring", () => {
  const rings = [offer({ ring: "late" }), offer({ ring: "soon", expires_in_ms: 5000 }), offer({ ring: "middle", expires_in_ms: 9000 })]
    .reduce((all, one) => arrive(all, one, 0), none);

  test("the one with the least time is in front", () => {
    assert.deepEqual(ids(rings), ["soon", "middle", "late"]);
    assert.equal(front(rings, "").ring, "soon");
    assert.equal(front(none, ""), null);
  });

  test("a chosen one stays in front until it is over", () => {
    assert.equal(front(rings, "late").ring, "late");
    assert.equal(front(without(rings, "late"), "late").ring, "soon");
  });
});

describe("words about a ring", () => {
  const [ring] = byUrgency(arrive(none, offer(), 0));
  const closed = (why, by = null) => closingWords(ring, { ring: "r1", ticket: "t1", why, by }, ME);

  test("say who took it, but not that one took it oneself", () => {
    assert.equal(closed("accepted", { id: ELENI, name: "Eleni" }), "Eleni took the chat with Nour.");
    assert.equal(closed("cancelled", { id: ELENI, name: "Eleni" }), "Eleni took the chat with Nour.");
    assert.equal(closed("accepted", { id: ME, name: "Maya" }), "");
    assert.equal(closed("declined", { id: ME, name: "Maya" }), "");
    assert.equal(closed("cancelled"), "");
  });

  test("say that it was missed, also when its card has gone before", () => {
    assert.equal(closed("timeout"), "You missed a chat.");
    assert.equal(closingWords(undefined, { ring: "r1", ticket: "t1", why: "timeout", by: null }, ME), "You missed a chat.");
    assert.equal(closingWords(undefined, { ring: "r1", ticket: "t1", why: "accepted", by: { id: ELENI, name: "Eleni" } }, ME), "");
  });

  test("say at its arrival who it is, and who hands it over", () => {
    assert.equal(arrivalWords(ring), "Incoming chat from Nour: Is it food safe?");
    const handed = byUrgency(arrive(none, offer({ mode: "transfer", summary: { from: { id: ELENI, name: "Eleni" }, visitor: "" } }), 0))[0];
    assert.equal(arrivalWords(handed), "Eleni hands you the chat with Visitor 1: Is it food safe?");
  });
});

describe("the desk", () => {
  const desk = (load, limit, why) => ({ load, limit, paused: why ? { why, at: "2026-03-04T10:00:00.000Z" } : null, paused_departments: [] });

  test("shows how many chats of how many", () => {
    assert.deepEqual(squaresOf(desk(3, 4)), { full: 3, free: 1 });
    assert.equal(figureOf(desk(3, 4)), "3 of 4");
    assert.equal(loadWords(desk(3, 4)), "You have 3 of at most 4 chats.");
    assert.ok(!isOver(desk(4, 4)));
  });

  test("says when it is over the limit", () => {
    assert.ok(isOver(desk(5, 4)));
    assert.deepEqual(squaresOf(desk(5, 4)), { full: 4, free: 0 });
    assert.match(loadWords(desk(5, 4)), /over your limit: 5 of 4/);
  });

  test("only counts without a limit, and with one that is too high to draw", () => {
    assert.deepEqual(squaresOf(desk(3, null)), { full: 0, free: 0 });
    assert.equal(figureOf(desk(1, null)), "1 chat");
    assert.equal(figureOf(desk(3, null)), "3 chats");
    assert.deepEqual(squaresOf(desk(3, 20)), { full: 0, free: 0 });
  });

  test("explains a pause that one has not begun oneself", () => {
    assert.equal(pausedWords(desk(0, 4, "misses")), "You were paused after missed chats.");
    assert.ok(pausedWords(desk(0, 4, "idle")) && pausedWords(desk(0, 4, "admin")));
    assert.equal(pausedWords(desk(0, 4, "self")), "");
    assert.equal(pausedWords(desk(0, 4)), "");
    assert.equal(pausedWords(null), "");
  });
});

describe("those to whom a chat can be handed", () => {
  const member = (id, status, more = {}) => ({ ...person({ id, name: id }), email: `${id}@shop.example`, role: "agent", status, departments: [], ...more });
  const members = [
    member(ME, "online"), member("holder", "online"), member("off", "offline"), member("away", "away"),
    member("full", "online", { load: 4, limit: 4 }), member("free", "online", { load: 0, limit: 4 }), member("paused", "online", { paused: true }),
  ];
  const departments = [{ id: "sales", name: "Sales" }, { id: "care", name: "Kundenpflège" }];
  const found = (words, change = {}) => targetsFor({
    members, departments, me: ME, words, row: row({ assignee: person({ id: "holder" }), department: departments[0], ...change }),
  }).map((one) => one.id);

  test("are those with room first, then departments, then who is not there", () => {
    assert.deepEqual(found(""), ["free", "full", "paused", "care", "away", "off"]);
  });

  test("are found by name and address, without accents", () => {
    assert.deepEqual(found("pflege"), ["care"]);
    assert.deepEqual(found("FREE@"), ["free"]);
    assert.deepEqual(found("nobody"), []);
  });
});
