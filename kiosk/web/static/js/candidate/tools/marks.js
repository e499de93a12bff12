// What the candidate has highlighted: spans of characters in stems and materials, kept on this
// terminal for this attempt, and gone with it. Nothing of it reaches the server.

const PREFIX = "exam-marks-";
const MOST = 200;

/** @typedef {[start: number, end: number]} Span offsets in the text; `end` is the first one after it */

/**
 * @param {unknown} span
 * @returns {span is Span}
 */
function isSpan(span) {
  return Array.isArray(span) && span.length === 2 && span.every(Number.isInteger) && span[0] >= 0 && span[0] < span[1];
}

/**
 * Spans by place, as stored; none where what is stored is damaged.
 * @param {unknown} stored
 * @returns {Map<string, Span[]>}
 */
function read(stored) {
  try {
    const found = Object.entries(Object(JSON.parse(String(stored ?? "{}"))));
    return new Map(found.map(([place, spans]) => [place, /** @type {unknown[]} */ (spans).filter(isSpan)]));
  } catch {
    return new Map();
  }
}

export class Marks {
  #storage;
  #key;
  #places;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} attemptId
   */
  constructor(storage, attemptId) {
    this.#storage = storage;
    this.#key = PREFIX + attemptId;
    this.#places = read(storage.getItem(this.#key));
  }

  /**
   * @param {string} place
   * @returns {Span[]} apart from each other, in order
   */
  of(place) {
    return this.#places.get(place) ?? [];
  }

  /**
   * Highlight a span, which joins those that it touches.
   * @param {string} place
   * @param {Span} span
   */
  add(place, [start, end]) {
    const apart = this.of(place).filter(([from, to]) => to < start || from > end);
    const joined = this.of(place).filter((span) => !apart.includes(span));
    const all = [[start, end], ...joined];
    /** @type {Span} */
    const whole = [Math.min(...all.map(([from]) => from)), Math.max(...all.map(([, to]) => to))];
    this.#set(place, [...apart, whole].sort((one, other) => one[0] - other[0]).slice(0, MOST));
  }

  /**
   * Take the span away that has this offset; returns whether there was one.
   * @param {string} place
   * @param {number} at
   */
  removeAt(place, at) {
    const left = this.of(place).filter(([start, end]) => at < start || at >= end);
    const found = left.length < this.of(place).length;
    if (found) this.#set(place, left);
    return found;
  }

  /** @param {string} place */
  clear(place) {
    this.#set(place, []);
  }

  /**
   * @param {string} place
   * @param {Span[]} spans
   */
  #set(place, spans) {
    if (spans.length) this.#places.set(place, spans);
    else this.#places.delete(place);
    try {
      this.#storage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#places)));
    } catch (error) {
      console.warn("highlights could not be kept:", error.name);
    }
  }
}
