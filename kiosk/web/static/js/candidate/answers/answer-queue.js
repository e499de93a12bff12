// Answers on their way to the server, in the order of their sequence numbers.
//
// "Saved" means acknowledged by the server after its commit, never less. An entry that may have
// reached the server keeps number and value for ever; a newer answer gets a newer number.

import { get, post } from "../../common/api.js";

const BATCH_CHARS = 60000;
const TYPING_MAX_MS = 5000;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];

/** The queue of one attempt. Callbacks: onState, onReply, onEnded, onPaused, onTakenOver, onMissed, onRefused, onSignedOut. */
export class AnswerQueue {
  #url;
  #journal;
  #entries = [];
  #acked;
  #timer = 0;
  #firstDirty = 0;
  #running = null;
  #failures = 0;
  #single = false;
  #stopped = false;
  #callbacks;

  constructor(attemptId, journal, acked, callbacks) {
    this.#url = `/api/attempts/${attemptId}`;
    this.#journal = journal;
    this.#acked = acked;
    this.#callbacks = callbacks;
    window.addEventListener("online", () => this.flush());
  }

  /** Take over what an earlier page could not send; it goes first. */
  restore(entries = []) {
    this.#entries = entries.filter((entry) => entry.seq > this.#acked).map((entry) => ({ ...entry, sent: true }));
    if (this.#entries.length && this.#entries[0].seq !== this.#acked + 1) this.#renumber();
    this.#report();
    if (this.#entries.length) this.flush();
  }

  /** How many answers the server has not acknowledged. */
  get waiting() {
    return this.#entries.length;
  }

  /** The newest unacknowledged values, item to value. */
  get values() {
    return Object.fromEntries(this.#entries.map((entry) => [entry.item, entry.value]));
  }

  /** Take a new value; it is sent after `delay` ms of quiet. */
  put(item, value, delay = 0) {
    const at = new Date().toISOString();
    const last = this.#entries.findLast((entry) => entry.item === item);
    if (last && !last.sent) Object.assign(last, { value, at });
    else this.#entries.push({ seq: this.#lastSeq() + 1, item, value, at, sent: false });
    this.#keep();
    this.#report();
    this.#schedule(delay);
  }

  #lastSeq() {
    return this.#entries.at(-1)?.seq ?? this.#acked;
  }

  #keep() {
    return this.#journal.update({ entries: this.#entries });
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    this.#firstDirty ||= performance.now();
    const longest = TYPING_MAX_MS - (performance.now() - this.#firstDirty);
    this.#timer = setTimeout(() => this.flush(), Math.max(0, Math.min(delay, longest)));
  }

  /** Send what waits, now; resolves to whether everything is acknowledged. */
  async flush() {
    clearTimeout(this.#timer);
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = null;
    });
    await this.#running;
    return this.#entries.length === 0;
  }

  /** Everything that the server has not acknowledged, in order. */
  get unsent() {
    return [...this.#entries];
  }

  /** Go on after a pause. */
  resume() {
    this.#failures = 0;
    this.flush();
  }

  /** Send nothing more (the attempt has ended, or another window has it). */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #sendAll() {
    while (this.#entries.length && !this.#stopped) {
      this.#firstDirty = 0;
      if (!(await this.#sendBatch())) return;
    }
  }

  #batch() {
    let size = 0;
    const fits = (entry, index) => (size += JSON.stringify(entry.value).length + 200) < BATCH_CHARS || index === 0;
    return this.#entries.slice(0, this.#single ? 1 : 100).filter(fits);
  }

  async #sendBatch() {
    const batch = this.#batch();
    for (const entry of batch) entry.sent = true;
    await this.#keep();
    this.#report(true);
    try {
      const writes = batch.map(({ seq, item, value, at }) => ({ seq, item, value, at }));
      const reply = await post(`${this.#url}/answers`, { writes }, { timeout: 15000 });
      this.#acknowledge(reply.acked_through);
      this.#callbacks.onReply(reply);
      return true;
    } catch (error) {
      return this.#failed(error, batch);
    }
  }

  #acknowledge(through) {
    this.#failures = 0;
    this.#single = false;
    this.#acked = Math.max(this.#acked, through);
    this.#entries = this.#entries.filter((entry) => entry.seq > this.#acked);
    this.#keep();
    this.#report(this.#entries.length > 0);
  }

  async #failed(error, batch) {
    if (error.code === "attempt_ended") {
      this.stop();
      this.#callbacks.onEnded();
      return false;
    }
    if (error.code === "lease_lost") {
      this.stop();
      this.#callbacks.onTakenOver();
      return false;
    }
    if (error.code === "attempt_paused") this.#callbacks.onPaused();
    if (["sequence_gap", "sequence_conflict"].includes(error.code) && this.#failures < 5) return this.#catchUp(error.code);
    if ((error.status === 422 || error.status === 413) && batch.length > 1) {
      this.#single = true;
      return true;
    }
    if (error.status === 422 || error.status === 413) return this.#refused(batch[0], error);
    this.#retryLater(error);
    return false;
  }

  /**
   * The server misses an earlier number, or has another answer under one: ask how far it is and
   * number anew from there. After a conflict nothing counts as kept, so nothing is left out.
   */
  async #catchUp(why) {
    this.#failures += 1;
    try {
      this.#acked = (await get(`${this.#url}/time`)).acked_through;
      if (why === "sequence_gap") this.#entries = this.#entries.filter((entry) => entry.seq > this.#acked);
      this.#renumber();
      return true;
    } catch (error) {
      this.#retryLater(error);
      return false;
    }
  }

  #renumber() {
    this.#entries.forEach((entry, index) => {
      entry.seq = this.#acked + 1 + index;
    });
    this.#keep();
  }

  /** An answer that will never be taken must not block the others; the candidate is told. */
  #refused(entry, error) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#renumber();
    this.#callbacks.onRefused(entry.item, error.message);
    this.#report();
    return true;
  }

  #retryLater(error) {
    const wait = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)];
    this.#failures += 1;
    this.#report(false, error);
    if (error.status === 401) this.#callbacks.onSignedOut();
    clearTimeout(this.#timer);
    if (error.status === 0) this.#callbacks.onMissed();
    this.#timer = setTimeout(() => this.flush(), Math.max(error.retryAfter * 1000, wait * (0.75 + Math.random() / 2)));
  }

  #report(sending = false, error = null) {
    const failing = this.#failures > 0 || error;
    const state = !this.#entries.length ? "saved" : failing ? "waiting" : "saving";
    this.#callbacks.onState({ state, sending, waiting: this.#entries.length, message: error?.message || "" });
  }
}
