/**
 * A conversation: its rows, where one stands in them, and the composer.
 * @module thread
 */

import { shortAwayWords } from "../away.js";
import { fill, h, icon, say } from "../dom.js";
import { queueWords } from "../queue.js";
import { threadRows } from "../rows.js";
import { Bar } from "./bar.js";
import { Bubbles, reconcile, skeleton } from "./bubbles.js";
import { Composer } from "./composer.js";

const NEAR_END = 48;
const BANNER_AFTER_MS = 2000;

export class Thread {
  /** @param {import("../app.js").App} app @param {import("../times.js").Times} times */
  constructor(app, times) {
    this.app = app;
    this.bar = new Bar(app, { back: () => app.home(), menu: () => app.change({ menu: !app.state.menu }) });
    /** @type {{el: HTMLElement, update: () => void}[]} menu and question, once they are here */
    this.overlays = [];
    this.composer = new Composer(app, () => this.toEnd());
    this.bubbles = new Bubbles(app, times, (client_id) => this.edit(client_id));
    this.banner = h("p", { class: "note is-wait", role: "status", hidden: true });
    this.list = h("ol");
    this.empty = h("p", { class: "line", dir: "auto" });
    this.log = this.makeLog();
    this.jumpWords = h("span");
    this.jump = this.makeJump();
    this.over = this.overButtons();
    const dock = h("div", { class: "dock" }, this.jump, this.composer.el, this.over);
    this.el = h("div", { class: "screen" }, this.bar.el, this.banner, this.log, dock);
    /** @type {Map<string, import("./bubbles.js").Item>} */
    this.items = new Map();
    /** @type {string | null | undefined} */
    this.lane = undefined;
    this.atEnd = true;
    this.fresh = true;
    this.loading = false;
    this.toldPlace = 0;
    this.isShowingBanner = false;
    this.bannerKey = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.bannerTimer = undefined;
    app.isAtEnd = () => this.atEnd;
    // The keyboard opens, the composer grows: who was at the end stays there.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.log);
  }

  focus() {
    if (this.composer.el.hidden) this.log.focus();
    else this.composer.focus();
  }

  /** @returns {boolean} something was closed */
  escape() {
    const { menu, confirm, leaving } = this.app.state;
    if (leaving) this.app.change({ leaving: null });
    if (leaving) this.focus();
    if (confirm) this.app.change({ confirm: false });
    if (menu || confirm) this.closeMenu();
    return menu || confirm || Boolean(leaving);
  }

  update() {
    const { app } = this;
    const { state } = app;
    const conversation = app.conversation();
    this.drawRows(conversation);
    this.drawBanner();
    this.drawHead(conversation);
    const over = Boolean(conversation?.closedOnPurpose && conversation.state === "ended" && !state.again);
    this.composer.el.hidden = over;
    this.over.hidden = !over;
    this.composer.update();
    for (const overlay of this.overlays) overlay.update();
  }

  /**
   * @param {{el: HTMLElement, update: () => void}} offer above the composer
   * @param {...{el: HTMLElement, update: () => void}} overlays
   */
  complete(offer, ...overlays) {
    this.overlays = [offer, ...overlays];
    this.composer.el.before(offer.el);
    this.el.append(...overlays.map(({ el }) => el));
  }

  /** @private */
  makeLog() {
    const attributes = { class: "log", role: "log", "aria-relevant": "additions", tabindex: 0 };
    const label = this.app.text("messages");
    const onscroll = () => this.scrolled();
    return h("div", { ...attributes, "aria-label": label, onscroll }, this.empty, this.list);
  }

  /** @private */
  makeJump() {
    const onclick = () => this.toEnd();
    return h("button", { class: "pill jump", type: "button", hidden: true, onclick }, icon("down"), this.jumpWords);
  }

  /** @private */
  overButtons() {
    const { app } = this;
    const again = () => {
      app.change({ again: true });
      queueMicrotask(() => this.composer.focus());
    };
    return h(
      "div",
      { class: "ways over", hidden: true },
      h("button", { class: "btn", type: "button", onclick: () => app.beginNew() }, icon("chat"), app.text("start_new")),
      h("button", { class: "btn quiet", type: "button", onclick: again }, app.text("write_again")),
    );
  }

  closeMenu() {
    this.app.change({ menu: false });
    this.bar.more?.focus();
  }

  /** @private @param {import("../conversation.js").Conversation | null} conversation */
  drawHead(conversation) {
    const { config, menu } = this.app.state;
    const name = conversation?.agentName() ?? "";
    const present = conversation?.agents.find((agent) => agent.name === name);
    const known = present ?? config.agents.find((/** @type {any} */ agent) => agent.name === name);
    const staffed = this.app.isStaffed();
    const person = name ? { online: staffed, ...known, name } : null;
    const ended = conversation?.state === "ended" && conversation.closedOnPurpose;
    const place = conversation?.waits() && staffed ? conversation.place : 0;
    const promise =
      conversation && place
        ? queueWords(this.app, conversation)
        : staffed
          ? config.texts.reply_promise || this.app.text("online")
          : shortAwayWords(this.app);
    this.tellPlace(place, promise);
    const sub = ended
      ? this.app.text("chat_ended")
      : this.isShowingBanner
        ? this.app.text("reconnecting")
        : this.loading
          ? this.app.text("loading")
          : promise;
    this.bar.update({ title: name || config.workspace.name, sub, person, menu: true, expanded: menu });
  }

