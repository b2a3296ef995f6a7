/** What every server-rendered page needs: focus on problems, toasts, menus, confirmations, copying. */

import { copyButtons } from "./copy.js";
import { confirmations } from "./confirm.js";
import { fillFromBrowser } from "./from-browser.js";
import { menus } from "./menus.js";
import { unsavedChanges } from "./unsaved.js";

/** The first field at fault, else the sentence above the form, gets the focus: people must not search for it. */
function focusFirstProblem() {
  const target = document.querySelector('[aria-invalid="true"], [data-problem]');
  if (target instanceof HTMLElement) target.focus();
}

/** A second click on "Send" while the first is on its way would send twice. */
function sendOnce() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const isSecond = form.hasAttribute("data-sent");
      form.setAttribute("data-sent", "");
      if (isSecond) event.preventDefault();
    });
  }
  // A page taken from the browser's history is fresh again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
  });
}

/** Toasts stay long enough to be read, and as long as the pointer or the focus is on them. */
function toasts() {
  for (const toast of document.querySelectorAll(".toast")) {
    toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
    setTimeout(function leave() {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, 1000);
      else toast.remove();
    }, 8000);
  }
}

/** A list of choices that saves itself once something else is chosen. */
function autoSubmit() {
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    if (form instanceof HTMLFormElement) saveByItself(form);
  }
}

/**
 * With the arrow keys every step on the way is a change: there it is saved by Enter, or when the list is left.
 * @param {HTMLFormElement} form
 */
function saveByItself(form) {
  let isStepping = false;
  let isChanged = false;
  const save = () => {
    if (!isChanged) return;
    isChanged = false;
    form.requestSubmit();
  };
  form.addEventListener("pointerdown", () => (isStepping = false));
  form.addEventListener("keydown", (event) => {
    isStepping = event.key !== "Enter";
    if (!isStepping) save();
  });
  form.addEventListener("change", () => {
    isChanged = true;
    if (!isStepping) save();
  });
  form.addEventListener("focusout", save);
}

/** On a phone the menu of the settings is one line that scrolls: the page in view must be in it. */
function showWhereWeAre() {
  const here = document.querySelector(".snav [aria-current]");
  const menu = here?.closest(".snav");
  if (!here || !menu || menu.scrollWidth <= menu.clientWidth) return;
  // Not scrollIntoView: the first Tab would go on from there and pass the link to the content.
  const [own, whole] = [here.getBoundingClientRect(), menu.getBoundingClientRect()];
  menu.scrollLeft += own.left + own.width / 2 - (whole.left + whole.width / 2);
}

fillFromBrowser();
showWhereWeAre();
focusFirstProblem();
confirmations();
sendOnce();
autoSubmit();
toasts();
menus();
copyButtons();
unsavedChanges();
