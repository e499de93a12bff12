// What staff can do about one attempt: pause, resume, reopen, time, window, late entry.

import { make } from "../../common/dom.js";
import { duration, label, t } from "../../common/page.js";
import { askReason, minutesField } from "../reason.js";
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
    [running, "pause", t("Pause this exam"), "quiet", pause],
    [alone, "resume", t("Let this exam go on"), "primary", resume],
    [(running || paused), "time", t("Give time"), "quiet", giveTime],
    [row.outage_s > 0, "outage", t("Give %(time)s back", { time: duration(row.outage_s) }), "primary", settleOutage],
    [row.outage_s > 0, "no-outage", t("Give no time back"), "quiet", leaveOutage],
    [row.window_wanted, "window", t("Allow the other window"), "primary", allowWindow],
    [row.reopenable, "reopen", t("Take the end back"), "quiet", reopen],
    [row.state === "registered" && sittingState === "started", "admit", t("Admit although late"), "quiet", admit],
    [["checked_in", "ready"].includes(row.state), "undo", t("Undo the sign-in"), "quiet", undoSignIn],
    [BEFORE_START.includes(row.state), "ending", t("Will not sit the exam"), "quiet", sayEnding],
    [PRESENT.includes(row.state) && row.devices_missing.length > 0, "devices", t("Admit without the failed device"), "primary", admitDevices],
    [row.set_aside_until, "pictures", t("Analyse the pictures again"), "primary", reinstate],
    [row.state === "ended", "void", t("Void this attempt"), "danger", voidIt],
  ];
  return table.flatMap(([possible, ...action]) => possible ? [action] : []);
}

function url(row, act) {
  return `/staff/api/attempts/${row.attempt_id}/${act}`;
}

/** @param {Row} row */
function pause(row) {
  return askReason({
    title: t("Pause the exam of %(name)s?", { name: row.name }),
    text: t("The paper is hidden and the clock stands. The candidate gets the time back."),
    url: url(row, "pause"), button: t("Pause"),
    presets: [t("Candidate is unwell"), t("Terminal is being repaired"), t("Way to the toilet, accompanied")],
  });
}

/** @param {Row} row */
function resume(row) {
  return askReason({
    title: t("Let %(name)s go on?", { name: row.name }),
    text: row.pause_reason === "held"
      ? t("The page was left too often. If a departure should not count, reverse it under “Time and departures”.")
      : t("The clock runs on, with the time of the pause given back."),
    url: url(row, "resume"), button: t("Go on"),
    presets: [t("Candidate is back"), t("Terminal works again"), t("Warned; may go on")],
  });
}

/** @param {Row} row */
function giveTime(row) {
  const minutes = minutesField();
  return askReason({
    title: t("Give %(name)s time", { name: row.name }), text: t("Time given wrongly is taken back with a number below zero."),
    url: url(row, "time"), button: t("Give time"), body: () => ({ minutes: minutes.value }), more: [minutes.box],
    presets: [t("Terminal failed"), t("Moved to another terminal"), t("Disturbance at the seat")],
  });
}

/** @param {Row} row */
function settleOutage(row) {
  const lost = { time: duration(row.outage_s) };
  return askReason({
    title: t("Give %(name)s the lost time back?", { name: row.name }),
    text: t("This terminal was out for %(time)s before its page was loaded again.", lost),
    url: url(row, "outage"), button: t("Give %(time)s back", lost), body: { credited: true },
    presets: [t("Terminal failed"), t("Power or network failure")],
  });
}

/** @param {Row} row */
function leaveOutage(row) {
  return askReason({
    title: t("Give %(name)s no time back?", { name: row.name }),
    text: t("This terminal was out for %(time)s before its page was loaded again.", { time: duration(row.outage_s) }),
    url: url(row, "outage"), button: t("Give no time back"), body: { credited: false },
    presets: [t("The candidate went on working meanwhile"), t("The candidate's own doing")],
  });
}

/** @param {Row} row */
function allowWindow(row) {
  return askReason({
    title: t("Allow the other window?"),
    text: t("A second window asks for this exam. If you allow it, it takes over and the present one stops."),
    url: url(row, "window"), button: t("Allow"),
    presets: [t("The first window hangs"), t("Browser was started again")],
  });
}

/** @param {Row} row */
function undoSignIn(row) {
  return askReason({
    title: t("Undo the sign-in of %(name)s?", { name: row.name }),
    text: t("The candidate is not here then and signs in again. Who is registered for several sittings is asked for which one."),
    url: url(row, "undo-sign-in"), button: t("Undo the sign-in"),
    presets: [t("Wrong sitting"), t("Somebody else's numbers were typed")],
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
    title: t("%(name)s will not sit the exam?", { name: row.name }),
    text: t("The result says so at headquarters. You can take it back while the sitting is open."),
    more: [make("div", { class: "stack tight", role: "radiogroup", "aria-label": t("What happened?") }, make("p", { class: "label" }, t("What happened?")), choices)],
    url: url(row, "ending"), button: t("Record it"), body: () => ({ ending: chosen() }),
    presets: [t("Candidate gave up"), t("Identity could not be established"), t("Came too late")],
  });
}

/** @param {Row} row */
function reopen(row) {
  const begun = row.items > 0;
  return askReason({
    title: t("Take the end of %(name)s's exam back?", { name: row.name }),
    text: begun
      ? t("The exam is paused then, and goes on when you resume it, with the time since its end given back.")
      : t("The candidate may sign in again then, also when the entry is closed."),
    url: url(row, "reopen"), button: t("Take the end back"),
    presets: [t("The departure was not the candidate's doing"), t("Ended by mistake")],
  });
}

/** @param {Row} row */
function admit(row) {
  return askReason({
    title: t("Admit %(name)s although late?", { name: row.name }),
    text: t("The candidate may sign in now; the exam ends with everybody else's."),
    url: url(row, "admit"), button: t("Admit"), presets: [t("Held up at the entrance by us"), t("Traffic failure, decided by the chief invigilator")],
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
    text: t("The rules that need it are off for this candidate, and the result says so. Repair the device or change the terminal if you can."),
    url: url(row, "devices"), button: t("Admit"), presets: [t("No other terminal is free; an invigilator sits beside the candidate"), t("The device broke just now; the room is watched by hand")],
  });
}

/** @param {Row} row */
function reinstate(row) {
  return askReason({
    title: t("Analyse the pictures of %(name)s again?", { name: row.name }),
    text: t("A picture of this terminal took too long to analyse. Look at the terminal and its camera first."),
    url: url(row, "pictures"), button: t("Analyse again"), presets: [t("The camera was changed"), t("Nothing unusual at the terminal")],
  });
}

/** @param {Row} row */
function voidIt(row) {
  return askReason({
    title: t("Void the attempt of %(name)s?", { name: row.name }), button: t("Void"),
    final: t("Yes, void the attempt of seat %(seat)s.", { seat: row.seat }),
    text: t("The result will not count. Headquarters is told, with your reason. This cannot be undone here."),
    url: url(row, "void"), presets: [t("Impersonation, established at the centre"), t("Breach of the exam rules, see the record")],
  });
}
