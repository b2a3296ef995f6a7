/** Countries come as two letters: the browser has their names in every language. */

/** @type {Intl.DisplayNames | undefined} */
let names;

/** @param {string} code @returns {string} */
export function regionName(code) {
  names ??= new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "region" });
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // not two letters
  }
}

/** @param {ParentNode} place */
export function nameRegions(place) {
  for (const element of place.querySelectorAll("[data-region]")) {
    if (element instanceof HTMLElement) element.textContent = regionName(element.dataset.region ?? "");
  }
}
