// Time left: what the server said at its last reply, counted down by the monotonic clock, which nobody
// can set.

const ASK_AGAIN_MS = 2000;

export class TimeLeft {
  /** @type {number | null} */
  #seconds = null;
  #since = 0;
  #paused = false;
  #askedAt = -Infinity;
  /** @type {number[]} seconds, falling */
  #marks = [];
  /** @type {number | null} marks that were passed at the last look */
  #passed = null;

  /**
   * Warn when this many minutes are left; the last minute is always announced.
   * @param {number[]} minutes
   */
  warnAt(minutes) {
    this.#marks = [...minutes, 1].map((mark) => mark * 60);
  }

  /**
   * @param {number} seconds left, as the server says
   * @param {number} now milliseconds of the monotonic clock
   * @param {boolean} paused the clock stands
   */
  set(seconds, now, paused = false) {
    this.#seconds = seconds;
    this.#since = now;
    this.#paused = paused;
  }

  /**
   * Seconds left; null before the server has said anything.
   * @param {number} now
   */
  at(now) {
    if (this.#seconds === null) return null;
    const gone = this.#paused ? 0 : (now - this.#since) / 1000;
    return Math.max(0, this.#seconds - gone);
  }

  /**
   * The minutes of a mark that was passed since the last look, else null. The first look passes none: a
   * page that is loaded late does not warn of marks long gone.
   * @param {number} left seconds
   */
  newMark(left) {
    const passed = this.#marks.filter((mark) => left <= mark).length;
    const news = this.#passed !== null && passed > this.#passed;
    this.#passed = passed;
    return news ? this.#marks[passed - 1] / 60 : null;
  }

  /**
   * Whether the time is up and the server is to be asked, which alone may end the exam; at first and
   * then every two seconds, as its reply may give more time.
   * @param {number} left seconds
   * @param {number} now
   */
  isUp(left, now) {
    if (left > 0 || this.#paused || now - this.#askedAt <= ASK_AGAIN_MS) return false;
    this.#askedAt = now;
    return true;
  }
}
