// Answers that the server has not acknowledged, in the order of their sequence numbers.
//
// The server stores numbers without gaps and stores each number once. So an entry that may have
// reached it keeps its number and its answer for ever: sent again, both must be the same. A newer
// answer to the same item gets a newer number.

/**
 * @typedef {object} Entry
 * @property {number} seq
 * @property {string} item
 * @property {unknown} value
 * @property {string} at when it was given, by this machine's clock
 * @property {boolean} [sent] it may have reached the server
 */

const BATCH_CHARS = 60000;
const BATCH_ENTRIES = 100;
const CHARS_AROUND_VALUE = 200;

export class PendingAnswers {
  /** @type {Entry[]} */
  #entries = [];
  #ackedThrough;

  /** @param {number} ackedThrough the last number that the server has stored */
  constructor(ackedThrough) {
    this.#ackedThrough = ackedThrough;
  }

  /**
   * Take over what the page before this one left behind; it goes first.
   * @param {Entry[]} entries
   */
  restore(entries) {
    // Whether the former page's last request arrived is unknown: each entry counts as sent.
    this.#entries = entries.filter(({ seq }) => seq > this.#ackedThrough).map((entry) => ({ ...entry, sent: true }));
    if (this.#entries.length && this.#entries[0].seq !== this.#ackedThrough + 1) this.#renumber();
  }

  get count() {
    return this.#entries.length;
  }

  get all() {
    return [...this.#entries];
  }

  /** The newest pending value of each item. */
  get values() {
    return Object.fromEntries(this.#entries.map((entry) => [entry.item, entry.value]));
  }

  /**
   * @param {string} item
   * @param {unknown} value
   * @param {string} at
   */
  put(item, value, at) {
    const last = this.#entries.findLast((entry) => entry.item === item);
    if (last && !last.sent) Object.assign(last, { value, at });
    else this.#entries.push({ seq: this.#lastSeq() + 1, item, value, at, sent: false });
  }

  #lastSeq() {
    return this.#entries.at(-1)?.seq ?? this.#ackedThrough;
  }

  /**
   * What to send next: the oldest entries, as many as fit into a request, at least one.
   * @param {boolean} single only one
   */
  nextBatch(single = false) {
    let chars = 0;
    const fits = (/** @type {Entry} */ entry, /** @type {number} */ index) => {
      chars += JSON.stringify(entry.value).length + CHARS_AROUND_VALUE;
      return chars < BATCH_CHARS || index === 0;
    };
    return this.#entries.slice(0, single ? 1 : BATCH_ENTRIES).filter(fits);
  }

  /** @param {Entry[]} batch */
  markSent(batch) {
    for (const entry of batch) entry.sent = true;
  }

  /**
   * Drop what the server has stored. Replies may overtake each other: an older one changes nothing.
   * @param {number} through
   */
  acknowledge(through) {
    this.#ackedThrough = Math.max(this.#ackedThrough, through);
    this.#entries = this.#entries.filter(({ seq }) => seq > this.#ackedThrough);
  }

  /**
   * The server misses an earlier number, or has another answer under one: number again from where it
   * is. After a conflict, nothing proves that an answer of ours is among what it has: all are sent.
   * @param {number} through the last number that the server has stored
   * @param {boolean} conflict
   */
  resynchronise(through, conflict) {
    this.#ackedThrough = through;
    if (!conflict) this.#entries = this.#entries.filter(({ seq }) => seq > through);
    this.#renumber();
  }

  /**
   * Drop an answer that the server will never accept, so that it does not block those behind it.
   * @param {Entry} rejected
   */
  reject(rejected) {
    this.#entries = this.#entries.filter((entry) => entry !== rejected);
    this.#renumber();
  }

  #renumber() {
    this.#entries.forEach((entry, index) => {
      entry.seq = this.#ackedThrough + 1 + index;
    });
  }
}
