// Which item is shown and which are flagged: kept with the attempt, so that it moves along.

import { post } from "../../common/api.js";

const QUIET_MS = 800;
const AGAIN_MS = 5000;

/** Sends the newest state a moment after it has changed, and again until the server has it. */
export class Place {
  #url;
  #timer = 0;
  #newest = null;

  constructor(attemptId) {
    this.#url = `/api/attempts/${attemptId}/place`;
  }

  /** The item of that id is shown, and these are flagged. */
  put(current, flags) {
    this.#newest = { current, flags };
    this.#soon(QUIET_MS);
  }

  #soon(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), ms);
  }

  async #send() {
    const sent = this.#newest;
    try {
      await post(this.#url, sent, { timeout: 8000, keepalive: true });
    } catch (error) {
      if (error.passing && sent === this.#newest) this.#soon(AGAIN_MS);
    }
  }
}
