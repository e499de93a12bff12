// Who needs somebody, and in which order the room shows the seats.

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page.js";
import { attentionLevel } from "../../../../kiosk/web/static/js/staff/room/attention.js";

const CALM = {
  name: "李雷", room: "1", seat: "A1", paper: "a", admission_no: "2026T0001", terminal: "T01", extra_minutes: 0, needs: "", state: "in_progress", active_rules: [],
  window_wanted: false, pause_reason: null, late_answers: 0, outage_s: 0, check_in: "passed", has_portrait: true,
  findings: [], form: "", form_changed: [], inspection_due: false, devices_missing: [], set_aside_until: null, away: false, leaves: 0,
  leave_limit: 5, incidents: 0, incidents_new: 0, leaves_new: 0, camera_virtual: false, camera_changes: 0, network: null, call: null, on_break: null,
};
const row = (changes) => ({ ...CALM, ...changes });

const LEVELS = {
  urgent: [
    ["the candidate calls", { call: { number: 1, coming_at: null } }],
    ["a toilet break is too long", { on_break: { number: 1, overdue: true, said_back: false } }],
    ["the candidate says to be back", { on_break: { number: 1, overdue: false, said_back: true } }],
    ["a rule is broken", { active_rules: ["face_absent"] }],
    ["a second window asks", { window_wanted: true }],
    ["staff or a rule has paused the exam", { state: "paused", pause_reason: "held" }],
    ["late answers wait", { state: "ended", late_answers: 1 }],
    ["lost time is to be decided", { outage_s: 60 }],
    ["the identity is to be decided", { state: "checked_in", check_in: "staff" }],
    ["the identity was refused", { state: "checked_in", check_in: "refused" }],
    ["something is to be taken off", { state: "ready", findings: ["hat"] }],
    ["a device is missing", { state: "ready", devices_missing: ["camera"] }],
    ["pictures are set aside", { set_aside_until: "2026-06-01T09:00:00Z" }],
    ["the candidate is away", { away: true }],
    ["the next page leave is the last one", { leaves: 4, leaves_new: 1 }],
  ],
  look: [
    ["the candidate is out", { on_break: { number: 1, overdue: false, said_back: false } }],
    ["somebody is coming to the candidate who called", { call: { number: 1, coming_at: "2026-06-01T09:00:00Z" } }],
    ["somebody is at check-in", { state: "checked_in", check_in: "none" }],
    ["the page was left once", { leaves: 1, leaves_new: 1 }],
    ["there is a new incident", { incidents: 2, incidents_new: 1 }],
    ["nobody has looked yet", { state: "ready", inspection_due: true }],
    ["the camera is a virtual one", { camera_virtual: true }],
    ["the camera was changed", { state: "paused", pause_reason: "room", camera_changes: 1 }],
  ],
  calm: [
    ["the exam is sat", {}],
    ["staff have acknowledged incidents and page leaves", { incidents: 2, leaves: 4 }],
    ["the candidate waits for the start", { state: "ready" }],
    ["the whole room is paused", { state: "paused", pause_reason: "room" }],
  ],
  "": [
    ["nobody has come", { state: "registered" }],
    ["the exam is over", { state: "ended", leaves: 5, incidents: 2, findings: ["hat"], outage_s: 60 }],
    ["the exam is over, and the camera was changed", { state: "ended", camera_changes: 1, devices_missing: ["camera"] }],
  ],
};

for (const [tone, cases] of Object.entries(LEVELS)) {
  for (const [why, changes] of cases) {
    test(`${tone || "none"}: ${why}`, () => assert.equal(attentionLevel(row(changes)).tone, tone));
  }
}
