/**
 * Where one writes: a reply or a note, with canned messages at a slash, kept as a draft until it is sent.
 * @import {Row, Canned} from "../store/types.js"
 * @import {Draft} from "../app/drafts.js"
 */
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { loadCanned, valuesFor } from "../app/canned.js";
import { keepDraft, readDraft } from "../app/drafts.js";
import { sendMessage } from "../app/sending.js";
import { canned, compose, currentTicket, patchTicket } from "../app/state.js";
import { say } from "../app/toasts.js";
import { sayTyping } from "../app/typing.js";
import { fill, firstMissing, replaceSlash, searchCanned, slashQuery } from "../store/canned.js";
import { lengthOf, LIMIT } from "../store/length.js";
import { may } from "../store/verbs.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { CannedList, optionId } from "./canned_list.js";

const KEEP_MS = 250;

/** @param {{row: Row}} props */
export function Composer({ row }) {
  const box = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const draft = useDraft(row);
  const list = useCannedList(row, draft, box);
  const send = () => sendDraft(row, draft, box.current);
  const isOvertaken = useOvertaken(draft.text);
  useRequests(draft, list, box);
  useHeight(box, draft.text);
  const isNote = draft.mode === "note";
  const label = isNote ? gettext("Internal note") : interpolate(gettext("Reply to %(name)s"), { name: row.name });
  const onInput = (/** @type {any} */ { target }) => {
    draft.write(target.value);
    list.look(target);
    if (!isNote) sayTyping(row.id, !!target.value.trim());
  };
  return html`<form class="composer" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
    ${list.isOpen && html`<${CannedList} found=${list.found} chosen=${list.chosen} values=${list.values} onPick=${list.pick} />`}
    <p class="vh" role="status">${list.isOpen ? foundWords(list.found.length) : ""}</p>
    <div class="box" data-mode=${draft.mode}>
      <textarea class="box-text" ref=${box} id="composer" rows="1" dir=${draft.text ? "auto" : undefined} aria-label=${label}
        placeholder=${isNote ? gettext("Write a note that only your team sees") : label}
        aria-controls=${list.isOpen ? "canned" : undefined} aria-autocomplete="list" aria-haspopup="listbox"
        aria-activedescendant=${list.isOpen && list.found.length ? optionId(list.found[list.chosen]) : undefined}
        value=${draft.text} onInput=${onInput} onKeyDown=${(/** @type {KeyboardEvent} */ event) => onKey(event, list, send)}
        onBlur=${() => sayTyping(row.id, false)}></textarea>
      <${Foot} row=${row} draft=${draft} list=${list} box=${box} isOvertaken=${isOvertaken} />
    </div>
  </form>`;
}

/** @param {number} count */
const foundWords = (count) => interpolate(ngettext("%(count)s canned message", "%(count)s canned messages", count), { count });

/** @param {KeyboardEvent} event @param {ReturnType<typeof useCannedList>} list @param {() => void} send */
function onKey(event, list, send) {
  // While an input method composes, Enter chooses a word; 229 is what older browsers say then.
  if (event.isComposing || event.keyCode === 229) return;
  if (list.isOpen && list.onKey(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    send();
  }
  if (event.key === "Escape") /** @type {HTMLElement} */ (event.target).blur();
}

/** The two texts of a ticket, kept a moment after the last key and when the page is left. @param {Row} row */
function useDraft(row) {
  const [draft, setDraft] = useState(() => readDraft(row.id));
  const live = useRef(draft);
  const timer = useRef(0);
  live.current = draft;
  const mode = may("reply", row) ? draft.mode : "note";
  const change = (/** @type {Partial<Draft>} */ part) => {
    const next = { ...live.current, ...part };
    live.current = next;
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => keepDraft(row.id, next), KEEP_MS);
  };
  useEffect(() => {
    const keep = () => void keepDraft(row.id, live.current);
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      clearTimeout(timer.current);
      keep();
    };
  }, []);
  return {
    mode: /** @type {"reply"|"note"} */ (mode),
    text: draft[mode],
    write: (/** @type {string} */ text) => change({ [mode]: text }),
    turn: (/** @type {"reply"|"note"} */ to) => change({ mode: to }),
    clear: () => {
      change({ [mode]: "" });
      clearTimeout(timer.current);
      keepDraft(row.id, live.current);
    },
  };
}

/**
 * @param {Row} row
 * @param {ReturnType<typeof useDraft>} draft
 * @param {HTMLTextAreaElement|null} box
 * @param {string} [text]
 */
function sendDraft(row, draft, box, text = box?.value ?? "") {
  const gap = firstMissing(text);
  if (!text.trim() || lengthOf(text) > LIMIT) return void box?.focus();
  if (gap) {
    box?.focus();
    box?.setSelectionRange(...gap);
    return void say(gettext("Fill in the marked place first."));
  }
  if (!sendMessage(row.id, draft.mode === "note" ? "note" : "text", text.trim())) return;
  draft.clear();
  sayTyping(row.id, false);
  if (currentTicket.value?.newAfter != null) patchTicket(row.id, { newAfter: null });
  box?.focus();
}

/**
 * @param {Row} row
 * @param {ReturnType<typeof useDraft>} draft
 * @param {{current: HTMLTextAreaElement|null}} box
 */
