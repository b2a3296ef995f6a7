/**
 * How long somebody really looked: only seconds in which the page was visible and was used a moment ago.
 * @module active
 */

const IDLE_MS = 30_000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "scroll", "wheel", "touchstart"];

export class ActiveTime {
  /** @param {() => void} second one more has passed @param {() => number} [now] */
  constructor(second, now = () => performance.now()) {
    this.second = second;
    this.now = now;
    /** of the page that is shown now */
    this.seconds = 0;
    /** Opening a page is a use of it. */
    this.usedAt = now();
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const sign of SIGNS)
      addEventListener(sign, () => (this.usedAt = now()), { capture: true, passive: true, signal });
    document.addEventListener("visibilitychange", () => this.run(), { signal });
    this.run();
  }

  restart() {
    this.seconds = 0;
    this.usedAt = this.now();
  }

  stop() {
    this.listening.abort();
    clearInterval(this.timer);
  }

  /** @private No timer runs while nobody can see the page. */
  run() {
    clearInterval(this.timer);
    if (document.hidden) return;
    this.usedAt = this.now();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  /** @private */
  tick() {
    if (this.now() - this.usedAt >= IDLE_MS) return;
    this.seconds++;
    this.second();
  }
}
