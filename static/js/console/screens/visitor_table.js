/**
 * The visitors, one row each; only those in view are drawn. Keys move from row to row, and nothing moves under them.
 * @import {Column} from "../store/visitor_order.js"
 * @import {OnSite} from "../store/types.js"
 */
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { route } from "../app/state.js";
import { clearFilters, hold, moveActive, release, sortAgain, sortBy, toggleColumn, toggleFilter } from "../app/visitors_view.js";
import { activeId, columns, order, sifted, site, sort } from "../app/visitors_state.js";
import { fitting, ROOM, template } from "../store/columns.js";
import { COLUMNS, FIXED } from "../store/visitor_order.js";
import { figure } from "../store/time.js";
import { piecesOf, spanInView } from "../store/virtual.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { Nothing } from "./empty.js";
import { Action, Cell, columnWords, State, Who } from "./visitor_columns.js";
import { siteStateWords } from "./visitor_filters.js";

const ROW = 52;
const CARD = 104;
const isPhone = matchMedia("(max-width: 720px)");

export function VisitorTable() {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const width = useWidth(box);
  const isCards = isPhone.matches;
  const shown = isCards ? columns.value : fitting(columns.value, width);
  return html`<section class="card people" ref=${box} aria-labelledby="people-h">
    <h2 id="people-h" class="vh">${gettext("Visitors on the site")}</h2>
    <header><${States} /><span class="grow"></span><${Moved} /><${Columns} shown=${shown} /></header>
    ${sifted.value.rows.length || order.value.items.length ? html`<${Grid} shown=${shown} isCards=${isCards} />` : html`<${NothingFits} />`}
    ${site.value.isTruncated && html`<p class="muted small more">${interpolate(
      gettext("More people are on the site than can be listed: %(count)s of them are shown and counted here."),
      { count: figure(site.value.people.size) })}</p>`}
  </section>`;
}

/** @param {{current: HTMLElement|null}} box */
function useWidth(box) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const here = box.current;
    if (!here) return undefined;
    const watch = new ResizeObserver(() => setWidth(here.clientWidth));
    watch.observe(here);
    setWidth(here.clientWidth);
    return () => watch.disconnect();
  }, []);
  return width;
}

const STATES = ["queued", "chatting", "invited", "browsing"];

/** How many are in which state, each a filter. */
function States() {
  const counts = sifted.value.counts.state;
  const chosen = route.value.filter.state;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const tab = (/** @type {string} */ state, /** @type {string} */ words, /** @type {number} */ count) => html`<button type="button" key=${state}
    class=${cx("state", state === "queued" && count > 0 && "wait")} aria-pressed=${chosen === state} onClick=${() => toggleFilter("state", state)}>
    ${words} <span class="num">${figure(count)}</span></button>`;
  return html`<div class="states" role="group" aria-label=${gettext("By state")}>
    ${tab("", gettext("All"), all)}
    ${STATES.filter((state) => state !== "invited" || counts.get(state) || chosen === state)
      .map((state) => tab(state, siteStateWords(state), counts.get(state) ?? 0))}</div>`;
}

/** While the pointer is there. */
const holding = {
  onPointerEnter: (/** @type {PointerEvent} */ event) => event.pointerType === "mouse" && hold("pointer"),
  onPointerLeave: () => release("pointer"),
};

/** What waits because somebody points at the rows. */
function Moved() {
  const { moved } = order.value;
  if (!moved) return null;
  const words = interpolate(ngettext("%(count)s moved", "%(count)s moved", moved), { count: figure(moved) });
  return html`<button type="button" class="btn tiny moved" ...${holding} title=${gettext("The rows keep still while you are at them")} onClick=${sortAgain}>
    <${Icon} name="refresh" class="s" />${words}<span class="no-phone">${gettext("Sort again")}</span></button>`;
}

/** @param {{shown: Column[]}} props */
function Columns({ shown }) {
  const hidden = columns.value.length - shown.length;
  const items = () => [
    ...COLUMNS.filter((column) => !FIXED.includes(column)).map((column) => ({
      words: columnWords(column), isSwitch: true, isChecked: columns.value.includes(column), run: () => toggleColumn(column),
    })),
    hidden > 0 && { line: true },
    hidden > 0 && { head: interpolate(ngettext("There is no room for %(count)s of them here.", "There is no room for %(count)s of them here.", hidden), { count: hidden }) },
  ];
  return html`<span class="no-phone"><${Menu} class="btn quiet icon tiny" label=${gettext("Choose the columns")} items=${items}>
    <${Icon} name="sliders" class="s" /></${Menu}></span>`;
}

const NothingFits = () => html`<${Nothing} icon="filter" title=${gettext("Nobody fits")}
    words=${gettext("People are on the site, but none of them fits all that you ask for.")}>
  <button type="button" class="btn" onClick=${clearFilters}>${gettext("Clear the filters")}</button></${Nothing}>`;

