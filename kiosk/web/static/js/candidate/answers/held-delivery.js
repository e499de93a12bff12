// Decides what becomes of each answer buffer that this terminal still holds.
//
// A buffer is deleted only when the server has its answers, or when staff have noted exactly this
// number of answers as undeliverable. Everything else stays, and staff see it.

import { unacknowledged } from "./kept-record.js";

/**
 * @typedef {import("./answer-buffer.js").StoredBuffer} StoredBuffer
 * @typedef {{ state: string, answers: number }} Decision of staff
 *
 * @typedef {object} Access
 * @property {() => Promise<StoredBuffer[]>} buffers
 * @property {(buffer: StoredBuffer) => Promise<{ keep: boolean }>} send
 * @property {(buffer: StoredBuffer) => Promise<void>} remove
 * @property {(held: Record<string, number>, why: Record<string, string>) => Promise<Record<string, Decision>>} report
 *   what stays here and why, by attempt; resolves to staff's decisions by attempt
 */

const MAX_REPORTED = 20;
const MAX_REASON = 60;

/** @param {StoredBuffer} buffer */
function count({ record }) {
  return record ? unacknowledged(record).length : 1; // unreadable: at least one, or nobody would look
}

export class HeldDelivery {
  #access;
  /** @type {Record<string, Decision>} */
  #decisions = {};
  #reportDue = false;
  /** @type {Map<string, any>} what repeating does not help, by buffer */
  #refused = new Map();

  /** @param {Access} access */
  constructor(access) {
    this.#access = access;
  }

  /**
   * Try each buffer but that of the attempt `own`, whose page sends it. Resolves to how many answers
   * stay here, and whether that may pass.
   * @param {string | null} own
   */
  async run(own) {
    const others = (await this.#access.buffers()).filter(({ attempt }) => attempt !== own);
    const filled = others.filter((buffer) => count(buffer) > 0);
    for (const buffer of others.filter((other) => !filled.includes(other))) await this.#access.remove(buffer);
    /** @type {Record<string, number>} */
    const totals = {};
    for (const buffer of filled) totals[buffer.attempt] = (totals[buffer.attempt] || 0) + count(buffer);
    /** @type {Record<string, number>} */
    const held = {};
    /** @type {Record<string, string>} */
    const why = {};
    let passing = false;
    for (const buffer of filled) {
      const failure = await this.#deliver(buffer, totals[buffer.attempt]);
      passing ||= Boolean(failure?.passing);
      if (!failure) continue;
      held[buffer.attempt] = (held[buffer.attempt] || 0) + count(buffer);
      if (!failure.passing) why[buffer.attempt] = failure.code || "unreadable";
    }
    this.#reportDue ||= filled.length > 0; // also "nothing is held any more", once
    if (this.#reportDue) await this.#report(held, why).catch(() => { passing = true; });
    return { left: Object.values(held).reduce((sum, n) => sum + n, 0), passing };
  }

  /**
   * Resolves to null, or to why the buffer stays here.
   * @param {StoredBuffer} buffer
   * @param {number} total answers of its attempt in all buffers
   */
  async #deliver(buffer, total) {
    const decision = this.#decisions[buffer.attempt];
    if (!decision && this.#refused.has(buffer.id)) return this.#refused.get(buffer.id);
    const failure = await this.#send(buffer);
    if (failure?.passing) return failure;
    // The number must match: an answer that came here after staff decided was not part of it.
    if (decision?.state === "undeliverable" && decision.answers === total) {
      await this.#access.remove(buffer);
      return null;
    }
    if (failure) this.#refused.set(buffer.id, failure);
    return failure;
  }

  /**
   * @param {StoredBuffer} buffer
   * @returns {Promise<{ code?: string, passing?: boolean } | null>}
   */
  async #send(buffer) {
    if (!buffer.record) return { code: "unreadable" };
    try {
      const { keep } = await this.#access.send(buffer);
      if (!keep) await this.#access.remove(buffer);
      return null;
    } catch (error) {
      return error;
    }
  }

  /**
   * @param {Record<string, number>} held
   * @param {Record<string, string>} why
   */
  async #report(held, why) {
    const reported = Object.entries(held).slice(0, MAX_REPORTED);
    const reasons = reported.map(([attempt]) => [attempt, (why[attempt] || "").slice(0, MAX_REASON)]);
    this.#decisions = await this.#access.report(Object.fromEntries(reported), Object.fromEntries(reasons));
    this.#reportDue = false;
  }
}
