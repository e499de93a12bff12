// Which candidates the board shows and in which order. One set of rules counts and filters.

import { normalised } from "../../common/typed-text.js";
import { attentionLevel } from "./attention.js";
import { inGroup } from "./groups.js";

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {import("./groups.js").Group} Group */

/** @type {Record<string, (row: Row) => boolean>} */
export const FILTERS = {
  all: () => true,
  attention: (row) => attentionLevel(row).rank <= 1,
  calls: (row) => row.call !== null,
  incidents: (row) => row.incidents_new > 0 || row.leaves_new > 0,
  waiting: (row) => row.waits_since !== null,
  registered: (row) => row.state === "registered",
  checked_in: (row) => row.state === "checked_in",
  ready: (row) => row.state === "ready",
  in_progress: (row) => row.state === "in_progress",
  paused: (row) => row.state === "paused",
  out: (row) => row.on_break !== null,
  unpledged: (row) => row.pledge_due,
  ended: (row) => ["ended", "voided"].includes(row.state),
};

/**
 * How many candidates of a group each filter has: the figures of the board.
 * @param {Row[]} rows
 * @param {Group} where
 * @returns {Record<string, number>}
 */
export function countsOf(rows, where) {
  const own = rows.filter((row) => inGroup(row, where));
  return Object.fromEntries(Object.entries(FILTERS).map(([id, has]) => [id, own.filter(has).length]));
}

/** @param {Row} row */
function place({ room, seat }) {
  return `${room} ${seat}`;
}

/** @type {(a: Row, b: Row) => number} as people count: A2 before A10 */
function bySeat(a, b) {
  return place(a).localeCompare(place(b), "en", { numeric: true });
}

/** @param {Row} row when the wait began, in ms; those who do not wait come last */
function waitedFrom(row) {
  return row.waits_since ? Date.parse(row.waits_since) : Number.MAX_SAFE_INTEGER;
}

/** @type {Record<string, (a: Row, b: Row) => number>} */
export const SORTS = {
  attention: (a, b) => attentionLevel(a).rank - attentionLevel(b).rank || bySeat(a, b),
  seat: bySeat,
  waiting: (a, b) => waitedFrom(a) - waitedFrom(b) || bySeat(a, b),
  name: (a, b) => a.name.localeCompare(b.name, "zh") || bySeat(a, b),
};

/**
 * Who waits for staff at check-in, whoever has waited longest first.
 * @param {Row[]} rows
 * @param {Group} where
 */
export function queueOf(rows, where) {
  return rows.filter((row) => FILTERS.waiting(row) && inGroup(row, where)).sort(SORTS.waiting);
}

/**
 * The candidates to show, in order.
 * @param {Row[]} rows
 * @param {{ filter: string, text: string, where: Group, sort: string }} wanted `text` as typed: in name, seat, number or terminal
 */
export function shownRows(rows, { filter, text, where, sort }) {
  const typed = normalised(text);
  const has = (/** @type {Row} */ row) => [row.name, row.seat, row.admission_no, row.terminal || ""].some((field) => normalised(field).includes(typed));
  return rows.filter((row) => FILTERS[filter](row) && inGroup(row, where) && has(row)).sort(SORTS[sort]);
}
