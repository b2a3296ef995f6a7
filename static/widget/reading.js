/**
 * What the visitor has seen: read marks (only for what is really on screen), the unread count, the quiet
 * "new messages" line, the sound, and who is typing.
 * @module reading
 */

const SEND_AFTER_MS = 300;

export class Reading {
  /** @param {import("./line.js").Line} line */
  constructor(line) {
    this.line = line;
    this.app = line.app;
    /** @type {Map<string, number>} ticket → what the server knows */
    this.told = new Map();
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.typists = new Map();
    this.count = -1;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    document.addEventListener("visibilitychange", () => this.enter());
    addEventListener("pagehide", () => this.flush());
  }

  /** The window is open and the page is in front. */
  isLooking() {
    return this.app.state.open && document.visibilityState === "visible" && this.app.state.screen === "thread";
  }

  /** The thread came into view: the line goes above the first message that is new. */
  enter() {
    const { state } = this.app;
    if (this.isLooking() && !state.newFrom) state.newFrom = this.app.conversation()?.firstUnread() ?? 0;
    this.app.change();
  }

  leave() {
    if (!this.app.conversation()?.unread()) this.app.state.newFrom = 0;
  }

  /** @param {number} upto the last message that was on screen */
  seen(upto) {
    const conversation = this.app.conversation();
    if (!conversation || !this.isLooking() || !conversation.markRead(upto)) return;
    this.timer ??= setTimeout(() => this.flush(), SEND_AFTER_MS);
    this.line.tabs?.postMessage({ read: { ticket: conversation.ticket, upto } });
    this.line.copy.touch();
    this.app.change();
  }

  /** Tells the server how far each conversation was read. */
  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { ticket, myRead, items } of this.app.conversations.values()) {
      if (!items.length || (this.told.get(ticket) ?? 0) >= myRead) continue;
      this.told.set(ticket, myRead);
      if (this.line.live.socket.send("read", { ticket, upto: myRead })) continue;
      this.line.session
        .call("/read", { ticket, upto: myRead }, { keepalive: true })
        .catch(() => this.told.delete(ticket));
    }
  }

  /**
   * A message of the team.
   * @param {import("./conversation.js").Conversation} conversation
   * @param {import("./conversation.js").Message} message
   */
  arrived(conversation, message) {
    if (message.seq <= conversation.knownHead) return;
    const { app } = this;
    const here = this.isLooking() && app.state.current === conversation.ticket;
    if (!here || !document.hasFocus()) this.line.sound.ring();
    if (app.state.current === conversation.ticket && !app.state.newFrom && (!here || !app.isAtEnd()))
      app.state.newFrom = message.seq;
    const { ticket } = conversation;
    const { by, body, at } = message;
    app.bridge.post({ type: "message", detail: { ticket, name: by.name, body, at } });
  }

  /**
   * @param {{ticket: string, by: {kind: string, id: string | null, name: string}, on: boolean, expires_in_ms?: number}} frame
   */
  typing({ ticket, by, on, expires_in_ms = 6000 }) {
    if (by.kind === "visitor") return;
    const id = by.id ?? by.name;
    clearTimeout(this.typists.get(id));
    this.app.within(ticket, ({ typing }) => {
      if (on) typing.set(id, by.name);
      else typing.delete(id);
    });
    // A lost "off" must not leave somebody typing for ever.
    if (on)
      this.typists.set(
        id,
        setTimeout(() => this.app.within(ticket, ({ typing }) => typing.delete(id)), expires_in_ms),
      );
  }

  /** Tells the launcher how much is unread. */
  report() {
    let count = 0;
    for (const conversation of this.app.conversations.values()) count += conversation.unread();
    if (count === this.count) return;
    this.count = count;
    this.app.bridge.post({ type: "unread", detail: { count } });
  }
}
