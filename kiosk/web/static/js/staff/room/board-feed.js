// The board as this browser has it: what the server sends of changes is merged into it.

/** @typedef {import("./attention.js").Row} Row */
/**
 * @typedef {object} Changes
 * @property {string} revision
 * @property {boolean} full everything, not only what changed
 * @property {string} server_time
 * @property {Row[]} rows
 * @property {string[]} gone admission numbers
 * @property {Record<string, any>} room
 */

/** Rows by admission number, and the room's own values. */
export class BoardSnapshot {
  revision = "";
  serverTime = "";
  /** @type {Map<string, Row>} a row that did not change stays the same object */
  #rows = new Map();
  /** @type {Record<string, any>} */
  room = {};

  /** @param {Changes} changes */
  merge({ revision, full, server_time: serverTime, rows, gone, room }) {
    if (full) {
      this.#rows.clear();
      this.room = {};
    }
    for (const number of gone) this.#rows.delete(number);
    for (const row of rows) this.#rows.set(row.admission_no, row);
    Object.assign(this.room, room);
    this.revision = revision;
    this.serverTime = serverTime;
  }

  get rows() {
    return [...this.#rows.values()];
  }
}
