/** The clock that ages, waiting times and countdowns follow. */
import { now } from "./state.js";

/** It stands still while nobody looks. */
export function startClock() {
  const tick = () => {
    now.value = Date.now();
  };
  setInterval(() => document.visibilityState === "visible" && tick(), 1000);
  document.addEventListener("visibilitychange", tick);
}
