/**
 * Elements without a framework. Text is always text: there is no way to write HTML through here.
 * @module dom
 */

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} [attributes] `on…` are listeners; false, null and undefined are left out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else set(element, name, value);
  }
  element.append(...kept(children));
  return element;
}

/** @param {Element} element @param {string} name @param {string | number | boolean | null | undefined} value */
export function set(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value))
    element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Node} element @param {string} text only touched when it differs, so that nothing is announced twice */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function kept(children) {
  return /** @type {any[]} */ (children.flat()).filter(
    (child) => child !== null && child !== undefined && child !== false && child !== "",
  );
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon of the page's sprite.
 * @param {string} name
 * @param {string} [className] `flip` mirrors it in right-to-left text
 */
export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * A round face: picture or initials in the person's colour.
 * @param {{name: string, avatar?: string | null, hue?: number, online?: boolean}} person @param {string} [className]
 */
export function face({ name, avatar, hue = 0, online = false }, className = "") {
  const inside = avatar ? h("img", { src: avatar, alt: "" }) : initials(name);
  return h(
    "span",
    { class: `face ${className}${online ? " on" : ""}`, "data-hue": hue || null, "aria-hidden": "true" },
    inside,
  );
}

/** @param {string} name whole characters, also outside the basic plane */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = (words.length > 1 ? [words[0], words[words.length - 1]] : words).map((word) => [...word][0]);
  return letters.join("").toLocaleUpperCase();
}
