// Time left: the server's word at its last reply, counted down by a clock that nobody can set.

import { byId, setNote, setText } from "../../common/dom.js";
import { duration, t } from "../../common/page.js";

const NOTE_MS = 20000;

/** The clock in the top bar; calls `onZero` once when the time is up. */
export class Countdown {
  #remaining = null;
  #since = 0;
  #news = null;
  #onZero;
  #asked = 0;
  #marks = [];
  #still = false;

  constructor(onZero) {
    this.#onZero = onZero;
    setInterval(() => this.#tick(), 250);
  }

  /** Warn when so many minutes are left, as the programme says; the last minute always. */
  warnAt(minutes) {
    this.#marks = [...minutes, 1].map((mark) => mark * 60);
  }

  /** The server says: so many seconds are left now. */
  set(remaining) {
    if (typeof remaining !== "number") return;
    this.#remaining = remaining;
    this.#since = performance.now();
    this.#still = false;
    this.#tick();
  }

  /** The exam is paused: the clock stands. */
  hold(remaining) {
    this.set(remaining);
    this.#still = true;
  }

  #tick() {
    if (this.#remaining === null) return;
    const gone = this.#still ? 0 : (performance.now() - this.#since) / 1000;
    const left = Math.max(0, this.#remaining - gone);
    const clock = byId("clock");
    setText(clock, duration(left));
    clock.parentElement.dataset.state = left <= 60 ? "last" : left <= 300 ? "soon" : "";
    this.#announce(left);
    if (left === 0 && !this.#still && performance.now() - this.#asked > 2000) {
      this.#asked = performance.now();
      this.#onZero();
    }
  }

  #announce(left) {
    const passed = this.#marks.filter((mark) => left <= mark).length;
    if (this.#news !== null && passed > this.#news) {
      const text = t("%(n)s minutes left.", { n: this.#marks[passed - 1] / 60 });
      setText(byId("clock-news"), text);
      setNote(byId("time-note"), text);
      setTimeout(() => setNote(byId("time-note"), ""), NOTE_MS);
    }
    this.#news = passed;
  }
}
