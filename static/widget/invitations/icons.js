/**
 * The few drawings of invitations. The shop's page has no sprite to take them from.
 * @module icons
 */

const SVG = "http://www.w3.org/2000/svg";
const FACE = "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0Z";
const EYES = "M9.2 9.8h.01m5.59 0h.01";

/** @type {Record<string, string[]>} */
const PATHS = {
  chat: [
    "M12 4c4.7 0 8.5 3.2 8.5 7.3s-3.8 7.3-8.5 7.3c-.9 0-1.8-.1-2.6-.4L5 20l.9-3.6c-1.5-1.3-2.4-3.1-2.4-5.1C3.5 7.2 7.3 4 12 4Z",
    "M9 12.3c.8.9 1.9 1.3 3 1.3s2.2-.4 3-1.3",
  ],
  close: ["m6.5 6.5 11 11m0-11-11 11"],
  right: ["M9.5 5.5 16 12l-6.5 6.5"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  copy: [
    "M10.5 8.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2Z",
    "M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2",
  ],
  mood1: [FACE, EYES, "M8 17c.8-2 2.2-3 4-3s3.2 1 4 3"],
  mood2: [FACE, EYES, "M8.8 15.8c1-.8 2-1.1 3.2-1.1s2.2.3 3.2 1.1"],
  mood3: [FACE, EYES, "M8.8 15h6.4"],
  mood4: [FACE, EYES, "M8.5 14.2c.9 1.2 2.1 1.8 3.5 1.8s2.6-.6 3.5-1.8"],
  mood5: [FACE, EYES, "M8 13.5h8c-.4 2.2-2 3.5-4 3.5s-3.6-1.3-4-3.5Z"],
};

/** @param {string} name @param {string} [className] `flip` mirrors it in right-to-left text */
export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  for (const d of PATHS[name]) svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", d);
  return svg;
}
