// What a text of the page is in another language, by pairs of texts that mean the same.

/** @typedef {[before: string, after: string]} Pair */

const HOLE = /%\((\w+)\)s/;
const HOLES = /%\((\w+)\)s/g;
/** What the page puts between texts that stand in one place. */
const JOINTS = [" · ", ", ", " "];

/** @param {string} text */
function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

export class OtherWords {
  /** @type {Map<string, string>} */
  #whole = new Map();
  /** @type {{ shape: RegExp, holes: string[], after: string }[]} */
  #shapes = [];

  /** @param {Pair[]} pairs where texts have two meanings, the first pair holds */
  constructor(pairs) {
    for (const [before, after] of pairs) {
      if (!before || before === after) continue;
      if (HOLE.test(before)) this.#addShape(before, after);
      else if (!this.#whole.has(before)) this.#whole.set(before, after);
    }
  }

  /**
   * @param {string} before
   * @param {string} after
   */
  #addShape(before, after) {
    const holes = [...before.matchAll(HOLES)].map(([, name]) => name);
    // Something between the holes must be the text's own, or it would fit everything.
    if (!before.replace(HOLES, "").match(/\p{L}/u)) return;
    const parts = before.split(/%\(\w+\)s/).map(literally);
    this.#shapes.push({ shape: new RegExp(`^${parts.join("(.+?)")}$`, "su"), holes, after });
  }

  /**
   * The text in the other language, with the blanks around it; null where it is not known.
   * @param {string} text
   */
  of(text) {
    const plain = text.trim();
    if (!plain) return null;
    // Texts in a row come before the holes of one text, which would take the whole row in.
    const found = this.#whole.get(plain) ?? this.#joined(plain, true) ?? this.#known(plain) ?? this.#joined(plain, false);
    return found === null ? null : text.replace(plain, () => found);
  }

  /** @param {string} text */
  #known(text) {
    const whole = this.#whole.get(text);
    if (whole !== undefined) return whole;
    for (const { shape, holes, after } of this.#shapes) {
      const match = shape.exec(text);
      if (match) return after.replace(HOLES, (_hole, name) => this.#filled(match[holes.indexOf(name) + 1]));
    }
    return null;
  }

  /** @param {string} value of a hole: a number, a time, or a text of the page */
  #filled(value) {
    return this.#whole.get(value) ?? value;
  }

  /**
   * Texts in a row, if all of them, or at least one of them, are known.
   * @param {string} text
   * @param {boolean} all
   */
  #joined(text, all) {
    const joint = JOINTS.find((candidate) => text.includes(candidate));
    if (joint === undefined) return null;
    const pieces = text.split(joint).map((piece) => ({ piece, other: this.#known(piece) }));
    const known = pieces.filter(({ other }) => other !== null).length;
    if (known < (all ? pieces.length : 1)) return null;
    return pieces.map(({ piece, other }) => other ?? piece).join(joint);
  }
}
