// A message before it is sent: how long it may be, and whom it reaches.

import { inGroup } from "../room/groups.js";

export const LONGEST = 500;

/** @typedef {import("../room/attention.js").Row} Row */
/** @typedef {import("../room/groups.js").Group} Group */

/**
 * Characters of a text as the server counts them: a character beyond the first plane is one.
 * @param {string} text
 */
export function lengthOf(text) {
  return [...text.trim()].length;
}

/**
 * The candidates who would see a message now or when they sign in.
 * @param {Row[]} rows
 * @param {Group} group
 * @param {Set<string> | null} chosen attempts of chosen seats; null for the whole group
 */
export function recipients(rows, group, chosen) {
  const open = rows.filter(({ state }) => state !== "ended" && state !== "voided");
  return open.filter((row) => chosen ? chosen.has(row.attempt_id) : inGroup(row, group));
}
