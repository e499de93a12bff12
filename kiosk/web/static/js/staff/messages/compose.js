// Writing to one seat, chosen seats, a room or everybody; more than one are confirmed in a preview.

import { byId, make, setNote, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { newId } from "../../common/new-id.js";
import { data, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { checkSession } from "../session.js";
import { groupFields, groupName, ownRooms } from "../room/groups.js";
import { lengthOf, LONGEST, recipients } from "./draft.js";

/** @typedef {import("../room/attention.js").Row} Row */

const READY_TEXTS = () => [
  t("Please stay seated. The exam continues in a few minutes."),
  t("15 minutes are left. Please check your answers."),
  t("Please be quiet and look at your own screen only."),
  t("There is a technical problem. Your answers are safe, and lost time will be added."),
  t("When you have handed in, leave quietly and take your things with you."),
];

/**
 * The text, with its length and texts that are ready to use.
 * @param {string} [written] what stands in it first
 */
function textField(written = "") {
  const area = make("textarea", { id: "message-text", class: "form-control", rows: 4, spellcheck: false, value: written });
  const count = make("span", { class: "small num soft", role: "status" });
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const counted = () => {
    const n = lengthOf(area.value);
    setText(count, t("%(n)s of %(limit)s characters", { n, limit: LONGEST }));
    count.classList.toggle("too-long", n > LONGEST);
  };
  const use = (/** @type {string} */ text) => {
    area.value = text;
    counted();
  };
  area.addEventListener("input", counted);
  counted();
  const ready = READY_TEXTS().map((text) => make("button", { type: "button", onclick: () => use(text) }, text));
  const check = () => {
    const n = lengthOf(area.value);
    const long = n > LONGEST ? t("A message has at most %(limit)s characters; this one has %(length)s.", { limit: LONGEST, length: n }) : "";
    setNote(note, n ? long : t("Please write a message."));
    return note.hidden;
  };
  const box = make(
    "div", { class: "field" }, make("label", { for: "message-text" }, t("Message (plain text, in the language that candidates read)")), area, count,
    make("div", { class: "presets message-presets" }, ready), note,
  );
  return { box, note, check, get value() { return area.value.trim(); } };
}

/**
 * Whom the message is for: a group, or seats that are ticked.
 * @param {Row[]} rows
 */
function recipientField(rows) {
  const group = groupFields(data.sitting);
  const seats = recipients(rows, { room: null, paper: null }, null);
  const ticks = seats.map((row) => ({
    row, input: make("input", { type: "checkbox", class: "form-check-input", value: row.attempt_id }),
  }));
  const seatList = make("div", { class: "seat-choice", role: "group", "aria-label": t("Seats"), hidden: true }, ticks.map(({ row, input }) => make(
    "label", { class: "line" }, input, make("span", { class: "num" }, row.seat), make("span", {}, row.name),
  )));
  const everyone = make("div", { class: "stack tight" }, group.boxes);
  const radio = (/** @type {string} */ value, /** @type {string} */ text) => {
    const input = make("input", { type: "radio", class: "form-check-input", name: "message-to", value, checked: value === "group" });
    input.addEventListener("change", () => {
      show(seatList, value === "seats");
      show(everyone, value === "group");
    });
    return { input, box: make("label", { class: "line" }, input, make("span", {}, text)) };
  };
  const all = ownRooms(data.sitting).length === data.sitting.rooms.length;
  const kinds = [radio("group", all ? t("Everybody, or a room") : t("A room")), radio("seats", t("Chosen seats"))];
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const chosen = () => kinds[1].input.checked ? new Set(ticks.flatMap(({ row, input }) => input.checked ? [row.attempt_id] : [])) : null;
  const reached = () => recipients(rows, group.value, chosen());
  const check = () => {
    setNote(note, reached().length ? "" : t("Choose somebody whose exam is not over."));
    return note.hidden;
  };
  const box = make("div", { class: "stack tight" }, make("div", { class: "line", role: "radiogroup", "aria-label": t("To whom") }, kinds.map((kind) => kind.box)), everyone, seatList, note);
  return { box, check, reached, get group() { return group.value; }, chosen };
}

/** Whom a message reaches, in words. */
function audience(to) {
  const reached = to.reached();
  if (to.chosen()) return t("Chosen seats (%(n)s): %(seats)s", { n: reached.length, seats: reached.map((row) => row.seat || row.name).join(t(", ")) });
  return t("%(who)s (%(n)s)", { who: groupName(data.sitting, to.group), n: reached.length });
}

/**
 * A check for a sheet's action that sends a message.
 * @param {object} body
 * @param {HTMLElement} note
 */
function sending(body, note) {
  return async () => {
    try {
      await post(`/staff/api/sittings/${encodeURIComponent(data.sitting_id)}/messages`, body);
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
}

function preview(body, to) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  return sheet({
    title: t("Send this message?"),
    content: [
      make("p", {}, make("strong", {}, audience(to))),
      make("blockquote", { class: "message-preview" }, body.text),
      make("p", { class: "soft small" }, t("Candidates see it at once, also while they answer, until they confirm that they have read it. It cannot be taken back and is recorded in the event log.")),
      note,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Send now"), kind: "primary", check: sending(body, note) }],
  });
}

/**
 * Write to a room, everybody or chosen seats.
 * @param {() => Row[]} rows
 * @param {string} [begun] the text to begin with
 */
export async function composeMessage(rows, begun = "") {
  const text = textField(begun);
  const to = recipientField(rows());
  const written = await sheet({
    title: t("Message to candidates"), wide: true, content: [to.box, text.box],
    actions: [{ value: null, text: t("Cancel") }, { value: "next", text: t("Preview"), kind: "primary", check: () => [to.check(), text.check()].every(Boolean) }],
  });
  if (!written) return;
  const chosen = to.chosen();
  await preview({ id: newId(), text: text.value, ...(chosen ? { attempts: [...chosen] } : to.group) }, to);
}

/**
 * Write to seats that are chosen on the board; those whose exam is over are named and left out.
 * @param {Row[]} rows
 */
export async function messageChosen(rows) {
  const text = textField();
  const reached = recipients(rows, { room: null, paper: null }, null);
  const others = rows.filter((row) => !reached.includes(row));
  const names = (/** @type {Row[]} */ some) => some.map((row) => row.seat || row.name).join(t(", "));
  const send = async () => text.check() && sending({ id, text: text.value, attempts: reached.map((row) => row.attempt_id) }, text.note)();
  const id = newId();
  return sheet({
    title: t("Message to candidates"), wide: true,
    content: [
      make("p", {}, make("strong", {}, t("Reaches %(n)s of %(total)s chosen seats.", { n: reached.length, total: rows.length })), ` ${names(reached)}`),
      others.length > 0 && make("p", { class: "small" }, t("Not, because the exam is over: %(who)s", { who: names(others) })), text.box,
    ],
    actions: [{ value: null, text: t("Cancel") }, ...(reached.length ? [{ value: "done", text: t("Send"), kind: "primary", check: send }] : [])],
  });
}

/**
 * Write to one candidate.
 * @param {Row} row
 */
export function messageSeat(row) {
  const text = textField();
  const id = newId();
  const send = async () => text.check() && sending({ id, text: text.value, attempts: [row.attempt_id] }, text.note)();
  return sheet({
    title: t("Message to %(name)s, seat %(seat)s", { name: row.name, seat: row.seat }), wide: true, content: [text.box],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Send"), kind: "primary", check: send }],
  });
}

/**
 * Wire the board's button.
 * @param {() => Row[]} rows
 */
export function offerMessages(rows) {
  byId("send-message").addEventListener("click", () => composeMessage(rows));
}
