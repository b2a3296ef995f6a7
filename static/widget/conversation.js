/**
 * One conversation as the visitor sees it, made from its events. The socket hands them over once and in
 * order; here they become messages and lines. Pure: no clock, no network, no page.
 * @module conversation
 */

/**
 * @typedef {{kind: "visitor" | "agent" | "bot" | "system", id: string | null, name: string}} By
 * @typedef {{name: string, avatar: string | null, hue: number, online?: boolean}} Agent
 * @typedef {object} Message
 * @property {"message"} kind
 * @property {number} seq
 * @property {string} id
 * @property {string} client_id
 * @property {By} by
 * @property {string} at
 * @property {string} body
 * @property {boolean} edited
 * @property {boolean} redacted
 * @typedef {{kind: "line", seq: number, what: "joined" | "agent_left" | "you_ended" | "they_ended" | "inactive_ended" | "was_closed" | "left_message", name: string, at: string}} Line `name` of the person, or the number of the message
 * @typedef {{position: number | null, eta_seconds?: number | null, offer?: string | null}} Queue
 * @typedef {Message | Line} Item
 * @typedef {{client_id: string, seq: number, at: string, body: string}} Acked
 */

export class Conversation {
  /**
   * @param {string} ticket
   * @param {{epoch?: string, head?: number, state?: string, unread?: number}} [known] from the session
   */
  constructor(ticket, { epoch = "", head = 0, state = "open", unread = 0 } = {}) {
    this.ticket = ticket;
    this.epoch = epoch;
    this.head = head;
    /** @type {"open" | "ended"} */
    this.state = state === "ended" ? "ended" : "open";
    /** @type {"open" | "ended"} as the events tell it so far: behind `state` while they are still coming */
    this.toldState = "open";
    /** Somebody ended the chat on purpose (not just: the team is done), and nobody wrote since. */
    this.closedOnPurpose = false;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Map<string, Acked>} confirmed, but their own event is still on its way */
    this.acked = new Map();
    this.last = 0;
    this.assignee = "";
    /** Place in the queue, from 1; 0 when the visitor does not wait in one, or nobody said. */
    this.place = 0;
    /** @type {number | null} the wait in seconds, as far as anybody can tell */
    this.eta = null;
    /** Nobody could be found so far: a message would be better. */
    this.offersMessage = false;
    /** @type {Agent[]} */
    this.agents = [];
    /** How far the other side is, in my numbers. */
    this.receipt = { delivered: 0, read: 0 };
    /** How far I have read. Until the events are here only the server's count is known. */
    this.myRead = 0;
    this.unreadHint = { count: unread, head };
    /** What was there when the window came: not news, so no sound. */
    this.knownHead = head;
    /** @type {Map<string, string>} id → name of those who are typing */
    this.typing = new Map();
    /** @type {Message | null} the newest, for the list, while the events are not loaded */
    this.preview = null;
    this.previewName = "";
    /** From the time before this page was loaded: the server has not said yet what became of it. */
    this.isCopy = false;
    /** All events up to `last` are in `items`, none was left out of a copy. */
    this.isWhole = true;
  }

  /**
   * What a later page load starts from.
   * @param {number} count of the last items, at most
   */
  toCopy(count) {
    const { ticket, epoch, state, toldState, closedOnPurpose, last, assignee, receipt, myRead, items, acked } = this;
    const isWhole = this.isWhole && items.length <= count;
    const rest = { items: items.slice(-count), acked: [...acked], isWhole };
    return { ticket, epoch, state, toldState, closedOnPurpose, last, assignee, receipt, myRead, ...rest };
  }

  /** @param {any} copy at least its ticket */
  static fromCopy({ acked = [], ...copy }) {
    const conversation = Object.assign(new Conversation(copy.ticket), copy, { acked: new Map(acked), isCopy: true });
    conversation.head = conversation.knownHead = conversation.last;
    return conversation;
  }

  /**
   * The server says what became of a copy.
   * @param {{epoch: string, head: number, state: string, unread: number}} known
   * @returns {boolean} false when it does not continue the copy: load afresh
   */
  meet({ epoch, head, state, unread }) {
    if (!this.isWhole || head < this.last || (this.epoch && this.epoch !== epoch)) return false;
    this.isCopy = false;
    this.knownHead = head;
    this.unreadHint = { count: unread, head };
    this.begin({ epoch, head, state });
    return true;
  }

  /** @param {Record<string, any>} event the next one, in order */
  apply(event) {
    this.last = event.seq;
    this.head = Math.max(this.head, event.seq);
    const read = READERS[event.name];
    if (read) read(this, event);
    this.settleRead();
  }

  /** The ack came first: the bubble stays where it is until its event arrives. @param {Acked} acked */
  acknowledge(acked) {
    if (acked.seq > this.last) this.acked.set(acked.client_id, acked);
  }

  /** @param {{epoch: string, head: number, state?: string, receipt?: any, presence?: any, queue?: Queue}} frame */
  begin({ epoch, head, state, receipt, presence, queue }) {
    this.epoch = epoch;
    this.head = Math.max(this.head, head);
    if (state) this.state = state === "ended" ? "ended" : "open";
    if (receipt) this.take(receipt);
    if (presence?.agents) this.agents = presence.agents;
    if (queue) this.takeQueue(queue);
    this.settleRead();
  }

  /** @param {Queue} queue where the visitor stands in it */
  takeQueue({ position, eta_seconds = null, offer = null }) {
    this.place = position ?? 0;
    this.eta = eta_seconds;
    this.offersMessage = offer === "message";
  }

  /** @returns {boolean} nobody has the chat yet, and the visitor stands in the queue */
  waits() {
    return this.state === "open" && !this.assignee && (this.place > 0 || this.offersMessage);
  }

  /** Receipts only grow. @param {{delivered?: number, read?: number}} receipt */
  take({ delivered = 0, read = 0 }) {
    this.receipt = {
      delivered: Math.max(this.receipt.delivered, delivered, read),
      read: Math.max(this.receipt.read, read),
    };
  }

  /** @param {number} upto @returns {boolean} something new was read */
  markRead(upto) {
    if (upto <= this.myRead || !this.isLoaded()) return false;
    this.myRead = upto;
    return true;
  }

  isLoaded() {
    return this.last >= this.head;
  }

  /** @returns {number} messages of the team that I have not seen */
  unread() {
    if (this.last < this.unreadHint.head) return this.unreadHint.count;
    return this.items.filter((item) => isTheirs(item) && item.seq > this.myRead).length;
  }

  /** @returns {number} the number of the first unread message, or 0 */
  firstUnread() {
    return this.items.find((item) => isTheirs(item) && item.seq > this.myRead)?.seq ?? 0;
  }

  /** @returns {Message | null} */
  newest() {
    const message = this.items.findLast((item) => item.kind === "message");
    return /** @type {Message | undefined} */ (message) ?? this.preview;
  }

  /** Who answers here: the one assigned, else the last who wrote. */
  agentName() {
    const last = this.items.findLast(isTheirs);
    return this.assignee || (last?.kind === "message" ? last.by.name : "") || this.previewName;
  }

  /** @private Turns the server's count of unread messages into a position. */
  settleRead() {
    const { count, head } = this.unreadHint;
    if (this.last < head || head === 0) return;
    const theirs = this.items.filter((item) => isTheirs(item) && item.seq <= head);
    const first = count > 0 ? theirs.at(-count) : undefined;
    this.myRead = Math.max(this.myRead, first ? first.seq - 1 : head);
    this.unreadHint = { count: 0, head: 0 };
  }
}

