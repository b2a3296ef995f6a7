/**
 * What became of invitations, told to the server until it says that it knows. It outlives the page: a link that was
 * accepted leads away from it.
 * @module reports
 */

import { put } from "../../js/lib/storage.js";

const MOST = 20;
const KEPT_MS = 24 * 3_600_000;
const TOLD_AT_MOST = 30; // an exposure that the server does not know any more is not told of for ever

/** @typedef {{exposure: string, what: "shown" | "seen" | "dismissed" | "accepted" | "missed", why?: string, at: number, told: number}} Report */

export class Reports {
  /**
   * @param {import("../../js/lib/storage.js").MemoryStorage | Storage} storage @param {string} place
   * @param {(type: string, fields: Record<string, unknown>) => boolean} send @param {() => number} [now]
   */
  constructor(storage, place, send, now = Date.now) {
    this.storage = storage;
    this.place = place;
    this.send = send;
    this.now = now;
    /** @private those that no storage would take @type {Report[]} */
    this.loose = [];
  }

  /** The first one of each kind counts. @param {string} exposure @param {Report["what"]} what @param {string} [why] */
  add(exposure, what, why) {
    const all = this.all();
    if (all.some((each) => each.exposure === exposure && each.what === what)) return;
    this.keep([...all, { exposure, what, ...(why && { why }), at: this.now(), told: 0 }]);
    this.tell();
  }

  /** Tells all that is not known to have arrived. */
  tell() {
    const all = this.all();
    for (const report of all) {
      const { exposure, what, why } = report;
      if (this.send("invitation.report", { exposure, what, ...(why && { why }) })) report.told++;
    }
    if (all.length) this.keep(all.filter(({ told }) => told < TOLD_AT_MOST));
  }

  /** The server knows. @param {string} exposure @param {string} what */
  settle(exposure, what) {
    this.keep(this.all().filter((each) => each.exposure !== exposure || each.what !== what));
  }

  forget() {
    this.loose = [];
    this.storage.removeItem(this.place);
  }

  /** @private @returns {Report[]} */
  all() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.place) ?? "[]");
      const good = kept.filter((/** @type {Report} */ each) => each.exposure && this.now() - each.at < KEPT_MS);
      return [...good, ...this.loose];
    } catch {
      return [...this.loose];
    }
  }

  /** @private @param {Report[]} reports */
  keep(reports) {
    const kept = reports.slice(-MOST);
    this.loose = [];
    if (!kept.length) return this.storage.removeItem(this.place);
    if (!put(this.storage, this.place, JSON.stringify(kept))) {
      this.storage.removeItem(this.place);
      this.loose = kept;
    }
  }
}
