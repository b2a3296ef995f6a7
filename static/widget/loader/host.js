/**
 * The widget on the shop's page: configuration, launcher, window, and the line to it. It owns the visitor's
 * token, in the shop's own storage; no cookie is ever read or set.
 * @module host
 */

import { openStorage, put } from "../../js/lib/storage.js";
import { Launcher } from "./launcher.js";
import { currentPage, explain, followPage, markTitle, refusesTracking, tell, whenIdle, withBody } from "./page.js";

/** Written instead of a token after `shutdown`, until the window has dropped its copy too. */
const FORGET = "-";
const ANSWER_MS = 20_000;
const TRIES_MS = [2000, 8000];
/** Written instead of a visit: the site took the consent back, the visitor wants out. */
const NO = "no";
const OUT = "out";
const NEWS = 50;

/**
 * @typedef {{origin: string, key: string, profile: Record<string, string>, language?: string, hidden?: boolean}} Options
 */

export class Host {
  /** @param {Options} options */
  constructor({ origin, key, profile, language, hidden = false }) {
    this.origin = origin;
    this.key = key;
    this.profile = profile;
    const spoken = language || document.documentElement.lang;
    this.query = `?key=${encodeURIComponent(key)}${spoken ? `&language=${encodeURIComponent(spoken)}` : ""}`;
    this.hidden = hidden;
    this.storage = openStorage();
    /** Of this tab alone: the window was open, so it opens again on the next page. */
    this.tab = openStorage("sessionStorage");
    this.place = `helpdesk:${key}`;
    addEventListener(
      "storage",
      ({ key: name, newValue }) => this.isLent(name) && this.post({ type: "stored", items: { [name]: newValue } }),
    );
    document.addEventListener("visibilitychange", () => markTitle());
    this.page = currentPage();
    this.visits = `helpdesk-visit:${key}`;
    /** @type {import("../browsing.js").Browsing | null} */
    this.browsing = null;
    /** @type {[string, ...any[]][]} what `browsing` will be told when it is there */
    this.news = [["set", { profile }]];
    /** @type {boolean | undefined} what the site said of the visitor's consent, if it did */
    this.agreed = undefined;
    this.open = false;
    this.closed = false;
    /** @type {Launcher | null} */
    this.launcher = null;
    /** @type {MessagePort | null} */
    this.port = null;
    /** @type {import("../app.js").Invited | undefined} what the visitor accepted: the window begins with it */
    this.invited = undefined;
  }

  async start() {
    const config = await this.fetchConfig();
    if (!config || this.closed) return;
    this.config = config;
    withBody(() => !this.closed && this.mount());
  }

  /** The visitor agreed to be seen before writing. @param {boolean} yes */
  consent(yes) {
    this.agreed = yes;
    if (!yes) {
      // Where consent counts, its absence need not be remembered.
      this.unfollow(this.config?.live.when === "always" ? NO : undefined);
      this.forget();
    } else if (this.launcher) this.recognise();
  }

  /** @param {Record<string, string>} facts @param {{attributes?: Record<string, unknown>, cart?: unknown}} [more] */
  set(facts, { attributes, cart } = {}) {
    if (Object.keys(facts).length) this.introduce(facts);
    this.inform("set", { ...(attributes && { attributes }), ...(cart !== undefined && { cart }) });
  }

  /** The visitor does not want to be followed, whatever the site says. @param {boolean} yes */
  optOut(yes) {
    if (yes) this.unfollow(OUT);
    else if (this.storage.getItem(this.visits) === OUT) this.storage.removeItem(this.visits);
  }

  /** What the team may know, once the visitor may be followed. @param {string} verb @param {...any} args */
  inform(verb, ...args) {
    if (this.browsing) /** @type {any} */ (this.browsing)[verb](...args);
    else this.news = [...this.news, /** @type {[string, ...any[]]} */ ([verb, ...args])].slice(-NEWS);
  }

