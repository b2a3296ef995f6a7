/** Forms with data-watch say when something is not saved, and the browser asks before it is thrown away. */

export function unsavedChanges() {
  const form = document.querySelector("form[data-watch]");
  if (!(form instanceof HTMLFormElement)) return;
  const note = document.querySelector("[data-unsaved]");
  // What was refused, or sent only to be asked for more, is shown as typed: it is not saved either.
  const isTyped = form.dataset.watch === "typed" || form.querySelector('[aria-invalid="true"]');
  const before = isTyped ? "" : snapshot(form);
  let sending = false;
  const isChanged = () => !sending && snapshot(form) !== before;

  const look = () => {
    if (note instanceof HTMLElement) note.textContent = isChanged() ? sentence(note, count(before, snapshot(form))) : "";
    for (const more of document.querySelectorAll("[data-if-unsaved]")) {
      if (more instanceof HTMLElement) more.hidden = !isChanged();
    }
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

/**
 * How much is not saved, where the page has the sentences for it (`data-counts`: the id of a list of them).
 * @param {HTMLElement} note
 * @param {number} changes
 */
function sentence(note, changes) {
  const list = note.dataset.counts ? document.getElementById(note.dataset.counts)?.textContent : null;
  return (list && changes > 0 && JSON.parse(list)[changes - 1]) || (note.dataset.unsaved ?? "");
}

/** In how many things two snapshots differ. @param {string} before @param {string} after */
function count(before, after) {
  if (!before) return 0; // refused: which of it was saved before is not known
  const [old, now] = [new URLSearchParams(before), new URLSearchParams(after)];
  const names = [...old.keys(), ...now.keys()].filter((name) => !name.endsWith("-TOTAL_FORMS"));
  const changed = names.filter((name) => old.getAll(name).join("\n") !== now.getAll(name).join("\n"));
  return new Set(changed.map((name) => name.replace(/-\d+-\w+$/, (row) => row.split("-")[1]))).size; // a row is one
}

/** @param {HTMLFormElement} form */
function snapshot(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return new URLSearchParams(/** @type {any} */ (data)).toString();
}
