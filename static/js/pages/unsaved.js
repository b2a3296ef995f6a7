/** Forms with data-watch say when something is not saved, and the browser asks before it is thrown away. */

export function unsavedChanges() {
  const form = document.querySelector("form[data-watch]");
  if (!(form instanceof HTMLFormElement)) return;
  const note = document.querySelector("[data-unsaved]");
  // What was refused is shown as typed, so it is not saved either.
  const before = form.querySelector('[aria-invalid="true"]') ? "" : snapshot(form);
  let sending = false;
  const isChanged = () => !sending && snapshot(form) !== before;

  const look = () => {
    if (note instanceof HTMLElement) note.textContent = isChanged() ? (note.dataset.unsaved ?? "") : "";
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("submit", (event) => {
    sending = !event.defaultPrevented;
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged()) event.preventDefault();
  });
  look();
}

/** @param {HTMLFormElement} form */
function snapshot(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return new URLSearchParams(/** @type {any} */ (data)).toString();
}
