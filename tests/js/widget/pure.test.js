import assert from "node:assert/strict";
import { test } from "node:test";

import { isAllowed } from "../../../static/widget/bridge.js";
import { commandFields } from "../../../static/widget/delivery.js";
import { initials } from "../../../static/widget/dom.js";
import { Drafts } from "../../../static/widget/drafts.js";
import { linkify } from "../../../static/widget/linkify.js";
import {
  emptyForm,
  fieldsToAsk,
  findErrors,
  hasWords,
  leftOut,
  startFields,
} from "../../../static/widget/questions.js";
import { Times } from "../../../static/widget/times.js";
import { MemoryStorage } from "../../../static/js/lib/storage.js";

const hrefs = (text) =>
  linkify(text)
    .filter((part) => part.href)
    .map((part) => part.text);
const joined = (text) =>
  linkify(text)
    .map((part) => part.text)
    .join("");

test("links are found where people end them", () => {
  assert.deepEqual(hrefs("See https://a.example/x, or (http://b.example/y_(z))."), [
    "https://a.example/x",
    "http://b.example/y_(z)",
  ]);
  assert.deepEqual(hrefs("주소:https://a.example/한국?q=1#끝。 다음"), ["https://a.example/한국?q=1#끝"]);
  assert.deepEqual(hrefs("MAILTO:clara@example.com! HTTPS://A.EXAMPLE"), [
    "MAILTO:clara@example.com",
    "HTTPS://A.EXAMPLE",
  ]);
  assert.deepEqual(hrefs('<a href="https://a.example/">x</a>'), ["https://a.example/"]);
});

test("what could harm is no link", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.example",
    "https://",
    "https://bank.example@evil.example/",
    "mailto:nobody",
    "xhttps://a.example",
    "//a.example",
    "file:///etc",
  ])
    assert.deepEqual(hrefs(text), [], text);
  assert.deepEqual(hrefs("https://a.example/\u202egpj.exe"), ["https://a.example/"], "direction marks end a link");
});

test("the parts joined are the text, whatever it is", () => {
  for (const text of [
    "",
    " ",
    "https://a.example",
    "a\nhttps://a.example\n",
    "https://a.example).,",
    "🙂https://a.example🙂",
    "http://[::1",
    "https://%zz",
  ])
    assert.equal(joined(text), text);
});

test("linear time on hostile text", () => {
  const begin = performance.now();
  for (const text of [
    "http://".repeat(200_000),
    "https://a" + ")".repeat(500_000),
    "https://a" + "(".repeat(500_000) + ".".repeat(500_000),
    "mailto:".repeat(200_000),
    "h".repeat(1_000_000),
  ])
    assert.equal(joined(text).length, text.length);
  assert.ok(performance.now() - begin < 3000);
});

test("allowed sites: exact, or names below a star, never look-alikes", () => {
  const sites = ["https://shop.example", "https://*.saltholm.example", "http://localhost:8001"];
  for (const origin of [
    "https://shop.example",
    "https://www.saltholm.example",
    "https://a.b.saltholm.example",
    "http://localhost:8001",
  ])
    assert.equal(isAllowed(origin, sites), true, origin);
  for (const origin of [
    "http://shop.example",
    "https://shop.example:444",
    "https://shop.example.evil.example",
    "https://saltholm.example",
    "https://evilsaltholm.example",
    "https://.saltholm.example",
    "https://x@.saltholm.example",
    "http://www.saltholm.example",
    "https://www.saltholm.example.evil.example",
    "null",
    "",
    "http://localhost:8002",
  ])
    assert.equal(isAllowed(origin, sites), false, origin);
  assert.equal(isAllowed("https://x.example", []), false);
});

const FIELDS = [
  { name: "name", type: "text", label: "Name", required: false },
  { name: "email", type: "email", label: "E-mail", required: true },
  { name: "question", type: "textarea", label: "Question", required: true },
];
const config = (fields) => ({ forms: { prechat: fields && { fields }, offline: { fields: fields ?? [] } } });
const names = (state) => fieldsToAsk({ declined: [], ...state }).map((field) => field.name);

test("what is known is not asked; a question alone is no form", () => {
  const form = emptyForm("prechat");
  assert.deepEqual(names({ config: config(FIELDS), profile: {}, form }), ["name", "email", "question"]);
  assert.deepEqual(names({ config: config(FIELDS), profile: { email: "a@b.example" }, form }), ["name", "question"]);
  assert.deepEqual(names({ config: config(FIELDS), profile: { email: "a@b.example", name: "C" }, form }), []);
  assert.deepEqual(names({ config: config(null), profile: {}, form }), []);
  assert.deepEqual(
    names({ config: config([FIELDS[1]]), profile: {}, form: emptyForm("offline") }),
    ["email", "question"],
    "away there is always a message",
  );
});

