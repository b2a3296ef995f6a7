/** Keeps a sent reply as a canned message. */
import { useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { ApiError } from "../app/api.js";
import { addCanned } from "../app/canned.js";
import { departments, me, permissions } from "../app/state.js";
import { say, wordsFor } from "../app/toasts.js";
import { closeDialog, Dialog } from "../parts/dialog.js";
import { html } from "../parts/html.js";

/** @param {{text: string}} props */
export function SaveCanned({ text }) {
  const [problem, setProblem] = useState(/** @type {{field: string, words: string}|null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const save = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const made = await addCanned(fieldsOf(/** @type {HTMLFormElement} */ (event.target)));
      closeDialog();
      say(interpolate(gettext("Saved. Type /%(shortcut)s to use it."), { shortcut: made.shortcut.replace(/^\//, "") }));
    } catch (error) {
      setProblem({ field: error instanceof ApiError ? error.field : "", words: wordsFor(error) });
      setBusy(false);
    }
  };
  const foot = html`<button type="button" class="btn" onClick=${closeDialog}>${gettext("Cancel")}</button>
    <button type="submit" class="btn primary" disabled=${isBusy}>${gettext("Save")}</button>`;
  return html`<${Dialog} title=${gettext("Save as a canned message")} onSubmit=${save} foot=${foot}>
    <${Field} name="shortcut" label=${gettext("Shortcut")} hint=${gettext("What you type after the slash: letters, figures, hyphens.")} problem=${problem}>
      ${(/** @type {object} */ props) => html`<input class="input ltr" name="shortcut" required maxlength="40" pattern="\\S+"
          autocomplete="off" autofocus ...${props} />`}</${Field}>
    <${Field} name="title" label=${gettext("Title")} problem=${problem}>
      ${(/** @type {object} */ props) => html`<input class="input" name="title" maxlength="80" dir="auto"
          autocomplete="off" ...${props} />`}</${Field}>
    <${Field} name="text" label=${gettext("Text")} hint=${gettext("{{visitor.name|there}} stands for the customer’s name, or “there” when it is unknown.")} problem=${problem}>
      ${(/** @type {object} */ props) => html`<textarea class="input" name="text" rows="5" required maxlength="8000" dir="auto"
          defaultValue=${text} ...${props}></textarea>`}</${Field}>
    <${Field} name="scope" label=${gettext("Who can use it")} problem=${problem}>
      ${(/** @type {object} */ props) => html`<select class="input" name="scope" ...${props}>
          ${scopes().map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select>`}</${Field}>
    ${problem && !problem.field && html`<p class="problem" role="alert">${problem.words}</p>`}
  </${Dialog}>`;
}

/** @returns {[string, string][]} only what the server will accept from this person */
function scopes() {
  const mine = departments.value.filter((one) => permissions.value.includes("settings") || me.value.departments.includes(one.id));
  return [
    ["personal", gettext("Only me")],
    ...mine.map((one) => /** @type {[string, string]} */ ([one.id, interpolate(gettext("Department: %(name)s"), { name: one.name })])),
    .../** @type {[string, string][]} */ (permissions.value.includes("settings") ? [["workspace", gettext("Everyone")]] : []),
  ];
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  const data = new FormData(form);
  const scope = String(data.get("scope"));
  const isDepartment = scope !== "personal" && scope !== "workspace";
  return {
    shortcut: String(data.get("shortcut")).trim().replace(/^\//, ""),
    title: String(data.get("title")).trim(),
    text: String(data.get("text")).trim(),
    scope: isDepartment ? "department" : scope,
    ...(isDepartment && { department: scope }),
  };
}

/** @param {{name: string, label: string, hint?: string, problem: {field: string, words: string}|null, children: (props: object) => any}} props */
function Field({ name, label, hint, problem, children }) {
  const words = problem?.field === name ? problem.words : "";
  const id = `canned-${name}`;
  const render = Array.isArray(children) ? children.find((child) => typeof child === "function") : children;
  return html`<div class="field"><label for=${id}>${label}</label>
    ${render({ id, "aria-invalid": !!words, "aria-describedby": `${id}-more` })}
    <p id=${`${id}-more`} class=${words ? "problem" : "hint"} role=${words ? "alert" : undefined}>${words || hint}</p></div>`;
}
