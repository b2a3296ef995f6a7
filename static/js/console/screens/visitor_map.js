/**
 * Where the visitors are: countries in shades, cities as points, and the same as a list. The outlines come with the
 * server, so nobody else learns that somebody looks at a map. It is never mirrored.
 * @import {Point, World} from "../store/map.js"
 */
import { computed, signal } from "../../../vendor/preact-signals.js";
import { useEffect } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { maps } from "../app/boot.js";
import { route } from "../app/state.js";
import { toggleFilter } from "../app/visitors_view.js";
import { sifted } from "../app/visitors_state.js";
import { densest, frameOf, placesOf, pointsOf, radiusOf, scaleOf, shadeOf, spotsOf, stepsOf } from "../store/map.js";
import { countryName } from "../store/time.js";
import { NONE, ranked } from "../store/visitor_filters.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { RankList } from "./visitor_lists.js";

const world = signal(/** @type {World|null} */ (null));
const places = signal(/** @type {import("../store/map.js").Places} */ (new Map()));
let hasAsked = { world: false, cities: false };

/** @param {"world"|"cities"} name @param {(data: any) => void} take */
async function load(name, take) {
  if (hasAsked[name]) return;
  hasAsked = { ...hasAsked, [name]: true };
  try {
    take(await (await fetch(maps[name])).json());
  } catch {
    // The list beside the map says the same; the next look at this screen asks again.
    hasAsked = { ...hasAsked, [name]: false };
  }
}

const scale = computed(() => scaleOf(Math.max(0, ...[...sifted.value.counts.country].filter(([code]) => code !== NONE).map(([, count]) => count))));
const spots = computed(() => (world.value ? spotsOf(sifted.value.rows, world.value, places.value) : []));
const points = computed(() => (world.value ? pointsOf(spots.value, world.value) : []));
const waiting = computed(() => sifted.value.rows.some((row) => row.state === "queued"));
const hasCities = computed(() => sifted.value.rows.some((row) => row.city));
/** By number of people, which is the order of the arrow keys. */
const codes = computed(() => ranked(sifted.value.counts.country, Infinity).top.map(([code]) => code).filter((code) => world.value?.countries[code]));
/** The country that Tab reaches. */
const active = signal("");
/** The part of the map that is shown; it is chosen once and then keeps still. */
const frame = signal(/** @type {[number, number, number, number]|null} */ (null));

function zoom() {
  const { value: map } = world;
  frame.value = frame.value || !map ? null : frameOf(densest(spots.value, map.size).map(({ x, y }) => [x, y]), map.size);
}

export function VisitorMap() {
  useEffect(() => void load("world", (data) => (world.value = data)), []);
  useEffect(() => void (hasCities.value && load("cities", (data) => (places.value = placesOf(data)))), [hasCities.value]);
  return html`<section class="card where" aria-labelledby="where-h">
    <header><h2 id="where-h" class="grow">${gettext("Where they are")}</h2><${Legend} /><${Zoom} /></header>
    <div class="map-and"><div class="map">${world.value ? html`<${World} world=${world.value} />` : html`<div class="map-room"></div>`}
        <p class="credit">${gettext("Map: Natural Earth. Places: GeoNames.")}</p></div>
      <div class="by-country"><h3>${gettext("By country")}</h3><${RankList} facet="country" most=${6} othersWords=${otherCountries} /></div></div>
  </section>`;
}

/** @param {number} count */
const otherCountries = (count) => interpolate(ngettext("%(count)s other country", "%(count)s other countries", count), { count });

function Zoom() {
  const words = frame.value ? gettext("Show the whole world") : gettext("Go near to where most people are");
  return html`<button type="button" class="btn quiet icon tiny" aria-pressed=${!!frame.value} aria-label=${words} title=${words}
    disabled=${!spots.value.length && !frame.value} onClick=${zoom}><${Icon} name=${frame.value ? "zoom-out" : "zoom-in"} class="s" /></button>`;
}