/** @param {{shown: Column[], isCards: boolean}} props */
function Grid({ shown, isCards }) {
  const { items, gone } = order.value;
  const body = useRef(/** @type {HTMLElement|null} */ (null));
  const rowHeight = isCards ? CARD : ROW;
  const span = useSpan(body, items.length, rowHeight);
  const active = items.findIndex((row) => row.id === activeId.value);
  const first = active < 0 ? items[span.from]?.id : items[active].id;
  useEffect(() => () => (/** @type {const} */ (["pointer", "focus", "scroll"])).forEach(release), []);
  const onFocusOut = (/** @type {FocusEvent} */ event) => {
    if (!(event.relatedTarget instanceof Node) || !body.current?.contains(event.relatedTarget)) release("focus");
  };
  return html`<div class="people-table" role="table" aria-labelledby="people-h" aria-rowcount=${items.length + 1} style=${{ "--cols": template(shown) }}>
    <div role="rowgroup" class="people-head"><div role="row" aria-rowindex="1" class="person">
      ${shown.map((column) => html`<${HeadCell} key=${column} column=${column} />`)}<span role="columnheader"><span class="vh">${gettext("Actions")}</span></span></div></div>
    <div role="rowgroup" ref=${body} class="people-rows" ...${holding} onFocusIn=${() => hold("focus")} onFocusOut=${onFocusOut} onKeyDown=${(/** @type {KeyboardEvent} */ event) => onKey(event, rowHeight)}>
      ${piecesOf(span, items.length, active).map((piece) => "gap" in piece
        ? html`<div role="presentation" style=${{ blockSize: `${piece.gap * rowHeight}px` }}></div>`
        : html`<${Person} key=${items[piece.at].id} row=${items[piece.at]} at=${piece.at} shown=${shown} isGone=${gone.has(items[piece.at].id)}
            isActive=${items[piece.at].id === first} isCard=${isCards} />`)}
    </div></div>`;
}

/** @param {{column: Column}} props */
function HeadCell({ column }) {
  const { by, down } = sort.value;
  const isIt = by === column;
  return html`<span role="columnheader" class=${cx(ROOM[column].isFigure && "n")} aria-sort=${isIt ? (down ? "descending" : "ascending") : undefined}>
    <button type="button" onClick=${() => sortBy(column)} title=${columnWords(column)}>
      <span class=${column === "device" ? "vh" : "cut"}>${columnWords(column)}</span>${column === "device" && !isIt && html`<${Icon} name="monitor" class="s" />`}
      ${isIt && html`<${Icon} name="down" class=${cx("s", down && "up")} />`}</button></span>`;
}

/** @param {{row: OnSite, at: number, shown: Column[], isGone: boolean, isActive: boolean, isCard: boolean}} props */
function Person({ row, at, shown, isGone, isActive, isCard }) {
  const isOpen = route.value.visitor === row.id;
  const name = cx("person", isGone && "is-gone", isOpen && "is-open", row.state === "queued" && "is-queued");
  const others = isCard ? shown.filter((column) => column === "page" || column === "on_site") : shown.slice(1);
  return html`<div role="row" class=${name} aria-rowindex=${at + 2} aria-current=${isOpen ? "true" : undefined}>
    <span role="cell" class="c-who"><${Who} row=${row} isGone=${isGone} isActive=${isActive} isCard=${isCard} /></span>
    ${isCard && html`<span role="cell" class="c-state"><${State} row=${row} /></span>`}
    ${others.map((column) => html`<span role="cell" key=${column} class=${cx(`c-${column}`, ROOM[column].isFigure && "n")}><${Cell} row=${row} column=${column} /></span>`)}
    <span role="cell" class="c-act">${!isGone && html`<${Action} row=${row} isActive=${isActive} />`}</span>
  </div>`;
}

/**
 * Which rows are in view, of a list that scrolls with the page.
 * @param {{current: HTMLElement|null}} body
 * @param {number} count
 * @param {number} rowHeight
 */
function useSpan(body, count, rowHeight) {
  const [span, setSpan] = useState({ from: 0, to: 0 });
  const measure = () => {
    const page = body.current?.closest(".page");
    if (!body.current || !page) return;
    const top = page.getBoundingClientRect().top - body.current.getBoundingClientRect().top;
    const next = spanInView({ count, rowHeight, top, height: page.clientHeight });
    if (top > rowHeight) hold("scroll");
    else release("scroll");
    setSpan((known) => (known.from === next.from && known.to === next.to ? known : next));
  };
  // Not at every drawing: to measure makes the browser lay the page out at once.
  useLayoutEffect(() => {
    const page = body.current?.closest(".page");
    if (!page) return undefined;
    measure();
    // What stands above the rows comes and goes with the map, and no scrolling tells of it.
    const watch = new ResizeObserver(measure);
    for (const box of [page, ...page.children]) watch.observe(box);
    page.addEventListener("scroll", measure, { passive: true });
    return () => {
      watch.disconnect();
      page.removeEventListener("scroll", measure);
    };
  }, [count, rowHeight]);
  return { from: Math.min(span.from, count), to: Math.min(span.to, count) };
}

/** @param {KeyboardEvent} event @param {number} rowHeight */
function onKey(event, rowHeight) {
  const page = Math.max(1, Math.floor(innerHeight / rowHeight) - 3);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  const step = steps[/** @type {"Home"} */ (event.key)];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  moveActive(step);
}
