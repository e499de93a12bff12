// When the sound for urgent calls is due: at once, and again while nobody answers.

export const AGAIN_MS = 20000;

/** Says when to sound, by who calls urgently now. */
export class Alarm {
  /** @type {Set<string>} */
  #known = new Set();
  #sounded = -AGAIN_MS;

  /**
   * Whether to sound now.
   * @param {string[]} calls the urgent ones that nobody has answered
   * @param {number} now milliseconds
   */
  due(calls, now) {
    const fresh = calls.some((call) => !this.#known.has(call));
    this.#known = new Set(calls);
    if (!calls.length || (!fresh && now - this.#sounded < AGAIN_MS)) return false;
    this.#sounded = now;
    return true;
  }
}
