// Decides whether somebody may be speaking, from the level alone: the floor follows silence quickly
// and noise slowly, and what stays above it for a third of two seconds may be speech.

const LOUD_DB = 9; // above the floor
const LEAST_DB = -52; // below that nothing counts, however quiet the room
const LOUD_SHARE = 0.3;
const LEVELS = 20; // of a tenth of a second each
const FALL = 0.3;
const RISE = 0.005;

/**
 * Decibels (full scale) of samples from -1 to 1.
 * @param {Float32Array} samples
 */
export function decibels(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return power > 0 ? 10 * Math.log10(power) : -100;
}

export class SpeechGate {
  #floor = -60;
  /** @type {boolean[]} */
  #loud = [];

  /**
   * Add the level of the last tenth of a second; gives whether somebody may be speaking.
   * @param {number} level decibels
   */
  hears(level) {
    this.#floor += (level - this.#floor) * (level < this.#floor ? FALL : RISE);
    this.#loud.push(level > Math.max(this.#floor + LOUD_DB, LEAST_DB));
    if (this.#loud.length > LEVELS) this.#loud.shift();
    return this.#loud.filter(Boolean).length >= LOUD_SHARE * LEVELS;
  }
}
