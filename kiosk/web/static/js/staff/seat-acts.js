// What staff can do about one candidate: decide, enrol a portrait, release the terminal, end.

import { make, setNote } from "../common/dom.js";
import { post } from "../common/api.js";
import { data, label, t } from "../common/page.js";
import { sheet } from "../common/sheet.js";
import { courseActs } from "./course-acts.js";
import { checkSession } from "./frame.js";
import { showLedgers } from "./ledgers.js";
import { enrolPortrait } from "./portrait.js";
import { reasonField, sending } from "./reason.js";

const KEYS = "1234567890ab";

/** Open the sheet that fits the row's state. */
export async function seatActs(base, row, sittingState, refresh) {
  const course = courseActs(row, sittingState);
  const choice = row.state === "checked_in" ? await decide(base, row) : await menu(base, row, course);
  const next = { portrait: enrolPortrait, release: askRelease, end: askEnd, mark: askMark, ledgers: (_base, one) => showLedgers(one) }[choice];
  const act = course.find(([id]) => id === choice);
  if (next) await next(base, row);
  else if (act) await act[3](row);
  await refresh();
}

function facts(row) {
  return make("p", { class: "soft num" }, [row.admission_no, row.seat, row.terminal].filter(Boolean).join(" · "));
}

function picture(src, caption) {
  const frame = make("div", { class: "frame" });
  const image = make("img", { alt: caption, src, onerror: () => frame.replaceChildren(t("no picture")) });
  frame.append(image);
  return make("figure", {}, frame, make("figcaption", {}, caption));
}

function pair(base, row) {
  const now = Date.now();
  return make(
    "div", { class: "pair" },
    picture(`${base}/portraits/${encodeURIComponent(row.admission_no)}?at=${now}`, t("Registered portrait")),
    picture(`/staff/api/attempts/${row.attempt_id}/${row.state === "in_progress" ? "thumbnail" : "picture"}?at=${now}`, t("Live picture")),
  );
}

function decide(base, row) {
  const reason = reasonField([
    t("Identity card compared, it is the same person"),
    t("Candidate declined face recognition; identity card compared"),
    t("Not the person on portrait and identity card"),
  ]);
  const url = `/staff/api/attempts/${row.attempt_id}/decision`;
  let close = () => {};
  const other = (value, text) => make("button", { class: "btn btn-quiet", type: "button", onclick: () => close(value) }, text);
  return sheet({
    title: t("Decide by hand: %(name)s", { name: row.name }),
    wide: true,
    content: [
      make("div", { class: "line between" }, facts(row), make(
        "div", { class: "line" }, other("portrait", t("Take a new portrait")), other("release", t("Release the terminal")),
      )),
      pair(base, row), reason.box,
    ],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "refused", text: t("It is not the candidate"), kind: "danger", check: sending(url, { passed: false }, reason) },
      { value: "passed", text: t("It is the candidate"), kind: "primary", check: sending(url, { passed: true }, reason) },
    ],
    onOpen: (_dialog, choose) => { close = choose; },
  });
}

function menu(base, row, course) {
  const running = row.state === "in_progress";
  let close = () => {};
  const act = (value, text, kind, allowed) => allowed && make(
    "button", { class: `btn btn-${kind}`, type: "button", onclick: () => close(value) }, text,
  );
  const buttons = [
    act("portrait", t("Take a new portrait"), "quiet", !running && ["registered", "ready"].includes(row.state)),
    ...course.map(([id, text, kind]) => act(id, text, kind, true)),
    act("ledgers", t("Time and departures"), "quiet", row.items > 0),
    act("release", t("Release the terminal"), "quiet", row.terminal && row.state !== "ended"),
    act("mark", t("Report what I see"), "quiet", running),
    act("end", t("End this exam"), "danger", running || row.state === "paused"),
  ].filter(Boolean);
  return sheet({
    title: row.name,
    wide: true,
    content: [facts(row), pair(base, row), make("div", { class: "acts" }, buttons)],
    actions: [{ value: null, text: t("Close") }],
    onOpen: (_dialog, choose) => { close = choose; },
  });
}

/** Report what no camera can prove: one key for each thing, a few words, the pictures of now. */
function askMark(_base, row) {
  const names = Object.keys(data.labels.marks);
  const chosen = { rule: "" };
  const note = make("textarea", { id: "mark-note", class: "form-control", rows: 2, maxLength: 500 });
  const error = make("div", { class: "note bad", role: "alert", hidden: true });
  const buttons = names.map((rule, n) => make("button", {
    type: "button", class: "btn btn-quiet", "aria-pressed": "false", "data-key": KEYS[n],
    onclick: (event) => {
      chosen.rule = rule;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === event.currentTarget));
      if (!note.value.trim()) note.value = label("marks", rule);
      note.focus();
    },
  }, make("kbd", {}, KEYS[n]), ` ${label("marks", rule)}`));
  const send = async () => {
    setNote(error, !chosen.rule || note.value.trim().length < 2 ? t("Choose what you see and say it in a few words.") : "");
    if (!error.hidden) return false;
    try {
      await post(`/staff/api/attempts/${row.attempt_id}/marks`, { rule: chosen.rule, note: note.value.trim() });
      return true;
    } catch (problem) {
      checkSession(problem);
      setNote(error, problem.message);
      return false;
    }
  };
  const onKey = (event) => {
    if (event.target !== note) buttons.find((one) => one.dataset.key === event.key)?.click();
  };
  return sheet({
    title: t("Report for %(name)s", { name: row.name }),
    wide: true,
    content: [
      make("p", { class: "soft" }, t("The pictures of these seconds are kept with it. A person decides later what it means.")),
      make("div", { class: "marks", onkeydown: onKey }, buttons),
      make("div", { class: "field" }, make("label", { for: "mark-note" }, t("In a few words (kept in the journal)")), note), error,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Report"), kind: "primary", check: send }],
  });
}

function askRelease(_base, row) {
  const reason = reasonField([t("Machine failed, the candidate moves to another one"), t("Wrong seat")]);
  return sheet({
    title: t("Release the terminal of %(name)s?", { name: row.name }),
    content: [
      make("p", {}, t("The candidate has to sign in again, here or at another terminal. Answers and time stay as they are.")),
      reason.box,
    ],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "done", text: t("Release"), kind: "primary", check: sending(`/staff/api/attempts/${row.attempt_id}/release`, {}, reason) },
    ],
  });
}

function askEnd(_base, row) {
  const reason = reasonField([t("Candidate gave up"), t("Breach of the exam rules, see the record"), t("Candidate is unwell")]);
  const sure = make("input", { type: "checkbox", id: "sure", class: "form-check-input" });
  const send = sending(`/staff/api/attempts/${row.attempt_id}/end`, {}, reason);
  const check = async () => {
    if (sure.checked) return send();
    setNote(reason.note, t("Please confirm that the exam shall end."));
    return false;
  };
  return sheet({
    title: t("End the exam of %(name)s?", { name: row.name }),
    content: [
      make("p", { class: "note warn" }, t("The exam ends at once and cannot be resumed. Saved answers count.")),
      reason.box,
      make("label", { class: "line", for: "sure" }, sure, t("Yes, end the exam of seat %(seat)s.", { seat: row.seat })),
    ],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "done", text: t("End this exam"), kind: "danger", check },
    ],
  });
}
