/** Modal dialogs on the browser's own <dialog>: it traps the focus, closes on Escape and gives the focus back. */
import { useEffect, useId, useRef } from "../../../vendor/preact-hooks.js";
import { gettext } from "../../lib/i18n.js";
import { dialog } from "../app/state.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

export const closeDialog = () => {
  dialog.value = null;
};

/** @param {{title: string, class?: string, children: any, foot?: any, onSubmit?: (event: Event) => void}} props */
export function Dialog({ title, class: more = "", children, foot, onSubmit }) {
  const element = useRef(/** @type {any} */ (null));
  const id = useId();
  useEffect(() => {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    element.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const onBackdrop = (/** @type {MouseEvent} */ event) => event.target === element.current && closeDialog();
  const inner = html`<header><h2 id=${id} class="grow">${title}</h2>
      <button type="button" class="btn quiet icon" aria-label=${gettext("Close")} onClick=${closeDialog}><${Icon} name="x" /></button></header>
    <div class="body">${children}</div>${foot && html`<footer>${foot}</footer>`}`;
  return html`<dialog class=${`dialog ${more}`} ref=${element} aria-labelledby=${id} onClose=${closeDialog}
      onMouseDown=${onBackdrop}>
    ${onSubmit ? html`<form class="dialog-form" onSubmit=${onSubmit}>${inner}</form>` : inner}
  </dialog>`;
}

/** @param {{title: string, words: string, verb: string, run: () => void}} props */
export function Confirm({ title, words, verb, run }) {
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    closeDialog();
    run();
  };
  return html`<${Dialog} title=${title} onSubmit=${onSubmit} foot=${html`
      <button type="button" class="btn" onClick=${closeDialog}>${gettext("Cancel")}</button>
      <button type="submit" class="btn danger" autofocus>${verb}</button>`}>
    <p dir="auto">${words}</p>
  </${Dialog}>`;
}
