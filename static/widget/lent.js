/**
 * A place for drafts and unsent messages when the browser gives this window none of its own, because it
 * belongs to another site than the page: the shop's page keeps them, as it keeps the token.
 * @module lent
 */

import { MemoryStorage, openStorage } from "../js/lib/storage.js";

export class LentStorage extends MemoryStorage {
  /** @param {(message: any) => void} post to the shop's page */
  constructor(post) {
    super();
    this.post = post;
  }

  /** @param {string} name @param {string} value */
  setItem(name, value) {
    super.setItem(name, value);
    this.post({ type: "store", name, value });
  }

  /** @param {string} name */
  removeItem(name) {
    if (!this.map.has(name)) return;
    super.removeItem(name);
    this.post({ type: "store", name, value: null });
  }

  /** What the page has kept, or another tab has changed. @param {Record<string, string | null>} items */
  take(items) {
    for (const [name, value] of Object.entries(items)) {
      if (value === null) this.map.delete(name);
      else this.map.set(name, value);
      dispatchEvent(new StorageEvent("storage", { key: name, newValue: value }));
    }
  }
}

/** @param {(message: any) => void} post @returns {Storage | LentStorage} */
export function openWindowStorage(post) {
  const own = openStorage();
  return own instanceof MemoryStorage ? new LentStorage(post) : own;
}
