// The tokens by which pages of this terminal have held the exam, newest first.

const MAX_KEPT = 3;

export class LeaseTokens {
  #storage;
  #key;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} attemptId
   */
  constructor(storage, attemptId) {
    this.#storage = storage;
    this.#key = `exam-leases-${attemptId}`;
  }

  /**
   * Those of earlier pages; none where the storage was damaged.
   * @returns {string[]}
   */
  load() {
    try {
      return JSON.parse(this.#storage.getItem(this.#key) || "[]");
    } catch {
      return [];
    }
  }

  /** @param {string[]} tokens */
  store(tokens) {
    try {
      this.#storage.setItem(this.#key, JSON.stringify(tokens.slice(0, MAX_KEPT)));
    } catch (error) {
      console.warn("the page's token could not be kept:", error.name);
    }
  }

  /** After the exam nobody needs them. */
  forget() {
    this.#storage.removeItem(this.#key);
  }
}

/**
 * The tokens that prove that this page may go on from the one before it. A second window of this
 * browser sees the same storage; without the lock it must not pass for the first one.
 * @param {boolean} lockHeld
 * @param {string[]} before
 * @param {string | undefined} ofBuffer the token that the answer buffer was kept under
 */
export function proof(lockHeld, before, ofBuffer) {
  if (!lockHeld) return [];
  return [...new Set(ofBuffer ? [...before, ofBuffer] : before)];
}
