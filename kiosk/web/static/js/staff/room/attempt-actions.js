// What staff can do about one attempt: pause, resume, reopen, time, window, late entry.

import { make } from "../../common/dom.js";
import { data, duration, label, t } from "../../common/page.js";
import { askReason, minutesField, reasonsFor } from "../reason.js";
import { messageSeat } from "../messages/compose.js";
import { roomField } from "./groups.js";
import { back, backChecked, beginBreak } from "./breaks.js";
import { BEFORE_START, PRESENT } from "./attention.js";

const ENDINGS = ["withdrawn", "not_admitted", "not_begun", "absent"];

/** @typedef {import("./attention.js").Row} Row */

/**
 * The actions that a row's state allows: id, text, kind and what to do.
 * @param {Row} row
 * @param {string} [sittingState]
 * @returns {[string, string, string, (row: Row) => Promise<any>][]}
 */
export function attemptActions(row, sittingState) {
  const running = row.state === "in_progress";
  const paused = row.state === "paused";
  const alone = paused && row.pause_reason !== "room";
  /** @type {[possible: unknown, id: string, text: string, kind: string, run: (row: Row) => Promise<any>][]} */
  const table = [
    [row.on_break, "back", t("Back from the toilet break"), "primary", back],
    [row.on_break, "back-checked", t("Back, identity checked"), "quiet", backChecked],
    [(running || paused) && !row.on_break, "break", t("Toilet break"), "quiet", beginBreak],
    [running, "pause", t("Pause this exam"), "quiet", pause],
    [alone, "resume", t("Resume this exam"), "primary", resume],
    [running || paused || BEFORE_START.includes(row.state), "time", t("Give time"), "quiet", giveTime],
    [row.outage_s > 0, "outage", t("Give %(time)s back", { time: duration(row.outage_s) }), "primary", settleOutage],
    [row.outage_s > 0, "no-outage", t("Give no time back"), "quiet", leaveOutage],
    [row.window_wanted, "window", t("Allow the other window"), "primary", allowWindow],
    [row.reopenable, "reopen", t("Undo the end"), "quiet", reopen],
    [row.state === "registered" && sittingState === "started", "admit", t("Admit late"), "quiet", admit],
    [row.state !== "ended" && row.state !== "voided", "move", t("Move to another seat"), "quiet", move],
    [["checked_in", "ready"].includes(row.state), "undo", t("Undo the sign-in"), "quiet", undoSignIn],
    [BEFORE_START.includes(row.state), "ending", t("Will not sit the exam"), "quiet", sayEnding],
    [PRESENT.includes(row.state) && row.devices_missing.length > 0, "devices", t("Admit without the failed device"), "primary", admitDevices],
    [row.set_aside_until, "pictures", t("Resume the picture analysis"), "primary", reinstate],
    [row.state !== "ended" && row.state !== "voided", "message", t("Send a message"), "quiet", messageSeat],
    [row.state !== "registered", "misconduct", t("Record misconduct"), "quiet", recordMisconduct],
    [row.state === "ended", "void", t("Void this attempt"), "danger", voidIt],
  ];
  return table.flatMap(([possible, ...action]) => possible ? [action] : []);
}

function url(row, act) {
  return `/staff/api/attempts/${row.attempt_id}/${act}`;
}

/** @param {Row} row */
async function recordMisconduct(row) {
  location.assign(`${location.pathname}/misconduct?candidate=${encodeURIComponent(row.admission_no)}`);
}

/** @param {Row} row */
function pause(row) {
  return askReason({
    title: t("Pause the exam of %(name)s?", { name: row.name }),
    text: t("The paper is hidden and the clock stops. The candidate gets the time back."),
    url: url(row, "pause"), button: t("Pause"),
    presets: reasonsFor("pause", [t("Candidate is unwell"), t("Terminal is being repaired")]),
  });
}

/** @param {Row} row */
function resume(row) {
  return askReason({
    title: t("Resume the exam of %(name)s?", { name: row.name }),
    text: row.pause_reason === "held"
      ? t("The answer page was left too often. If a page leave should not count, reverse it under “Time and page leaves”.")
      : t("The clock resumes, and the paused time is added back."),
    url: url(row, "resume"), button: t("Continue"),
    presets: reasonsFor("resume", [t("Candidate is back"), t("Terminal works again"), t("Warned; may continue")]),
  });
}

/** @param {Row} row */
function giveTime(row) {
  const minutes = minutesField();
  return askReason({
    title: t("Give %(name)s time", { name: row.name }), text: t("To take back time given by mistake, enter a negative number."),
    url: url(row, "time"), button: t("Give time"), body: () => minutes.value, more: [minutes.box],
    presets: reasonsFor("time", [t("Terminal failed"), t("Moved to another terminal"), t("Disturbance at the seat")]),
  });
}

/** @param {Row} row */
function settleOutage(row) {
  const lost = { time: duration(row.outage_s) };
  return askReason({
    title: t("Give %(name)s the lost time back?", { name: row.name }),
    text: t("This terminal was disconnected for %(time)s before its page was loaded again.", lost),
    url: url(row, "outage"), button: t("Give %(time)s back", lost), body: { credited: true },
    presets: [t("Terminal failed"), t("Power or network failure")],
  });
}

