/**
 * Views with their counts, search, and the rows.
 * @import {Row, View} from "../store/types.js"
 */
import { useEffect, useRef, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { loadList, loadMore } from "../app/inbox.js";
import { go, linkTo, VIEWS } from "../app/route.js";
import { drafted } from "../app/drafts.js";
import { counts, currentRow, dialog, groups, list, me, route } from "../app/state.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Avatar, Name } from "../parts/people.js";
import { levelOf, Wait } from "../parts/times.js";
import { Unread } from "../parts/unread.js";
import { Empty } from "./empty.js";
import { Dock } from "./incoming.js";

const ICONS = { all: "inbox", mine: "person", unassigned: "queue", resolved: "check", spam: "spam" };
const COUNTED = new Set(["all", "mine", "unassigned"]);
const SEARCH_MS = 250;
const NEAR_END = 400;

/** @param {View} view */
export function viewWords(view) {
  switch (view) {
    case "mine": return gettext("Mine");
    case "unassigned": return gettext("Unassigned");
    case "resolved": return gettext("Resolved");
    case "spam": return gettext("Spam");
    default: return gettext("All open");
  }
}

export function List() {
  return html`<section class="list" aria-label=${gettext("Conversations")}>
    <header class="list-head">
      <h2 class="grow">${gettext("Inbox")}</h2>
      <button class="btn quiet icon" type="button" title=${gettext("Commands (Ctrl K)")} aria-label=${gettext("Search or run a command")}
        onClick=${() => (dialog.value = { name: "palette" })}><${Icon} name="command" /></button>
    </header>
    <${Search} />
    <nav aria-label=${gettext("Views")}><ul class="views">${VIEWS.map((view) => html`<li><${ViewLink} view=${view} /></li>`)}</ul>
        </nav>
    <${Rows} />
    <${Dock} />
  </section>`;
}

/** @param {{view: View}} props */
function ViewLink({ view }) {
  const isHere = route.value.view === view && !route.value.query; // a search looks everywhere
  const count = COUNTED.has(view) ? counts.value?.[/** @type {"all"|"mine"|"unassigned"} */ (view)] : undefined;
  return html`<a
      class="view" ...${linkTo({ view, query: "", number: currentRow.value && innerWidth > 720 ? route.value.number : null })}
      aria-current=${isHere ? "true" : undefined}>
    <${Icon} name=${ICONS[view]} class="s" />${viewWords(view)}
    ${COUNTED.has(view) && html`<span class=${cx("n", view === "unassigned" && !!count && "wait")}>${count ?? "–"}</span>`}
  </a>`;
}

/** The words go to the server a moment after the last key; the list shows what was found. */
function Search() {
  const { query } = route.value;
  const [words, setWords] = useState(query);
  const timer = useRef(0);
  useEffect(() => setWords(query), [query]);
  const onInput = (/** @type {any} */ event) => {
    const next = event.target.value;
    setWords(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => go({ query: next.trim() }, { replace: true }), SEARCH_MS);
  };
  const clear = () => {
    clearTimeout(timer.current);
    setWords("");
    go({ query: "" }, { replace: true });
  };
  return html`<form class="list-search" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <label class="search"><${Icon} name="search" class="s" /><span class="vh">${gettext("Search conversations")}</span>
      <input type="search" id="search" maxlength="200" dir=${words ? "auto" : undefined} autocomplete="off" enterkeyhint="search" placeholder=${gettext("Search conversations")}
        value=${words} onInput=${onInput} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && clear()} />
      ${words && html`<button type="button" class="btn quiet icon tiny" aria-label=${gettext("Clear the search")}
          onClick=${clear}><${Icon} name="x" class="s" /></button>`}
    </label>
  </form>`;
}

function Rows() {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const shown = groups.value;
  const known = list.value;
  const isEmpty = !shown.length;
  useEffect(() => {
    box.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [route.value.number]);
  useEffect(() => {
    const here = box.current;
    if (here && here.scrollHeight <= here.clientHeight + NEAR_END) loadMore();
  });
  const onScroll = () => {
    const here = box.current;
    if (here && here.scrollHeight - here.scrollTop - here.clientHeight < NEAR_END) loadMore();
  };
  return html`<div class="rows" ref=${box} onScroll=${onScroll}>
    ${isEmpty && (!known || known.status === "loading") && html`<${Skeletons} />`}
    ${known?.status === "failed" && html`<${Failed} />`}
    ${isEmpty && known?.status === "ready" && html`<${Empty} />`}
    <p class="vh" role="status">${known?.status === "ready" && route.value.query ? foundWords(shown[0]?.rows.length ?? 0) : ""}</p>
    ${shown.map((group) => html`<${Group} key=${group.key} group=${group} />`)}
    ${known?.isLoadingMore && html`<${Skeletons} count=${2} />`}
  </div>`;
}

/** @param {number} count */
const foundWords = (count) => interpolate(ngettext("%(count)s conversation found", "%(count)s conversations found", count), { count });

/** @param {"you"|"customer"|"rest"} key @param {number} count */
function groupWords(key, count) {
  if (key === "you") return route.value.view === "mine" ? gettext("Waiting for you") : gettext("Waiting for an answer");
  if (key === "customer") return gettext("Waiting for the customer");
  if (!route.value.query) return viewWords(route.value.view);
  return list.value?.next ? gettext("Conversations found") : foundWords(count);
}

/** @param {{group: {key: "you"|"customer"|"rest", rows: Row[]}}} props */
function Group({ group }) {
  const { key, rows } = group;
  // While pages are still to come, nobody knows how many follow.
  const more = list.value?.next ? "+" : "";
  return html`<section>
    <h3 class="group">${groupWords(key, rows.length)}
      ${key !== "rest" && html` <span class="num">${rows.length}${more}</span>`}</h3>
    <ul>${rows.map((row) => html`<li key=${row.id}><${RowLink} row=${row} /></li>`)}</ul>
  </section>`;
}

/** @param {{row: Row}} props */
function RowLink({ row }) {
  const level = levelOf(row);
  const isForMe = !row.assignee || row.assignee.id === me.value.id;
  const unread = isForMe ? row.mine?.unread ?? 0 : 0;
  const isHere = route.value.number === row.number;
  return html`<a class=${cx("row", unread > 0 && "unread", level && "waiting", level)} ...${linkTo({ number: row.number })}
      aria-current=${isHere ? "true" : undefined}>
    <${Avatar} person=${row} status=${row.online ? "online" : undefined} />
    <span class="row-body"><span class="row-top"><${Name} name=${row.name} class="row-name cut own-dir" />
      <span class="row-age"><${Wait} row=${row} /></span></span>
      <span class="row-line"><${LastWords} row=${row} />
        ${unread > 0 && html`<${Unread} count=${unread} />`}
        ${row.assignee && row.assignee.id !== me.value.id && html`<span class="row-agent" title=${row.assignee.name}>
          <${Avatar} person=${row.assignee} size="xs" /><span class="vh">${row.assignee.name}</span></span>`}
      </span></span>
  </a>`;
}

/** @param {{row: Row}} props */
function LastWords({ row }) {
  const { last } = row;
  if (drafted.value.has(row.id) && route.value.number !== row.number) {
    return html`<span class="cut own-dir draft" dir="auto"><${Icon} name="pencil" class="s" /> ${gettext("Draft")}</span>`;
  }
  if (!last) return html`<span class="cut own-dir" dir="auto">${row.subject}</span>`;
  const isMine = last.by === "agent" && last.member === me.value.id;
  const who = last.by === "visitor" ? "" : isMine ? gettext("You:") : last.name && `${last.name.split(" ")[0]}:`;
  return html`${last.kind === "note" && html`<${Icon} name="lock" class="s" /><span class="vh">${gettext("Note:")} </span>`}
    ${who && html`<span class="you" dir="auto">${who} </span>`}
    <span class="cut own-dir" dir="auto">${last.preview}</span>`;
}

/** @param {{count?: number}} props */
const Skeletons = ({ count = 7 }) => html`<div class="skels" aria-hidden="true">
    ${Array.from({ length: count }, (_, at) => html`<div class="skel-row" key=${at}>
  <span class="skel face"></span><span class="skel-lines"><span class=${`skel w${(at % 3) + 4}`}></span><span
      class=${`skel w${((at + 1) % 3) + 6}`}></span></span></div>`)}</div>
  <p class="vh" role="status">${gettext("Loading conversations")}</p>`;

function Failed() {
  return html`<div class="empty"><span class="pic"><${Icon} name="off" /></span><h3>${gettext("The list did not come")}</h3>
    <p>${gettext("The server did not answer.")}</p>
    <div class="go"><button type="button" class="btn" onClick=${() => loadList({ again: true })}>${gettext("Try again")}</button>
        </div></div>`;
}
