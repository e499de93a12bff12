// What happens at the answer page, on its way to the server: in order, and again until it is there.

const RETRY_MS = 3000;
const MAX_QUEUED = 100;

/**
 * @typedef {{ kind: string, cause: string }} Signal
 *
 * @typedef {object} Callbacks
 * @property {(reply: any) => void} onReply
 * @property {() => void} onEnded
 * @property {(code: string) => void} onRefused the exam is paused, or another window has it
 */

export class SignalQueue {
  /** @type {Signal[]} */
  #queue = [];
  #sending = false;
  #stopped = false;
  #send;
  #callbacks;

  /**
   * @param {(signals: Signal[]) => Promise<any>} send
   * @param {Callbacks} callbacks
   */
  constructor(send, callbacks) {
    this.#send = send;
    this.#callbacks = callbacks;
  }

  /**
   * @param {string} kind
   * @param {string} cause
   */
  add(kind, cause = "") {
    if (this.#stopped) return;
    this.#queue.push({ kind, cause });
    this.#queue = this.#queue.slice(-MAX_QUEUED);
    this.#sendAll();
  }

  stop() {
    this.#stopped = true;
  }

  async #sendAll() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#queue.length && !this.#stopped) {
      const batch = [...this.#queue];
      try {
        const reply = await this.#send(batch);
        this.#drop(batch);
        this.#callbacks.onReply(reply);
      } catch (error) {
        if (error.code === "attempt_ended") this.#callbacks.onEnded();
        if (error.code === "attempt_paused" || error.code === "lease_lost") this.#callbacks.onRefused(error.code);
        if (!error.passing) this.#drop(batch);
        else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#sending = false;
  }

  /**
   * By identity, not by number: a queue that overflowed meanwhile has lost its oldest entries already.
   * @param {Signal[]} batch
   */
  #drop(batch) {
    this.#queue = this.#queue.filter((signal) => !batch.includes(signal));
  }
}
