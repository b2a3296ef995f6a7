/** A part of the side panel that folds. */
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @param {{title: string, after?: any, isFolded?: boolean, onToggle?: (isOpen: boolean) => void, children: any}} props */
export const Section = ({ title, after, isFolded = false, onToggle, children }) => html`<details open=${!isFolded}
    onToggle=${(/** @type {any} */ event) => event.target === event.currentTarget && onToggle?.(event.currentTarget.open)}>
  <summary>${title} ${after}<${Icon} name="down" class="s" /></summary>${children}</details>`;
