/** Away or offline, and why, for colleagues to read. */
import { useState } from "../../../vendor/preact-hooks.js";
import { gettext } from "../../lib/i18n.js";
import { me } from "../app/state.js";
import { setStatus } from "../app/verbs.js";
import { closeDialog, Dialog } from "../parts/dialog.js";
import { html } from "../parts/html.js";
import { statusWords } from "../parts/people.js";

const presets = () => [gettext("Lunch"), gettext("Meeting"), gettext("Training"), gettext("Break")];

export function Reason() {
  const [status, setChosen] = useState(/** @type {"away"|"offline"} */ (me.value.status === "offline" ? "offline" : "away"));
  const set = (/** @type {string} */ reason) => {
    closeDialog();
    setStatus(status, reason.trim());
  };
  const onSubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    set(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason")));
  };
  const foot = html`<button type="button" class="btn" onClick=${closeDialog}>${gettext("Cancel")}</button>
    <button type="submit" class="btn primary">${status === "away" ? gettext("Set away") : gettext("Go offline")}</button>`;
  return html`<${Dialog} title=${gettext("Away with a reason")} class="reason" onSubmit=${onSubmit} foot=${foot}>
    <fieldset class="checks"><legend class="vh">${gettext("Status")}</legend>
      ${/** @type {const} */ (["away", "offline"]).map((one) => html`<label class="check" key=${one}><input type="radio" name="status"
          checked=${status === one} onChange=${() => setChosen(one)} />${statusWords(one)}</label>`)}</fieldset>
    <div class="presets" role="group" aria-label=${gettext("Usual reasons")}>
      ${presets().map((words, at) => html`<button type="button" class="btn" key=${words} autofocus=${at === 0}
          onClick=${() => set(words)}>${words}</button>`)}</div>
    <div class="field"><label for="reason">${gettext("Another reason")}</label>
      <input class="input" id="reason" name="reason" maxlength="80" dir="auto" autocomplete="off" defaultValue=${me.value.reason ?? ""} />
      <p class="hint">${gettext("Your colleagues see it beside your name. Customers do not.")}</p></div>
  </${Dialog}>`;
}
