/**
 * A short, soft tone for new messages. Browsers allow sound only after a gesture; several messages in a
 * moment, and several tabs, make one sound.
 * @module sound
 */

import { put } from "../js/lib/storage.js";

const BURST_MS = 3000;
const TONES = [660, 880];

export class Sound {
  /** @param {any} storage @param {string} key */
  constructor(storage, key) {
    this.storage = storage;
    this.mutedPlace = `helpdesk:${key}:muted`;
    this.rangPlace = `helpdesk:${key}:rang`;
    this.rangAt = 0;
    /** @type {AudioContext | null} */
    this.context = null;
    const unlock = () => this.unlock();
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, unlock, { once: true, capture: true });
  }

  get muted() {
    return this.storage.getItem(this.mutedPlace) === "1";
  }

  set muted(on) {
    put(this.storage, this.mutedPlace, on ? "1" : "0");
  }

  ring() {
    const now = Date.now();
    if (this.muted || !this.context || now - this.rangAt < BURST_MS) return;
    this.rangAt = now;
    if (now - Number(this.storage.getItem(this.rangPlace)) < BURST_MS) return;
    put(this.storage, this.rangPlace, String(now));
    TONES.forEach((tone, index) => this.tone(tone, index * 0.12));
  }

  /** @private */
  unlock() {
    if (typeof AudioContext === "undefined" || this.context) return;
    this.context = new AudioContext();
    this.context.resume();
  }

  /** @private @param {number} frequency @param {number} delay seconds */
  tone(frequency, delay) {
    const context = /** @type {AudioContext} */ (this.context);
    const start = context.currentTime + delay;
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.28);
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + 0.3);
  }
}
