/** The list of invitations: rows can be dragged. The arrows beside them work by themselves, without a script too. */

import { nameRegions } from "./regions.js";

const list = document.querySelector("[data-sortable]");
const form = document.getElementById("order");
const said = document.querySelector("[data-order-said]");

/** @param {HTMLElement} row */
function draggable(row) {
  row.draggable = true;
  row.classList.add("movable");
  row.addEventListener("dragstart", (event) => {
    row.classList.add("dragged");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  });
  row.addEventListener("dragend", () => {
    row.classList.remove("dragged");
    save(row);
  });
}

/** @param {HTMLElement} moved */
async function save(moved) {
  if (!(form instanceof HTMLFormElement) || !list) return;
  // The hidden inputs lie in the rows, so that the form sends them in the order in which they stand.
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!response?.ok) return location.reload();
  const rows = [...list.children];
  rows.forEach((row, place) => {
    const [up, down] = row.querySelectorAll("button[name=move]");
    if (up instanceof HTMLButtonElement) up.disabled = place === 0;
    if (down instanceof HTMLButtonElement) down.disabled = place === rows.length - 1;
  });
  const words = said instanceof HTMLElement ? (said.dataset.words ?? "") : "";
  if (said) said.textContent = words.replace("%(place)s", String(rows.indexOf(moved) + 1));
}

nameRegions(document);
if (list instanceof HTMLElement && form) {
  for (const row of list.children) if (row.querySelector("[name=order]")) draggable(/** @type {HTMLElement} */ (row));
  list.addEventListener("dragover", (event) => {
    const moved = list.querySelector(".dragged");
    const over = event.target instanceof Element ? event.target.closest("[data-id]") : null;
    if (!moved || !over) return;
    event.preventDefault();
    if (over === moved) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](moved);
  });
}