function useCannedList(row, draft, box) {
  const [query, setQuery] = useState(/** @type {string|null} */ (null));
  const [chosen, setChosen] = useState(0);
  const isOpen = query !== null && canned.value !== null;
  const found = isOpen ? searchCanned(canned.value ?? [], query ?? "") : [];
  const values = valuesFor(row, currentTicket.value?.detail ?? null);
  const set = (/** @type {string|null} */ next) => {
    if (next !== null) loadCanned();
    if (next !== query) setChosen(0);
    setQuery(next);
  };
  const pick = (/** @type {Canned} */ one, andSend = false) => {
    const area = box.current;
    if (!area) return;
    const placed = replaceSlash(area.value, area.selectionStart, fill(one.text, values));
    draft.write(placed.text);
    area.value = placed.text;
    set(null);
    area.focus();
    area.setSelectionRange(...(firstMissing(placed.text) ?? [placed.caret, placed.caret]));
    if (andSend) sendDraft(row, draft, area, placed.text);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && found.length) setChosen((chosen + step + found.length) % found.length);
    else if (event.key === "Enter" && found.length) pick(found[chosen], event.shiftKey);
    else if (event.key === "Escape") set(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const look = (/** @type {HTMLTextAreaElement} */ area) => set(slashQuery(area.value, area.selectionStart));
  return { isOpen, found, chosen, values, pick, onKey, look, toggle: () => set(isOpen ? null : ""), open: () => set("") };
}

/**
 * Keys and the palette may ask for a mode or the canned list.
 * @param {ReturnType<typeof useDraft>} draft
 * @param {ReturnType<typeof useCannedList>} list
 * @param {{current: HTMLTextAreaElement|null}} box
 */
function useRequests(draft, list, box) {
  const asked = compose.value;
  useLayoutEffect(() => {
    if (!asked || Date.now() - asked.at > 1000) return;
    compose.value = null;
    if (asked.mode) draft.turn(asked.mode);
    if (asked.canned) list.open();
    box.current?.focus();
  }, [asked?.at]);
}

/** Whether the customer wrote something since this text was begun. @param {string} text */
function useOvertaken(text) {
  const begun = useRef(/** @type {{at: number|null}} */ ({ at: null })).current;
  const log = currentTicket.value?.log;
  if (!text.trim()) begun.at = null;
  else begun.at ??= log?.last ?? 0;
  const since = begun.at ?? 0;
  return since > 0 && !!log?.events.some((event) => event.seq > since && event.by.kind === "visitor");
}

/** Browsers without `field-sizing` need the height told. @param {{current: HTMLTextAreaElement|null}} box @param {string} text */
function useHeight(box, text) {
  useLayoutEffect(() => {
    const area = box.current;
    if (!area || CSS.supports("field-sizing: content")) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 240)}px`;
  }, [text]);
}

/**
 * @param {{row: Row, draft: ReturnType<typeof useDraft>, list: ReturnType<typeof useCannedList>,
 *   box: {current: HTMLTextAreaElement|null}, isOvertaken: boolean}} props
 */
function Foot({ row, draft, list, box, isOvertaken }) {
  const turn = (/** @type {"reply"|"note"} */ mode) => () => {
    draft.turn(mode);
    box.current?.focus();
  };
  const toggle = () => {
    list.toggle();
    box.current?.focus();
  };
  return html`<div class="box-foot">
    <div class="seg" role="radiogroup" aria-label=${gettext("Write as")}>
      ${may("reply", row) && html`<button type="button" role="radio" aria-checked=${draft.mode === "reply"}
          onClick=${turn("reply")}>${gettext("Reply")}</button>`}
      <button type="button" role="radio" aria-checked=${draft.mode === "note"} onClick=${turn("note")}><${Icon} name="lock" class="s" />${gettext("Note")}</button>
    </div>
    <button class="btn quiet icon tiny" type="button" title=${gettext("Canned messages (/)")} aria-label=${gettext("Canned messages")} aria-expanded=${list.isOpen}
      onClick=${toggle}><${Icon} name="slash" /></button>
    <span class="grow"></span>
    <${Hint} text=${draft.text} isOvertaken=${isOvertaken} />
    <${SendButton} draft=${draft} />
  </div>`;
}

/** @param {{draft: ReturnType<typeof useDraft>}} props */
function SendButton({ draft }) {
  const isNote = draft.mode === "note";
  const isOff = !draft.text.trim() || lengthOf(draft.text) > LIMIT;
  return html`<button class=${cx("btn primary tiny send", isNote && "as-note")} type="submit" aria-disabled=${isOff}>
    <${Icon} name=${isNote ? "lock" : "send"} class=${isNote ? "s" : "s flip"} />
        ${isNote ? gettext("Add note") : gettext("Send")}</button>`;
}

/** @param {{text: string, isOvertaken: boolean}} props */
function Hint({ text, isOvertaken }) {
  const length = lengthOf(text);
  if (length > LIMIT) {
    const count = length - LIMIT;
    const words = interpolate(ngettext("%(count)s character too many", "%(count)s characters too many", count), { count });
    return html`<span class="bad small num" role="status">${words}</span>`;
  }
  if (length > LIMIT * 0.875) return html`<span class="muted small num">
      ${length.toLocaleString()} / ${LIMIT.toLocaleString()}</span>`;
  if (isOvertaken) return html`<span class="wait small" role="status">${gettext("New message since you began")}</span>`;
  return html`<span class="muted small no-phone hint-enter">
      ${text ? gettext("Enter sends, Shift Enter makes a new line") : gettext("/ for canned messages")}</span>`;
}