test("what one was free to leave out is not asked twice, what is required is", () => {
  const form = emptyForm("prechat");
  assert.deepEqual(leftOut(FIELDS, { email: "a@b.example", name: " " }), ["name"]);
  assert.deepEqual(names({ config: config(FIELDS), profile: { email: "a@b.example" }, form, declined: ["name"] }), []);
  assert.deepEqual(names({ config: config(FIELDS), profile: {}, form, declined: ["name", "email"] }), [
    "email",
    "question",
  ]);
  assert.deepEqual(names({ config: config(FIELDS), profile: {}, form: emptyForm("offline"), declined: ["name"] }), [
    "name",
    "email",
    "question",
  ]);
});

test("answers: what is missing, wrong, or will do", () => {
  const check = (values, kind = "prechat", profile = {}) => findErrors(FIELDS, { ...emptyForm(kind), values }, profile);
  assert.deepEqual(check({}), { email: "fill_in", question: "fill_in" });
  assert.deepEqual(check({ email: "  \u200b ", question: "\u2060" }), { email: "fill_in", question: "fill_in" });
  for (const email of [
    "a@b",
    "a b@c.example",
    "a@b.example, c@d.example",
    "@b.example",
    "a@.example",
    "a@b..example",
    `${"x".repeat(250)}@b.example`,
    "a@b.example\nBcc: x",
  ])
    assert.equal(check({ email, question: "q" }).email, "wrong_email", email);
  for (const email of ["a@b.example", " clara+1@münchen.example ", "用户@例子.example"])
    assert.deepEqual(check({ email, question: "q" }), {}, email);
});

test("a message that is left needs a way to answer", () => {
  const fields = [
    { name: "email", required: false },
    { name: "phone", required: false },
    { name: "question", required: false },
  ];
  const check = (values, profile = {}) => findErrors(fields, { ...emptyForm("offline"), values }, profile);
  assert.deepEqual(check({ question: "q" }), { email: "email_or_phone" });
  assert.deepEqual(check({ question: "q", phone: "+82 2-312-3456" }), {});
  assert.deepEqual(check({ question: "q" }, { email: "a@b.example" }), {});
  assert.deepEqual(check({ question: "q", phone: "call me" }), { phone: "wrong_phone" });
  assert.deepEqual(check({ email: "a@b.example" }), { question: "fill_in" });
});

test("chat.start carries what was typed before what was known, and no empty fields", () => {
  assert.deepEqual(
    startFields({ name: " Clara ", email: "", department: "" }, { email: "c@example.com", name: "Old" }),
    { form: { name: "Clara", email: "c@example.com" } },
  );
  assert.deepEqual(startFields({ department: "d" }, {}), { form: {}, department: "d" });
});

test("words are more than blanks and invisible signs", () => {
  for (const text of ["", " \n\t", "\u200b\u200d\ufeff", "\u202e\u2066"]) assert.equal(hasWords(text), false);
  for (const text of ["a", " . ", "👩‍👧", "سلام"]) assert.equal(hasWords(text), true);
});

test("a command names its ticket, an opening has none", () => {
  const entry = { client_id: "c", lane: "t1", type: "message.send", fields: { body: "x" } };
  assert.deepEqual(commandFields(entry), { client_id: "c", ticket: "t1", body: "x" });
  assert.deepEqual(commandFields({ ...entry, type: "chat.start", lane: "new:c" }), { client_id: "c", body: "x" });
});

test("drafts move along and never overwrite what is there", () => {
  const drafts = new Drafts(new MemoryStorage(), "k");
  drafts.save(null, "hello");
  assert.equal(drafts.get("new:x"), "hello", "one draft for whatever does not exist yet");
  drafts.move("new:x", "t1");
  assert.equal(drafts.get(null), "");
  assert.equal(drafts.get("t1"), "hello");
  drafts.save(null, "later");
  drafts.giveBack(null, "first");
  assert.equal(drafts.get(null), "first\nlater");
  drafts.saveForm({ name: "Clara" });
  drafts.clear();
  assert.deepEqual([drafts.get(null), drafts.get("t1"), drafts.form()], ["", "", {}]);
});

test("days are the reader's calendar days", () => {
  const times = new Times("en", { today: "Today", yesterday: "Yesterday" });
  const now = new Date(2026, 2, 29, 0, 30);
  assert.equal(times.day(new Date(2026, 2, 29, 0, 1).toISOString(), now), "Today");
  assert.equal(times.day(new Date(2026, 2, 28, 23, 59).toISOString(), now), "Yesterday");
  assert.match(times.day(new Date(2026, 2, 20).toISOString(), now), /20/);
  assert.match(times.day(new Date(2024, 2, 20).toISOString(), now), /2024/);
});

test("an unknown language does not break the clock, Arabic keeps Latin digits", () => {
  assert.match(new Times("no such language", {}).clock("2026-05-04T12:00:00Z"), /\d\d/);
  assert.match(new Times("ar", {}).clock("2026-05-04T12:00:00Z"), /[0-9]{2}/);
});

test("initials are whole characters", () => {
  assert.deepEqual(["Maya Lund", "aiko", "민준", "👩‍🚀 Sky", "", "  a   b  c "].map(initials), [
    "ML",
    "A",
    "민",
    "👩S",
    "",
    "AC",
  ]);
});
