/**
 * The list of canned messages, in the flow above the composer so that it never covers the conversation's end.
 * @import {Canned} from "../store/types.js"
 */
import { useEffect } from "../../../vendor/preact-hooks.js";
import { gettext } from "../../lib/i18n.js";
import { boot } from "../app/boot.js";
import { pieces } from "../store/canned.js";
import { scriptLanguage } from "../store/language.js";
import { cx, html } from "../parts/html.js";

/** @param {Canned} [one] */
export const optionId = (one) => (one ? `canned-${one.id}` : undefined);

/** @param {Canned} one */
function scopeWords(one) {
  if (one.scope === "personal") return gettext("Only me");
  return one.scope === "department" ? one.department?.name ?? gettext("Department") : gettext("Everyone");
}

/**
 * @param {{found: Canned[], chosen: number, values: Record<string, string|number>, onPick: (one: Canned, andSend?: boolean) => void}} props
 */
export function CannedList({ found, chosen, values, onPick }) {
  useEffect(() => {
    document.getElementById(optionId(found[chosen]) ?? "")?.scrollIntoView({ block: "nearest" });
  }, [chosen, found.length]);
  return html`<div class="canned">
    <div role="listbox" id="canned" class="canned-rows" aria-label=${gettext("Canned messages")}>
      ${found.map((one, at) => html`<${Option} key=${one.id} one=${one} isChosen=${at === chosen} values=${values}
          onPick=${onPick} />`)}
    </div>
    ${!found.length && html`<p class="canned-none muted">${gettext("No canned message holds these words.")}</p>`}
    <footer>
      <span class="no-phone"><kbd>↑</kbd> <kbd>↓</kbd> ${gettext("choose")}</span><span class="no-phone"><kbd>↵</kbd> ${gettext("insert")}</span>
      <span class="no-phone"><kbd>⇧ ↵</kbd> ${gettext("insert and send")}</span><span class="grow"></span>
      <a class="link" href=${boot.urls.canned}>${gettext("Manage")}</a>
    </footer>
  </div>`;
}

/** @param {{one: Canned, isChosen: boolean, values: Record<string, string|number>, onPick: (one: Canned) => void}} props */
const Option = ({ one, isChosen, values, onPick }) => html`<div class="canned-row" role="option" id=${optionId(one)}
    aria-selected=${isChosen}
    onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()} onClick=${() => onPick(one)}>
  <code class="ltr cut">/${one.shortcut.replace(/^\//, "")}</code>
  <span class=${cx("tx own-dir", !isChosen && "cut")} dir="auto" lang=${scriptLanguage(one.text)}>${one.title && html`<b
      dir="auto">${one.title}</b>${" "}`}${pieces(one.text, values).map((piece) =>
    piece.filled ? html`<mark>${piece.text}</mark>` : piece.missing ? html`<mark class="missing">
        ${piece.text}</mark>` : piece.text)}</span>
  <span class="tag no-phone">${scopeWords(one)}</span>
</div>`;
