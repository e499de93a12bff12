// What a seat's state is, in a shape and in words that the map and the list share.

import { label, t } from "../../common/page.js";
import { attentionLevel } from "./attention.js";

/** @typedef {import("./attention.js").Row} Row */

/** @type {Record<string, string>} a shape for each state, so that no colour is needed */
export const SHAPES = {
  registered: "○", checked_in: "◔", ready: "◑", in_progress: "▶", paused: "Ⅱ", out: "↗", ended: "■", voided: "✕",
};

/** @type {Record<string, string>} a sign for each level of attention */
export const SIGNS = { urgent: "!!", look: "!", calm: "", "": "" };

/** @param {Row} row */
export function shape(row) {
  return SHAPES[row.on_break ? "out" : row.state] ?? "·";
}

/** @param {Row} row */
export function attentionWords(row) {
  const { tone } = attentionLevel(row);
  return tone === "urgent" ? t("Urgent") : tone === "look" ? t("Worth a look") : "";
}

/**
 * How the camera's pictures arrive; "" while nobody expects any.
 * @param {Row} row
 */
export function cameraWords(row) {
  return row.pictures ? { fresh: t("✓ pictures"), late: t("✗ no new pictures"), none: t("– no pictures") }[row.pictures] : "";
}

/**
 * How the answer page is heard of; "" while nobody expects it.
 * @param {Row} row
 */
export function networkWords(row) {
  return row.network ? { fresh: t("✓ connected"), late: t("✗ no contact"), none: t("– not seen yet") }[row.network] : "";
}

/** @param {Row} row */
export function stateWords(row) {
  if (row.on_break) return label("states", "out");
  return row.state === "paused" ? label("pauses", row.pause_reason) : label("states", row.state);
}

/**
 * Since when a candidate waits at check-in, in minutes.
 * @param {string} since
 * @param {Date} now
 */
export function waitWords(since, now) {
  const minutes = Math.floor((now.getTime() - Date.parse(since)) / 60000);
  return minutes < 1 ? t("waits less than 1 min") : t("waits %(n)s min", { n: minutes });
}

/**
 * Seconds that are left, or null.
 * @param {Row} row
 * @param {Date} now
 */
export function secondsLeft(row, now) {
  return row.ends_at ? Math.max(0, (Date.parse(row.ends_at) - now.getTime()) / 1000) : row.remaining_s;
}
