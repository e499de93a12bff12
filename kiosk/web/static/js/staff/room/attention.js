// Which candidates need somebody, and how much.

/** @typedef {"fresh" | "late" | "none"} Arrival */

/**
 * One candidate as the room's page gets it from the server.
 * @typedef {object} Row
 * @property {string} attempt_id
 * @property {string} admission_no
 * @property {string} name
 * @property {string} room
 * @property {string} seat
 * @property {[number, number] | null} position row and column from 0
 * @property {string} paper
 * @property {string | null} terminal
 * @property {number} extra_minutes granted by headquarters
 * @property {string} needs granted by headquarters, in words
 * @property {string} state
 * @property {{ number: number, count: number, name: Record<string, string> } | null} part that is open
 * @property {string[]} active_rules rules that are broken now
 * @property {boolean} window_wanted a second window asks for the exam
 * @property {string | null} pause_reason
 * @property {number} late_answers
 * @property {number} outage_s
 * @property {number} credited_s
 * @property {string} check_in
 * @property {number | null} check_in_score
 * @property {boolean} has_portrait
 * @property {string} form how far the personal data form is: "", draft, confirmed, skipped
 * @property {string[]} form_changed its fields that differ from the registration
 * @property {string[]} findings what a person saw and the candidate has to take off
 * @property {boolean} inspection_due a person has to look at the candidate
 * @property {string | null} waits_since since when the candidate waits for staff at check-in
 * @property {string[]} waits_for what for
 * @property {string[]} devices_missing
 * @property {string[]} devices_without
 * @property {string | null} set_aside_until
 * @property {boolean} away
 * @property {number} leaves
 * @property {number} leave_limit
 * @property {number} incidents
 * @property {number} incidents_new that staff have not acknowledged
 * @property {number} leaves_new page leaves that staff have not acknowledged
 * @property {string} camera
 * @property {boolean} camera_virtual
 * @property {number} camera_changes
 * @property {Arrival | null} network how the answer page is heard of, while it is expected
 * @property {Arrival | null} pictures how the camera's frames arrive
 * @property {string | null} saved_at
 * @property {string | null} picture of the check-in, the newest
 * @property {string | null} picture_at
 * @property {number} answered
 * @property {number} items
 * @property {number | null} remaining_s while the time stands still
 * @property {string | null} ends_at while the time runs
 * @property {string} end_reason
 * @property {string | null} bundle_state
 * @property {boolean} reopenable
 * @property {import("../messages/seat-call.js").Call | null} call for the invigilator, while it is open
 * @property {number} unread_messages that the candidate has not confirmed
 * @property {{ number: number, escort: string, at: string, overdue: boolean, said_back: boolean } | null} on_break the open toilet break
 * @property {boolean} pledge_due the candidate is present and has not given the pledge that the programme asks for
 *
 * @typedef {{ rank: number, tone: "urgent" | "look" | "calm" | "" }} Attention 0 urgent … 3 none
 */

export const BEFORE_START = ["registered", "checked_in", "ready"];
export const PRESENT = ["checked_in", "ready", "in_progress", "paused"];

/** @type {Record<string, Attention>} */
const LEVELS = {
  urgent: { rank: 0, tone: "urgent" },
  look: { rank: 1, tone: "look" },
  calm: { rank: 2, tone: "calm" },
  none: { rank: 3, tone: "" },
};

/** @param {Row} row */
function isUrgent(row) {
  const answering = row.state === "in_progress";
  return (row.call !== null && !row.call.coming_at)
    || Boolean(row.on_break?.overdue || row.on_break?.said_back)
    || row.active_rules.length > 0
    || row.window_wanted
    || (row.state === "paused" && row.pause_reason !== "room")
    || Boolean(row.late_answers)
    || (row.outage_s > 0 && answering)
    || (row.state === "checked_in" && ["staff", "refused"].includes(row.check_in))
    || (row.findings.length > 0 && BEFORE_START.includes(row.state))
    || (row.devices_missing.length > 0 && PRESENT.includes(row.state))
    || Boolean(row.set_aside_until)
    || (answering && (row.away || (row.leaves_new > 0 && row.leaves >= row.leave_limit - 1))); // the next page leave stops the exam
}

/** @param {Row} row */
function isWorthALook(row) {
  return row.call !== null
    || row.on_break !== null
    || row.state === "checked_in"
    || (row.state === "in_progress" && (row.leaves_new > 0 || row.incidents_new > 0))
    || row.inspection_due
    || ((row.camera_virtual || row.camera_changes > 0) && PRESENT.includes(row.state));
}

/**
 * How much a candidate needs somebody.
 * @param {Row} row
 */
export function attentionLevel(row) {
  if (isUrgent(row)) return LEVELS.urgent;
  if (isWorthALook(row)) return LEVELS.look;
  return ["in_progress", "paused", "ready"].includes(row.state) ? LEVELS.calm : LEVELS.none;
}
