/** A canned message as the customer will read it, while it is written. */

import { pieces } from "../console/store/canned.js";

const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("id_text"));
const preview = /** @type {HTMLElement} */ (document.getElementById("preview"));
const sample = JSON.parse(document.getElementById("sample")?.textContent ?? "{}");

function draw() {
  if (!text.value.trim()) {
    preview.textContent = preview.dataset.empty ?? "";
    preview.classList.add("muted");
    return;
  }
  preview.classList.remove("muted");
  preview.replaceChildren(...pieces(text.value, sample).map(element));
}

/** @param {{text: string, filled?: boolean, missing?: boolean}} piece */
function element(piece) {
  if (!piece.filled && !piece.missing) return document.createTextNode(piece.text);
  const mark = document.createElement("span");
  mark.className = piece.filled ? "filled" : "missing";
  mark.textContent = piece.text;
  return mark;
}

/** The department is asked for only when the message is for one. */
function departmentOnlyWhenNeeded() {
  const place = document.querySelector(".department-of");
  const chosen = document.querySelector('input[name="scope"]:checked');
  if (place instanceof HTMLElement) place.hidden = /** @type {HTMLInputElement} */ (chosen)?.value !== "department";
}

text.addEventListener("input", draw);
document.addEventListener("change", departmentOnlyWhenNeeded);
departmentOnlyWhenNeeded();
draw();
