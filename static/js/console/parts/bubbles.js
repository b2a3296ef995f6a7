/**
 * Bubbles, notes and lines of activity.
 * @import {GroupBlock, NoteBlock, Message} from "../store/blocks.js"
 * @import {Row, LogEvent} from "../store/types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { deleteMessage, retryMessage } from "../app/sending.js";
import { dialog, me, members } from "../app/state.js";
import { say } from "../app/toasts.js";
import { activityWords } from "../store/activity.js";
import { deliveryOf } from "../store/blocks.js";
import { cx, html } from "./html.js";
import { Icon } from "./icon.js";
import { Avatar } from "./people.js";
import { Clock } from "./times.js";
import { Words } from "./words.js";

/** @param {{group: GroupBlock, row: Row, receipt: {delivered: number, read: number}}} props */
export function Group({ group, row, receipt }) {
  const { side, by, messages } = group;
  const last = messages[messages.length - 1];
  const state = last.pending?.state;
  const isVisitor = side === "visitor";
  return html`<div class=${cx("msg", !isVisitor && "own", state === "failed" && "failed")}>
    ${isVisitor && html`<${Avatar} person=${row} size="s" />`}
    <div class="stack">
      <span class="vh">${side === "me" ? gettext("You wrote:") : interpolate(gettext("%(name)s wrote:"), { name: isVisitor ? row.name : by.name })}</span>
      ${messages.map((message) => html`<${Bubble} key=${message.key} message=${message}
          canSave=${side === "me" && !message.pending} />`)}
    </div>
    <p class="meta">${side === "agent" && html`<b dir="auto">${by.name}</b> · `}<${Clock} at=${last.at} />
      ${side === "me" && html`<${Delivery} state=${deliveryOf(last, receipt)} problem=${last.pending?.problem} />`}</p>
    ${state === "failed" && html`<${Retry} message=${last} />`}
  </div>`;
}

/** @param {{message: Message, canSave: boolean}} props */
function Bubble({ message, canSave }) {
  if (message.redacted) return html`<p class="bubble muted">${gettext("This message was removed.")}</p>`;
  const isOnItsWay = ["sending", "waiting"].includes(message.pending?.state ?? "");
  return html`<div class=${cx("bubble-line", isOnItsWay && "pending")}>
    ${canSave && html`<button type="button" class="btn quiet icon tiny save" title=${gettext("Save as a canned message")}
        aria-label=${gettext("Save as a canned message")}
      onClick=${() => (dialog.value = { name: "saveCanned", text: message.body })}><${Icon} name="save" class="s" /></button>`}
    <${Words} text=${message.body} />
    ${message.edited && html`<span class="muted small">${gettext("edited")}</span>`}
  </div>`;
}

const MARKS = { sending: "clock", waiting: "clock", failed: "alert", sent: "check", delivered: "check", read: "checks" };

/** @param {keyof typeof MARKS} state @param {string} [problem] */
function deliveryWords(state, problem) {
  switch (state) {
    case "sending": return gettext("Sending");
    case "waiting": return gettext("Waiting for the connection");
    case "failed": return interpolate(gettext("Not sent: %(problem)s"), { problem });
    case "delivered": return gettext("Delivered");
    case "read": return gettext("Seen");
    default: return gettext("Sent");
  }
}

/** @param {{state: keyof typeof MARKS, problem?: string}} props */
const Delivery = ({ state, problem }) => html` · <span class="delivery" role=${state === "failed" ? "alert" : undefined}>
  <${Icon} name=${MARKS[state]} />${deliveryWords(state, problem)}</span>`;

/** @param {{message: Message}} props */
const Retry = ({ message }) => html`<p class="retry">
  <button type="button" class="btn tiny" onClick=${() => retryMessage(message.key)}><${Icon} name="refresh" class="s" />${gettext("Try again")}</button>
  <button type="button" class="btn quiet tiny" onClick=${() => copy(message.body)}>${gettext("Copy")}</button>
  <button type="button" class="btn quiet tiny" onClick=${() => deleteMessage(message.key)}>${gettext("Delete")}</button></p>`;

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(gettext("Copied."));
  } catch {
    say(gettext("The browser did not allow copying. Select the text and copy it."));
  }
}

/** @param {{note: NoteBlock}} props */
export function Note({ note: { by, message } }) {
  const person = members.value.get(by.id ?? "") ?? (by.id === me.value.id ? me.value : { initials: by.name.slice(0, 1), hue: 6 });
  const state = message.pending?.state;
  return html`<article
      class=${cx("note", state === "failed" && "failed", (state === "sending" || state === "waiting") && "pending")}>
    <${Avatar} person=${person} size="s" />
    <header><b class="cut" dir="auto">${by.name}</b><${Icon} name="lock" class="s" />
      <span class="no-phone">${gettext("Internal note, only your team sees it")}</span>
      <span class="only-phone">${gettext("Internal note")}</span>
      <span class="grow"></span>${state ? html`<${Delivery} state=${state}
          problem=${message.pending?.problem} />` : html`<${Clock} at=${message.at} />`}</header>
    <${Words} text=${message.redacted ? gettext("This message was removed.") : message.body} class="words" />
    ${state === "failed" && html`<${Retry} message=${message} />`}
  </article>`;
}

/** @param {{event: LogEvent}} props */
export function Activity({ event }) {
  const words = activityWords(event, me.value.id);
  return words && html`<p class="event"><span dir="auto">${words}</span><${Clock} at=${event.at} /></p>`;
}
