/**
 * The window: one screen at a time, colours of the workspace, keys.
 * @module window
 */

import { fill, h } from "./dom.js";
import { Times } from "./times.js";
import { FormScreen } from "./views/form.js";
import { Home } from "./views/home.js";
import { Thread } from "./views/thread.js";

/** @typedef {{el: HTMLElement, update: () => void, focus?: () => void}} Screen */

export class Window {
  /** @param {HTMLElement} el the element of the page @param {import("./app.js").App} app */
  constructor(el, app) {
    this.app = app;
    this.el = el;
    const times = new Times(app.language, app.strings);
    this.thread = new Thread(app, times);
    /** @type {Record<string, Screen>} */
    this.screens = { home: new Home(app, times), form: new FormScreen(app), thread: this.thread };
    this.status = h("p", { class: "sr", role: "status" });
    this.shown = "";
    this.look = "";
    /** The window opened by itself and nobody has come into it yet. */
    this.quiet = false;
    addEventListener("focus", () => (this.quiet = false));
    el.setAttribute("aria-label", app.text("dialog", app.boot.config.workspace.name));
    el.addEventListener("keydown", (event) => this.key(event));
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.paint());
  }

  /** @param {import("./app.js").Later} later */
  complete({ SentScreen, BlockedScreen, Menu, EndQuestion, LeaveOffer, LeaveSheet }) {
    this.screens.sent = new SentScreen(this.app);
    this.screens.blocked = new BlockedScreen(this.app);
    this.thread.complete(
      new LeaveOffer(this.app),
      new Menu(this.app, () => this.thread.closeMenu()),
      new EndQuestion(this.app),
      new LeaveSheet(this.app, this.thread),
    );
  }

  update() {
    const { app } = this;
    const { screen, full, config, open } = app.state;
    this.el.classList.toggle("full", full);
    const look = JSON.stringify(config.look);
    if (look !== this.look) this.paint();
    this.look = look;
    const view = this.screens[screen];
    if (!view) return;
    const changed = screen !== this.shown;
    if (changed) fill(this.el, view.el, this.status);
    this.shown = screen;
    view.update();
    if (changed && open) this.focus();
    app.line?.reading.report();
  }

  /**
   * On a phone the keyboard would cover half of the window before anything was read; at home there is nothing
   * to type yet, and a ring around the first button would only puzzle.
   */
  focus() {
    if (this.quiet) return;
    if (this.shown === "home" || matchMedia("(pointer: coarse)").matches) this.el.focus({ preventScroll: true });
    else this.screens[this.app.state.screen]?.focus?.();
  }

  /** @param {string} words for those who cannot see; gone again soon, so that nobody finds old news there */
  announce(words) {
    this.status.textContent = words;
    clearTimeout(this.hush);
    this.hush = setTimeout(() => (this.status.textContent = ""), 5000);
  }

  /** @private */
  paint() {
    const { dark, brand } = this.app.state.config.look;
    const root = document.documentElement;
    const isDark = dark === "dark" || (dark === "auto" && this.dark.matches);
    root.dataset.theme = isDark ? "dark" : "light";
    const { fill: accent, on_fill, text, soft } = isDark ? brand.dark : brand.light;
    const roles = { "--accent": accent, "--accent-text": on_fill, "--accent-ink": text, "--accent-soft": soft };
    for (const [role, colour] of Object.entries(roles)) root.style.setProperty(role, colour);
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (this.shown === "thread" && this.thread.escape()) return;
    this.app.bridge.post({ type: "close" });
  }
}
