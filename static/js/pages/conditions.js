/**
 * Builders of conditions: rows and groups come and go, each row shows what its kind and comparison need, and the server
 * says the whole as a sentence. Without this script the same form has buttons that ask the server for more rows.
 */

import { isNeeded, nextNumber, typedIn } from "./condition-names.js";
import { nameRegions, regionName } from "./regions.js";

const REST = 250; // milliseconds without a change before the server is asked

export function conditionTrees() {
  for (const tree of document.querySelectorAll("[data-tree]")) {
    if (tree instanceof HTMLElement) begin(tree);
  }
}

/** @param {HTMLElement} tree */
function begin(tree) {
  tree.classList.add("with-script");
  for (const row of tree.querySelectorAll("[data-row]")) showNeeded(/** @type {HTMLElement} */ (row));
  nameRegions(tree);
  tree.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.dataset.add) {
      event.preventDefault();
      add(tree, button);
    } else if (button.hasAttribute("data-remove")) remove(tree, button);
  });
  tree.addEventListener("keydown", (event) => {
    // Enter in an input must not press the first button, which adds a row.
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    event.target.form?.requestSubmit();
  });
  tree.addEventListener("change", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-row]") : null;
    if (!(row instanceof HTMLElement)) return;
    const name = /** @type {HTMLInputElement} */ (event.target).name;
    if (name === `${row.dataset.row}-kind`) changeKind(tree, row);
    showNeeded(row);
  });
  const ask = explained(tree);
  tree.addEventListener("input", ask);
  tree.addEventListener("change", ask);
  ask();
}

// ---- rows and groups

/** @param {HTMLElement} tree @param {HTMLButtonElement} button */
function add(tree, button) {
  const group = button.closest("[data-group]");
  const base = group instanceof HTMLElement ? (group.dataset.group ?? "") : (tree.dataset.tree ?? "");
  const list = (group ?? tree).querySelector("[data-members]");
  const kind = button.dataset.add ?? "row";
  if (!list) return;
  const member = place(tree, list, kind, base);
  if (kind === "group") {
    const inner = member.querySelector("[data-members]");
    if (inner) place(tree, inner, "row", member.dataset.group ?? "");
  }
  for (const row of member.matches("[data-row]") ? [member] : member.querySelectorAll("[data-row]")) {
    showNeeded(/** @type {HTMLElement} */ (row));
  }
  nameRegions(member);
  /** @type {HTMLElement | null} */ (member.querySelector("[data-row] select, .cond-line select"))?.focus();
  changed(tree);
}

/** @param {HTMLElement} tree @param {Element} list @param {string} kind @param {string} base */
function place(tree, list, kind, base) {
  const taken = [...tree.querySelectorAll("[data-row], [data-group]")].map((each) => {
    const { row, group } = /** @type {HTMLElement} */ (each).dataset;
    return row ?? group ?? "";
  });
  const template = /** @type {HTMLTemplateElement} */ (tree.querySelector(`template[data-new="${kind}"]`));
  list.insertAdjacentHTML("beforeend", filled(template, `${base}-${nextNumber(base, taken)}`));
  return /** @type {HTMLElement} */ (list.lastElementChild);
}

/** @param {HTMLTemplateElement} template @param {string} prefix */
const filled = (template, prefix) => template.innerHTML.replaceAll("__prefix__", prefix);

/** The focus goes on to where the next one stands, else to the button that adds. @param {HTMLElement} tree @param {Element} button */
function remove(tree, button) {
  const own = button.closest("[data-row]") ?? button.closest("[data-group]");
  if (!own) return;
  const group = own.matches("[data-row]") ? own.closest("[data-group]") : null;
  const gone = group && group.querySelectorAll("[data-row]").length === 1 ? group : own; // a group of nothing says nothing
  const near = gone.nextElementSibling ?? gone.previousElementSibling;
  gone.remove();
  const next = near?.querySelector("select") ?? tree.querySelector("[data-add]");
  if (next instanceof HTMLElement) next.focus();
  changed(tree);
}

/** So that everything that watches the form sees that a row came or went. @param {HTMLElement} tree */
function changed(tree) {
  tree.dispatchEvent(new Event("change", { bubbles: true }));
}

// ---- one row

