/**
 * The button and the place of the window on the shop's page. Everything stands in a shadow root and is styled
 * by a constructed sheet, so the shop's styles and its Content-Security-Policy are not in the way, and nothing
 * on the page moves.
 * @module launcher
 */

import STYLE from "./launcher.css";

/** @type {Record<string, string[]>} */
const ICONS = {
  chat: [
    "M12 4c4.7 0 8.5 3.2 8.5 7.3s-3.8 7.3-8.5 7.3c-.9 0-1.8-.1-2.6-.4L5 20l.9-3.6c-1.5-1.3-2.4-3.1-2.4-5.1C3.5 7.2 7.3 4 12 4Z",
    "M9 12.3c.8.9 1.9 1.3 3 1.3s2.2-.4 3-1.3",
  ],
  mail: ["M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z", "m4 7 8 6 8-6"],
  down: ["M5.5 9 12 15.5 18.5 9"],
};

const FULL = "(max-width: 479.98px), (max-height: 419.98px)";

export class Launcher {
  /**
   * @param {any} config
   * @param {{toggle: () => void, close: () => void, resized: (full: boolean) => void, hidden: boolean}} does
   */
  constructor(config, { toggle, close, resized, hidden }) {
    this.config = config;
    this.strings = config.strings;
    this.close = close;
    this.open = false;
    this.count = 0;
    /** @type {HTMLIFrameElement | undefined} */
    this.iframe = undefined;
    this.host = document.createElement("helpdesk-widget");
    this.root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    this.button = make("button", { type: "button" });
    this.button.hidden = hidden;
    this.button.addEventListener("click", toggle);
    this.status = make("span", { class: "sr", role: "status" });
    this.root.append(this.button, this.status);
    this.host.toggleAttribute("data-bare", hidden);
    this.root.addEventListener(
      "keydown",
      (event) => /** @type {KeyboardEvent} */ (event).key === "Escape" && this.open && close(),
    );
    this.wide = matchMedia(FULL);
    this.wide.addEventListener("change", () => (this.fit(), resized(this.isFull())));
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.paint());
    this.paint();
    this.draw();
  }

  isFull() {
    return this.wide.matches;
  }

  /** Beside the body, so that a page that swaps its body does not load the window again. */
  attach() {
    if (this.host.isConnected) return;
    this.host.dir = getComputedStyle(document.body).direction;
    this.host.dataset.side = this.config.look.position;
    document.documentElement.append(this.host);
  }

  /** @param {string} src @returns {HTMLIFrameElement} the window's frame */
  frame(src) {
    this.iframe = make("iframe", { src, title: this.strings.window, tabindex: "-1" });
    this.root.append(this.iframe);
    this.fit();
    return this.iframe;
  }

  dropFrame() {
    this.iframe?.remove();
    this.iframe = undefined;
  }

  /** @param {boolean} open */
  show(open) {
    this.open = open;
    this.iframe?.classList.toggle("open", open);
    this.iframe?.setAttribute("tabindex", open ? "0" : "-1");
    this.fit();
    this.draw();
  }

  /** @param {boolean} online */
  setOnline(online) {
    this.config.online = online;
    this.draw();
  }

  /** @param {number} count */
  setUnread(count) {
    this.count = count;
    this.status.textContent = count && !this.open ? fill(this.strings.open_unread, count) : "";
    this.draw();
  }

  /** @private */
  draw() {
    const { look, online } = this.config;
    const label = this.open ? "" : online ? look.launcher_label : look.offline_label;
    const name = this.open
      ? this.strings.close
      : label || (this.count ? fill(this.strings.open_unread, this.count) : this.strings.open);
    this.button.className = label ? "label" : "";
    this.button.setAttribute("aria-label", label && this.count ? `${label} (${this.count})` : name);
    const parts = [draw(this.open ? "down" : online ? "chat" : "mail")];
    if (label) parts.push(make("span", { class: "words", dir: "auto" }, label));
    if (this.count && !this.open)
      parts.push(make("span", { class: "badge", "aria-hidden": "true" }, this.count > 99 ? "99+" : String(this.count)));
    this.button.replaceChildren(...parts);
  }

  /** @private */
  paint() {
    const { brand, dark } = this.config.look;
    const isDark = dark === "dark" || (dark === "auto" && this.dark.matches);
    const { fill: colour, on_fill } = isDark ? brand.dark : brand.light;
    const { style } = this.host;
    style.setProperty("--fill", colour);
    style.setProperty("--ink", on_fill);
    style.setProperty("--ground", isDark ? "#1a1e21" : "#fff");
  }

  /** @private On a phone the window takes what the keyboard leaves, and the page behind does not scroll. */
  fit() {
    const covers = this.open && this.isFull();
    this.iframe?.classList.toggle("full", this.isFull());
    this.button.style.display = covers ? "none" : "";
    const root = document.documentElement;
    if (covers && !this.unlock) this.unlock = lock(root, () => this.follow());
    if (!covers) this.unlock = void this.unlock?.();
    this.watchBack(covers);
    this.follow();
  }

  /** @private */
  follow() {
    const view = visualViewport;
    if (!view || !this.unlock) return;
    this.host.style.setProperty("--height", `${view.height}px`);
    this.host.style.setProperty("--top", `${view.offsetTop}px`);
  }

  /**
   * @private The phone's own "back" closes the window, not the page, and no history is written.
   * @param {boolean} covers
   */
  watchBack(covers) {
    const Watcher = /** @type {any} */ (window).CloseWatcher;
    if (!covers) {
      this.watcher?.destroy();
      this.watcher = undefined;
    } else if (Watcher && !this.watcher) {
      this.watcher = new Watcher();
      this.watcher.onclose = () => {
        this.watcher = undefined;
        this.close();
      };
    }
  }
}

/** @param {HTMLElement} root @param {() => void} follow @returns {() => void} undoes it */
function lock(root, follow) {
  const before = root.style.overflow;
  root.style.overflow = "hidden";
  for (const event of ["resize", "scroll"]) visualViewport?.addEventListener(event, follow);
  return () => {
    root.style.overflow = before;
    for (const event of ["resize", "scroll"]) visualViewport?.removeEventListener(event, follow);
  };
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, string>} attributes @param {string} [text]
 */
function make(tag, attributes, text) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

/** @param {string} icon @returns {Element} */
function draw(icon) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[icon]) svg.appendChild(document.createElementNS(svg.namespaceURI, "path")).setAttribute("d", d);
  return svg;
}

/** @param {string} text @param {number} count */
function fill(text, count) {
  return text.replace("%(count)s", String(count));
}
