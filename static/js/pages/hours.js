/**
 * Opening hours: what does not count is not shown, and days with other hours can be added.
 * Without this script everything is shown, with one empty row, and means the same.
 */

const own = document.querySelector("[data-own-hours]");
const list = document.querySelector("[data-days]");
const template = document.querySelector("template[data-new-day]");
const add = document.querySelector("[data-add-day]");
const total = document.querySelector("input[name='special-TOTAL_FORMS']");

function showOwn() {
  const mode = document.querySelector("input[name='mode']:checked");
  if (own instanceof HTMLElement && mode instanceof HTMLInputElement) own.hidden = mode.value !== "own";
}

/** Which fields say when a day is depends on its rule. @param {Element} day */
function showRule(day) {
  const rule = day.querySelector("select[name$='-rule']");
  if (!(rule instanceof HTMLSelectElement)) return;
  for (const part of day.querySelectorAll("[data-for]")) {
    if (part instanceof HTMLElement) part.hidden = !part.dataset.for?.split(" ").includes(rule.value);
  }
}

function addDay() {
  if (!(template instanceof HTMLTemplateElement) || !(total instanceof HTMLInputElement) || !list) return;
  const html = template.innerHTML.replaceAll("__prefix__", total.value);
  total.value = String(Number(total.value) + 1);
  list.insertAdjacentHTML("beforeend", html);
  const day = list.lastElementChild;
  if (!day) return;
  showRule(day);
  const first = day.querySelector("select, input");
  if (first instanceof HTMLElement) first.focus();
}

document.addEventListener("change", (event) => {
  if (!(event.target instanceof Element)) return;
  const day = event.target.closest("[data-day]");
  if (day) showRule(day);
  else showOwn();
});
if (add instanceof HTMLElement) {
  add.hidden = false;
  add.addEventListener("click", addDay);
}
for (const day of document.querySelectorAll("[data-day]")) showRule(day);
showOwn();
