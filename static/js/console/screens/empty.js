/** What an empty list says: why it is empty, and what to do next. */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { boot } from "../app/boot.js";
import { linkTo } from "../app/route.js";
import { counts, route } from "../app/state.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";

/** @param {{icon: string, title: string, words: string, children?: any}} props */
export const Nothing = ({ icon, title, words, children }) => html`<div class="empty">
  <span class="pic"><${Icon} name=${icon} /></span><h2>${title}</h2><p dir="auto">${words}</p>
  ${children && html`<div class="go">${children}</div>`}</div>`;

export function Empty() {
  const { view, query } = route.value;
  if (query) return html`<${NothingFound} query=${query} />`;
  if (view === "mine") return html`<${NothingMine} />`;
  if (view === "unassigned") {
    return html`<${Nothing} icon="check" title=${gettext("Everyone is taken care of")}
      words=${gettext("New conversations that nobody has taken yet stand here.")} />`;
  }
  if (view === "resolved") {
    return html`<${Nothing} icon="check" title=${gettext("Nothing is resolved yet")}
      words=${gettext("A conversation that you resolve moves here. A new message from the customer opens it again.")} />`;
  }
  if (view === "spam") {
    return html`<${Nothing} icon="spam" title=${gettext("No spam")}
        words=${gettext("What you mark as spam is kept here, out of the way.")} />`;
  }
  return html`<${NothingOpen} />`;
}

/** @param {{query: string}} props */
const NothingFound = ({ query }) => html`<${Nothing} icon="search" title=${gettext("Nothing found")}
    words=${interpolate(gettext("No conversation holds “%(query)s”. Try a name, an e-mail address, a number or fewer words."), { query })}>
  <a class="btn" ...${linkTo({ query: "" })}>${gettext("Clear the search")}</a></${Nothing}>`;

function NothingMine() {
  const count = counts.value?.unassigned ?? 0;
  const words = count
    ? interpolate(ngettext("%(count)s conversation has nobody yet.", "%(count)s conversations have nobody yet.", count), { count })
    : gettext("Conversations that you take or that are given to you stand here.");
  return html`<${Nothing} icon="inbox" title=${gettext("Nobody waits for you")} words=${words}>
    ${count > 0 && html`<a class="btn primary" ...${linkTo({ view: "unassigned", number: null })}>
        ${gettext("See who waits")}</a>`}</${Nothing}>`;
}

const NothingOpen = () => html`<${Nothing} icon="inbox" title=${gettext("All done")}
    words=${gettext("No conversation is open. When a visitor writes on your site, it appears here by itself.")}>
  ${boot.permissions.includes("settings") && html`<a class="btn" href=${boot.urls.setup}>${gettext("Set up the widget")}</a>`}</${Nothing}>`;
