import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { ApiError, unanswered } from "../../../static/js/lib/errors.js";
import { MemoryStorage } from "../../../static/js/lib/storage.js";
import { App } from "../../../static/widget/app.js";
import { Conversation } from "../../../static/widget/conversation.js";
import { Talk } from "../../../static/widget/talk.js";
import { settled } from "../lib/fakes.js";

const EMAIL = { name: "email", type: "email", label: "E-mail", required: true };
const CONFIG = {
  language: "en",
  online: true,
  limits: { text: 8000 },
  forms: { prechat: { fields: [EMAIL] }, offline: { fields: [EMAIL] } },
};

globalThis.addEventListener ??= () => {};

/** The window with a server that answers as the test says. */
function world({ config = CONFIG, answer }) {
  const said = [];
  const app = new App({
    boot: { key: "k", config, strings: {} },
    storage: new MemoryStorage(),
    bridge: { post: () => {} },
    draw: () => {},
    announce: (words) => said.push(words),
  });
  const commands = [];
  const socket = {
    command: (type, fields) => (commands.push({ type, ...fields }), answer(type, fields, "socket")),
    send: () => true,
  };
  const line = {
    app,
    live: {
      socket: { ...socket, isOnline: () => true, sequences: { get: () => ({}) } },
      socketWithin: async () => true,
    },
    session: {
      visitor: "v",
      call: async (path, fields) => (commands.push({ path, ...fields }), answer(path, fields, "http")),
    },
    opened: (client_id, ticket) => {
      line.talk.grown.set(`new:${client_id}`, ticket);
      if (app.state.current === `new:${client_id}`) app.state.current = ticket;
      if (!app.conversations.has(ticket)) app.conversations.set(ticket, new Conversation(ticket));
    },
    introduce: (facts) => app.know(facts),
    follow: () => {},
    reading: { enter: () => {}, leave: () => {} },
    copy: { touch: () => {} },
    tellError: () => {},
    begin: () => {},
    tabs: null,
  };
  line.talk = new Talk(line);
  app.line = line;
  return { app, line, talk: line.talk, commands, said };
}

const ack = (ticket, seq = 1) => ({ ticket, seq, at: "2026-05-04T12:00:00.000Z", duplicate: false });
const bodies = (talk) => talk.outbox.entries().map((entry) => entry.fields.body);

beforeEach(() => mock.timers.reset());

test("the first message opens, the next ones wait for it and go to its ticket", async () => {
  const { app, talk, commands } = world({ answer: async (type) => ack("t1", type === "chat.start" ? 1 : 2) });
  app.compose();
  talk.send("one");
  const lane = app.state.current;
  talk.send("two");
  assert.equal(app.state.current, lane);
  await settled();
  await settled();
  assert.deepEqual(
    commands.map(({ type, ticket, body }) => [type, ticket, body]),
    [
      ["chat.start", undefined, "one"],
      ["message.send", "t1", "two"],
    ],
  );
  assert.equal(app.state.current, "t1");
  assert.equal(talk.grew(lane), "t1");
  assert.deepEqual(bodies(talk), []);
});

test("silence on the socket goes over HTTP with the same id", async () => {
  const { app, talk, commands } = world({
    answer: async (_type, _fields, way) => {
      if (way === "socket") throw unanswered("timeout");
      return ack("t1");
    },
  });
  app.compose();
  talk.send("one");
  await settled();
  await settled();
  assert.equal(commands.length, 2);
  assert.equal(commands[1].path, "/chats");
  assert.equal(commands[0].client_id, commands[1].client_id);
});

test("another conversation is open: the words go there", async () => {
  const { app, talk, commands } = world({
    answer: async (type) => {
      if (type === "chat.start") throw new ApiError({ code: "chat_open", extra: { ticket: "t9" } });
      return ack("t9", 5);
    },
  });
  app.compose();
  talk.send("one");
  for (let turn = 0; turn < 4; turn++) await settled();
  const last = commands.at(-1);
  assert.deepEqual([last.type, last.ticket, last.body], ["message.send", "t9", "one"]);
  assert.notEqual(last.client_id, commands[0].client_id, "another command, another id");
  assert.equal(app.state.current, "t9");
  assert.deepEqual(bodies(talk), []);
});

test("a refused answer brings all words back into the form", async () => {
  const { app, talk } = world({
    answer: async () => {
      throw new ApiError({ code: "invalid_email", message: "No such address.", field: "form.email" });
    },
  });
  app.state.profile = { email: "a@b.example", name: "Clara" };
  app.compose();
  talk.send("one");
  talk.send("two");
  await settled();
  const { form, screen, profile } = app.state;
  assert.equal(screen, "form");
  assert.equal(form.values.question, "one\ntwo");
  assert.deepEqual(form.errors, { email: "No such address." });
  assert.equal(profile.email, undefined, "it is asked again");
  assert.equal(app.drafts.get(null), "one\ntwo");
  assert.deepEqual(bodies(talk), []);
});

test("a closed conversation: the failed words open a new one", async () => {
  const { app, talk } = world({
    config: { ...CONFIG, forms: { prechat: null, offline: { fields: [EMAIL] } } },
    answer: async () => {
      throw new ApiError({ code: "chat_closed", message: "Closed." });
    },
  });
  app.conversations.set("t1", new Conversation("t1", { state: "ended" }));
  app.show("t1");
  talk.send("too late");
  await settled();
  const [entry] = talk.entries();
  assert.equal(entry.state, "failed");
  talk.startOver(entry.client_id);
  assert.equal(app.drafts.get(null), "too late");
  assert.deepEqual([app.state.screen, app.state.current], ["thread", null]);
  assert.deepEqual(bodies(talk), []);
});

