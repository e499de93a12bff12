// The clock in the top bar.

import { byId, setNote, setText } from "../../common/dom.js";
import { duration, t } from "../../common/page.js";
import { TimeLeft } from "./time-left.js";

const NOTE_MS = 20000;
const TICK_MS = 250;
const LAST_S = 60;
const SOON_S = 300;

export class Countdown {
  #time = new TimeLeft();
  #onZero;

  /** @param {() => void} onZero */
  constructor(onZero) {
    this.#onZero = onZero;
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** @param {number[]} minutes */
  warnAt(minutes) {
    this.#time.warnAt(minutes);
  }

  /**
   * @param {number | null | undefined} seconds left, as the server says
   * @param {boolean} paused
   */
  set(seconds, paused = false) {
    if (typeof seconds !== "number") return;
    this.#time.set(seconds, performance.now(), paused);
    this.#tick();
  }

  #tick() {
    const now = performance.now();
    const left = this.#time.at(now);
    if (left === null) return;
    const clock = byId("clock");
    for (const place of [clock, ...document.querySelectorAll("[data-time-left]")]) setText(/** @type {HTMLElement} */ (place), duration(left));
    if (clock.parentElement) clock.parentElement.dataset.state = left <= LAST_S ? "last" : left <= SOON_S ? "soon" : "";
    this.#announce(this.#time.newMark(left));
    if (this.#time.isUp(left, now)) this.#onZero();
  }

  /** @param {number | null} minutes */
  #announce(minutes) {
    if (minutes === null) return;
    document.dispatchEvent(new Event("time-mark"));
    const text = t("%(n)s minutes left.", { n: minutes });
    setText(byId("clock-news"), text);
    setNote(byId("time-note"), text);
    setTimeout(() => setNote(byId("time-note"), ""), NOTE_MS);
  }
}
