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
 * One point for each city whose place is known; who waits in another place shows at the middle of the country, and so
 * does a country that is too small for an outline.
 * @param {OnSite[]} rows
 * @param {World} world
 * @param {Places} places
 * @returns {Point[]} the largest first, so that small ones lie on top
 */
export function pointsOf(rows, world, places) {
  /** @type {Map<string, Point>} */
  const points = new Map();
  for (const row of rows) {
    const middle = world.countries[row.country];
    if (!middle) continue;
    const at = row.city ? places.get(placeKey(row.country, row.city)) : undefined;
    const isQueued = row.state === "queued";
    if (!at && middle[2] && !isQueued) continue;
    const key = at ? `${row.country} ${row.city}` : row.country;
    const point = points.get(key) ?? { key, country: row.country, city: at ? row.city : "", x: (at ?? middle)[0], y: (at ?? middle)[1], count: 0, waiting: 0 };
    point.count += 1;
    point.waiting += Number(isQueued);
    points.set(key, point);
  }
  return [...points.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/**
 * The area of a point grows with the people, within what can be hit and does not cover its neighbours.
 * @param {number} count
 * @param {number} most  in one point
 */
export const radiusOf = (count, most) => Math.min(8 + 4 * Math.sqrt(count), 12 + 20 * Math.sqrt(count / most));