test("a message that is left keeps the form until it is stored, and says when it is not", async () => {
  let refuse = true;
  const { app, talk } = world({
    config: { ...CONFIG, online: false },
    answer: async () => {
      if (refuse) throw new ApiError({ code: "not_allowed", message: "Not today." });
      return ack("t1");
    },
  });
  app.begin();
  const { form } = app.state;
  assert.equal(form.kind, "offline");
  assert.equal(talk.submit(), false, "nothing is filled in");
  assert.deepEqual(form.errors, { email: "fill_in", question: "fill_in" });
  Object.assign(form.values, { email: "a@b.example", question: "Does it fit?" });
  assert.equal(talk.submit(), true);
  assert.equal(form.phase, "sending");
  const [entry] = talk.outbox.entries();
  assert.deepEqual(entry.fields, { form: { email: "a@b.example" }, body: "Does it fit?", offline: true });
  await settled();
  assert.deepEqual([form.phase, form.problem, form.values.question], ["failed", "Not today.", "Does it fit?"]);
  refuse = false;
  talk.retry(entry.client_id);
  for (let turn = 0; turn < 3; turn++) await settled();
  assert.deepEqual(bodies(talk), []);
});

test("a full outbox leaves the text where it was typed", () => {
  const { app, talk } = world({ answer: () => new Promise(() => {}) });
  app.conversations.set("t1", new Conversation("t1"));
  app.show("t1");
  app.drafts.save("t1", "the last one");
  for (let index = 0; index < 50; index++) assert.equal(talk.send(`m${index}`), true);
  app.drafts.save("t1", "the last one");
  assert.equal(talk.send("the last one"), false);
  assert.equal(app.drafts.get("t1"), "the last one");
  assert.notEqual(app.state.notice, "");
});

test("typing is told at most every three seconds and ends by itself", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const { app, line, talk } = world({ answer: async () => ack("t1") });
  const told = [];
  line.live.socket.send = (_type, { on }) => told.push(on);
  talk.typing(true);
  assert.deepEqual(told, [], "not before there is a conversation");
  app.conversations.set("t1", new Conversation("t1"));
  app.show("t1");
  for (let key = 0; key < 10; key++) {
    talk.typing(true);
    mock.timers.tick(400);
  }
  assert.deepEqual(told, [true, true]);
  mock.timers.tick(5000);
  assert.deepEqual(told, [true, true, false]);
});

/** A window whose visitor waits in the conversation t1. */
function waiting(answer) {
  const made = world({ answer });
  const conversation = new Conversation("t1");
  conversation.takeQueue({ position: 2, eta_seconds: 240, offer: null });
  made.app.conversations.set("t1", conversation);
  made.app.show("t1");
  return { ...made, conversation };
}

test("leaving a message goes after what was written before it, with the address that was given", async () => {
  const { app, talk, commands } = waiting(async (_type, _fields) => ack("t1", 2));
  app.leave();
  assert.deepEqual(app.state.leaving?.values, { email: "", phone: "" });
  talk.send("and one more");
  talk.leave("t1", { email: " vera@example.com ", phone: "" });
  assert.equal(app.state.leaving, null);
  assert.equal(talk.isLeaving("t1"), true);
  for (let turn = 0; turn < 4; turn++) await settled();
  assert.deepEqual(
    commands.map(({ type, ticket, body, email, phone }) => [type, ticket, body ?? email, phone]),
    [
      ["message.send", "t1", "and one more", undefined],
      ["chat.leave", "t1", "vera@example.com", undefined],
    ],
  );
  assert.equal(talk.isLeaving("t1"), false);
  assert.equal(app.state.profile.email, "vera@example.com", "it is not asked for again");
});

test("over HTTP it has an address of its own", async () => {
  const { talk, commands } = waiting(async (_type, _fields, way) => {
    if (way === "socket") throw unanswered("timeout");
    return ack("t1", 2);
  });
  talk.leave("t1", { email: "vera@example.com" });
  for (let turn = 0; turn < 4; turn++) await settled();
  assert.deepEqual([commands[1].path, commands[1].ticket], ["/leave", "t1"]);
  assert.equal(commands[0].client_id, commands[1].client_id);
});

test("what is known or was typed before stands in the question already", () => {
  const { app } = waiting(() => new Promise(() => {}));
  app.drafts.saveForm({ email: "typed@example.com", phone: "+30 210 123 4567" });
  app.state.profile = { email: "known@example.com", phone: "" };
  app.leave();
  assert.deepEqual(app.state.leaving?.values, { email: "known@example.com", phone: "+30 210 123 4567" });
});

test("an address that the server refuses is asked for again", async () => {
  const { app, talk } = waiting(async () => {
    throw new ApiError({ code: "invalid_email", message: "No such address.", field: "email" });
  });
  talk.leave("t1", { email: "vera@example" });
  for (let turn = 0; turn < 3; turn++) await settled();
  assert.deepEqual(app.state.leaving?.errors, { email: "No such address." });
  assert.equal(app.state.leaving?.values.email, "vera@example");
  assert.equal(talk.isLeaving("t1"), false);
});

test("when an agent was quicker the chat goes on and nothing is asked", async () => {
  const { app, talk, said } = waiting(async () => {
    throw new ApiError({ code: "chat_taken", message: "Somebody has just joined." });
  });
  app.drafts.save("t1", "half a senten");
  talk.leave("t1", { email: "vera@example.com" });
  for (let turn = 0; turn < 3; turn++) await settled();
  assert.deepEqual([app.state.leaving, app.state.notice, said], [null, "", ["Somebody has just joined."]]);
  assert.equal(app.drafts.get("t1"), "half a senten");
  assert.deepEqual(talk.outbox.entries(), []);
});
