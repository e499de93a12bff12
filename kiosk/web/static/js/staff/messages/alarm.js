// When the sound is due: at once for what is urgent, and again while nobody answers a call.

export const AGAIN_MS = 20000;

/** Says when to sound, by what is urgent now. */
export class Alarm {
  /** @type {Set<string> | null} */
  #known = null;
  #sounded = -AGAIN_MS;

  /**
   * Whether to sound now. Seats that are urgent at the first look are seen without a sound.
   * @param {string[]} calls the urgent ones that nobody has answered
   * @param {number} now milliseconds
   * @param {string[]} [seats] those that are urgent for any reason: each sounds once
   */
  due(calls, now, seats = []) {
    const known = this.#known ?? new Set(seats);
    const urgent = [...calls, ...seats];
    const fresh = urgent.some((id) => !known.has(id));
    this.#known = new Set(urgent);
    if (!fresh && (!calls.length || now - this.#sounded < AGAIN_MS)) return false;
    this.#sounded = now;
    return true;
  }
}
