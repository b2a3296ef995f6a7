/**
 * Who this is, and what can be done.
 * @import {Row, Member} from "../store/types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { askTransfer } from "../app/commands.js";
import { foldPanel } from "../app/layout.js";
import { goBack, go } from "../app/route.js";
import { currentTicket, departments, handovers, isPanelFolded, me, members, now, route } from "../app/state.js";
import { askEnd, assign, busy, markSpam, moveTo, reopen, resolve, take } from "../app/verbs.js";
import { may } from "../store/verbs.js";
import { age, fullTime } from "../store/time.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { Avatar, Name, StateTag, statusWords } from "../parts/people.js";

/** @param {{row: Row}} props */
export function Head({ row }) {
  return html`<header class="thread-head">
    <button type="button" class="btn quiet icon only-phone" aria-label=${gettext("Back to the inbox")} onClick=${() => goBack({ number: null })}><${Icon} name="back" class="flip" /></button>
    <div class="grow">
      <h2><${Name} name=${row.name} class="cut own-dir" /></h2>
      <${Facts} row=${row} />
    </div>
    <${Verbs} row=${row} />
  </header>`;
}

/** @param {{row: Row}} props */
const Facts = ({ row }) => html`<p class="sub">
  <span class="num">#${row.number}</span>
  <${Handover} to=${handovers.value.get(row.id)?.to} />
  ${!["open", "answered", "new"].includes(row.state) && html`<${StateTag} state=${row.state} />`}
  ${row.department && html`<span aria-hidden="true">·</span><span class="cut department" dir="auto">${row.department.name}</span>`}
  <span aria-hidden="true">·</span><time datetime=${row.created_at} title=${fullTime(row.created_at)}>${age(row.created_at, now.value)}</time>
  ${row.channel === "offline_form" && html`<span class="no-phone" aria-hidden="true">·</span><span class="no-phone">
      ${gettext("offline form")}</span>`}
  ${row.subject && html`<span class="no-phone" aria-hidden="true">·</span><span class="cut no-phone" dir="auto">
      ${row.subject}</span>`}
</p>`;

/** The chat stays where it is until they accept. @param {{to: import("../store/types.js").Named|undefined}} props */
const Handover = ({ to }) => html`<span class=${to ? "tag wait handover" : "vh"} role="status">${to && html`<${Icon} name="transfer" class="s" />
  <span class="cut" dir="auto">${interpolate(gettext("Waiting for %(name)s to accept"), { name: to.name })}</span>`}</span>`;

/** @param {{row: Row}} props */
function Verbs({ row }) {
  const events = currentTicket.value?.log.events ?? [];
  const isBusy = (/** @type {string} */ verb) => busy.value.has(`${verb} ${row.id}`);
  return html`<div class="verbs">
    ${may("take", row) && html`<button type="button" class="btn primary" disabled=${isBusy("take")} onClick=${() => take(row)}>
        <${Icon} name="hand" class="s" />${gettext("Take")}</button>`}
    ${may("assign", row) && html`<${AssignMenu} row=${row} />`}
    ${may("transfer", row) && html`<button type="button" class="btn quiet icon no-phone" title=${gettext("Transfer")} aria-label=${gettext("Transfer")}
        aria-haspopup="dialog" disabled=${handovers.value.has(row.id)} onClick=${() => askTransfer(row)}><${Icon} name="transfer" /></button>`}
    ${may("resolve", row) && html`<button type="button" class="btn no-phone" disabled=${isBusy("close")}
        onClick=${() => resolve(row)}><${Icon} name="check" class="s" />${gettext("Resolve")}</button>`}
    ${may("reopen", row) && html`<button type="button" class="btn no-phone" disabled=${isBusy("reopen")}
        onClick=${() => reopen(row)}><${Icon} name="undo" class="s" />
        ${row.state === "spam" ? gettext("Not spam") : gettext("Reopen")}</button>`}
    <${Menu} label=${gettext("More actions")} items=${() => moreItems(row, events)}><${Icon} name="more" /></${Menu}>
    <button type="button" class="btn quiet icon no-phone" aria-pressed=${!isPanelFolded.value} title=${gettext("Customer panel")} aria-label=${gettext("Customer panel")}
      onClick=${() => foldPanel(!isPanelFolded.value)}><${Icon} name="panel" class="flip" /></button>
    <button type="button" class="btn quiet icon only-phone" title=${gettext("Customer")} aria-label=${gettext("Customer")}
      onClick=${() => go({ panel: !route.value.panel })}><${Icon} name="person" /></button>
  </div>`;
}