  /** @private Said aloud when the place has changed, not with each new guess at the wait. @param {number} place @param {string} words */
  tellPlace(place, words) {
    if (place === this.toldPlace) return;
    this.toldPlace = place;
    if (place && this.app.state.open) this.app.announce(words);
  }

  /** @private A short break is nobody's business; a longer one is said, and writing goes on. */
  drawBanner() {
    const { link, notice } = this.app.state;
    if (link !== "lost") {
      clearTimeout(this.bannerTimer);
      this.bannerTimer = undefined;
      this.isShowingBanner = false;
    } else this.bannerTimer ??= setTimeout(() => ((this.isShowingBanner = true), this.app.change()), BANNER_AFTER_MS);
    const words = notice
      ? [notice]
      : link === "stopped"
        ? [this.app.text("stopped")]
        : this.isShowingBanner
          ? [h("b", {}, this.app.text("no_connection")), ` ${this.app.text("no_connection_hint")}`]
          : [];
    const key = words.map((word) => (typeof word === "string" ? word : word.textContent)).join("");
    if (key === this.bannerKey) return;
    this.bannerKey = key;
    this.banner.hidden = !key;
    fill(this.banner, icon("off"), h("span", {}, words));
  }

  /** @private @param {import("../conversation.js").Conversation | null} conversation */
  drawRows(conversation) {
    const { app } = this;
    const { state } = app;
    const talk = app.line?.talk;
    const changedLane = this.lane !== state.current && !(this.lane && talk?.grew(this.lane) === state.current);
    this.lane = state.current;
    const rows = threadRows({
      conversation,
      entries: talk?.entries() ?? [],
      connected: state.link !== "lost" && state.link !== "stopped",
      newFrom: state.newFrom,
      invited: state.invited,
    });
    if (changedLane) this.clear();
    const loading = Boolean(conversation && !conversation.items.length && conversation.head > 0);
    if (loading && !rows.length) return this.drawLoading();
    if (this.loading) this.clear();
    const stay = this.atEnd;
    reconcile(this.list, this.items, rows, (row, item) => this.bubbles.draw(row, item));
    this.empty.hidden = rows.length > 0;
    say(this.empty, app.text(state.config.online ? "first_message" : "first_message_away"));
    if (changedLane || this.fresh) this.toStart(rows.length > 0);
    else if (stay) this.toEnd();
    this.drawJump();
    this.look();
  }

  /** @private */
  drawLoading() {
    if (this.loading) return;
    this.loading = true;
    this.empty.hidden = true;
    this.log.setAttribute("aria-busy", "true");
    skeleton(this.list);
  }

  /** @private */
  clear() {
    this.loading = false;
    this.log.removeAttribute("aria-busy");
    this.items.clear();
    fill(this.list);
    this.atEnd = true;
    this.fresh = true;
  }

  /** @private Where one starts to read: at the line above what is new, else at the end. @param {boolean} drawn */
  toStart(drawn) {
    if (drawn) this.fresh = false;
    const line = this.items.get("new");
    if (!line) return this.toEnd();
    this.log.scrollTop = Math.max(0, line.offsetTop - this.log.clientHeight / 4);
    this.scrolled();
  }

  /** @private */
  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
    this.drawJump();
    this.look();
  }

  /** @private */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.drawJump();
    this.look();
  }

  /** @private */
  drawJump() {
    const unread = this.app.conversation()?.unread() ?? 0;
    this.jump.hidden = this.atEnd;
    say(this.jumpWords, unread ? `${this.app.text("new_messages")} (${unread})` : this.app.text("latest"));
  }

  /** Tells how far the words on screen go. */
  look() {
    if (!this.log.clientHeight) return;
    const end = this.log.scrollTop + this.log.clientHeight;
    let item = /** @type {HTMLElement | null} */ (this.list.lastElementChild);
    while (
      item &&
      !(Number(item.dataset.seq) > 0 && item.offsetTop + Math.min(item.offsetHeight, this.log.clientHeight) <= end + 1)
    )
      item = /** @type {HTMLElement | null} */ (item.previousElementSibling);
    const conversation = this.app.conversation();
    if (!item || !conversation) return;
    // Lines after the last message count as read with it.
    const last = this.atEnd ? conversation.last : Number(item.dataset.seq);
    this.app.line?.reading.seen(last);
  }

  /** @private @param {string} client_id */
  edit(client_id) {
    this.composer.give(this.app.line?.talk.discard(client_id) ?? "");
  }
}
