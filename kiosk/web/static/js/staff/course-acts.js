// What staff can do about one candidate's course: pause, resume, reopen, time, window, late entry.

import { duration, label, t } from "../common/page.js";
import { askReason, minutesField } from "./reason.js";

/** The acts that a row's state allows: id, text, kind and what to do. */
export function courseActs(row, sittingState) {
  const running = row.state === "in_progress";
  const paused = row.state === "paused";
  const alone = paused && row.pause_reason !== "room";
  return [
    running && ["pause", t("Pause this exam"), "quiet", pause],
    alone && ["resume", t("Let this exam go on"), "primary", resume],
    (running || paused) && ["time", t("Give time"), "quiet", giveTime],
    row.outage_s > 0 && ["outage", t("Give %(time)s back", { time: duration(row.outage_s) }), "primary", settleOutage],
    row.outage_s > 0 && ["no-outage", t("Give no time back"), "quiet", leaveOutage],
    row.window_wanted && ["window", t("Allow the other window"), "primary", allowWindow],
    row.reopenable && ["reopen", t("Take the end back"), "quiet", reopen],
    row.state === "registered" && sittingState === "started" && ["admit", t("Admit although late"), "quiet", admit],
    ["checked_in", "ready", "in_progress", "paused"].includes(row.state) && row.devices_missing.length > 0
      && ["devices", t("Admit without the failed device"), "primary", admitDevices],
    row.set_aside_until && ["pictures", t("Analyse the pictures again"), "primary", reinstate],
    row.state === "ended" && ["void", t("Void this attempt"), "danger", voidIt],
  ].filter(Boolean);
}

function url(row, act) {
  return `/staff/api/attempts/${row.attempt_id}/${act}`;
}

function pause(row) {
  return askReason({
    title: t("Pause the exam of %(name)s?", { name: row.name }),
    text: t("The paper is hidden and the clock stands. The candidate gets the time back."),
    url: url(row, "pause"), button: t("Pause"),
    presets: [t("Candidate is unwell"), t("Terminal is being repaired"), t("Way to the toilet, accompanied")],
  });
}

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

function giveTime(row) {
  const minutes = minutesField();
  return askReason({
    title: t("Give %(name)s time", { name: row.name }), text: t("Time given wrongly is taken back with a number below zero."),
    url: url(row, "time"), button: t("Give time"), body: () => ({ minutes: minutes.value }), more: [minutes.box],
    presets: [t("Terminal failed"), t("Moved to another terminal"), t("Disturbance at the seat")],
  });
}

function settleOutage(row) {
  const lost = { time: duration(row.outage_s) };
  return askReason({
    title: t("Give %(name)s the lost time back?", { name: row.name }),
    text: t("This terminal was out for %(time)s before its page was loaded again.", lost),
    url: url(row, "outage"), button: t("Give %(time)s back", lost), body: { credited: true },
    presets: [t("Terminal failed"), t("Power or network failure")],
  });
}

function leaveOutage(row) {
  return askReason({
    title: t("Give %(name)s no time back?", { name: row.name }),
    text: t("This terminal was out for %(time)s before its page was loaded again.", { time: duration(row.outage_s) }),
    url: url(row, "outage"), button: t("Give no time back"), body: { credited: false },
    presets: [t("The candidate went on working meanwhile"), t("The candidate's own doing")],
  });
}

function allowWindow(row) {
  return askReason({
    title: t("Allow the other window?"),
    text: t("A second window asks for this exam. If you allow it, it takes over and the present one stops."),
    url: url(row, "window"), button: t("Allow"),
    presets: [t("The first window hangs"), t("Browser was started again")],
  });
}

function reopen(row) {
  return askReason({
    title: t("Take the end of %(name)s's exam back?", { name: row.name }),
    text: t("The exam is paused then, and goes on when you resume it, with the time since its end given back."),
    url: url(row, "reopen"), button: t("Take the end back"),
    presets: [t("The departure was not the candidate's doing"), t("Ended by mistake")],
  });
}

function admit(row) {
  return askReason({
    title: t("Admit %(name)s although late?", { name: row.name }),
    text: t("The candidate may sign in now; the exam ends with everybody else's."),
    url: url(row, "admit"), button: t("Admit"), presets: [t("Held up at the entrance by us"), t("Traffic failure, decided by the chief invigilator")],
  });
}

/** A terminal that failed its device check starts an exam only so (R13). */
export function admitDevices(row) {
  const what = row.devices_missing.map((id) => label("devices", id)).join(t(", "));
  return askReason({
    title: t("Admit %(name)s without: %(what)s?", { name: row.name, what }), warn: true,
    text: t("The rules that need it are off for this candidate, and the result says so. Repair the device or change the terminal if you can."),
    url: url(row, "devices"), button: t("Admit"), presets: [t("No other terminal is free; an invigilator sits beside the candidate"), t("The device broke just now; the room is watched by hand")],
  });
}

function reinstate(row) {
  return askReason({
    title: t("Analyse the pictures of %(name)s again?", { name: row.name }),
    text: t("A picture of this terminal took too long to analyse. Look at the terminal and its camera first."),
    url: url(row, "pictures"), button: t("Analyse again"), presets: [t("The camera was changed"), t("Nothing unusual at the terminal")],
  });
}

function voidIt(row) {
  return askReason({
    title: t("Void the attempt of %(name)s?", { name: row.name }), warn: true, kind: "danger", button: t("Void"),
    text: t("The result will not count. Headquarters is told, with your reason. This cannot be undone here."),
    url: url(row, "void"), presets: [t("Impersonation, established at the centre"), t("Breach of the exam rules, see the record")],
  });
}
