/**
 * Where an invitation may stand without covering what must stay free: a cookie banner, a header that sticks, a dialog.
 * Banners are of the shop's making, so they are found as what they are: fixed to an edge of the window.
 * @module room
 */

const EDGE = 24; // px; a banner may float this far from the edge
const BARS = 0.5; // of the window's height: what is fixed and higher is a wall
const STEPS = 5;

/**
 * @param {Element[]} own elements that do not count
 * @returns {{head: number, tail: number} | null} px that are taken at the top and the foot; null: there is no room now
 */
export function freeRoom(own) {
  if (document.querySelector(":modal")) return null;
  const room = { head: 0, tail: 0 };
  for (const y of [EDGE / 2, innerHeight / 2, innerHeight - EDGE / 2])
    for (let step = 0; step < STEPS; step++) {
      const x = ((step + 0.5) / STEPS) * innerWidth;
      for (const element of document.elementsFromPoint(x, y)) {
        const fixed = own.some((one) => one.contains(element)) ? null : fixedAround(element);
        if (!fixed) continue;
        const { top, bottom, height, width } = fixed.getBoundingClientRect();
        if (height > innerHeight * BARS && width > innerWidth * BARS) {
          // A ground behind the page is no wall: what stands in front of it was met first.
          if (element === document.elementFromPoint(x, y)) return null;
        } else if (bottom >= innerHeight - EDGE && height <= innerHeight * BARS) room.tail = Math.max(room.tail, innerHeight - top);
        else if (top <= EDGE && height <= innerHeight * BARS) room.head = Math.max(room.head, bottom);
      }
    }
  return room;
}

/** @param {Element} element @returns {Element | null} what keeps it in the window when the page is scrolled */
function fixedAround(element) {
  for (let one = /** @type {Element | null} */ (element); one; one = one.parentElement) {
    const { position } = getComputedStyle(one);
    if (position === "fixed" || (position === "sticky" && one !== document.body)) return one;
  }
  return null;
}