  /** @param {boolean} open @param {boolean} [quiet] the focus stays where it is */
  show(open, quiet = false) {
    const { launcher } = this;
    const was = this.open;
    this.open = open;
    if (!open) this.tab.removeItem(this.place);
    if (!launcher || was === open) return;
    this.quiet = quiet;
    if (open) {
      put(this.tab, this.place, "1");
      this.load();
    }
    const isInside = document.activeElement === launcher.host;
    launcher.show(open);
    this.post({ type: open ? "open" : "close", full: launcher.isFull(), quiet });
    if (open && !quiet) launcher.iframe?.focus();
    if (!open && isInside && !this.hidden) launcher.button.focus({ preventScroll: true });
    tell(open ? "open" : "close");
  }

  /** @param {Record<string, string>} facts */
  introduce(facts) {
    Object.assign(this.profile, facts);
    this.post({ type: "profile", profile: facts });
    this.inform("set", { profile: facts });
  }

  /** @param {string} [url] */
  visit(url) {
    const referrer = this.page.url;
    this.page = { ...currentPage(url), referrer };
    this.post({ type: "page", page: this.page });
    this.browsing?.visit(this.page);
  }

  /** The visitor signs out: nothing of them stays. @returns {Promise<void>} */
  async stop() {
    this.closed = true;
    this.unfollow();
    await this.forget();
    this.launcher?.host.remove();
    this.observer?.disconnect();
  }

