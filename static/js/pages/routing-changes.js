/** Rows of settings that differ from what is saved are marked, and say what was. */

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/** @param {HTMLFormElement} form */
export function markedChanges(form) {
  const rows = [...form.querySelectorAll("[data-set]")].flatMap((row) => {
    const control = /** @type {Control | null} */ (row.querySelector("input, select"));
    return control ? [{ row, control, was: valueOf(control) }] : [];
  });
  form.addEventListener("input", () => {
    for (const { row, control, was } of rows) mark(row, control, was);
  });
}

/** @param {Element} row @param {Control} control @param {string} was */
function mark(row, control, was) {
  const isChanged = valueOf(control) !== was;
  row.classList.toggle("changed", isChanged);
  const note = row.querySelector("[data-was]");
  if (!(note instanceof HTMLElement)) return;
  note.hidden = !isChanged || control.type === "checkbox"; // a switch says by itself what it was
  note.textContent = note.hidden ? "" : `${note.dataset.was} ${was || "–"}`;
}

/** @param {Control} control */
function valueOf(control) {
  if (control instanceof HTMLSelectElement) return control.selectedOptions[0]?.text ?? "";
  return control.type === "checkbox" ? String(control.checked) : control.value;
}
