/**
 * The browser's storage, but it never throws. Blocked cookies, private windows and full disks end in memory:
 * everything works until the page is left.
 * @module storage
 */

/** The part of `Storage` that we use. */
export class MemoryStorage {
  constructor() {
    /** @type {Map<string, string>} */
    this.map = new Map();
  }

  get length() {
    return this.map.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.map.keys()][index] ?? null;
  }

  /** @param {string} name */
  getItem(name) {
    return this.map.get(name) ?? null;
  }

  /** @param {string} name @param {string} value */
  setItem(name, value) {
    this.map.set(name, value);
  }

  /** @param {string} name */
  removeItem(name) {
    this.map.delete(name);
  }
}

/**
 * The browser's own storage if it can be written, else memory.
 * @param {"localStorage" | "sessionStorage"} [name] the second one is the tab's own
 * @returns {Storage | MemoryStorage}
 */
export function openStorage(name = "localStorage") {
  try {
    const storage = globalThis[name];
    storage.setItem("helpdesk:probe", "1");
    storage.removeItem("helpdesk:probe");
    return storage;
  } catch {
    return new MemoryStorage();
  }
}

/**
 * Writes; false when there is no room left.
 * @param {Storage | MemoryStorage} storage @param {string} name @param {string} value
 */
export function put(storage, name, value) {
  try {
    storage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
}
