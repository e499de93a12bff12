// What is to be known about a candidate, in a few words each.

import { data, duration, label, t, timeOfDay } from "../../common/page.js";
import { callText } from "../messages/seat-call.js";
import { BEFORE_START, PRESENT } from "./attention.js";

/** @typedef {import("./attention.js").Row} Row */

/**
 * Whether the answer page has not been heard of for a while.
 * @param {Row} row
 */
export function isSilent(row) {
  return row.state === "in_progress" && row.on_break === null && row.network === "late";
}

/**
 * @param {string} text
 * @returns {[string, string]}
 */
function bad(text) {
  return [text, "bad"];
}

/**
 * What is to be known about a row, the most urgent first.
 * @param {Row} row
 * @returns {[string, string][]} text and tone
 */
export function tags(row) {
  /** @type {[string, string][]} */
  const found = row.active_rules.map((rule) => [label("rules", rule), "bad"]);
  if (row.call) found.unshift([callText(row.call), row.call.coming_at ? "info" : "bad"]);
  if (row.on_break) found.unshift(breakTag(row.on_break));
  if (row.state === "paused") found.push([label("pauses", row.pause_reason), row.pause_reason === "room" ? "info" : "bad"]);
  if (row.window_wanted) found.push([t("Second window requests access"), "bad"]);
  if (row.late_answers) found.push([t("Late answers to decide"), "bad"]);
  if (row.outage_s) found.push([t("Lost %(time)s", { time: duration(row.outage_s) }), "bad"]);
  if (isSilent(row)) found.push([t("No contact"), "bad"]);
  if (row.credited_s) found.push([t("Credited %(time)s", { time: duration(row.credited_s) }), "info"]);
  if (row.away) found.push([t("Away from the page"), "bad"]);
  if (row.leaves) found.push([t("Left %(n)s/%(limit)s", { n: row.leaves, limit: row.leave_limit }), row.leaves >= row.leave_limit - 1 ? "bad" : row.leaves_new ? "warn" : ""]);
  if (row.incidents_new) found.push([t("Incidents: %(n)s, new: %(new)s", { n: row.incidents, new: row.incidents_new }), "warn"]);
  else if (row.incidents) found.push([t("Incidents: %(n)s", { n: row.incidents }), ""]);
  if (BEFORE_START.includes(row.state) && row.state !== "registered") found.push(checkIn(row));
  if (BEFORE_START.includes(row.state)) found.push(...row.findings.map((id) => bad(t("Found: %(what)s", { what: label("findings", id) }))));
  if (row.state === "checked_in" && row.form === "draft") found.push([t("Filling in the personal data form"), "info"]);
  if (BEFORE_START.includes(row.state) && row.form_changed.length) {
    found.push([t("Changed in the form: %(what)s", { what: row.form_changed.map((id) => label("personal_fields", id)).join(t(", ")) }), "warn"]);
  }
  if (row.needs) found.push([t("Other needs: %(what)s", { what: row.needs }), "info"]);
  if (row.inspection_due) found.push([t("Not checked by staff yet"), "warn"]);
  if (row.waits_since) found.push([t("Waits for staff since %(at)s", { at: timeOfDay(row.waits_since) }), "warn"]);
  const devices = (ids) => ({ what: ids.map((id) => label("devices", id)).join(t(", ")) });
  if (row.devices_missing.length && PRESENT.includes(row.state)) found.push([t("Device check failed: %(what)s", devices(row.devices_missing)), "bad"]);
  if (row.devices_without.length) found.push([t("Admitted without: %(what)s", devices(row.devices_without)), "info"]);
  if (row.set_aside_until) found.push([t("Analysis suspended until %(at)s", { at: timeOfDay(row.set_aside_until) }), "bad"]);
  if (row.camera_virtual) found.push([t("Virtual camera"), "bad"]);
  if (row.camera_changes) found.push([t("Camera changed: %(n)s", { n: row.camera_changes }), "warn"]);
  if (row.unread_messages && PRESENT.includes(row.state)) found.push([t("Messages not read: %(n)s", { n: row.unread_messages }), "info"]);
  if (row.pledge_due) found.push([t("No pledge yet"), "warn"]);
  if (row.part) found.push([part(row.part), ""]);
  if (!row.has_portrait) found.push([t("No portrait"), "warn"]);
  if (row.state === "ended") found.push([label("end_reasons", row.end_reason), row.end_reason === "rule" ? "bad" : ""]);
  if (row.bundle_state) found.push(row.bundle_state === "delivered" ? [t("At headquarters"), "good"] : [t("Waiting for sync"), "info"]);
  return found;
}

/**
 * @param {NonNullable<Row["on_break"]>} out
 * @returns {[string, string]}
 */
function breakTag({ escort, at, overdue, said_back: back }) {
  const since = { at: timeOfDay(at), escort };
  if (back) return bad(t("Back from the toilet break, waits for you"));
  return overdue ? bad(t("Out for too long: toilet break since %(at)s with %(escort)s", since)) : [t("Toilet break since %(at)s with %(escort)s", since), "info"];
}

/** @param {{ number: number, count: number, name: Record<string, string> }} place */
function part({ number, count, name }) {
  return t("Part %(n)s of %(total)s: %(name)s", { n: number, total: count, name: name[data.language] || name.zh });
}

/**
 * @param {Row} row
 * @returns {[string, string]}
 */
function checkIn(row) {
  const score = row.check_in_score === null ? "" : ` ${row.check_in_score.toFixed(2)}`;
  const tone = { passed: "good", by_hand: "good", staff: "bad", refused: "bad", failed: "warn" }[row.check_in] || "";
  return [label("check_in", row.check_in) + score, tone];
}

/**
 * The page with a seat's incidents.
 * @param {Row} row
 */
export function incidentsPage(row) {
  return `/staff/sittings/${encodeURIComponent(data.sitting_id)}/incidents?seat=${encodeURIComponent(row.admission_no)}`;
}
