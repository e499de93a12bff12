// Time left: the server's word at its last reply, counted down by a clock that nobody can set.

import { byId, setText } from "../common/dom.js";
import { duration, t } from "../common/page.js";

const NEWS_AT_S = [900, 300, 60];

/** The clock in the top bar; calls `onZero` once when the time is up. */
export class Countdown {
  #remaining = null;
  #since = 0;
  #news = null;
  #onZero;
  #asked = 0;

  constructor(onZero) {
    this.#onZero = onZero;
    setInterval(() => this.#tick(), 250);
  }

  /** The server says: so many seconds are left now. */
  set(remaining) {
    if (typeof remaining !== "number") return;
    this.#remaining = remaining;
    this.#since = performance.now();
    this.#tick();
  }

  #tick() {
    if (this.#remaining === null) return;
    const left = Math.max(0, this.#remaining - (performance.now() - this.#since) / 1000);
    const clock = byId("clock");
    setText(clock, duration(left));
    clock.parentElement.dataset.state = left <= 60 ? "last" : left <= 300 ? "soon" : "";
    this.#announce(left);
    if (left === 0 && performance.now() - this.#asked > 2000) {
      this.#asked = performance.now();
      this.#onZero();
    }
  }

  #announce(left) {
    const passed = NEWS_AT_S.filter((mark) => left <= mark).length;
    if (this.#news !== null && passed > this.#news) {
      setText(byId("clock-news"), t("%(n)s minutes left.", { n: NEWS_AT_S[passed - 1] / 60 }));
    }
    this.#news = passed;
  }
}
