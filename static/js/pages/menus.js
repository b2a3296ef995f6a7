/** Menus are <details>, so they open without script; this closes them as people expect. */

export function menus() {
  const all = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details[data-menu]"));

  addEventListener("click", (event) => {
    for (const menu of all()) {
      if (menu.open && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all()) {
      if (!menu.open) continue;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
