// Sends answers in order, and again until the server has acknowledged them.
//
// "Saved" means acknowledged by the server after its commit, never less.

import { PendingAnswers } from "./pending-answers.js";

/** @typedef {import("./pending-answers.js").Entry} Entry */

/**
 * @typedef {object} AnswerServer
 * @property {(writes: object[]) => Promise<any>} send
 * @property {() => Promise<number>} ackedThrough the last sequence number that the server has stored
 */

/**
 * @typedef {object} Callbacks
 * @property {(status: { state: "saved" | "saving" | "waiting", waiting: number, message: string }) => void} onState
 * @property {(reply: any) => void} onReply
 * @property {() => void} onEnded
 * @property {() => void} onPaused
 * @property {() => void} onTakenOver another window has the exam
 * @property {() => void} onMissed the server was not reached
 * @property {(item: string, message: string) => void} onRefused
 * @property {(entry: Entry) => void} onLate an answer to a part that is closed
 * @property {() => void} onSignedOut
 */

const TYPING_MAX_MS = 5000;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];
const MAX_RESYNCHRONISATIONS = 5;

/**
 * What to do after a request with answers has failed.
 * @param {{ code: string, status: number }} error
 * @param {number} batchSize
 * @param {number} failures in a row before this one
 * @returns {"ended" | "taken-over" | "resynchronise" | "one-by-one" | "late" | "reject" | "retry"}
 */
export function afterFailure(error, batchSize, failures) {
  if (error.code === "attempt_ended") return "ended";
  if (error.code === "lease_lost") return "taken-over";
  const outOfStep = error.code === "sequence_gap" || error.code === "sequence_conflict";
  if (outOfStep && failures < MAX_RESYNCHRONISATIONS) return "resynchronise";
  // The server stores a batch as a whole or not at all: alone, each answer shows whether it is the bad one.
  if (error.code === "part_closed") return batchSize > 1 ? "one-by-one" : "late";
  if (error.status === 422 || error.status === 413) return batchSize > 1 ? "one-by-one" : "reject";
  return "retry";
}

/** The queue of one attempt. */
export class AnswerQueue {
  #server;
  #buffer;
  #pending;
  #callbacks;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #firstUnsentAt = 0;
  /** @type {Promise<void> | null} */
  #running = null;
  #failures = 0;
  #single = false;
  #stopped = false;

  /**
   * @param {AnswerServer} server
   * @param {{ update: (changes: { entries: Entry[] }) => Promise<unknown> }} buffer
   * @param {number} ackedThrough
   * @param {Callbacks} callbacks
   */
  constructor(server, buffer, ackedThrough, callbacks) {
    this.#server = server;
    this.#buffer = buffer;
    this.#pending = new PendingAnswers(ackedThrough);
    this.#callbacks = callbacks;
  }

  /**
   * Send first what the page before this one left behind.
   * @param {Entry[]} entries
   */
  restore(entries = []) {
    this.#pending.restore(entries);
    this.#report();
    if (this.#pending.count) this.flush();
  }

  /** The newest unacknowledged value of each item. */
  get values() {
    return this.#pending.values;
  }

  /** Everything that the server has not acknowledged, in order. */
  get unsent() {
    return this.#pending.all;
  }

  /**
   * Queue a new value.
   * @param {string} item
   * @param {unknown} value
   * @param {number} delay ms of quiet before it is sent
   */
  put(item, value, delay = 0) {
    this.#pending.put(item, value, new Date().toISOString());
    this.#store();
    this.#report();
    this.#schedule(delay);
  }

  #store() {
    return this.#buffer.update({ entries: this.#pending.all });
  }

  /**
   * Each key press begins the wait again, so the whole wait is bounded: who never stops typing is saved too.
   * @param {number} delay
   */
  #schedule(delay) {
    clearTimeout(this.#timer);
    this.#firstUnsentAt ||= performance.now();
    const longest = TYPING_MAX_MS - (performance.now() - this.#firstUnsentAt);
    this.#timer = setTimeout(() => this.flush(), Math.max(0, Math.min(delay, longest)));
  }

  /** Send now; resolves to whether everything is acknowledged. */
  async flush() {
    clearTimeout(this.#timer);
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = null;
    });
    await this.#running;
    return this.#pending.count === 0;
  }

  /** Continue after a pause. */
  resume() {
    this.#failures = 0;
    this.flush();
  }

  /** Send nothing more: the attempt has ended, or another window has it. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #sendAll() {
    while (this.#pending.count && !this.#stopped) {
      this.#firstUnsentAt = 0;
      if (!(await this.#sendBatch())) return;
    }
  }

  async #sendBatch() {
    const batch = this.#pending.nextBatch(this.#single);
    // Marked and stored before it is sent: a page that crashes now must not give these numbers another answer.
    this.#pending.markSent(batch);
    await this.#store();
    this.#report();
    try {
      const reply = await this.#server.send(batch.map(({ seq, item, value, at }) => ({ seq, item, value, at })));
      this.#acknowledge(reply.acked_through);
      this.#callbacks.onReply(reply);
      return true;
    } catch (error) {
      return this.#failed(error, batch);
    }
  }

  /** @param {number} through */
  #acknowledge(through) {
    this.#failures = 0;
    this.#single = false;
    this.#pending.acknowledge(through);
    this.#store();
    this.#report();
  }

  /**
   * Resolves to whether to send the next batch at once.
   * @param {any} error
   * @param {Entry[]} batch
   */
  async #failed(error, batch) {
    switch (afterFailure(error, batch.length, this.#failures)) {
      case "ended":
        this.stop();
        this.#callbacks.onEnded();
        return false;
      case "taken-over":
        this.stop();
        this.#callbacks.onTakenOver();
        return false;
      case "resynchronise":
        return this.#resynchronise(error.code === "sequence_conflict");
      case "one-by-one":
        this.#single = true;
        return true;
      case "late":
        this.#callbacks.onLate(batch[0]);
        return this.#drop(batch[0]);
      case "reject":
        this.#callbacks.onRefused(batch[0].item, error.message);
        return this.#drop(batch[0]);
      default:
        this.#retryLater(error);
        return false;
    }
  }

  /** @param {boolean} conflict */
  async #resynchronise(conflict) {
    this.#failures += 1;
    try {
      this.#pending.resynchronise(await this.#server.ackedThrough(), conflict);
      this.#store();
      return true;
    } catch (error) {
      this.#retryLater(error);
      return false;
    }
  }

  /** @param {Entry} entry that the server will not accept; the others are sent */
  #drop(entry) {
    this.#pending.reject(entry);
    this.#store();
    this.#report();
    return true;
  }

  /** @param {any} error */
  #retryLater(error) {
    const wait = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)];
    this.#failures += 1;
    this.#report(error);
    if (error.code === "attempt_paused") this.#callbacks.onPaused();
    if (error.status === 401) this.#callbacks.onSignedOut();
    if (error.status === 0) this.#callbacks.onMissed();
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    // Spread: after an outage a whole room comes back in the same second.
    const spread = wait * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => this.flush(), Math.max((error.retryAfter || 0) * 1000, spread));
  }

  /** @param {any} [error] */
  #report(error) {
    const waiting = this.#pending.count;
    const state = !waiting ? "saved" : this.#failures > 0 || error ? "waiting" : "saving";
    this.#callbacks.onState({ state, waiting, message: error?.message || "" });
  }
}