/** @param {Row} row */
function leaveOutage(row) {
  return askReason({
    title: t("Give %(name)s no time back?", { name: row.name }),
    text: t("This terminal was disconnected for %(time)s before its page was loaded again.", { time: duration(row.outage_s) }),
    url: url(row, "outage"), button: t("Give no time back"), body: { credited: false },
    presets: [t("The candidate kept working during this time"), t("Caused by the candidate")],
  });
}

/** @param {Row} row */
function allowWindow(row) {
  return askReason({
    title: t("Allow the other window?"),
    text: t("A second window wants to open this exam. If you allow it, it takes over and the current window stops."),
    url: url(row, "window"), button: t("Allow"),
    presets: [t("The first window hangs"), t("Browser was restarted")],
  });
}

/** @param {Row} row */
function move(row) {
  const room = roomField(data.sitting, row.room);
  const seat = make("input", { id: "new-seat", class: "form-control num", maxLength: 16, value: row.seat, autocomplete: "off" });
  return askReason({
    title: t("Move %(name)s to another seat?", { name: row.name }),
    text: t("The candidate is signed out here and signs in at the new seat. Answers and time are not affected."),
    more: [...room.boxes, make("div", { class: "field" }, make("label", { for: "new-seat" }, t("Seat")), seat)],
    url: url(row, "seat"), button: t("Move"), body: () => ({ room: room.value, seat: seat.value.trim() }),
    presets: [t("Terminal failed; the candidate moves to another one"), t("Candidates who know each other sit apart"), t("Decided by headquarters by telephone")],
  });
}

/** @param {Row} row */
function undoSignIn(row) {
  return askReason({
    title: t("Undo the sign-in of %(name)s?", { name: row.name }),
    text: t("The candidate then counts as not present and must sign in again. A candidate registered for several sittings is asked which one to sit."),
    url: url(row, "undo-sign-in"), button: t("Undo the sign-in"),
    presets: [t("Wrong sitting"), t("Another candidate's numbers were entered")],
  });
}

/**
 * How it ended for somebody who does not begin; it can be taken back while the sitting is open.
 * @param {Row} row
 */
function sayEnding(row) {
  const here = row.state !== "registered";
  const options = ENDINGS.filter((ending) => here ? ending !== "absent" : ending !== "not_begun");
  const choices = options.map((ending, n) => make(
    "label", { class: "line" },
    make("input", { type: "radio", class: "form-check-input", name: "ending", value: ending, checked: n === 0 }), make("span", {}, label("end_reasons", ending)),
  ));
  const inputs = choices.flatMap((choice) => [...choice.querySelectorAll("input")]);
  const chosen = () => inputs.find((input) => input.checked)?.value;
  return askReason({
    title: t("Record that %(name)s will not sit the exam?", { name: row.name }),
    text: t("The result at headquarters records this. You can undo it while the sitting is open."),
    more: [make("div", { class: "stack tight", role: "radiogroup", "aria-label": t("What happened?") }, make("p", { class: "label" }, t("What happened?")), choices)],
    url: url(row, "ending"), button: t("Record it"), body: () => ({ ending: chosen() }),
    presets: [t("Candidate gave up"), t("Identity could not be established"), t("Arrived too late")],
  });
}

/** @param {Row} row */
function reopen(row) {
  const begun = row.items > 0;
  return askReason({
    title: t("Undo the end of %(name)s's exam?", { name: row.name }),
    text: begun
      ? t("The exam will be paused. When you resume it, the time since its end is added back.")
      : t("The candidate can then sign in again, even after entry has closed."),
    url: url(row, "reopen"), button: t("Undo the end"),
    presets: [t("The candidate did not cause the page leave"), t("Ended by mistake")],
  });
}

/** @param {Row} row */
function admit(row) {
  return askReason({
    title: t("Admit %(name)s late?", { name: row.name }),
    text: t("The candidate can sign in now. The exam ends at the same time as everyone else's."),
    url: url(row, "admit"), button: t("Admit"), presets: [t("Delayed at the entrance by staff"), t("Traffic failure, decided by the chief invigilator")],
  });
}

/**
 * A terminal that failed its device check starts an exam only so (R13).
 * @param {Row} row
 */
function admitDevices(row) {
  const what = row.devices_missing.map((id) => label("devices", id)).join(t(", "));
  return askReason({
    title: t("Admit %(name)s without: %(what)s?", { name: row.name, what }), warn: true,
    text: t("Rules that need it are switched off for this candidate, and the result records this. If you can, repair the device or change the terminal."),
    url: url(row, "devices"), button: t("Admit"), presets: [t("No other terminal is free; an invigilator sits beside the candidate"), t("The device has just failed; staff watch the room")],
  });
}

/** @param {Row} row */
function reinstate(row) {
  return askReason({
    title: t("Resume the picture analysis of %(name)s?", { name: row.name }),
    text: t("A picture from this terminal took too long to analyse. Check the terminal and its camera first."),
    url: url(row, "pictures"), button: t("Resume analysis"), presets: [t("The camera was changed"), t("Nothing unusual at the terminal")],
  });
}

/** @param {Row} row */
function voidIt(row) {
  return askReason({
    title: t("Void the attempt of %(name)s?", { name: row.name }), button: t("Void"),
    final: t("Yes, void the attempt of seat %(seat)s.", { seat: row.seat }),
    text: t("The result will not count. Headquarters receives your reason. This cannot be undone here."),
    url: url(row, "void"), presets: [t("Impersonation, established at the centre"), t("Breach of the exam rules, see the record")],
  });
}
