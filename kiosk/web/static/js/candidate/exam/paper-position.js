// Which item is shown and which are flagged: kept with the attempt, so that it moves along.

import { post } from "../../common/api.js";

/** @typedef {import("../answers/kept-record.js").KeptRecord & { continues?: boolean }} Kept */

/**
 * Where to begin, and which items are flagged: as this terminal keeps it if it was the last one to
 * hold the exam, else as the server does.
 * @param {any} attempt
 * @param {Kept} kept
 * @param {string | undefined} part id of the open part
 */
export function positionOf(attempt, kept, part) {
  if (kept.continues && kept.flags && kept.part === part) return { flags: kept.flags, current: kept.current || 0 };
  const index = attempt.items.findIndex((/** @type {any} */ item) => item.id === attempt.current);
  return { flags: attempt.flags, current: Math.max(0, index) };
}

const QUIET_MS = 800;
const AGAIN_MS = 5000;

/** Sends the newest state a moment after it has changed, and again until the server has it. */
export class PaperPosition {
  #url;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {{ current: string, flags: string[] } | null} */
  #newest = null;

  /** @param {string} attemptId */
  constructor(attemptId) {
    this.#url = `/api/attempts/${attemptId}/place`;
  }

  /**
   * @param {string} current id of the shown item
   * @param {string[]} flags ids of the flagged items
   */
  put(current, flags) {
    this.#newest = { current, flags };
    this.#soon(QUIET_MS);
  }

  /** @param {number} ms */
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
