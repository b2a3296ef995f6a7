/**
 * What the visitors are sifted by.
 * @import {Facet} from "../store/visitor_filters.js"
 */
import { useEffect, useRef, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { departments, members, route } from "../app/state.js";
import { clearFilters, filterBy } from "../app/visitors_view.js";
import { people, sifted } from "../app/visitors_state.js";
import { countryName, figure } from "../store/time.js";
import { isFiltered, NONE, paramsOf, ranked } from "../store/visitor_filters.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";

const SEARCH_MS = 200;
const MOST = 60;

/** @type {Facet[]} */
const CHIPS = ["page", "country", "source", "department", "device"];

/** @param {Facet} facet */
export function facetWords(facet) {
  switch (facet) {
    case "page": return gettext("Page");
    case "country": return gettext("Country");
    case "source": return gettext("Source");
    case "department": return gettext("Department");
    case "device": return gettext("Device");
    case "agent": return gettext("Agent");
    default: return gettext("State");
  }
}

/** @param {string} state */
export function siteStateWords(state) {
  switch (state) {
    case "queued": return gettext("Waiting");
    case "chatting": return gettext("Chatting");
    case "invited": return gettext("Invited");
    default: return gettext("Browsing");
  }
}

/** @param {string} kind */
export function deviceWords(kind) {
  switch (kind) {
    case "phone": return gettext("Phone");
    case "tablet": return gettext("Tablet");
    case "computer": return gettext("Computer");
    default: return gettext("Unknown");
  }
}

/** @param {Facet} facet @param {string} value */
export function valueWords(facet, value) {
  if (value === NONE) return facet === "department" ? gettext("No department") : gettext("Unknown");
  switch (facet) {
    case "state": return siteStateWords(value);
    case "country": return countryName(value);
    case "device": return deviceWords(value);
    case "department": return departments.value.find((one) => one.id === value)?.name ?? gettext("Unknown");
    case "agent": return members.value.get(value)?.name ?? gettext("Unknown");
    case "source": return value === "direct" ? gettext("Direct") : value;
    default: return value;
  }
}

export function VisitorFilters() {
  const { filter } = route.value;
  const shown = sifted.value.rows.length;
  const set = /** @type {Facet[]} */ (["state", ...CHIPS, "agent"]).filter((facet) => filter[facet]);
  const free = CHIPS.filter((facet) => !filter[facet] && (facet !== "department" || departments.value.length > 0));
  const [isOpen, setOpen] = useState(false);
  return html`<div class=${cx("filters", isOpen && "is-open")} role="search" aria-label=${gettext("Filter the visitors")}>
    <${Search} />
    <button type="button" class="btn only-phone" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      <${Icon} name="filter" class="s" />${gettext("Filter")}${set.length > 0 && html` <span class="count">${set.length}</span>`}</button>
    ${set.map((facet) => html`<${SetChip} key=${facet} facet=${facet} value=${filter[facet]} />`)}
    ${free.map((facet) => html`<${FreeChip} key=${facet} facet=${facet} />`)}
    ${isFiltered(filter) && html`<button type="button" class="btn quiet clear" onClick=${clearFilters}>${gettext("Clear all")}</button>`}
    <span class="grow"></span>
    <${Shown} shown=${shown} all=${people.value.size} filter=${JSON.stringify(paramsOf(filter))} />
  </div>`;
}

/**
 * The figures change every second; they are said aloud once, after the reader changed the filter.
 * @param {{shown: number, all: number, filter: string}} props
 */
function Shown({ shown, all, filter }) {
  const [said, setSaid] = useState("");
  const isFirst = useRef(true);
  const words = interpolate(ngettext("%(shown)s of %(count)s shown", "%(shown)s of %(count)s shown", all),
    { shown: figure(shown), count: figure(all) });
  useEffect(() => {
    if (!isFirst.current) setSaid(words);
    isFirst.current = false;
  }, [filter]);
  return html`<span class="muted small num no-phone">${words}</span><p class="vh" role="status">${said}</p>`;
}

function Search() {
  const { q } = route.value.filter;
  const [words, setWords] = useState(q);
  const timer = useRef(0);
  useEffect(() => setWords(q), [q]);
  const onInput = (/** @type {any} */ event) => {
    const next = event.target.value;
    setWords(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => filterBy({ q: next.trim() }), SEARCH_MS);
  };
  const clear = () => {
    clearTimeout(timer.current);
    setWords("");
    filterBy({ q: "" });
  };
  return html`<label class="search"><${Icon} name="search" class="s" /><span class="vh">${gettext("Search the visitors")}</span>
    <input type="search" id="search" maxlength="200" dir=${words ? "auto" : undefined} autocomplete="off" enterkeyhint="search"
      placeholder=${gettext("Name, page, country…")} value=${words} onInput=${onInput}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && clear()} />
    ${words && html`<button type="button" class="btn quiet icon tiny" aria-label=${gettext("Clear the search")}
        onClick=${clear}><${Icon} name="x" class="s" /></button>`}</label>`;
}

/** @param {{facet: Facet, value: string}} props */
function SetChip({ facet, value }) {
  const words = interpolate(gettext("%(kind)s: %(value)s"), { kind: facetWords(facet), value: valueWords(facet, value) });
  return html`<button type="button" class="chip is-set" title=${words} onClick=${() => filterBy({ [facet]: "" })}>
    <span class="cut" dir="auto">${words}</span><${Icon} name="x" class="s" /><span class="vh">${gettext("Remove")}</span></button>`;
}

/** @param {{facet: Facet}} props */
function FreeChip({ facet }) {
  const items = () => ranked(sifted.value.counts[facet], MOST).top.map(([value, count]) => ({
    words: valueWords(facet, value),
    after: html`<span class="muted num">${count}</span>`,
    run: () => filterBy({ [facet]: value }),
  }));
  return html`<${Menu} class="chip" menuClass="start" label=${facetWords(facet)} items=${items}>
    ${facetWords(facet)}<${Icon} name="down" class="s" /></${Menu}>`;
}
