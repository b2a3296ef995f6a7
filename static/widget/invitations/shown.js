/**
 * One invitation on the page, from the moment it has room until it is gone. It moves nothing, takes no focus and makes
 * no sound; it is announced politely, and Escape closes it.
 * @module shown
 */

import { freeRoom } from "./room.js";
import { render } from "./render.js";
import { chosen } from "./texts.js";

const SEEN_MS = 1000;
const LOOK_MS = 500;
const SECOND_THOUGHT_MS = 6000;
const SLOT = "[data-helpdesk-slot]";
const SLOT_HEIGHT = 40; // px; a lower slot is not kept free
const SPARE = 8; // px between a bar and the launcher

/**
 * @typedef {import("./verbs.js").Answer} Answer
 * @typedef {object} Frame as the server sends it
 * @property {string} exposure
 * @property {string | null} invitation null: somebody of the team sends it
 * @property {number} expires_in_ms
 * @typedef {object} Does
 * @property {(what: "shown" | "seen" | "dismissed" | "accepted" | "missed", why?: string) => void} report
 * @property {(answer: Answer, shown: Shown) => void} accept
 * @property {() => void} gone
 */

export class Shown {
  /** @param {import("../loader/host.js").Host} host @param {Frame & import("./render.js").Variant} frame @param {any} facts cart and e-mail @param {Does} does */
  constructor(host, frame, { cart, email }, does) {
    this.host = host;
    this.frame = frame;
    this.does = does;
    this.until = performance.now() + frame.expires_in_ms;
    this.isShown = false;
    /** Answered: closing it is no refusal any more. */
    this.isAccepted = false;
    const { launcher, config } = host;
    const { look, live, agents, language } = config;
    const { title, text } = chosen(frame.texts, language);
    /** What it says, as the first message of the conversation. */
    this.said = [title, text].filter(Boolean).join("\n");
    /** @private */
    this.slot = this.findSlot();
    /** @type {HTMLElement} */
    this.element = render(frame, language, {
      ...look,
      agents,
      cart,
      email,
      words: live.words,
      dir: /** @type {"ltr" | "rtl"} */ (launcher?.host.dir),
      bare: host.hidden,
      slot: this.slot,
      accept: (answer) => this.accept(answer),
      dismiss: (why) => this.dismiss(why),
    });
    this.panel = /** @type {HTMLElement} */ (this.element.shadowRoot?.querySelector(".panel"));
    this.listening = new AbortController();
    addEventListener("pagehide", () => this.leave(), { signal: this.listening.signal });
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.look();
  }

  /** It is taken away, whatever was said to it. */
  leave() {
    if (this.isOver) return;
    if (!this.isShown) this.does.report("missed");
    else if (this.refused && !this.isAccepted) this.does.report("dismissed", this.refused);
    this.end();
  }

  /** @private Until there is room and somebody looks; then whether it is still where it belongs. */
  look() {
    const isLate = performance.now() >= this.until;
    if (!this.isShown) {
      if (isLate) return this.leave();
      if (!document.hidden && !this.host.open) this.show();
      // The place that somebody of the team kept is given back.
    } else if (this.host.open || (isLate && this.frame.invitation === null && !this.hasFocus())) this.leave();
    else if (!this.element.isConnected) this.place();
    else if (!this.slot) this.keepFree();
  }

  /** @private */
  show() {
    this.element.toggleAttribute("data-hidden", true);
    if (!this.slot && !this.keepFree()) return;
    this.place();
    if (!this.fits()) return this.element.remove();
    this.element.toggleAttribute("data-hidden", false);
    this.isShown = true;
    this.does.report("shown");
    this.announce();
    this.watch();
    this.lift();
    document.addEventListener("keydown", (event) => this.key(event), { signal: this.listening.signal });
  }

  /** @private */
  place() {
    if (this.slot) {
      this.element.style.setProperty("--slot", `${this.slot.clientHeight}px`);
      this.slot.append(this.element);
    } else document.documentElement.append(this.element);
  }

  /** @private A bar at the top belongs into the place that the shop keeps free, if it does. @returns {HTMLElement | null} */
  findSlot() {
    const { design, position } = this.frame;
    if (design !== "bar_top" || (position && position !== "top")) return null;
    const slot = /** @type {HTMLElement | null} */ (document.querySelector(SLOT));
    return slot && slot.clientHeight >= SLOT_HEIGHT ? slot : null;
  }

