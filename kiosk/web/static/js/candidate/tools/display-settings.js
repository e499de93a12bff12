// How the candidate wants the answer page shown: kept on this terminal for this attempt, and gone
// with it. Nothing of it reaches the server.

export const SIZES = [0.9, 1, 1.15, 1.3, 1.5];
const USUAL = { size: 1, contrast: false, clockHidden: false };
const PREFIX = "exam-display-";

/** @typedef {{ size: number, contrast: boolean, clockHidden: boolean }} Display size: place in SIZES */

/**
 * Settings that were stored; the usual ones for whatever is damaged.
 * @param {unknown} stored
 * @returns {Display}
 */
export function read(stored) {
  /** @type {Record<string, unknown>} */
  let found;
  try {
    found = Object(JSON.parse(String(stored ?? "{}")));
  } catch {
    return { ...USUAL };
  }
  const size = typeof found.size === "number" && SIZES[found.size] ? found.size : USUAL.size;
  return { size, contrast: found.contrast === true, clockHidden: found.clockHidden === true };
}

export class DisplaySettings {
  #storage;
  #key;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} attemptId
   */
  constructor(storage, attemptId) {
    this.#storage = storage;
    this.#key = PREFIX + attemptId;
    this.now = read(storage.getItem(this.#key));
  }

  /** @param {Partial<Display>} changes */
  change(changes) {
    this.now = { ...this.now, ...changes };
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.now));
    } catch (error) {
      console.warn("display settings could not be kept:", error.name);
    }
  }
}