function Legend() {
  const most = Math.max(0, ...sifted.value.counts.country.values());
  return html`<p class="legend">
    ${waiting.value && html`<span><i class="dot away"></i>${gettext("Someone waits there")}</span>`}
    <span class="no-phone"><span class="vh">${gettext("People in a country, by shade:")}</span>
      ${stepsOf(scale.value, most).map(([from, to], at) => html`<span class="step num"><i class=${`shade s${shadeFor(at)}`}></i>
        <bdi class="ltr">${from === to ? from : `${from}–${to}`}</bdi></span>`)}</span></p>`;
}

/** With few people the shades that there are still go up to the darkest. @param {number} step */
const shadeFor = (step) => step + 1 + (5 - scale.value.length);

/** @param {string} code @param {number} count */
const label = (code, count) => interpolate(ngettext("%(country)s: %(count)s visitor", "%(country)s: %(count)s visitors", count), { country: countryName(code), count });

/** @param {{world: World}} props */
function World({ world: { size, countries } }) {
  const counts = sifted.value.counts.country;
  const chosen = route.value.filter.country;
  const reached = codes.value.includes(active.value) ? active.value : codes.value[0];
  const shown = frame.value ?? [0, 0, ...size];
  return html`<svg viewBox=${shown.join(" ")} role="group" aria-label=${gettext("Map of the countries with visitors; arrow keys go from one to the next")}
      onKeyDown=${onKey}>
    ${Object.entries(countries).map(([code, [, , outline]]) => outline && html`<${Country} key=${code} code=${code} outline=${outline}
      count=${counts.get(code) ?? 0} isChosen=${chosen === code} isReached=${reached === code} />`)}
    ${points.value.map((point) => html`<${Spot} key=${point.key} point=${point} zoomed=${shown[2] / size[0]}
      isReached=${!countries[point.country][2] && reached === point.country} hasShape=${!!countries[point.country][2]} />`)}
  </svg>`;
}

/** @param {{code: string, outline: string, count: number, isChosen: boolean, isReached: boolean}} props */
function Country({ code, outline, count, isChosen, isReached }) {
  if (!count && !isChosen) return html`<path class="land" d=${outline} />`;
  const shade = shadeOf(count, scale.value);
  return html`<path class=${cx("land", `s${shade ? shadeFor(shade - 1) : 0}`, isChosen && "is-chosen")} d=${outline} role="button" aria-pressed=${isChosen}
    aria-label=${label(code, count)} tabindex=${isReached ? 0 : -1} data-country=${code} onClick=${() => toggleFilter("country", code)}><title>${label(code, count)}</title></path>`;
}

/** @param {{point: Point, zoomed: number, isReached: boolean, hasShape: boolean}} props  `zoomed`: the part of the width that is shown */
function Spot({ point: { country, city, x, y, count, waiting: inQueue }, zoomed, isReached, hasShape }) {
  const most = points.value[0].count;
  const words = city ? `${city}, ${label(country, count)}` : label(country, count);
  const props = hasShape ? { "aria-hidden": "true" }
    : { role: "button", "aria-pressed": route.value.filter.country === country, "aria-label": words, tabindex: isReached ? 0 : -1, "data-country": country };
  return html`<circle class=${cx("pin", inQueue > 0 && "q")} cx=${x} cy=${y} r=${radiusOf(count, most) * zoomed} ...${props}
    onClick=${() => toggleFilter("country", country)}><title>${words}</title></circle>`;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const code = event.target instanceof Element ? event.target.getAttribute("data-country") : null;
  if (!code) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    toggleFilter("country", code);
    return;
  }
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = codes.value;
  active.value = all[(all.indexOf(code) + step + all.length) % all.length];
  const box = /** @type {Element} */ (event.currentTarget);
  requestAnimationFrame(() => /** @type {SVGElement|null} */ (box.querySelector(`[data-country="${active.value}"]`))?.focus());
}
