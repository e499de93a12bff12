// Where the map draws each seat of a room: as the room is, or in the order of seats.

import { SORTS } from "./board-filters.js";

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {{ columns: number, lines: (Row | null)[][], known: boolean }} Layout `known`: as the room is */

const MOST_COLUMNS = 30;
const MOST_LINES = 60;
const LONGEST_LINE = 12; // of a room whose seats are only numbered
const FALLBACK_COLUMNS = 10;

/**
 * The seats of one room. Seats whose names do not say where they are, two on one spot and
 * impossible rooms give a grid in the order of seats.
 * @param {Row[]} rows
 * @returns {Layout}
 */
export function layoutOf(rows) {
  return asTheRoomIs(rows) ?? inOrder(rows);
}

/**
 * @param {Row[]} rows
 * @returns {Layout | null}
 */
function asTheRoomIs(rows) {
  /** @type {Map<string, Row>} */
  const spots = new Map();
  for (const row of rows) {
    if (!row.position || spots.has(String(row.position))) return null;
    spots.set(String(row.position), row);
  }
  const lines = extent(rows, 0);
  const columns = extent(rows, 1);
  const oneLong = lines.length === 1 && columns.length > LONGEST_LINE;
  if (oneLong || columns.length > MOST_COLUMNS || lines.length > MOST_LINES) return null;
  return { columns: columns.length, known: true, lines: lines.map((line) => columns.map((column) => spots.get(`${line},${column}`) ?? null)) };
}

/**
 * All numbers from the first to the last one that a seat has.
 * @param {Row[]} rows
 * @param {0 | 1} axis
 */
function extent(rows, axis) {
  const found = rows.map(({ position }) => position?.[axis] ?? 0);
  const first = Math.min(...found);
  return Array.from({ length: Math.min(Math.max(...found) - first + 1, 1000) }, (_, n) => first + n);
}

/**
 * @param {Row[]} rows
 * @returns {Layout}
 */
function inOrder(rows) {
  const sorted = [...rows].sort(SORTS.seat);
  const count = Math.ceil(sorted.length / FALLBACK_COLUMNS);
  const lines = Array.from({ length: count }, (_line, line) => Array.from(
    { length: FALLBACK_COLUMNS }, (_, column) => sorted[line * FALLBACK_COLUMNS + column] ?? null,
  ));
  return { columns: FALLBACK_COLUMNS, known: false, lines };
}
