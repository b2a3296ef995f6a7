/**
 * Speaks first to somebody who looks around: a few words of one's own in the page that they use.
 * @import {OnSite} from "../store/types.js"
 */
import { useEffect, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { uuid } from "../../lib/ids.js";
import { api, ApiError } from "../app/api.js";
import { loadCanned } from "../app/canned.js";
import { canned } from "../app/state.js";
import { say, wordsFor } from "../app/toasts.js";
import { nameOf } from "../store/visitors.js";
import { closeDialog, Dialog } from "../parts/dialog.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";

const MOST = 500;

/** @param {{row: OnSite}} props */
export function Invite({ row }) {
  const [text, setText] = useState("");
  const [clientId] = useState(uuid);
  const { problem, field, isAsking, isBusy, send } = useInviting(row, clientId);
  useEffect(() => {
    loadCanned();
  }, []);
  const onSubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const reason = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason") ?? "";
    send(text.trim(), String(reason).trim());
  };
  const foot = html`<button type="button" class="btn" onClick=${closeDialog}>${gettext("Cancel")}</button>
    <button type="submit" class="btn primary" disabled=${isBusy || !text.trim()}><${Icon} name="chat" class="s" />
      ${isAsking ? gettext("Invite anyway") : gettext("Invite")}</button>`;
  return html`<${Dialog} title=${interpolate(gettext("Invite %(name)s to chat"), { name: nameOf(row) })} class="invite" onSubmit=${onSubmit} foot=${foot}>
    <${Ready} onChoose=${setText} />
    <div class="field"><label for="invite-text">${gettext("What they read")}</label>
      <textarea class="input" id="invite-text" rows="3" maxlength=${MOST} dir="auto" autofocus value=${text}
        aria-invalid=${field === "text" ? "true" : undefined} aria-describedby="invite-hint"
        onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>
      <p class="hint" id="invite-hint">${gettext("It stands in the corner of their page with your name. One of your places is kept for a minute.")}</p></div>
    ${isAsking && html`<div class="field"><label for="invite-reason">${gettext("Why you ask all the same")}</label>
      <input class="input" id="invite-reason" name="reason" required maxlength="200" dir="auto" autocomplete="off" autofocus />
      <p class="hint">${gettext("Kept with the invitation, for your team.")}</p></div>`}
    <p class="problem" role="alert">${problem}</p>
  </${Dialog}>`;
}

/** @param {{onChoose: (text: string) => void}} props */
function Ready({ onChoose }) {
  const usable = (canned.value ?? []).filter(({ text }) => text.length <= MOST && !text.includes("{"));
  if (!usable.length) return null;
  const onChange = (/** @type {any} */ event) => {
    const chosen = usable.find(({ id }) => id === event.target.value);
    if (chosen) onChoose(chosen.text);
  };
  return html`<div class="field"><label for="invite-canned">${gettext("Begin with a canned message")}</label>
    <select class="input" id="invite-canned" onChange=${onChange}><option value="">${gettext("Choose one")}</option>
      ${usable.map(({ id, title, shortcut }) => html`<option key=${id} value=${id}>${title || `/${shortcut}`}</option>`)}</select></div>`;
}

/**
 * Invites, and asks for a reason where the rules of good manners speak against it.
 * @param {OnSite} row
 * @param {string} clientId  the same for every try, so that nobody is asked twice
 */
function useInviting(row, clientId) {
  const [refused, setRefused] = useState({ problem: "", field: "", isAsking: false });
  const [isBusy, setBusy] = useState(false);
  const send = async (/** @type {string} */ text, /** @type {string} */ reason) => {
    setBusy(true);
    try {
      await api.invite(row.id, { client_id: clientId, text, ...(reason && { reason }) });
      closeDialog();
      say(interpolate(gettext("%(name)s reads it now. Their chat comes to you."), { name: nameOf(row) }));
    } catch (error) {
      const isApi = error instanceof ApiError;
      setRefused({ problem: wordsFor(error), field: isApi ? error.field : "", isAsking: isApi && error.extra.may_override === true });
      setBusy(false);
    }
  };
  return { ...refused, isBusy, send };
}