  /** @private Banners and headers of the shop stay free. @returns {boolean} there is room */
  keepFree() {
    const own = [this.element, this.host.launcher?.host].filter((each) => each !== undefined);
    const room = freeRoom(own);
    if (!room) return false;
    this.element.style.setProperty("--head", `${room.head}px`);
    this.element.style.setProperty("--tail", `${room.tail}px`);
    return true;
  }

  /** @private */
  fits() {
    const { top, bottom, height } = this.panel.getBoundingClientRect();
    return Boolean(this.slot) || (height > 0 && top >= 0 && bottom <= innerHeight + 1);
  }

  /** @private What those hear who cannot see it; where they are on the page stays theirs. */
  announce() {
    const { launcher, config } = this.host;
    const words = this.panel.querySelector(".says")?.textContent ?? "";
    const { agent } = this.frame.content ?? {};
    const name = agent?.name || config.workspace.name;
    if (launcher) launcher.status.textContent = config.live.words.says.replace("%(name)s", name).replace("%(text)s", words);
  }

  /** @private Seen is what was half in view for a second. */
  watch() {
    this.inView = new IntersectionObserver(
      ([{ intersectionRatio }]) => {
        clearTimeout(this.seeing);
        if (intersectionRatio < 0.5) return;
        this.seeing = setTimeout(() => {
          if (document.hidden) return;
          this.inView?.disconnect();
          this.does.report("seen");
        }, SEEN_MS);
      },
      { threshold: 0.5 },
    );
    this.inView.observe(this.panel);
    document.addEventListener(
      "visibilitychange",
      () => {
        // Looked at again: the second begins anew.
        this.inView?.unobserve(this.panel);
        this.inView?.observe(this.panel);
      },
      { signal: this.listening.signal },
    );
  }

  /** @private The launcher steps aside for a bar at the foot. It is moved, not laid out anew: nothing on the page shifts. */
  lift() {
    const { launcher } = this.host;
    if (!launcher || this.slot) return;
    const sheet = new CSSStyleSheet();
    const follow = () => {
      sheet.replaceSync("");
      const bar = this.panel.getBoundingClientRect();
      const button = launcher.button.getBoundingClientRect();
      const isFree = bar.top >= button.bottom || bar.bottom <= button.top || bar.left >= button.right || bar.right <= button.left;
      const up = isFree ? 0 : button.bottom - bar.top + SPARE;
      if (up) sheet.replaceSync(`:host { translate: 0 -${up}px !important; }`);
    };
    launcher.root.adoptedStyleSheets = [...launcher.root.adoptedStyleSheets, sheet];
    const size = new ResizeObserver(follow);
    size.observe(this.panel);
    size.observe(document.documentElement);
    this.lower = () => {
      size.disconnect();
      launcher.root.adoptedStyleSheets = launcher.root.adoptedStyleSheets.filter((one) => one !== sheet);
    };
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || document.querySelector(":modal")) return;
    this.dismiss("escape");
  }

  /** @private @param {Answer} answer */
  accept(answer) {
    if (!this.isAccepted) this.does.report("accepted");
    this.isAccepted = true;
    this.does.accept(answer, this);
  }

  /** @private @param {"closed" | "escape" | "not_now"} why */
  dismiss(why) {
    if (this.isAccepted || this.refused || why !== "closed") {
      this.refused ??= why;
      return this.leave();
    }
    this.refused = why;
    this.offerSilence();
  }

  /** @private Who closed it is asked for a moment whether that was meant for ever; nobody has to answer. */
  offerSilence() {
    const { words } = this.host.config.live;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "never", textContent: words.never_again });
    button.addEventListener("click", () => {
      this.refused = "complaint";
      this.leave();
    });
    const hadFocus = this.hasFocus();
    for (const name of ["role", "aria-modal", "aria-labelledby"]) this.panel.removeAttribute(name);
    this.panel.replaceChildren(button);
    this.element.toggleAttribute("data-closed", true);
    if (hadFocus) button.focus({ preventScroll: true });
    this.lower?.();
    setTimeout(() => this.leave(), SECOND_THOUGHT_MS);
  }

  /** @private */
  hasFocus() {
    return document.activeElement === this.element;
  }

  /** @private */
  end() {
    this.isOver = true;
    clearInterval(this.timer);
    clearTimeout(this.seeing);
    this.listening.abort();
    this.inView?.disconnect();
    this.lower?.();
    const hadFocus = this.hasFocus();
    this.element.remove();
    const { launcher, hidden, open } = this.host;
    if (launcher) launcher.status.textContent = "";
    // Who was in here is not thrown back to the top of the page.
    if (hadFocus && launcher && !hidden && !open) launcher.button.focus({ preventScroll: true });
    this.does.gone();
  }
}