/**
 * @param {Row} row
 * @param {import("../store/types.js").LogEvent[]} events
 * @returns {(import("../parts/menu.js").Item|false)[]}
 */
function moreItems(row, events) {
  const departmentItems = [
    { line: true },
    { head: gettext("Department") },
    { words: gettext("None"), isChecked: !row.department, run: () => void moveTo(row, null) },
    ...departments.value.map((one) => ({ words: one.name, isChecked: row.department?.id === one.id, run: () => void moveTo(row, one) })),
  ];
  return [
    may("resolve", row) && { words: gettext("Resolve"), icon: "check", after: html`<kbd
        class="no-phone">e</kbd>`, run: () => void resolve(row) },
    may("reopen", row) && { words: row.state === "spam" ? gettext("Not spam") : gettext("Reopen"), icon: "undo", run: () => void reopen(row) },
    may("transfer", row) && !handovers.value.has(row.id) && { words: gettext("Transfer…"), icon: "transfer", run: () => askTransfer(row) },
    may("end", row, events) && { words: gettext("End the chat"), icon: "end", run: () => askEnd(row) },
    may("spam", row) && { words: gettext("Mark as spam"), icon: "spam", run: () => void markSpam(row) },
    ...(departments.value.length && may("department", row) ? departmentItems : []),
  ];
}

const ORDER = { online: 0, away: 1, offline: 2 };

/** Who could take it now comes first. @param {{row: Row}} props */
function AssignMenu({ row }) {
  const { assignee } = row;
  const label = assignee ? interpolate(gettext("Assigned to %(name)s. Change"), { name: assignee.name }) : gettext("Assign");
  return html`<${Menu} class="btn assign" menuClass="wide" label=${label} title=${gettext("Assign (a)")}
      items=${() => memberItems(row)}>
    ${assignee ? html`<${Avatar} person=${assignee} size="s" /><span class="cut no-phone" dir="auto">
        ${assignee.id === me.value.id ? gettext("You") : assignee.name}</span>`
      : html`<${Icon} name="person" class="s" /><span class="no-phone">${gettext("Assign")}</span>`}
    <${Icon} name="down" class="s no-phone" />
  </${Menu}>`;
}

/** @param {Row} row */
function memberItems(row) {
  const team = [...members.value.values()].sort((a, b) =>
    Number(b.id === me.value.id) - Number(a.id === me.value.id) || ORDER[a.status] - ORDER[b.status] || a.name.localeCompare(b.name));
  return [
    { head: gettext("Assign to") },
    ...team.map((member) => memberItem(row, member)),
    { line: true },
    { words: gettext("Nobody: back to everyone"), icon: "queue", isChecked: !row.assignee, run: () => void assign(row, null) },
  ];
}

/** @param {Row} row @param {Member} member */
const memberItem = (row, member) => ({
  words: member.id === me.value.id ? interpolate(gettext("%(name)s (you)"), { name: member.name }) : member.name,
  before: html`<${Avatar} person=${member} size="s" status=${member.status} />`,
  after: html`<span class="muted small">${member.reason || statusWords(member.status)}</span>`,
  isChecked: row.assignee?.id === member.id,
  run: () => void assign(row, member),
});
