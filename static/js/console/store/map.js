/**
 * The map of the visitors: shades for countries, points for cities.
 * @import {OnSite} from "./types.js"
 */
import { fold } from "./fold.js";

/** @typedef {{size: [number, number], countries: Record<string, [number, number, string?]>}} World  middle and outline */
/** @typedef {{countries: Record<string, Record<string, [number, number]>>}} Cities */
/** @typedef {{key: string, country: string, city: string, x: number, y: number, count: number, waiting: number}} Point */
/** @typedef {Map<string, [number, number]>} Places */

export const SHADES = 5;

/**
 * From how many people on each shade begins: steps of equal ratio, since one country may have a thousand and the next three.
 * @param {number} most
 * @returns {number[]} ascending, at most SHADES of them
 */
export function scaleOf(most) {
  if (most < 1) return [];
  return [...new Set(Array.from({ length: SHADES }, (_, step) => Math.ceil(most ** (step / SHADES))))];
}

/** @param {number} count @param {number[]} scale @returns {number} 0 for nobody */
export const shadeOf = (count, scale) => scale.filter((from) => count >= from).length;

/** @param {number[]} scale @param {number} most @returns {[number, number][]} from and to, for the legend */
export const stepsOf = (scale, most) => scale.map((from, at) => [from, at + 1 < scale.length ? scale[at + 1] - 1 : Math.max(from, most)]);

/** @param {string} country @param {string} city */
const placeKey = (country, city) => `${country} ${fold(city)}`;

/** @param {Cities} cities @returns {Places} */
export function placesOf({ countries }) {
  const places = new Map();
  for (const [country, cities] of Object.entries(countries)) {
    for (const [name, at] of Object.entries(cities)) places.set(placeKey(country, name), at);
  }
  return places;
}

/**
 * Where everybody is: in their city when its place is known, else in the middle of the country.
 * @param {OnSite[]} rows
 * @param {World} world
 * @param {Places} places
 * @returns {Point[]} the largest first, so that small ones lie on top
 */
export function spotsOf(rows, world, places) {
  /** @type {Map<string, Point>} */
  const spots = new Map();
  for (const row of rows) {
    const middle = world.countries[row.country];
    if (!middle) continue;
    const at = row.city ? places.get(placeKey(row.country, row.city)) : undefined;
    const [x, y] = at ?? middle;
    const city = at ? row.city : "";
    const key = city ? `${row.country} ${city}` : row.country;
    const spot = spots.get(key) ?? { key, country: row.country, city, x, y, count: 0, waiting: 0 };
    spot.count += 1;
    spot.waiting += Number(row.state === "queued");
    spots.set(key, spot);
  }
  return [...spots.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/**
 * The spots that are drawn as points: cities, countries too small for an outline, and others only while somebody waits there.
 * @param {Point[]} spots
 * @param {World} world
 */
export const pointsOf = (spots, world) => spots.filter(({ country, city, waiting }) => city || waiting || !world.countries[country][2]);

/**
 * The spots around which most people are.
 * @param {Point[]} spots
 * @param {[number, number]} size
 */
export function densest(spots, [width, height]) {
  const around = spots.map((one) => spots.filter(({ x, y }) => Math.abs(x - one.x) < width / 8 && Math.abs(y - one.y) < height / 5));
  const sum = (/** @type {Point[]} */ group) => group.reduce((all, { count }) => all + count, 0);
  return around.reduce((best, group) => (sum(group) > sum(best) ? group : best), []);
}

/** Room around the outermost places, and the least part of the width that is shown: below that the outlines are too rough. */
const MARGIN = 90;
const CLOSEST = 1 / 7;
/**
 * The part of the map around these places, in the proportions of the whole; the whole when they lie far apart.
 * @param {[number, number][]} places
 * @param {[number, number]} size
 * @returns {[number, number, number, number]} left, top, width, height
 */
export function frameOf(places, [width, height]) {
  const [left, right] = endsOf(places.map(([x]) => x));
  const [top, bottom] = endsOf(places.map(([, y]) => y));
  const room = Math.max(right - left + 2 * MARGIN, (bottom - top + 2 * MARGIN) * (width / height), width * CLOSEST);
  if (!places.length || room >= width) return [0, 0, width, height];
  const tall = room * (height / width);
  const within = (/** @type {number} */ start, /** @type {number} */ most) => Math.round(Math.min(Math.max(0, start), most));
  return [within((left + right - room) / 2, width - room), within((top + bottom - tall) / 2, height - tall), Math.round(room), Math.round(tall)];
}

/** @param {number[]} numbers */
const endsOf = (numbers) => [Math.min(...numbers), Math.max(...numbers)];

/**
 * The area of a point grows with the people, within what can be hit and does not cover its neighbours.
 * @param {number} count
 * @param {number} most  in one point
 */
export const radiusOf = (count, most) => Math.min(8 + 4 * Math.sqrt(count), 12 + 20 * Math.sqrt(count / most));