/** @param {Item} item */
export function isTheirs(item) {
  return item.kind === "message" && item.by.kind !== "visitor";
}

/** @type {Record<string, (conversation: Conversation, event: Record<string, any>) => void>} */
const READERS = {
  "message.created": (conversation, event) => {
    conversation.acked.delete(event.client_id);
    conversation.typing.delete(event.by.id ?? event.by.name);
    conversation.closedOnPurpose = false;
    conversation.items.push(toMessage(event));
  },
  // What the visitor was invited with: it stands first, as if it had been said here.
  "invitation.accepted": (conversation, event) => {
    conversation.items.push({ ...toMessage(event), id: "invitation" });
  },
  "message.edited": (conversation, event) => {
    change(conversation, event.data.message, { body: event.data.body, edited: true });
  },
  "message.redacted": (conversation, event) => {
    change(conversation, event.data.message, { body: "", redacted: true });
  },
  "ticket.assigned": (conversation, event) => {
    const name = event.data.to?.name ?? "";
    if (name && name !== conversation.assignee) addLine(conversation, event, "joined", name);
    const left = event.data.why === "agent_left" ? conversation.agentName() : "";
    if (left) addLine(conversation, event, "agent_left", left);
    conversation.assignee = name;
    if (name) conversation.takeQueue({ position: null });
  },
  "ticket.changed": (conversation, event) => {
    if (!event.data.state) return;
    const ended = event.data.state === "ended";
    if (ended && conversation.toldState === "open" && !conversation.closedOnPurpose)
      addLine(conversation, event, "was_closed");
    conversation.state = conversation.toldState = ended ? "ended" : "open";
    if (!ended) conversation.closedOnPurpose = false;
  },
  "chat.ended": (conversation, event) => {
    const why = event.data.why;
    const isMessage = why === "message";
    conversation.closedOnPurpose = !isMessage;
    conversation.state = conversation.toldState = isMessage ? "open" : "ended";
    conversation.typing.clear();
    conversation.takeQueue({ position: null });
    if (isMessage) return addLine(conversation, event, "left_message", String(event.data.number ?? ""));
    addLine(
      conversation,
      event,
      why === "visitor" ? "you_ended" : why === "inactive" ? "inactive_ended" : "they_ended",
      event.by?.name,
    );
  },
};

/** @param {Record<string, any>} event @returns {Message} */
export function toMessage(event) {
  const { seq, by, at, client_id = "", data } = event;
  return {
    kind: "message",
    seq,
    id: data.message,
    client_id: client_id ?? "",
    by,
    at,
    body: data.body ?? "",
    edited: false,
    redacted: false,
  };
}

/**
 * @param {Conversation} conversation
 * @param {Record<string, any>} event
 * @param {Line["what"]} what
 * @param {string} [name]
 */
function addLine(conversation, event, what, name = "") {
  conversation.items.push({ kind: "line", seq: event.seq, what, name, at: event.at });
}

/** @param {Conversation} conversation @param {string} id @param {Partial<Message>} difference */
function change(conversation, id, difference) {
  const index = conversation.items.findIndex((item) => item.kind === "message" && item.id === id);
  if (index < 0) return;
  const old = /** @type {Message} */ (conversation.items[index]);
  if (!old.redacted) conversation.items[index] = { ...old, ...difference };
}
