/** What the keys do. */
import { gettext } from "../../lib/i18n.js";
import { areKeysOn, switchKeys } from "../app/keys.js";
import { Dialog } from "../parts/dialog.js";
import { html } from "../parts/html.js";

const CONTROL = /mac|iphone|ipad/i.test(navigator.platform) ? "⌘" : "Ctrl";

/** @returns {[string, [string[], string][]][]} */
const sections = () => [
  [gettext("Moving"), [
    [["j"], gettext("Next conversation")],
    [["k"], gettext("Previous conversation")],
    [["s"], gettext("Search conversations")],
    [[CONTROL, "K"], gettext("Commands")],
    [["Esc"], gettext("Leave the box or the dialog")],
    [["?"], gettext("This list")],
  ]],
  [gettext("On a conversation"), [
    [["r"], gettext("Reply")],
    [["n"], gettext("Write a note")],
    [["/"], gettext("Canned messages")],
    [["t"], gettext("Take it")],
    [["a"], gettext("Assign it")],
    [["e"], gettext("Resolve it")],
  ]],
  [gettext("Among the visitors"), [
    [["j"], gettext("Next visitor")],
    [["k"], gettext("Previous visitor")],
    [["↵"], gettext("Look at the visitor")],
    [["t"], gettext("Take their chat")],
  ]],
  [gettext("When a chat rings"), [
    [["Alt", "A"], gettext("Accept it")],
    [["Alt", "D"], gettext("Decline it")],
  ]],
  [gettext("While writing"), [
    [["↵"], gettext("Send")],
    [["⇧", "↵"], gettext("New line")],
    [["/"], gettext("Canned messages, at the start of a line")],
  ]],
];

export const Shortcuts = () => html`<${Dialog} title=${gettext("Keyboard shortcuts")} class="shortcuts">
  ${sections().map(([title, keys]) => html`<section><h3>${title}</h3><dl>
    ${keys.map(([names, words]) => html`<div><dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt><dd>${words}</dd>
        </div>`)}</dl></section>`)}
  <label class="check keys-on"><input type="checkbox" class="switch" checked=${areKeysOn.value}
    onChange=${(/** @type {any} */ event) => switchKeys(event.target.checked)} />${gettext("Use single keys as shortcuts")}</label>
</${Dialog}>`;
