import assert from "node:assert/strict";
import { test } from "node:test";

import { shortAwayWords, awayWords } from "../../../static/widget/away.js";
import { Conversation } from "../../../static/widget/conversation.js";
import { addressFields, emptyForm, findErrors } from "../../../static/widget/questions.js";
import { queueWords } from "../../../static/widget/queue.js";
import { threadRows } from "../../../static/widget/rows.js";

const STRINGS = {
  queue_next: "You are next",
  queue_place: "You are number %(number)s in the queue",
  queue_and_wait: "%(place)s. %(wait)s.",
  wait_about: "About %(time)s",
  wait_under_minute: "Less than a minute",
  queue_full: "Everybody is in a chat",
  away: "Nobody is online",
};

function words(place, eta, language = "en") {
  return queueWords(app({ language }), { place, eta }).replaceAll("\u00a0", " ");
}

function app({ language = "en", config = {} } = {}) {
  const text = (name, ...values) => STRINGS[name].replace(/%\(\w+\)s/g, () => values.shift());
  return /** @type {any} */ ({ language, text, state: { config } });
}

test("the place is said, and the wait in whole minutes when it is known", () => {
  assert.equal(words(1, null), "You are next");
  assert.equal(words(2, null), "You are number 2 in the queue");
  assert.equal(words(2, 240), "You are number 2 in the queue. About 4 minutes.");
  assert.equal(words(2, 60), "You are number 2 in the queue. About 1 minute.");
  assert.equal(words(1, 59), "You are next. Less than a minute.");
  assert.equal(words(1, 0), "You are next. Less than a minute.");
});

test("plurals are those of the language, digits stay Latin", () => {
  assert.match(words(2, 300, "ru"), /5 минут\b|5 минут\./);
  assert.match(words(2, 120, "ru"), /2 минуты/);
  assert.match(words(2, 300, "ar"), /5/);
});

const event = (seq, name, data, by = { kind: "system", id: null, name: "" }) => ({
  seq,
  ticket: "t",
  name,
  by,
  at: "2026-05-04T12:00:00Z",
  data,
});

test("who waits stands in the queue until somebody has the chat", () => {
  const conversation = new Conversation("t");
  assert.equal(conversation.waits(), false, "nobody has said so");
  conversation.begin({ epoch: "e", head: 0, queue: { position: 2, eta_seconds: 240, offer: null } });
  assert.deepEqual([conversation.waits(), conversation.eta, conversation.offersMessage], [true, 240, false]);
  conversation.takeQueue({ position: 1, eta_seconds: null, offer: "message" });
  assert.deepEqual([conversation.waits(), conversation.eta, conversation.offersMessage], [true, null, true]);
  conversation.takeQueue({ position: null, offer: "message" });
  assert.equal(conversation.waits(), true, "too far back for a number");
  conversation.apply(event(1, "ticket.assigned", { to: { id: "a", name: "Maya" } }));
  assert.deepEqual([conversation.waits(), conversation.offersMessage], [false, false]);
});

test("a message that was left keeps the conversation open and says its number", () => {
  const conversation = new Conversation("t");
  conversation.takeQueue({ position: 1, eta_seconds: 60, offer: null });
  conversation.apply(event(1, "chat.ended", { why: "message", number: 4812 }));
  assert.deepEqual(
    [conversation.state, conversation.closedOnPurpose, conversation.waits(), conversation.place],
    ["open", false, false, 0],
  );
  const [line] = threadRows({ conversation, entries: [], connected: true, newFrom: 0 }).slice(-1);
  assert.deepEqual([line.kind, line.what, line.name], ["line", "left_message", "4812"]);
  const again = Conversation.fromCopy(JSON.parse(JSON.stringify(conversation.toCopy(10))));
  assert.equal(again.state, "open");
});

test("an ended chat that became a message is open again", () => {
  const conversation = new Conversation("t");
  conversation.apply(event(1, "chat.ended", { why: "inactive" }));
  assert.equal(conversation.state, "ended");
  conversation.apply(event(2, "chat.ended", { why: "message", number: 1 }));
  assert.deepEqual([conversation.state, conversation.closedOnPurpose], ["open", false]);
});

const field = (name, required) => ({ name, type: name, label: name, required, autocomplete: "" });

test("the message asks for the addresses of the offline form, by its rules", () => {
  const state = { config: { forms: { offline: { fields: [field("name", true), field("email", true), field("phone", false)] } } } };
  const fields = addressFields(state);
  assert.deepEqual(
    fields.map(({ name }) => name),
    ["email", "phone"],
  );
  const errors = (values, profile = {}) => findErrors(fields, { ...emptyForm("offline"), values }, profile);
  assert.deepEqual(errors({}), { email: "fill_in" });
  assert.deepEqual(errors({ email: "vera@" }), { email: "wrong_email" });
  assert.deepEqual(errors({ email: "vera@example.com" }), {});
  const either = addressFields({ config: { forms: { offline: { fields: [field("email", false), field("phone", false)] } } } });
  assert.deepEqual(findErrors(either, emptyForm("offline"), {}), { email: "email_or_phone" });
  assert.deepEqual(findErrors(either, emptyForm("offline"), { phone: "+30 210 123 4567" }), {});
  assert.deepEqual(addressFields({ config: { forms: { offline: null } } }), []);
});

test("a full queue has words of its own", () => {
  const texts = { offline_text: "Nobody is here.", queue_full_text: "Many chats." };
  const full = app({ config: { texts, offline_why: "queue_full", opens_at: null } });
  assert.deepEqual([awayWords(full), shortAwayWords(full)], ["Many chats.", "Everybody is in a chat"]);
  const nobody = app({ config: { texts, offline_why: "nobody", opens_at: null } });
  assert.deepEqual([awayWords(nobody), shortAwayWords(nobody)], ["Nobody is here.", "Nobody is online"]);
});
