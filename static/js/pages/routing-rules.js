/** Rules that put a chat ahead: each asks only for what its kind needs, and more can be added. */

/** @param {HTMLFormElement} form */
export function ruleRows(form) {
  for (const rule of form.querySelectorAll("[data-rule]")) showKind(rule);
  form.addEventListener("change", (event) => {
    const rule = event.target instanceof Element ? event.target.closest("[data-rule]") : null;
    if (rule) showKind(rule);
  });
  const add = form.querySelector("[data-add-rule]");
  if (!(add instanceof HTMLElement)) return;
  add.hidden = Boolean(add.closest("fieldset[disabled]"));
  add.addEventListener("click", () => addRule(form));
}

/** What a rule asks for depends on its kind. @param {Element} rule */
function showKind(rule) {
  const kind = rule.querySelector("select[name$='-kind']");
  if (!(kind instanceof HTMLSelectElement)) return;
  for (const part of rule.querySelectorAll("[data-for]")) {
    if (part instanceof HTMLElement) part.hidden = part.dataset.for !== kind.value;
  }
}

/** @param {HTMLFormElement} form */
function addRule(form) {
  const list = form.querySelector("[data-rules]");
  const template = form.querySelector("template[data-new-rule]");
  const total = form.querySelector("input[name='rules-TOTAL_FORMS']");
  if (!list || !(template instanceof HTMLTemplateElement) || !(total instanceof HTMLInputElement)) return;
  list.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll("__prefix__", total.value));
  total.value = String(Number(total.value) + 1);
  const rule = list.lastElementChild;
  if (!rule) return;
  showKind(rule);
  /** @type {HTMLElement | null} */ (rule.querySelector("select"))?.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
