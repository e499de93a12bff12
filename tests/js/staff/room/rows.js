// Rows of the board for tests: one that is calm, and any that a seed gives.

const CALM = {
  attempt_id: "a1", name: "李雷", room: "1", seat: "A1", position: null, paper: "a", admission_no: "2026T0001", terminal: "T01", extra_minutes: 0, needs: "",
  state: "in_progress", part: null, active_rules: [], window_wanted: false, pause_reason: null, late_answers: 0, outage_s: 0, credited_s: 0,
  check_in: "passed", check_in_score: null, has_portrait: true, findings: [], form: "", form_changed: [], inspection_due: false, waits_since: null, waits_for: [], devices_missing: [],
  devices_without: [], set_aside_until: null, away: false, leaves: 0, leave_limit: 5, incidents: 0, incidents_new: 0, leaves_new: 0, camera: "", camera_virtual: false,
  camera_changes: 0, network: "fresh", pictures: null, saved_at: null, picture: null, picture_at: null, answered: 0, items: 0, remaining_s: null, ends_at: null,
  end_reason: "", bundle_state: null, reopenable: false, call: null, unread_messages: 0, on_break: null, pledge_due: false,
};

/** @param {object} changes */
export function row(changes) {
  return { ...CALM, ...changes };
}

/** A repeatable source of numbers below 1. */
export function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** As many rows as asked for, each with whatever the numbers give. */
export function anyRows(count, next) {
  const pick = (values) => values[Math.floor(next() * values.length)];
  return Array.from({ length: count }, (_, n) => row({
    admission_no: `2026T${n}`, attempt_id: `a${n}`, room: pick(["1", "2"]), paper: pick(["a", "b"]), seat: `${pick(["A", "B", ""])}${n}`,
    name: pick(["李雷", "韩梅梅", "Ann"]), state: pick(["registered", "checked_in", "ready", "in_progress", "paused", "ended", "voided"]),
    leaves: pick([0, 0, 1, 4]), leaves_new: pick([0, 1]), incidents_new: pick([0, 0, 2]), inspection_due: pick([false, false, true]), waits_since: pick([null, null, "2026-06-01T08:40:00Z", "2026-06-01T08:55:00Z"]), away: pick([false, true]),
    on_break: pick([null, null, { number: 1, escort: "王芳", at: "2026-06-01T09:00:00Z", overdue: false, said_back: false }]), pledge_due: pick([false, true]),
    call: pick([null, null, { number: 1, coming_at: null }, { number: 1, coming_at: "2026-06-01T09:00:00Z" }]),
  }));
}
