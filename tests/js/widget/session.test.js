import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { MemoryStorage } from "../../../static/js/lib/storage.js";
import { courier } from "../../../static/widget/delivery.js";
import { Session } from "../../../static/widget/session.js";

const ANSWER = { token: "t", visitor: "v", profile: {}, widget: {}, tickets: [] };

/** The page: its events, its network, whether somebody looks at it. */
const page = new EventTarget();
const navigator = { onLine: true };
Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
Object.assign(globalThis, {
  document: Object.assign(new EventTarget(), { visibilityState: "visible" }),
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
});

let asked = 0;
/** @type {() => Promise<Response>} */
let server;

const json = (status, body) => async () => new Response(JSON.stringify(body), { status });
const html = (status) => async () => new Response("<html>", { status });
const nobody = async () => {
  throw new TypeError("Failed to fetch");
};

function make() {
  const heard = { answers: 0, silences: 0, refused: [] };
  const session = new Session({
    key: "k",
    storage: new MemoryStorage(),
    language: "en",
    page: () => ({ url: "https://shop.example/", title: "", referrer: "" }),
    onAnswer: () => heard.answers++,
    onSilence: () => heard.silences++,
    onRefused: (error) => heard.refused.push(error.code),
  });
  session.backoff.random = () => 1;
  return { session, heard };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
async function after(ms) {
  await turn();
  mock.timers.tick(ms);
  await turn();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  asked = 0;
  navigator.onLine = true;
  globalThis.fetch = () => (asked++, server());
});

test("no answer, a full server, a proxy's page: asked again, ever more rarely, until it answers", async () => {
  for (const trouble of [nobody, json(500, {}), json(503, { code: "unavailable", retry: true }), html(502), html(403), html(200), json(200, {})]) {
    asked = 0;
    server = trouble;
    const { session, heard } = make();
    const done = session.start();
    for (const wait of [500, 1000, 2000]) await after(wait);
    assert.equal(asked, 4, String(trouble));
    assert.ok(heard.silences >= 3);
    server = json(200, ANSWER);
    await after(4000);
    await done;
    assert.deepEqual([heard.answers, session.token, session.visitor, heard.refused.length], [1, "t", "v", 0]);
  }
});

test("what the server asks for is waited for", async () => {
  server = json(429, { code: "rate_limited", retry: true, retry_in_ms: 9000 });
  const { session } = make();
  session.start();
  await after(8999);
  document.dispatchEvent(new Event("visibilitychange"));
  await after(0);
  assert.equal(asked, 1);
  await after(1);
  assert.equal(asked, 2);
});

test("the network or the person comes back: at once, and the waits begin anew", async () => {
  server = nobody;
  const { session } = make();
  session.start();
  for (const wait of [500, 1000, 2000]) await after(wait);
  for (const [target, name] of [
    [page, "online"],
    [document, "visibilitychange"],
  ]) {
    const before = asked;
    target.dispatchEvent(new Event(name));
    await after(0);
    assert.equal(asked, before + 1, name);
    await after(500);
    assert.equal(asked, before + 2, name);
  }
});

test("without a network nobody is asked", async () => {
  server = nobody;
  const { session } = make();
  navigator.onLine = false;
  session.start();
  await after(0);
  const before = asked;
  await after(600_000);
  assert.equal(asked, before);
  navigator.onLine = true;
  server = json(200, ANSWER);
  page.dispatchEvent(new Event("online"));
  await after(0);
  assert.equal(session.visitor, "v");
});

test("an answer that does not come is told before the request gives up", async () => {
  server = () => new Promise(() => {});
  const { session, heard } = make();
  session.start();
  await after(3000);
  assert.equal(heard.silences, 1);
});

test("a final no is told and not repeated", async () => {
  server = json(403, { code: "site_not_allowed", retry: false });
  const { session, heard } = make();
  await assert.rejects(session.start(), { code: "site_not_allowed" });
  assert.deepEqual([asked, heard.refused], [1, ["site_not_allowed"]]);
});

test("who has signed out meanwhile gets no new session", async () => {
  let answer;
  server = () => new Promise((resolve) => (answer = resolve));
  const { session, heard } = make();
  const done = assert.rejects(session.start(), { code: "forgotten" });
  await turn();
  session.forget();
  answer(await json(200, ANSWER)());
  await done;
  assert.deepEqual([asked, heard.answers, heard.refused, session.token, session.storage.length], [1, 0, [], "", 0]);
  server = json(200, { ...ANSWER, token: "t2", visitor: "v2" });
  await session.start();
  assert.deepEqual([session.token, session.visitor], ["t2", "v2"], "who writes next is somebody new");
});

test("while there is no session nothing is in flight: the outbox keeps it", async () => {
  const { session } = make();
  const send = courier(/** @type {any} */ ({}), session);
  await assert.rejects(send({ type: "message.send", lane: "t1", client_id: "c", fields: {} }), { retry: true });
  assert.equal(asked, 0);
});
