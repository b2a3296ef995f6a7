import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addPage, applyEvent, applyReceipt, emptyLog, olderPage, stillPending } from "../../../static/js/console/store/log.js";
import { event, pending } from "./make.js";

const filled = (from, to) => addPage(emptyLog({ epoch: "e", from, head: to }), range(from, to));
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => event(from + at));

describe("the log", () => {
  test("takes the next event, ignores old ones and notices a gap", () => {
    const log = filled(1, 3);
    assert.equal(applyEvent(log, event(4)).verdict, "apply");
    assert.equal(applyEvent(log, event(3)).verdict, "ignore");
    const gap = applyEvent(log, event(6));
    assert.equal(gap.verdict, "gap");
    assert.equal(gap.log.head, 6);
    assert.equal(gap.log.last, 3);
  });

  test("begins anywhere", () => {
    const log = filled(51, 60);
    assert.deepEqual([log.from, log.last, log.events.length], [51, 60, 10]);
    assert.equal(emptyLog().last, 0);
  });

  test("older pages join in front, in whatever order they come", () => {
    const log = addPage(filled(51, 60), range(1, 50).reverse());
    assert.deepEqual(log.events.map((one) => one.seq), range(1, 60).map((one) => one.seq));
    assert.equal(log.from, 1);
  });

  test("a page that overlaps doubles nothing", () => {
    const log = addPage(filled(10, 20), range(5, 25));
    assert.deepEqual(log.events.map((one) => one.seq), range(5, 25).map((one) => one.seq));
  });

  test("a page that does not touch the stretch is left out", () => {
    const log = addPage(filled(10, 12), range(20, 22));
    assert.deepEqual(log.events.map((one) => one.seq), [10, 11, 12]);
  });

  test("any order of delivery with catching up gives the same log", () => {
    const all = range(1, 40);
    for (let round = 1; round <= 50; round += 1) {
      let log = emptyLog();
      const wire = [...all, ...all].map((one, at) => ({ one, key: (at * 7919 * round + round * 104729) % 1009 }))
        .sort((a, b) => a.key - b.key).map(({ one }) => one);
      for (const one of wire) log = applyEvent(log, one).log;
      log = addPage(log, all);
      assert.deepEqual(log.events.map((one) => one.seq), all.map((one) => one.seq));
    }
  });

  test("asks for the page before, and for nothing at the beginning", () => {
    assert.deepEqual(olderPage(filled(80, 90), 50), { after: 29, limit: 50 });
    assert.deepEqual(olderPage(filled(11, 20), 50), { after: 0, limit: 10 });
    assert.equal(olderPage(filled(1, 5), 50), null);
  });

  test("receipts only move forward, and what was read was delivered", () => {
    const log = applyReceipt(applyReceipt(emptyLog(), { delivered: 3, read: 5 }), { delivered: 4, read: 2 });
    assert.deepEqual(log.receipt, { delivered: 5, read: 5 });
  });

  test("a pending message is done when its own event is there", () => {
    const waiting = [pending({ client_id: "c1" }), pending({ client_id: "c2" })];
    assert.deepEqual(stillPending(waiting, [event(1, { client_id: "c1" })]).map((one) => one.client_id), ["c2"]);
  });
});
