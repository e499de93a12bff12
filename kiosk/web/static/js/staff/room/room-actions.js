// What concerns the whole room while it sits: pause, time, stop, seats, emergency files.

import { make, setNote } from "../../common/dom.js";
import { call, get, post } from "../../common/api.js";
import { t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { stopSitting } from "../sittings/closing.js";
import { checkSession, may } from "../session.js";
import { admitGuest } from "./guests.js";
import { askReason, endingActions, minutesField } from "../reason.js";

/** A sheet with all that can be done now; resolves when it is done. */
export async function moreActions(base, room) {
  const { state } = room.sitting;
  const early = state === "imported" || state === "unlocked";
  /** @type {[possible: boolean, id: string, text: string, run: (base: string, room: any) => Promise<any>][]} */
  const table = [
    [state === "started" && !room.paused_at, "pause", t("Pause the room"), pauseRoom],
    [state === "started", "time", t("Give the room time"), giveTime],
    [early || state === "started", "guest", t("Admit somebody who is not on the roster"), admitGuest],
    [early, "draw", t("Draw the seats by lot"), drawSeats],
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
    title: t("More acts"),
    content: [
      make("div", { class: "action-list" }, actions.map(([, id, text]) => button(id, text, "quiet"))),
      endingActions(mayStop ? [button("stop", t("Stop the sitting, to be sat again"), "danger-quiet")] : []),
    ],
    actions: [{ value: null, text: t("Close") }],
    onOpen: (_dialog, choose) => { close = choose; },
  });
  if (chosen === "stop") await stopSitting(base);
  else await actions.find(([, id]) => id === chosen)?.[3](base, room);
}

function pauseRoom(base, room) {
  return askReason({
    title: t("Pause the room?"),
    text: t("All papers are hidden and all clocks stand. Everybody gets the time back. After %(n)s minutes the sitting is stopped and has to be sat again.", { n: room.repair_minutes }),
    url: `${base}/pause`, button: t("Pause the room"),
    presets: [t("Fire alarm"), t("Power or network failure"), t("Disturbance in the room")],
  });
}

/** Let the room go on. */
export function resumeRoom(base) {
  return askReason({
    title: t("Resume the room?"),
    text: t("All clocks run on, with the time of the pause given back. Whom staff or a rule has paused alone stays paused."),
    url: `${base}/resume`, button: t("Resume the room"),
    presets: [t("The disturbance is over"), t("Power and network are back")],
  });
}

function giveTime(base) {
  const minutes = minutesField();
  return askReason({
    title: t("Give the room time"), text: t("Everybody who is being examined gets the same."),
    url: `${base}/time`, button: t("Give time"), body: () => ({ minutes: minutes.value }), more: [minutes.box],
    presets: [t("Power or network failure"), t("Late start in the room")],
  });
}

async function drawSeats(base) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const check = async () => {
    try {
      await post(`${base}/lots`, {});
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
  return sheet({
    title: t("Draw the seats by lot?"),
    content: [make("p", {}, t("The seats of this sitting are dealt out anew. The draw is in the journal and can be checked. It is possible until the first candidate has signed in.")), note],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Draw"), kind: "primary", check }],
  });
}

function terminalRow(terminal, note) {
  const input = make("input", { class: "form-control num", value: terminal.seat || "", maxLength: 16, "aria-label": t("Seat of %(name)s", { name: terminal.name }) });
  input.addEventListener("change", async () => {
    try {
      await call("PUT", `/staff/api/terminals/${terminal.id}/seat`, { seat: input.value.trim() || null });
      setNote(note, "");
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
    }
  });
  const check = { true: t("Device check passed"), false: t("Device check failed") }[String(terminal.device_ok)] || t("Not checked yet");
  return make("tr", {}, make("th", { scope: "row", class: "num" }, terminal.name), make("td", {}, check), make("td", {}, input));
}

async function showTerminals() {
  const { terminals } = await get("/staff/api/terminals");
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const head = make("tr", {}, [t("Terminal"), t("Device check"), t("Seat")].map((text) => make("th", { scope: "col" }, text)));
  return sheet({
    title: t("Terminals and their seats"), wide: true,
    content: [
      make("p", { class: "soft" }, t("A terminal that stands at a seat admits only the candidate of that seat. Leave the field empty to admit anybody.")),
      make("table", { class: "table terminals" }, make("thead", {}, head), make("tbody", {}, terminals.map((/** @type {any} */ terminal) => terminalRow(terminal, note)))),
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
      make("p", {}, t("A terminal writes such a file when the server stays away. After the import the answers wait at the candidate's seat for your decision.")),
      make("div", { class: "field" }, make("label", { for: "answers-file" }, t("File (….answers)")), input), note,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Import"), kind: "primary", check }],
  });
}
