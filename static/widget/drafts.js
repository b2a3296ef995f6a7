/**
 * What is being written and not sent yet. It survives reload and moves along: from the form to the thread,
 * from a conversation that is being opened to its ticket.
 * @module drafts
 */

import { put } from "../js/lib/storage.js";

export class Drafts {
  /** @param {any} storage @param {string} key of the widget */
  constructor(storage, key) {
    this.storage = storage;
    this.prefix = `helpdesk:${key}:draft:`;
    this.place = `helpdesk:${key}:form`;
    this.declinedPlace = `helpdesk:${key}:declined`;
  }

  /** @param {string | null} lane all conversations that do not exist yet share one draft @returns {string} */
  get(lane) {
    return this.storage.getItem(this.prefix + name(lane)) ?? "";
  }

  /** @param {string | null} lane @param {string} text */
  save(lane, text) {
    if (text) put(this.storage, this.prefix + name(lane), text);
    else this.storage.removeItem(this.prefix + name(lane));
  }

  /** @param {string | null} from @param {string | null} to */
  move(from, to) {
    const text = this.get(from);
    this.save(from, "");
    if (text) this.save(to, text);
  }

  /** @param {string | null} lane @param {string} text comes before what is already there */
  giveBack(lane, text) {
    const rest = this.get(lane);
    this.save(lane, rest && rest !== text ? `${text}\n${rest}` : text);
  }

  /** @returns {Record<string, string>} answers to the form so far */
  form() {
    try {
      return JSON.parse(this.storage.getItem(this.place) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  /** @param {Record<string, string>} values */
  saveForm(values) {
    put(this.storage, this.place, JSON.stringify(values));
  }

  clearForm() {
    this.storage.removeItem(this.place);
  }

  /** @returns {string[]} fields that the visitor chose to leave out */
  declined() {
    return (this.storage.getItem(this.declinedPlace) ?? "").split(" ").filter(Boolean);
  }

  /** @param {string[]} names */
  decline(names) {
    put(this.storage, this.declinedPlace, [...new Set([...this.declined(), ...names])].join(" "));
  }

  clear() {
    const names = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index));
    for (const one of names) if (one?.startsWith(this.prefix)) this.storage.removeItem(one);
    this.clearForm();
    this.storage.removeItem(this.declinedPlace);
  }
}

/** @param {string | null} lane */
function name(lane) {
  return !lane || lane.startsWith("new:") ? "new" : lane;
}
