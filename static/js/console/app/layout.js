/** Whether the customer panel is folded away; on wide screens that is remembered. */
import { put } from "../../lib/storage.js";
import { storage, storageKey } from "./boot.js";
import { isPanelFolded } from "./state.js";

const key = storageKey("panel");

/** Between a phone and a wide screen the panel lies over the conversation, so it waits to be asked for. */
export const isPanelOver = () => matchMedia("(min-width: 721px) and (max-width: 1240px)").matches;

/** @param {boolean} folded */
export function foldPanel(folded) {
  isPanelFolded.value = folded;
  if (!isPanelOver()) put(storage, key, folded ? "folded" : "open");
}

export function startLayout() {
  const arrange = () => {
    isPanelFolded.value = isPanelOver() || storage.getItem(key) === "folded";
  };
  matchMedia("(max-width: 1240px)").addEventListener("change", arrange);
  arrange();
}
