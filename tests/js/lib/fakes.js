/** Stand-ins for the browser's own parts. */

/** A WebSocket that the test drives by hand. */
export class FakeWebSocket {
  /** @type {FakeWebSocket[]} */
  static all = [];

  constructor(url, protocol) {
    Object.assign(this, { url, protocol, readyState: 0, sent: [] });
    FakeWebSocket.all.push(this);
  }

  static last() {
    return FakeWebSocket.all.at(-1);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  /** The server's side. */
  async accept(welcome = {}) {
    this.readyState = 1;
    this.onopen?.();
    await settled();
    this.say({ type: "welcome", subscriptions: [], ...welcome });
  }

  say(frame) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  drop(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

/** Lets promises that are ready run. */
export async function settled() {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
