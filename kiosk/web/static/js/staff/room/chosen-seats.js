// The seats that staff have chosen for one act on all of them.

/** Attempts that are chosen; says when that changes. */
export class Chosen {
  /** @type {Set<string>} */
  ids = new Set();
  choosing = false;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {string} attempt */
  toggle(attempt) {
    this.set(attempt, !this.ids.has(attempt));
  }

  /**
   * @param {string} attempt
   * @param {boolean} on
   */
  set(attempt, on) {
    if (on) this.ids.add(attempt);
    else this.ids.delete(attempt);
    this.#changed();
  }

  /** @param {string[]} attempts */
  add(attempts) {
    for (const attempt of attempts) this.ids.add(attempt);
    this.#changed();
  }

  clear() {
    this.ids.clear();
    this.#changed();
  }
}
