/** Buttons with data-copy="<id>" copy the text of that element, and say so. */

export function copyButtons() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", () => copy(/** @type {HTMLButtonElement} */ (button)));
  }
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source) return;
  const text = source.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return select(source); // no permission, or no https: the text is marked, so that Ctrl C works
  }
  say(button);
  document.dispatchEvent(new CustomEvent("helpdesk:copied", { detail: { id: source.id } }));
}

/** @param {HTMLElement} element */
function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection()?.removeAllRanges();
  getSelection()?.addRange(range);
}

/** @param {HTMLButtonElement} button */
function say(button) {
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  button.setAttribute("aria-live", "polite");
  label.textContent = button.dataset.done ?? "";
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
}
