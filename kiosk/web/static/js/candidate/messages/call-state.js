// How far the candidate's call is, by what was wished here and what the server says.

/** @typedef {import("./news.js").Call} Call */
/** @typedef {{ reason: string, note: string }} Wish */
/** @typedef {"none" | "sending" | "told" | "coming" | "undelivered" | "back" | "refused"} Phase */

/** One call at a time; a wish that did not arrive waits until the candidate says what becomes of it. */
export class CallState {
  /** @type {Wish | null} */
  wish = null;
  /** @type {Call | null} */
  call = null;
  refusal = "";
  #sending = false;
  #reachable = true;

  /** @returns {Phase} */
  get phase() {
    if (this.call) return this.call.coming ? "coming" : "told";
    if (this.#sending) return "sending";
    if (this.wish) return this.#reachable ? "back" : "undelivered";
    return this.refusal ? "refused" : "none";
  }

  /** @param {Wish} wish */
  send(wish) {
    this.wish = wish;
    this.refusal = "";
    this.#sending = true;
  }

  /** @param {Call} call */
  told(call) {
    this.#sending = false;
    this.#reachable = true;
    this.#know(call);
  }

  /** The server could not be reached. Whether the call arrived, the next news tell. */
  missed() {
    this.#sending = false;
    this.#reachable = false;
  }

  /** @param {string} message why the server does not take the call */
  refused(message) {
    this.#sending = false;
    this.wish = null;
    this.refusal = message;
  }

  /** The candidate no longer wants it. */
  drop() {
    this.wish = null;
    this.refusal = "";
    this.call = null;
  }

  /**
   * What the server says of the open call. While one is being sent, only its own reply counts.
   * @param {Call | null} call
   */
  hear(call) {
    if (this.#sending) return;
    this.#reachable = true;
    this.#know(call);
  }

  /** @param {Call | null} call */
  #know(call) {
    this.call = call;
    if (call) {
      this.wish = null;
      this.refusal = "";
    }
  }
}
