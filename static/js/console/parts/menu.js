/** A button with a menu: arrow keys, Home, End, typing a letter, Escape; closes when the focus leaves. */
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/preact-hooks.js";
import { cx, html } from "./html.js";
import { Icon } from "./icon.js";

/**
 * @typedef {object} Item
 * @property {string} [words]
 * @property {string} [icon]
 * @property {any} [before]  in place of an icon, such as a face
 * @property {any} [after]
 * @property {boolean} [isChecked]  makes it one of several
 * @property {boolean} [isSwitch]  a checked one that stands for itself
 * @property {boolean} [isBad]
 * @property {string} [href]
 * @property {() => void} [run]
 * @property {string} [head]  words above a group
 * @property {boolean} [line]
 */

/**
 * @param {{label: string, items: () => (Item|false|null|undefined)[], class?: string, menuClass?: string, children: any,
 *   title?: string, isDisabled?: boolean, onOpen?: () => void}} props
 */
export function Menu({ label, items, class: name = "btn quiet icon", menuClass = "", children, title, isDisabled, onOpen }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const close = (/** @type {boolean} */ refocus) => {
    setOpen(false);
    if (refocus) box.current?.querySelector("button")?.focus();
  };
  useOutside(box, isOpen, () => setOpen(false));
  useLayoutEffect(() => {
    if (isOpen) choicesIn(box.current)[0]?.focus();
  }, [isOpen]);
  const toggle = () => {
    if (!isOpen) onOpen?.();
    setOpen(!isOpen);
  };
  return html`<span class="pop" ref=${box}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => isOpen && onKey(event, box.current, close)}>
    <button type="button" class=${name} aria-label=${label} title=${title ?? label} aria-haspopup="menu" aria-expanded=${isOpen}
      disabled=${isDisabled} onClick=${toggle}>${children}</button>
    ${isOpen && html`<div class=${cx("menu", menuClass)} role="menu" aria-label=${label}>
      ${items().filter((item) => !!item).map((item) => html`<${Choice} item=${item} close=${close} />`)}
    </div>`}
  </span>`;
}

/** @param {{item: Item, close: (refocus: boolean) => void}} props */
function Choice({ item, close }) {
  if (item.line) return html`<div class="menu-sep" role="separator"></div>`;
  if (item.head) return html`<div class="menu-head">${item.head}</div>`;
  const inner = html`${item.before ?? (item.icon && html`<${Icon} name=${item.icon} class="s" />`)}
    <span class="grow cut" dir="auto">${item.words}</span>${item.after}
    ${item.isChecked && html`<${Icon} name="check" class="s" />`}`;
  const isOne = item.isChecked !== undefined;
  const checkable = item.isSwitch ? "menuitemcheckbox" : "menuitemradio";
  const props = {
    class: cx("menu-item", item.isBad && "bad"),
    role: isOne ? checkable : "menuitem",
    "aria-checked": isOne ? item.isChecked : undefined,
    tabIndex: -1,
  };
  if (item.href) return html`<a ...${props} href=${item.href}>${inner}</a>`;
  return html`<button type="button" ...${props} onClick=${() => (close(true), item.run?.())}>${inner}</button>`;
}

/** @param {HTMLElement|null} box @returns {HTMLElement[]} */
const choicesIn = (box) => [...(box?.querySelectorAll(".menu-item") ?? [])].map((item) => /** @type {HTMLElement} */ (item));

/** @param {KeyboardEvent} event @param {HTMLElement|null} box @param {(refocus: boolean) => void} close */
function onKey(event, box, close) {
  const choices = choicesIn(box);
  const at = choices.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 };
  if (event.key in moves) {
    event.preventDefault();
    choices.at(moves[/** @type {keyof typeof moves} */ (event.key)] % choices.length)?.focus();
  } else if (event.key === "Escape") {
    event.stopPropagation();
    close(true);
  } else if (event.key === "Tab") {
    close(false);
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase();
    const later = [...choices.slice(at + 1), ...choices];
    later.find((choice) => choice.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
  }
  if (event.key !== "Enter" && event.key !== " " && event.key !== "Tab") event.stopPropagation();
}

/**
 * @param {{current: HTMLElement|null}} box
 * @param {boolean} isOpen
 * @param {() => void} close
 */
function useOutside(box, isOpen, close) {
  useEffect(() => {
    if (!isOpen) return undefined;
    const leave = (/** @type {Event} */ event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) close();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [isOpen]);
}