/** What fits the new kind too stays as it was typed. @param {HTMLElement} tree @param {HTMLElement} row */
function changeKind(tree, row) {
  const prefix = row.dataset.row ?? "";
  const kind = row.querySelector("select");
  const parts = row.querySelector("[data-parts]");
  const template = tree.querySelector(`template[data-parts-of="${CSS.escape(kind?.value ?? "")}"]`);
  if (!parts || !(template instanceof HTMLTemplateElement)) return;
  const typed = typedIn(prefix, inputsOf(parts));
  parts.innerHTML = filled(template, prefix);
  const isFilled = ["text", "number", "lines"].some((part) => typed.get(part)?.[0]);
  for (const part of ["text", "number", "unit", "lines", "samples", ...(isFilled ? ["operator"] : [])]) {
    const input = parts.querySelector(`[name="${prefix}-${part}"]`);
    const value = typed.get(part)?.[0];
    if (value === undefined || !(input instanceof HTMLElement) || !("value" in input)) continue;
    if (input instanceof HTMLSelectElement && ![...input.options].some((each) => each.value === value)) continue;
    input.value = value;
  }
  for (const problem of row.querySelectorAll(".problem")) problem.remove(); // it was about the other kind
  nameRegions(parts);
}

/** @param {Element} place @returns {[string, string][]} */
function inputsOf(place) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll("input, select, textarea"));
  return [...inputs]
    .filter((each) => each.name && (each.type !== "checkbox" || each.checked))
    .map((each) => [each.name, each.value]);
}

/** @param {HTMLElement} row */
function showNeeded(row) {
  const operator = row.querySelector(`[name="${row.dataset.row}-operator"]`);
  for (const part of row.querySelectorAll("[data-for]")) {
    if (!(part instanceof HTMLElement) || !(operator instanceof HTMLSelectElement)) continue;
    part.hidden = !isNeeded(part.dataset.for, operator.value);
    if (part.matches("details")) listChosen(part);
  }
}

/** What is ticked stands in the line that opens the list; countries are named and sorted once. @param {HTMLElement} picks */
function listChosen(picks) {
  const entries = /** @type {HTMLElement | null} */ (picks.querySelector("[data-entries]"));
  const chosen = /** @type {HTMLElement | null} */ (picks.querySelector("[data-chosen]"));
  if (!entries || !chosen) return;
  if (entries.dataset.entries === "country" && !entries.dataset.named) nameCountries(entries);
  const marks = [...entries.querySelectorAll("label")]
    .filter((label) => label.querySelector("input")?.checked)
    .map((label) => {
      const mark = document.createElement("span");
      mark.className = "tag act";
      mark.textContent = label.textContent?.trim() ?? "";
      return mark;
    });
  chosen.replaceChildren(...(marks.length ? marks : [chosen.dataset.none ?? ""]));
}

/** @param {HTMLElement} entries */
function nameCountries(entries) {
  entries.dataset.named = "yes";
  const labels = [...entries.querySelectorAll("label")];
  for (const label of labels) {
    const words = label.querySelector("span");
    if (words) words.textContent = regionName(label.querySelector("input")?.value ?? "");
  }
  const order = new Intl.Collator(document.documentElement.lang || "en");
  labels.sort((one, other) => order.compare(one.textContent?.trim() ?? "", other.textContent?.trim() ?? ""));
  entries.append(...labels);
}

// ---- the sentence

/** @param {HTMLElement} tree */
function explained(tree) {
  const said = /** @type {HTMLElement} */ (tree.querySelector("[data-sentence]"));
  const form = /** @type {HTMLFormElement} */ (tree.closest("form"));
  let latest = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function ask() {
    const mine = ++latest;
    const body = new URLSearchParams({ prefix: tree.dataset.tree ?? "" });
    for (const [name, value] of new FormData(form)) {
      if (name.startsWith(`${tree.dataset.tree}-`) || name === "csrfmiddlewaretoken") body.append(name, String(value));
    }
    const response = await fetch(tree.dataset.explain ?? "", { method: "POST", body }).catch(() => null);
    if (mine !== latest || !response?.ok || response.redirected) return;
    const answer = await response.json();
    // Read aloud only when it is news.
    if (said.dataset.html !== answer.sentence) {
      said.dataset.html = answer.sentence;
      said.innerHTML = answer.sentence;
      nameRegions(said);
    }
    for (const [prefix, html] of Object.entries(answer.tried)) {
      const place = tree.querySelector(`[data-row="${CSS.escape(prefix)}"] [data-tried]`);
      if (place && place.innerHTML !== html) place.innerHTML = html;
    }
  }

  return () => {
    clearTimeout(timer);
    timer = setTimeout(ask, REST);
  };
}
