// Sends the notes pad's text, and again until the server has it. What is not acknowledged stays on the
// terminal, beside the unsent answers; notes never wait in the answers' own queue.

/**
 * @typedef {object} KeptNotes notes that the server has not acknowledged
 * @property {string} text
 * @property {number} number above that of every save that the server may have
 *
 * @typedef {"saved" | "saving" | "waiting" | "refused"} NotesState
 *
 * @typedef {object} Wiring
 * @property {(save: KeptNotes) => Promise<{ number: number }>} send
 * @property {(notes: KeptNotes | null) => unknown} keep
 * @property {(state: NotesState, message: string) => void} onState
 */

const QUIET_MS = 2000;
const TYPING_MAX_MS = 10000;
const AGAIN_MS = 5000;
const SETTLED = new Set(["attempt_ended", "lease_lost"]);

/**
 * The text to begin with, and whether the server still has to get it.
 * @param {{ text: string, number: number }} saved what the server has
 * @param {KeptNotes | null | undefined} kept what this terminal could not send
 * @param {boolean} continues whether this terminal was the last one to hold the exam
 */
export function startingText(saved, kept, continues) {
  const known = { text: saved.text, unsent: false };
  if (!kept || kept.text === saved.text) return known;
  if (continues) return kept.number > saved.number ? { text: kept.text, unsent: true } : known;
  // The exam went on at another terminal meanwhile: neither text may be lost.
  if (saved.text.includes(kept.text)) return known;
  return { text: [saved.text, kept.text].filter(Boolean).join("\n\n"), unsent: true };
}

export class NotesSender {
  #wiring;
  #text = "";
  #number;
  #unsent = false;
  #stopped = false;
  #firstUnsentAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | null} */
  #running = null;

  /**
   * @param {Wiring} wiring
   * @param {number} number of the last save that the server has
   */
  constructor(wiring, number) {
    this.#wiring = wiring;
    this.#number = number;
  }

  /** @param {string} text */
  put(text) {
    this.#text = text;
    this.#unsent = true;
    this.#wiring.keep({ text, number: this.#number + 1 });
    this.#wiring.onState("saving", "");
    this.#schedule(QUIET_MS);
  }

  /**
   * Whoever never stops typing is saved, too.
   * @param {number} wait
   */
  #schedule(wait) {
    clearTimeout(this.#timer);
    this.#firstUnsentAt ||= performance.now();
    const longest = TYPING_MAX_MS - (performance.now() - this.#firstUnsentAt);
    this.#timer = setTimeout(() => this.flush(), Math.max(0, Math.min(wait, longest)));
  }

  /** Send now; resolves to whether the server has everything. */
  async flush() {
    clearTimeout(this.#timer);
    this.#running ??= this.#sendAll().finally(() => { this.#running = null; });
    await this.#running;
    return !this.#unsent;
  }

  /** Send nothing more: the attempt has ended, or another window has it. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #sendAll() {
    while (this.#unsent && !this.#stopped) {
      this.#firstUnsentAt = 0;
      if (!(await this.#sendOnce())) return;
    }
  }

  async #sendOnce() {
    const text = this.#text;
    // Counted before it is sent: whether it arrives is unknown, and what is written next must be newer.
    this.#number += 1;
    const number = this.#number;
    try {
      const stored = await this.#wiring.send({ text, number });
      this.#number = Math.max(this.#number, stored.number);
      // Another number: the server had a newer save, so this one is sent again above it.
      if (stored.number === number && text === this.#text) this.#settle();
      return true;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #settle() {
    this.#unsent = false;
    this.#wiring.keep(null);
    this.#wiring.onState("saved", "");
  }

  /** @param {any} error */
  #failed(error) {
    if (SETTLED.has(error.code)) this.stop();
    const waits = error.passing || error.code === "attempt_paused";
    this.#wiring.onState(waits ? "waiting" : "refused", error.message);
    // Spread: after an outage a whole room comes back in the same second.
    if (waits && !this.#stopped) this.#timer = setTimeout(() => this.flush(), AGAIN_MS * (0.75 + Math.random() / 2));
    return false;
  }
}
