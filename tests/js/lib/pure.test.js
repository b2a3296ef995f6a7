import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff, CAP_MS, waitFor } from "../../../static/js/lib/backoff.js";
import { readProblem } from "../../../static/js/lib/errors.js";
import { gettext, interpolate, ngettext, pluralIndex, setCatalog } from "../../../static/js/lib/i18n.js";
import { uuid } from "../../../static/js/lib/ids.js";
import { Sequence, Sequences } from "../../../static/js/lib/sequence.js";

test("waits have full jitter under a growing, capped roof", () => {
  assert.equal(
    waitFor(0, () => 1),
    500,
  );
  assert.equal(
    waitFor(3, () => 1),
    4000,
  );
  assert.equal(
    waitFor(99, () => 1),
    CAP_MS,
  );
  assert.equal(
    waitFor(5, () => 0),
    0,
  );
  const backoff = new Backoff(() => 0.5);
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next(9000)], [250, 500, 9000]);
  backoff.reset();
  assert.equal(backoff.next(), 250);
});

test("any order with doubles and losses, caught up, gives each event once and in order", () => {
  const sequence = new Sequence("e", 0);
  const seen = [];
  let random = 7;
  const pick = (n) => (random = (random * 1103515245 + 12345) % 2147483648) % n;
  for (let step = 0; step < 2000; step++) {
    const seq = 1 + pick(60);
    const verdict = sequence.accept(seq);
    if (verdict === "apply") seen.push(seq);
    if (verdict === "gap")
      for (let next = sequence.last + 1; next <= seq; next++) if (sequence.accept(next) === "apply") seen.push(next);
  }
  assert.deepEqual(
    seen,
    Array.from({ length: sequence.last }, (_, index) => index + 1),
  );
});

test("the newest fifty: the position is what subscribed says", () => {
  const sequence = new Sequence("", -1);
  assert.equal(sequence.accept(80), "gap");
  assert.equal(sequence.begin({ epoch: "e", from: 31, head: 80 }), true);
  assert.equal(sequence.accept(31), "apply");
});

test("a later start than asked, an older head or another epoch is no continuation", () => {
  assert.equal(new Sequence("e", 4).begin({ epoch: "e", from: 9, head: 12 }), false);
  assert.equal(new Sequence("e", 4).begin({ epoch: "e", from: 5, head: 3 }), false);
  assert.equal(new Sequence("e", 4).begin({ epoch: "f", from: 5, head: 9 }), false);
  assert.equal(new Sequence("e", 4).begin({ epoch: "e", from: 3, head: 4 }), true);
});

test("heartbeat heads name only followed tickets that are behind", () => {
  const all = new Sequences();
  all.follow("a", { after: 3 });
  all.follow("b", { after: 3 });
  assert.deepEqual(all.behind({ a: 3, b: 4, c: 9 }), ["b"]);
});

test("plural forms follow the language's own categories", () => {
  const arabic = pluralIndex("ar");
  assert.deepEqual([0, 1, 2, 3, 11, 100].map(arabic), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([0, 1, 2].map(pluralIndex("en")), [1, 0, 1]);
  assert.deepEqual([0, 1, 2].map(pluralIndex("ko")), [0, 0, 0]);
  assert.deepEqual([1, 3, 5].map(pluralIndex("ru")), [0, 1, 2]);
  assert.equal(pluralIndex("no such language!")(1), 0);
});

test("words: translated, missing, plural, with fewer forms than the browser knows", () => {
  setCatalog({ Send: "Envoyer", Empty: "", "%(n)s new": ["%(n)s nouveau", "%(n)s nouveaux"] }, "fr");
  assert.equal(gettext("Send"), "Envoyer");
  assert.equal(gettext("Empty"), "Empty");
  assert.equal(gettext("constructor"), "constructor");
  assert.equal(ngettext("%(n)s new", "%(n)s new ones", 1), "%(n)s nouveau");
  assert.equal(ngettext("%(n)s new", "%(n)s new ones", 1_000_000), "%(n)s nouveaux");
  assert.equal(ngettext("one cat", "cats", 2), "cats");
  assert.equal(interpolate("%(a)s %(b)s %(toString)s", { a: "$&" }), "$& %(b)s %(toString)s");
});

test("ids are version 4 UUIDs, also without crypto.randomUUID", () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(uuid(), shape);
  const original = crypto.randomUUID;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  assert.match(uuid(), shape);
  assert.notEqual(uuid(), uuid());
  Object.defineProperty(crypto, "randomUUID", { value: original, configurable: true });
});

test("problems from HTTP and from the socket read the same", () => {
  const http = readProblem(
    { status: 409, code: "already_taken", detail: "Taken.", retry: false, by: { name: "Tom" } },
    409,
  );
  const wire = readProblem({
    type: "error",
    id: 1,
    code: "already_taken",
    message: "Taken.",
    retry: false,
    by: { name: "Tom" },
  });
  for (const one of [http, wire]) {
    assert.equal(one.message, "Taken.");
    assert.equal(one.extra.by.name, "Tom");
    assert.equal(one.retry, false);
  }
  assert.equal(readProblem({}, 502).retry, true, "a proxy's page");
  assert.equal(readProblem({}, 404).retry, false);
});
