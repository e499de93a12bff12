// The options that the candidate has struck out: kept on this terminal for this attempt, and gone
// with it. They are no answer, and nothing of them reaches the server.

const PREFIX = "exam-struck-";

/**
 * Options by item, as stored; none where what is stored is damaged.
 * @param {unknown} stored
 * @returns {Map<string, Set<string>>}
 */
function read(stored) {
  try {
    const found = Object.entries(Object(JSON.parse(String(stored ?? "{}"))));
    return new Map(found.map(([item, options]) => [item, new Set(/** @type {string[]} */ (options))]));
  } catch {
    return new Map();
  }
}

export class StruckOptions {
  #storage;
  #key;
  #items;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} attemptId
   */
  constructor(storage, attemptId) {
    this.#storage = storage;
    this.#key = PREFIX + attemptId;
    this.#items = read(storage.getItem(this.#key));
  }

  /**
   * @param {string} item
   * @param {string} option
   */
  has(item, option) {
    return this.#items.get(item)?.has(option) ?? false;
  }

  /**
   * @param {string} item
   * @param {string} option
   * @param {boolean} struck
   */
  set(item, option, struck) {
    const options = this.#items.get(item) ?? new Set();
    if (struck) options.add(option);
    else options.delete(option);
    this.#items.set(item, options);
    this.#keep();
  }

  #keep() {
    const items = [...this.#items].map(([item, options]) => [item, [...options]]);
    try {
      this.#storage.setItem(this.#key, JSON.stringify(Object.fromEntries(items)));
    } catch (error) {
      console.warn("struck options could not be kept:", error.name);
    }
  }
}
