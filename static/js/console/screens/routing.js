/**
 * Why this agent has the chat, and others have not: read when somebody asks.
 * @import {Row, Decision, PastRing, Routing} from "../store/types.js"
 */
import { useEffect, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { api } from "../app/api.js";
import { me } from "../app/state.js";
import { decisionWords, outcomeWords, reasonsWords, whyNotMe } from "../store/routing.js";
import { span } from "../store/time.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Section } from "../parts/section.js";
import { Clock } from "../parts/times.js";

/** @param {{row: Row}} props */
export function WhyThisAgent({ row }) {
  const [isOpen, setOpen] = useState(false);
  const [routing, setRouting] = useState(/** @type {Routing|"failed"|null} */ (null));
  useEffect(() => {
    let isCurrent = isOpen;
    if (isOpen) {
      api.routing(row.id).catch(() => /** @type {const} */ ("failed")).then((answer) => isCurrent && setRouting(answer));
    }
    return () => {
      isCurrent = false;
    };
  }, [isOpen, row.id, row.assignee?.id, row.department?.id]);
  return html`<${Section} title=${row.assignee ? gettext("Why this agent?") : gettext("Why does nobody have it?")} isFolded=${!isOpen} onToggle=${setOpen}>
    ${isOpen && html`<${Answer} routing=${routing} />`}
  </${Section}>`;
}

/** @param {{routing: Routing|"failed"|null}} props */
function Answer({ routing }) {
  if (!routing) return html`<div class="routing" aria-hidden="true"><span class="skel w7"></span><span class="skel w5"></span></div>`;
  if (routing === "failed") return html`<p class="muted small" role="status">${gettext("The server did not answer. Fold this part and open it again.")}</p>`;
  const [newest, ...older] = routing.decisions;
  if (!newest) return html`<p class="muted small">${gettext("It never rang: somebody took or was given this conversation.")}</p>`;
  return html`<div class="routing">
    <${Step} decision=${newest} />
    ${routing.rings.length > 0 && html`<${PastRings} rings=${routing.rings} />`}
    ${older.length > 0 && html`<details class="older-steps"><summary>
        ${interpolate(gettext("Earlier steps: %(count)s"), { count: older.length })}<${Icon} name="down" class="s" /></summary>
      <ol>${older.map((decision) => html`<li key=${decision.id}><${Step} decision=${decision} /></li>`)}</ol></details>`}
  </div>`;
}

/** @param {{decision: Decision}} props */
function Step({ decision }) {
  const mine = decision.candidates.length ? "" : whyNotMe(decision, me.value.id);
  return html`<div class="step">
    <p><span dir="auto">${decisionWords(decision)}</span> <${Clock} at=${decision.at} /></p>
    ${mine && html`<p class="muted small" dir="auto">${mine}</p>`}
    ${decision.candidates.length > 0 && html`<${Candidates} decision=${decision} />`}
  </div>`;
}

/** @param {{decision: Decision}} props */
const Candidates = ({ decision }) => html`<ul class="candidates" aria-label=${gettext("Who could have had it")}>
  ${decision.candidates.map((one) => html`<li key=${one.member.id} class=${one.reasons.length ? "could-not" : ""}>
    <${Icon} name=${one.reasons.length ? "x" : "check"} class="s" />
    <bdi class="cut">${one.member.name}</bdi>
    <span class="muted" dir="auto">${one.reasons.length ? reasonsWords(one) : standing(decision, one)}</span></li>`)}
</ul>`;

/** @param {Decision} decision @param {Decision["candidates"][number]} one */
function standing({ agents }, { member, load, limit, outside_hours }) {
  if (agents.some((agent) => agent.id === member.id)) return outside_hours ? gettext("was rung, stays available outside the hours") : gettext("was rung");
  return limit === null ? gettext("could be rung") : interpolate(gettext("could be rung (%(load)s of %(limit)s)"), { load, limit });
}

/** @param {{rings: PastRing[]}} props */
const PastRings = ({ rings }) => html`<div><h3>${gettext("Rang at")}</h3><ul class="past-rings">
  ${rings.map((ring) => html`<li key=${ring.member.id + ring.started_at}><bdi class="cut">${ring.member.name}</bdi>
    <span class="muted" dir="auto">${endWords(ring)}</span><${Clock} at=${ring.started_at} /></li>`)}</ul></div>`;

/** @param {PastRing} ring */
function endWords(ring) {
  const outcome = outcomeWords(ring);
  if (!ring.closed_at) return outcome;
  const seconds = Math.max(0, Math.round((Date.parse(ring.closed_at) - Date.parse(ring.started_at)) / 1000));
  return interpolate(gettext("%(outcome)s after %(time)s"), { outcome, time: span(seconds) });
}
