/**
 * Where an invitation may stand without covering what must stay free: a cookie banner, a header that sticks, a dialog.
 * Banners are of the shop's making, so they are found as what they are: fixed to an edge of the window.
 * @module room
 */

const EDGE = 24; // px; a banner may float this far from the edge
const HIGHEST = 0.5; // of the window: what is fixed and higher is no banner
const STEPS = 5;
const DIALOG = "dialog, [role=dialog], [role=alertdialog], [aria-modal=true]";

/**
 * @param {Element[]} own elements that do not count
 * @returns {{head: number, tail: number} | null} px that are taken at the top and the foot; null: there is no room now
 */
export function freeRoom(own) {
  if (document.querySelector(":modal")) return null;
  const room = { head: 0, tail: 0 };
  for (const element of sample()) {
    const fixed = own.some((one) => one.contains(element)) ? null : fixedAround(element);
    if (!fixed) continue;
    const { top, bottom, height } = fixed.getBoundingClientRect();
    const isBanner = height <= innerHeight * HIGHEST;
    if (isBanner && bottom >= innerHeight - EDGE) room.tail = Math.max(room.tail, innerHeight - top);
    else if (isBanner && top <= EDGE) room.head = Math.max(room.head, bottom);
    else if (element.closest(DIALOG)) return null;
  }
  return room;
}

/** What the visitor sees at the top, in the middle and at the foot. @returns {Set<Element>} */
function sample() {
  const found = new Set();
  for (const y of [EDGE / 2, innerHeight / 2, innerHeight - EDGE / 2])
    for (let step = 0; step < STEPS; step++)
      for (const element of document.elementsFromPoint(((step + 0.5) / STEPS) * innerWidth, y)) found.add(element);
  return found;
}

/** @param {Element} element @returns {Element | null} what keeps it in the window when the page is scrolled */
function fixedAround(element) {
  for (let one = /** @type {Element | null} */ (element); one; one = one.parentElement) {
    const { position } = getComputedStyle(one);
    if (position === "fixed" || (position === "sticky" && one !== document.body)) return one;
  }
  return null;
}
