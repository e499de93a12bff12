// What concerns many candidates while they sit: pause, time, stop, seats, emergency files.

import { make, setNote } from "../../common/dom.js";
import { call, get, post } from "../../common/api.js";
import { t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { stopSitting } from "../sittings/closing.js";
import { checkSession, may } from "../session.js";
import { groupFields, groupName, ownRooms } from "./groups.js";
import { admitGuest } from "./guests.js";
import { askReason, endingActions, minutesField, reasonsFor } from "../reason.js";

/** A sheet with all that can be done now; resolves when it is done. */
export async function moreActions(base, room) {
  const { state } = room.sitting;
  const early = state === "imported" || state === "unlocked";
  /** @type {[possible: boolean, id: string, text: string, run: (base: string, room: any) => Promise<any>][]} */
  const table = [
    [state === "started", "pause", t("Pause the exams"), pauseGroup],
    [state === "started", "time", t("Give everyone time"), giveTime],
    [early || state === "started", "guest", t("Admit a candidate who is not on the roster"), admitGuest],
    [early, "draw", t("Assign the seats"), drawSeats],
    [true, "terminals", t("Terminals and their seats"), showTerminals],
    [true, "file", t("Import an emergency answer file"), importFile],
  ];
  const actions = table.filter(([possible]) => possible);
  const mayStop = state === "started" && may("close");
  let close = (/** @type {string} */ _id) => {};
  const button = (/** @type {string} */ id, /** @type {string} */ text, /** @type {string} */ kind) => make(
    "button", { class: `btn btn-${kind}`, type: "button", onclick: () => close(id) }, text,
  );
  const chosen = await sheet({
    title: t("More actions"),
    content: [
      make("div", { class: "action-list" }, actions.map(([, id, text]) => button(id, text, "quiet"))),
      endingActions(mayStop ? [button("stop", t("Stop the sitting and reschedule it"), "danger-quiet")] : []),
    ],
    actions: [{ value: null, text: t("Close") }],
    onOpen: (_dialog, choose) => { close = choose; },
  });
  if (chosen === "stop") await stopSitting(base);
  else await actions.find(([, id]) => id === chosen)?.[3](base, room);
}

const PAUSE_REASONS = () => reasonsFor("pause_room", [t("Fire alarm"), t("Power or network failure"), t("Disturbance in the room")]);

function pauseGroup(base, room) {
  const group = groupFields(room.sitting);
  return askReason({
    title: t("Pause the exams?"),
    text: t("All papers are hidden and all clocks stop. Everyone gets the time back. Exams that are paused for longer than the programme allows are stopped and must be rescheduled."),
    url: `${base}/pause`, button: t("Pause the exams"), body: () => group.value, more: group.boxes, presets: PAUSE_REASONS(),
  });
}

/** Pause a group at once; the board asks for the reason afterwards. */
export function pauseAtOnce(base, room) {
  const group = groupFields(room.sitting);
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const check = async () => {
    try {
      await post(`${base}/pause-at-once`, group.value);
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
  return sheet({
    title: t("Pause the exams?"),
    content: [make("p", {}, t("All papers are hidden and all clocks stop at once. You give the reason afterwards.")), ...group.boxes, note],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Pause now"), kind: "primary", check }],
  });
}

/** Give the reason of a pause that was made at once. */
export function givePauseReason(base, pause) {
  return askReason({
    title: t("Why were the exams paused?"), text: "", url: `${base}/pauses/${pause.id}/reason`, button: t("Give the reason"), presets: PAUSE_REASONS(),
  });
}

/** End the pause of a group; other pauses last. */
export function resumeGroup(base, sitting, { room, paper }) {
  return askReason({
    title: t("Resume: %(who)s?", { who: groupName(sitting, { room, paper }) }),
    text: t("The clocks resume, and the paused time is added back. Candidates paused individually by staff or by a rule stay paused, and so do rooms and papers that have a pause of their own."),
    url: `${base}/resume`, button: t("Resume"), body: { room, paper },
    presets: [t("The disturbance is over"), t("Power and network are back")],
  });
}

function giveTime(base, room) {
  const minutes = minutesField();
  const group = groupFields(room.sitting);
  return askReason({
    title: t("Give everyone time"), text: t("Every candidate in the exam gets the same time."),
    url: `${base}/time`, button: t("Give time"), body: () => ({ ...minutes.value, ...group.value }), more: [...group.boxes, minutes.box],
    presets: reasonsFor("time", [t("Power or network failure"), t("Late start in the room")]),
  });
}

async function drawSeats(base) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const kinds = [["lot", t("By lot")], ["apart", t("Neighbours with different papers; candidates who look alike apart")]].map(([value, text], n) => ({
    input: make("input", { type: "radio", class: "form-check-input", name: "plan", value, checked: n === 0 }), text,
  }));
  /** @type {{ first: { seat: string, name: string }, second: { seat: string, name: string } }[]} */
  let together = [];
  const check = async () => {
    try {
      ({ together } = await post(`${base}/lots`, { kind: kinds.find(({ input }) => input.checked)?.input.value }));
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
  const done = await sheet({
    title: t("Assign the seats?"),
    content: [
      make("p", {}, t("The seats of this sitting are reassigned within the rooms. The draw is recorded in the event log and can be verified. You can draw until the first candidate has signed in.")),
      make("div", { class: "stack tight", role: "radiogroup", "aria-label": t("How seats are assigned") }, kinds.map(({ input, text }) => make("label", { class: "line" }, input, make("span", {}, text)))), note,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Assign"), kind: "primary", check }],
  });
  if (!done || !together.length) return done;
  return sheet({
    title: t("The seats are assigned"),
    content: [
      make("p", {}, t("These candidates look alike and still sit side by side. Move one of them:")),
      make("ul", {}, together.map(({ first, second }) => make("li", {}, `${first.seat} ${first.name} – ${second.seat} ${second.name}`))),
    ],
    actions: [{ value: "done", text: t("Close"), kind: "primary" }],
  });
}

function terminalRow(terminal, note, sitting) {
  const rooms = ownRooms(sitting);
  const room = make("select", { class: "form-select", "aria-label": t("Room of %(name)s", { name: terminal.name }) },
    rooms.map(({ id, name }) => make("option", { value: id, selected: id === terminal.room }, name)));
  const input = make("input", { class: "form-control num", value: terminal.seat || "", maxLength: 16, "aria-label": t("Seat of %(name)s", { name: terminal.name }) });
  const save = async () => {
    try {
      await call("PUT", `/staff/api/terminals/${terminal.id}/seat`, { room: room.value, seat: input.value.trim() || null });
      setNote(note, "");
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
    }
  };
  input.addEventListener("change", save);
  room.addEventListener("change", save);
  const check = { true: t("Device check passed"), false: t("Device check failed") }[String(terminal.device_ok)] || t("Not checked yet");
  return make("tr", {}, make("th", { scope: "row", class: "num" }, terminal.name), make("td", {}, check, terminal.spare && make("span", { class: "tag good ms-2" }, t("spare"))), sitting.rooms.length > 1 && make("td", {}, room), make("td", {}, input));
}

async function showTerminals(_base, { sitting }) {
  const { terminals } = await get("/staff/api/terminals");
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const head = make("tr", {}, [t("Terminal"), t("Device check"), sitting.rooms.length > 1 ? t("Room") : "", t("Seat")].filter(Boolean).map((text) => make("th", { scope: "col" }, text)));
  return sheet({
    title: t("Terminals and their seats"), wide: true,
    content: [
      make("p", { class: "soft" }, t("A terminal assigned to a seat accepts only the candidate of that seat. Leave the field empty to accept any candidate.")),
      make("table", { class: "table terminals" }, make("thead", {}, head), make("tbody", {}, terminals.map((/** @type {any} */ terminal) => terminalRow(terminal, note, sitting)))),
      note,
    ],
    actions: [{ value: null, text: t("Close"), kind: "primary" }],
  });
}

async function importFile() {
  const input = make("input", { id: "answers-file", class: "form-control", type: "file", accept: ".answers" });
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const check = async () => {
    const file = input.files?.[0];
    if (!file) return false;
    try {
      await post("/staff/api/late-answers", file, { headers: { "Content-Type": "application/jose" } });
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
  return sheet({
    title: t("Import an emergency answer file"),
    content: [
      make("p", {}, t("A terminal writes this file when it cannot reach the server for a long time. After the import, the answers await your decision at the candidate's seat.")),
      make("div", { class: "field" }, make("label", { for: "answers-file" }, t("File (….answers)")), input), note,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Import"), kind: "primary", check }],
  });
}