  /** @private */
  async forget() {
    this.show(false);
    put(this.storage, this.place, FORGET);
    for (const name of Object.keys(this.lent())) this.keep(name, null);
    if (this.port) {
      const done = new Promise((resolve) => (this.forgotten = resolve));
      this.post({ type: "forget" });
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1000))]);
    }
    this.port?.close();
    this.port = null;
    this.launcher?.dropFrame();
    this.unread(0);
  }

  /** @private @param {number} count */
  unread(count) {
    this.launcher?.setUnread(count);
    markTitle(count);
  }

  /** @private Who is followed has no need of the window before they open it; else it is what recognises them. */
  recognise() {
    if (this.config.live.when !== "off") this.follow();
    else if (this.agreed) this.load();
  }

  /** @private Only with consent; before that nothing is asked of the server and nothing is stored. */
  async follow() {
    const { when, src } = this.config.live;
    const kept = this.storage.getItem(this.visits);
    if (this.following || refusesTracking() || kept === OUT) return;
    const before = kept ? kept !== NO : when === "always";
    if (!(this.agreed ?? before)) return;
    this.following = true;
    const module = await import(this.origin + src).catch(() => explain(`${src} did not load; nobody is followed.`));
    if (!module || !this.following) return;
    this.browsing = new module.Browsing(this, explain);
    const token = this.storage.getItem(this.place);
    if (token && token !== FORGET) this.inform("set", { token });
    for (const [verb, ...args] of this.news.splice(0)) this.inform(verb, ...args);
  }

  /** @private @param {string} [why] what is remembered of it */
  unfollow(why) {
    this.browsing?.stop();
    this.browsing = null;
    this.following = false;
    if (why) put(this.storage, this.visits, why);
    else if (this.storage.getItem(this.visits) !== OUT) this.storage.removeItem(this.visits);
  }

  /** @private */
  async fetchConfig() {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await fetch(`${this.origin}/widget/v1/config${this.query}`, { credentials: "omit" });
        if (response.ok) return await response.json();
        if (response.status < 500 && response.status !== 429)
          return this.fail(
            response.status === 404 ? "not_found" : "refused",
            `There is no chat with the key "${this.key}". Copy the snippet again from the widget's settings.`,
          );
      } catch {
        // Offline, a blocker, or this page's own policy: told after the last try.
      }
      if (attempt >= TRIES_MS.length)
        return this.fail(
          "unreachable",
          `${this.origin} did not answer. If this page has a Content-Security-Policy, it must allow ${this.origin} in connect-src.`,
        );
      await new Promise((resolve) => setTimeout(resolve, TRIES_MS[attempt]));
    }
  }

  /** @private @param {string} code @param {string} message */
  fail(code, message) {
    explain(message);
    tell("error", { code, message });
    return null;
  }

  /** @private */
  mount() {
    const { config } = this;
    const resized = (/** @type {boolean} */ full) => this.post({ type: "full", full });
    this.launcher = new Launcher(config, {
      toggle: () => this.show(!this.open),
      close: () => this.show(false),
      resized,
      hidden: this.hidden,
    });
    this.launcher.attach();
    // Frameworks replace the body, some the whole document.
    this.observer = new MutationObserver(() => !this.closed && this.launcher?.attach());
    this.observer.observe(document, { childList: true });
    this.observer.observe(document.documentElement, { childList: true });
    followPage(() => this.visit());
    if (config.report) this.report();
    const known = this.storage.getItem(this.place);
    const mayLoad = config.consent === "implied" || (known && known !== FORGET);
    whenIdle(() => {
      if (this.closed) return;
      if (mayLoad) this.load();
      this.recognise();
      // As it was on the page before; on a phone it would cover what the visitor came to see.
      if (this.tab.getItem(this.place) && !this.launcher?.isFull()) this.show(true, true);
    });
    tell("ready", { online: config.online });
    if (this.open) {
      this.open = false;
      this.show(true);
    }
  }

  /** @private Tells the settings page that the snippet is in place. */
  report() {
    const body = JSON.stringify({ key: this.key, page: this.page.url });
    fetch(`${this.origin}/widget/v1/seen`, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body,
    }).catch(() => {});
  }

  /** Loads the window, unless it is there. */
  load() {
    if (!this.launcher || this.launcher.iframe) return;
    const frame = this.launcher.frame(`${this.origin}/widget/frame${this.query}`);
    frame.addEventListener("load", () => this.greet(frame));
    this.patience = setTimeout(() => this.giveUp(), ANSWER_MS);
  }

  /** @private @param {HTMLIFrameElement} frame */
  greet(frame) {
    const { port1, port2 } = new MessageChannel();
    this.port?.close();
    this.port = port1;
    port1.onmessage = ({ data }) => this.hear(data);
    const token = this.storage.getItem(this.place);
    const forget = token === FORGET;
    const hello = {
      helpdesk: "hello",
      token: forget ? "" : token,
      forget,
      open: this.open,
      quiet: this.quiet,
      full: this.launcher?.isFull(),
      page: this.page,
      profile: this.profile,
      visit: this.storage.getItem(this.visits),
      stored: this.lent(),
      invited: this.invited,
    };
    frame.contentWindow?.postMessage(hello, this.origin, [port2]);
    this.invited = undefined;
  }

  /**
   * @private Things of the window that the browser lets only this page keep.
   * @param {string | null} name
   * @returns {name is string}
   */
  isLent(name) {
    return Boolean(name?.startsWith(`${this.place}:`));
  }

  /** @private @returns {Record<string, string | null>} */
  lent() {
    const { storage } = this;
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((name) =>
      this.isLent(name),
    );
    return Object.fromEntries(names.map((name) => [name, storage.getItem(name)]));
  }

  /** @private @param {string} name @param {string | null} value */
  keep(name, value) {
    if (!this.isLent(name)) return;
    if (value === null) this.storage.removeItem(name);
    else put(this.storage, name, value);
  }

  /** @private */
  giveUp() {
    this.show(false);
    this.launcher?.dropFrame();
    this.fail(
      "no_window",
      `The chat window did not answer. ${location.origin} must be on the widget's list of allowed sites, and a Content-Security-Policy of this page must allow ${this.origin} in frame-src.`,
    );
  }

  /** @private @param {any} message from the window; one with a `detail` is also news for the page */
  hear(message) {
    const { type, detail } = message;
    if (detail) tell(type, detail);
    switch (type) {
      case "ready":
        clearTimeout(this.patience);
        break;
      case "token":
        put(this.storage, this.place, message.token);
        this.inform("set", { token: message.token });
        break;
      case "store":
        this.keep(message.name, message.value);
        break;
      case "close":
        this.show(false);
        break;
      case "forgotten":
        this.storage.removeItem(this.place);
        this.forgotten?.(undefined);
        break;
      case "unread":
        this.unread(detail.count);
        break;
      case "status":
        this.launcher?.setOnline(detail.online);
    }
  }

  /** @param {any} message to the window */
  post(message) {
    this.port?.postMessage(message);
  }
}
