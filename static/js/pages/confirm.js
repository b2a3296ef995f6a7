/** Forms with data-confirm ask before they send: what, what follows, and a verb instead of "OK". */

export function confirmations() {
  const dialog = document.querySelector("dialog#confirm");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const yes = /** @type {HTMLButtonElement} */ (dialog.querySelector('[value="yes"]'));
  const no = /** @type {HTMLButtonElement} */ (dialog.querySelector('[value="no"]'));
  /** @type {HTMLFormElement | null} */
  let asking = null;

  addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.confirm || form === asking) return;
    event.preventDefault();
    asking = form;
    write(dialog, "#confirm-title", form.dataset.confirm);
    write(dialog, "#confirm-text", form.dataset.confirmText ?? "");
    yes.textContent = form.dataset.confirmYes ?? "";
    dialog.showModal();
    no.focus();
  });
  yes.addEventListener("click", () => {
    dialog.close();
    asking?.requestSubmit();
  });
  no.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    // After the submit event that "yes" causes, which must still find its form here.
    queueMicrotask(() => {
      asking = null;
    });
  });
}

/** @param {Element} dialog @param {string} selector @param {string} text */
function write(dialog, selector, text) {
  const element = dialog.querySelector(selector);
  if (element) element.textContent = text;
}
