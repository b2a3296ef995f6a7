/** The command palette: type a number, a name or a verb. */
import { useEffect, useState } from "../../../vendor/preact-hooks.js";
import { gettext } from "../../lib/i18n.js";
import { commandsFor } from "../app/commands.js";
import { closeDialog, Dialog } from "../parts/dialog.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";

export function Palette() {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = commandsFor(words);
  const at = Math.min(chosen, Math.max(0, found.length - 1));
  useEffect(() => {
    document.getElementById(`command-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  /** The dialog gives the focus back first, so that the command may move it. @param {import("../app/commands.js").Command} [command] */
  const run = (command) => {
    if (!command) return;
    closeDialog();
    setTimeout(command.run, 0);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && found.length) setChosen((at + step + found.length) % found.length);
    else if (event.key === "Enter") run(found[at]);
    else return;
    event.preventDefault();
  };
  const onInput = (/** @type {any} */ event) => {
    setWords(event.target.value);
    setChosen(0);
  };
  return html`<${Dialog} title=${gettext("Commands")} class="palette">
    <label class="search"><${Icon} name="search" class="s" /><span class="vh">${gettext("Search or run a command")}</span>
      <input type="text" autofocus dir=${words ? "auto" : undefined} autocomplete="off" maxlength="200" placeholder=${gettext("A number, a name, or what you want to do")} role="combobox" aria-expanded="true"
        aria-controls="commands" aria-activedescendant=${found.length ? `command-${at}` : undefined} value=${words}
            onInput=${onInput} onKeyDown=${onKeyDown} /></label>
    <div role="listbox" id="commands" class="commands" aria-label=${gettext("Commands")}>
      ${found.map((command, index) => html`<div role="option" key=${command.id} id=${`command-${index}`} class="command"
          aria-selected=${index === at} onClick=${() => run(command)}>
        <${Icon} name=${command.icon} class="s" /><span class="grow cut" dir="auto">${command.words}</span>
            ${command.keys && html`<kbd>${command.keys}</kbd>`}</div>`)}
    </div>
  </${Dialog}>`;
}
