import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { blocksOf, deliveryOf } from "../../../static/js/console/store/blocks.js";
import { eleni, event, maya, ME, pending } from "./make.js";

const reader = { me: ME, myName: "Maya", newAfter: null };
const kinds = (blocks) => blocks.map((block) => block.kind);
const at = (minute) => `2026-03-04T10:${String(minute).padStart(2, "0")}:00.000Z`;

describe("the thread", () => {
  test("groups one sender's bubbles within five minutes", () => {
    const blocks = blocksOf([event(1, { at: at(0) }), event(2, { at: at(4) }), event(3, { at: at(20) }), event(4, { by: maya, at: at(21) })], [], reader);
    assert.deepEqual(kinds(blocks), ["day", "group", "group", "group"]);
    assert.deepEqual(blocks.slice(1).map((block) => block.messages.length), [2, 1, 1]);
    assert.deepEqual(blocks.slice(1).map((block) => block.side), ["visitor", "visitor", "me"]);
  });

  test("keeps colleagues apart from me", () => {
    const blocks = blocksOf([event(1, { by: maya }), event(2, { by: eleni })], [], reader);
    assert.deepEqual(blocks.slice(1).map((block) => block.side), ["me", "agent"]);
  });

  test("puts a line between days", () => {
    const blocks = blocksOf([event(1, { at: "2026-03-02T10:00:00.000Z" }), event(2, { at: "2026-03-04T10:00:00.000Z" })], [], reader);
    assert.deepEqual(kinds(blocks), ["day", "group", "day", "group"]);
  });

  test("a note stands alone, and interrupts a group", () => {
    const note = event(2, { name: "note.created", by: eleni });
    assert.deepEqual(kinds(blocksOf([event(1), note, event(3)], [], reader)), ["day", "group", "note", "group"]);
  });

  test("the New line stands before the first visitor's message after what was read, once", () => {
    const events = [event(1), event(2, { by: maya }), event(3), event(4)];
    assert.deepEqual(kinds(blocksOf(events, [], { ...reader, newAfter: 1 })), ["day", "group", "group", "new", "group"]);
    assert.deepEqual(kinds(blocksOf(events, [], { ...reader, newAfter: 9 })), ["day", "group", "group", "group"]);
  });

  test("edits and removals change the bubble they belong to", () => {
    const edit = { ...event(3), name: "message.edited", data: { message: "m1", body: "better" } };
    const removal = { ...event(4), name: "message.redacted", data: { message: "m2" } };
    const [, group] = blocksOf([event(1), event(2), edit, removal], [], reader);
    assert.deepEqual(group.messages.map((one) => [one.body, one.edited, one.redacted]), [["better", true, false], ["", false, true]]);
  });

  test("what was said on the way joins my group, what failed stands apart", () => {
    const mine = event(1, { by: maya, at: at(0) });
    const joined = blocksOf([mine], [pending({ at: at(1) })], reader);
    assert.equal(joined.at(-1).messages.length, 2);
    const apart = blocksOf([mine], [pending({ at: at(1), state: "failed" }), pending({ at: at(1), client_id: "c2" })], reader);
    assert.deepEqual(apart.slice(1).map((block) => block.messages.length), [1, 1, 1]);
  });

  test("a bubble keeps its key when it becomes an event", () => {
    const [, before] = blocksOf([], [pending()], reader);
    const [, after] = blocksOf([event(1, { by: maya, client_id: "c1" })], [], reader);
    assert.equal(before.key, after.key);
    assert.equal(before.messages[0].key, after.messages[0].key);
  });

  test("a pending note is a note", () => {
    assert.deepEqual(kinds(blocksOf([], [pending({ kind: "note" })], reader)), ["day", "note"]);
  });

  test("handing over is a line, and what the sender says about it a note", () => {
    const offered = (note) => event(1, { name: "transfer.offered", by: maya, data: { to: { id: eleni.id, name: "Eleni" }, note } });
    assert.deepEqual(kinds(blocksOf([offered("")], [], reader)), ["day", "activity"]);
    const [, , note] = blocksOf([offered("Needs the invoice")], [], reader);
    assert.equal(note.kind, "note");
    assert.equal(note.message.body, "Needs the invoice");
  });

  test("events of a later version make no block", () => {
    assert.deepEqual(blocksOf([event(1, { name: "survey.answered" })], [], reader), []);
  });
});

test("a message is sent, delivered, then seen", () => {
  const [, group] = blocksOf([event(5, { by: maya })], [pending({ state: "waiting" })], reader);
  const [sent] = group.messages;
  assert.equal(deliveryOf(sent, { delivered: 4, read: 4 }), "sent");
  assert.equal(deliveryOf(sent, { delivered: 5, read: 4 }), "delivered");
  assert.equal(deliveryOf(sent, { delivered: 5, read: 5 }), "read");
});
