// What staff can do about one candidate: decide, enrol a portrait, release the terminal, end.

import { make, setNote } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { newId } from "../../common/new-id.js";
import { data, label, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { checkInSheet } from "../checkin/check-in.js";
import { attemptActions } from "./attempt-actions.js";
import { callNote } from "../messages/seat-call.js";
import { checkSession } from "../session.js";
import { showRecords } from "./attempt-records.js";
import { facts, pair } from "../checkin/pictures.js";
import { enrolPortrait } from "../checkin/new-portrait.js";
import { incidentsPage } from "./seat-tags.js";
import { askReason, endingActions, reasonsFor } from "../reason.js";

const KEYS = "1234567890abc";

/** Open the sheet that fits the row's state. */
export async function seatActions(base, row, sittingState, refresh) {
  const actions = attemptActions(row, sittingState);
  const choice = row.state === "checked_in" || row.inspection_due ? await checkInSheet(base, row) : await menu(base, row, actions);
  await follow(base, row, actions, choice);
  await refresh();
}

/** Look at one candidate after the other who waits for it; `queue` gives them as they are now. */
export async function inspectAll(base, queue, refresh) {
  const seen = new Set();
  const waiting = () => queue().filter((row) => !seen.has(row.attempt_id));
  for (let row = waiting()[0]; row; [row] = waiting()) {
    seen.add(row.attempt_id);
    const choice = await checkInSheet(base, row, { more: waiting().length });
    await follow(base, row, attemptActions(row), choice);
    await refresh();
    if (choice === null) return;
  }
}

async function follow(base, row, actions, choice) {
  const next = { portrait: enrolPortrait, release: askRelease, end: askEnd, mark: askMark, look: checkInSheet, records: (_base, seen) => showRecords(seen) }[choice];
  const act = actions.find(([id]) => id === choice);
  if (next) await next(base, row);
  else if (act) await act[3](row);
}

function menu(base, row, actions) {
  const running = row.state === "in_progress";
  let close = (/** @type {any} */ _value) => {};
  const act = (value, text, kind, allowed) => allowed && make(
    "button", { class: `btn btn-${kind}`, type: "button", onclick: () => close(value) }, text,
  );
  const usual = actions.filter(([, , kind]) => kind !== "danger");
  const buttons = [
    act("portrait", t("Take a new portrait"), "quiet", !running && ["registered", "ready"].includes(row.state)),
    ...usual.map(([id, text, kind]) => act(id, text, kind, true)),
    act("records", t("Time and page leaves"), "quiet", row.items > 0),
    act("release", t("Release the terminal"), "quiet", row.terminal && row.state !== "ended"),
    act("look", t("Check the candidate"), "quiet", row.state === "ready"),
    act("mark", t("Report what I see"), "quiet", running),
    (row.incidents > 0 || row.leaves > 0) && make("a", { class: "btn btn-quiet", href: incidentsPage(row) }, t("Incidents")),
  ].filter(Boolean);
  const ending = [
    act("end", t("End this exam"), "danger-quiet", running || row.state === "paused"),
    ...actions.filter((action) => !usual.includes(action)).map(([id, text]) => act(id, text, "danger-quiet", true)),
  ].filter(Boolean);
  return sheet({
    title: row.name,
    wide: true,
    content: [callNote(row, () => close(null)), facts(row), pair(base, row), make("div", { class: "action-list" }, buttons), endingActions(ending)].filter(Boolean),
    actions: [{ value: null, text: t("Close") }],
    onOpen: (_dialog, choose) => { close = choose; },
  });
}

/** Report what no camera can prove: one key for each thing, a few words, the pictures of now. */
function askMark(_base, row) {
  const names = data.orders.marks;
  const chosen = { rule: "" }, id = newId();
  const note = make("textarea", { id: "mark-note", class: "form-control", rows: 2, maxLength: 500 });
  const error = make("div", { class: "note bad", role: "alert", hidden: true });
  const buttons = names.map((rule, n) => make("button", {
    type: "button", class: "btn btn-quiet", "aria-pressed": "false", "aria-keyshortcuts": KEYS[n], "data-key": KEYS[n],
    onclick: (event) => {
      chosen.rule = rule;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button === event.currentTarget));
      if (!note.value.trim()) note.value = label("marks", rule);
      event.currentTarget.closest("dialog").querySelector(".actions .btn-primary").focus();
    },
  }, make("kbd", {}, KEYS[n]), ` ${label("marks", rule)}`));
  const send = async () => {
    setNote(error, !chosen.rule || note.value.trim().length < 2 ? t("Choose what you see and say it in a few words.") : "");
    if (!error.hidden) return false;
    try {
      await post(`/staff/api/attempts/${row.attempt_id}/marks`, { id, rule: chosen.rule, note: note.value.trim() });
      return true;
    } catch (problem) {
      checkSession(problem);
      setNote(error, problem.message);
      return false;
    }
  };
  const onKey = (event) => {
    if (event.target !== note) buttons.find((button) => button.dataset.key === event.key)?.click();
  };
  return sheet({
    title: t("Report for %(name)s", { name: row.name }),
    wide: true,
    content: [
      make("p", { class: "soft" }, t("The pictures from these seconds are stored with the report. A person decides later what they mean.")),
      make("div", { class: "marks" }, buttons),
      make("div", { class: "field" }, make("label", { for: "mark-note" }, t("In a few words (recorded in the event log)")), note), error,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Report"), kind: "primary", check: send }],
    onOpen: (dialog) => dialog.addEventListener("keydown", onKey),
  });
}

/** Which terminals a candidate can move to at once. */
function spareTerminals() {
  const note = make("p", { class: "small", role: "status" });
  get("/staff/api/terminals").then(({ terminals }) => {
    const names = terminals.filter((terminal) => terminal.spare).map((terminal) => terminal.name);
    note.textContent = names.length ? t("Spare terminals, checked and free: %(names)s", { names: names.join(t(", ")) }) : t("No spare terminal is ready. Open the start page on one and run the device check.");
  }, (error) => { note.textContent = error.message; });
  return note;
}

function askRelease(_base, row) {
  const running = row.state === "in_progress" || row.state === "paused";
  return askReason({
    title: t("Release the terminal of %(name)s?", { name: row.name }),
    text: running
      ? t("This exam is in progress on that terminal. The candidate is signed out at once and has to sign in again, on this terminal or another one, while the clock runs. Answers not sent yet stay on that terminal.")
      : t("The candidate has to sign in again, here or at another terminal. Answers and time are not affected."),
    url: `/staff/api/attempts/${row.attempt_id}/release`, button: t("Release"),
    presets: [t("Terminal failed; the candidate moves to another one"), t("Wrong seat")], more: [spareTerminals()],
    final: running ? t("Yes, sign seat %(seat)s out.", { seat: row.seat }) : "",
  });
}

function askEnd(_base, row) {
  return askReason({
    title: t("End the exam of %(name)s?", { name: row.name }),
    text: t("The exam ends at once. Saved answers count. Staff can undo this while the sitting is open."),
    url: `/staff/api/attempts/${row.attempt_id}/end`, button: t("End this exam"),
    presets: reasonsFor("end", [t("Candidate gave up"), t("Breach of the exam rules, see the record"), t("Candidate is unwell")]),
    final: t("Yes, end the exam of seat %(seat)s.", { seat: row.seat }),
  });
}
