/**
 * Hands a conversation to somebody, at whom it rings, or to a department, whose queue it joins.
 * @import {Row, Member} from "../store/types.js"
 * @import {Target} from "../app/handovers.js"
 */
import { useEffect, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { ApiError } from "../app/api.js";
import { transfer } from "../app/handovers.js";
import { refreshMembers } from "../app/people.js";
import { departments, me, members } from "../app/state.js";
import { wordsFor } from "../app/toasts.js";
import { targetsFor } from "../store/targets.js";
import { closeDialog, Dialog } from "../parts/dialog.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Avatar, Name, statusWords } from "../parts/people.js";

/** @param {{row: Row}} props */
export function Transfer({ row }) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState("");
  const sending = useSending(row);
  useEffect(() => {
    refreshMembers().catch(() => {});  // the dialog is as useful with what is known
  }, []);
  const found = targetsFor({ members: members.value.values(), departments: departments.value, row, me: me.value.id, words });
  const at = Math.max(0, found.findIndex((one) => one.id === chosen));
  const target = found[at];
  const choose = (/** @type {Target|undefined} */ one) => {
    setChosen(one?.id ?? "");
    sending.begin();
  };
  const onSubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const note = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("note")).trim();
    if (target) sending.send(target, note);
  };
  const foot = html`<button type="button" class="btn" onClick=${closeDialog}>${gettext("Cancel")}</button>
    <button type="submit" class="btn primary" disabled=${!target || sending.isBusy}><${Icon} name="transfer" class="s" />
      ${sending.isAsking ? gettext("Transfer anyway") : gettext("Transfer")}</button>`;
  return html`<${Dialog} title=${gettext("Transfer the conversation")} class="transfer" onSubmit=${onSubmit} foot=${foot}>
    <${Search} words=${words} onWords=${(/** @type {string} */ next) => (setWords(next), choose(undefined))} count=${found.length}
        at=${at} onStep=${(/** @type {number} */ step) => choose(found[(at + step + found.length) % found.length])} />
    <${Targets} found=${found} at=${at} onChoose=${choose} />
    <div class="field"><label for="transfer-note">${gettext("Note for them")}</label>
      <textarea class="input" id="transfer-note" name="note" rows="2" maxlength="2000" dir="auto"></textarea>
      <p class="hint">${gettext("Optional. Only your team sees it.")}</p></div>
    <p class="problem" role="alert">${sending.problem}</p>
  </${Dialog}>`;
}

/**
 * Sends, and asks once more when nobody of a department is there.
 * @param {Row} row
 */
function useSending(row) {
  const [problem, setProblem] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const begin = () => {
    setProblem("");
    setAsking(false);
  };
  const send = async (/** @type {Target} */ target, /** @type {string} */ note) => {
    setBusy(true);
    try {
      await transfer(row, target, { note, anyway: isAsking });
      closeDialog();
    } catch (error) {
      const isOffline = error instanceof ApiError && error.code === "target_offline";
      setAsking(isOffline && target.kind === "department");
      setProblem(wordsFor(error));
      setBusy(false);
    }
  };
  return { problem, isAsking, isBusy, begin, send };
}

/** @param {{words: string, onWords: (words: string) => void, count: number, at: number, onStep: (step: number) => void}} props */
function Search({ words, onWords, count, at, onStep }) {
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || !count) return;
    event.preventDefault();
    onStep(step);
  };
  return html`<label class="search"><${Icon} name="search" class="s" /><span class="vh">${gettext("Person or department")}</span>
    <input type="text" autofocus dir=${words ? "auto" : undefined} autocomplete="off" maxlength="100" placeholder=${gettext("Person or department")}
      role="combobox" aria-expanded="true" aria-controls="targets" aria-autocomplete="list" aria-activedescendant=${count ? `target-${at}` : undefined}
      value=${words} onInput=${(/** @type {any} */ event) => onWords(event.target.value)} onKeyDown=${onKeyDown} /></label>`;
}

/** @param {{found: ReturnType<typeof targetsFor>, at: number, onChoose: (one: Target) => void}} props */
function Targets({ found, at, onChoose }) {
  useEffect(() => {
    document.getElementById(`target-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return html`<div role="listbox" id="targets" class="commands" aria-label=${gettext("People and departments")}>
    ${!found.length && html`<p class="muted small">${gettext("Nobody else can have it. Try fewer words.")}</p>`}
    ${found.map((one, index) => html`<div role="option" key=${one.id} id=${`target-${index}`} class="command target"
        aria-selected=${index === at} onClick=${() => onChoose(one)}>
      ${one.member ? html`<${Avatar} person=${one.member} size="s" status=${one.member.status} />`
        : html`<span class="face"><${Icon} name="building" class="s" /></span>`}
      <${Name} name=${one.name} class="grow cut own-dir" />
      <span class=${cx("muted small", "own-dir")} dir="auto">${one.member ? stateOf(one.member) : gettext("Department")}</span></div>`)}
  </div>`;
}

/** @param {Member} member */
function stateOf({ status, reason, paused, load, limit }) {
  if (status !== "online") return reason || statusWords(status);
  if (paused) return gettext("Paused");
  if (load === undefined) return statusWords(status);
  return limit == null ? interpolate(gettext("%(load)s chats"), { load }) : interpolate(gettext("%(load)s of %(limit)s"), { load, limit });
}
