// A candidate's call on the seat's card: one click says that somebody comes, one more closes it.

import { make, setNote, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { label, t, timeOfDay } from "../../common/page.js";
import { checkSession } from "../session.js";

/** @typedef {{ number: number, reason: string, note: string, at: string, urgent: boolean, coming_at: string | null, coming_by: string }} Call */
/** @typedef {import("../room/attention.js").Row} Row */

/**
 * A call in words: what for, since when, and who comes.
 * @param {Call} call
 */
export function callText(call) {
  const what = { what: label("call_reasons", call.reason), at: timeOfDay(call.at) };
  if (call.coming_at) return t("Called at %(at)s: %(what)s · %(who)s is coming", { ...what, who: call.coming_by.replace(/^staff:/, "") });
  return call.urgent ? t("URGENT · calls since %(at)s: %(what)s", what) : t("Calls since %(at)s: %(what)s", what);
}

/** The part of a card that has the call; hidden without one. */
export class SeatCall {
  /** @type {Row | null} */
  #row = null;

  constructor() {
    this.words = make("p", { class: "small call-words", hidden: true });
    this.come = make("button", { class: "btn btn-primary", type: "button", onclick: () => this.#send("coming") }, t("I am coming"));
    this.note = make("input", { class: "form-control", type: "text", maxLength: 500, placeholder: t("Note (optional)"), autocomplete: "off" });
    this.close = make("button", { class: "btn btn-quiet", type: "button", onclick: () => this.#send("close") }, t("Close the call"));
    this.error = make("p", { class: "note bad small", role: "alert", hidden: true });
    this.done = make("div", { class: "line" }, this.note, this.close);
    this.element = make("div", { class: "seat-call stack tight", hidden: true }, this.words, this.come, this.done, this.error);
  }

  /** @param {Row} row */
  update(row) {
    const { call } = row;
    if (call?.number !== this.#row?.call?.number) {
      this.note.value = "";
      setNote(this.error, "");
    }
    this.#row = row;
    show(this.element, Boolean(call));
    if (!call) return;
    setNote(this.words, call.note);
    show(this.come, !call.coming_at);
    show(this.done, Boolean(call.coming_at));
    for (const [control, text] of [[this.come, t("I am coming")], [this.close, t("Close the call")], [this.note, t("Note (optional)")]]) {
      control.setAttribute("aria-label", `${text}: ${row.name}, ${row.seat}`);
    }
  }

  /** @param {"coming" | "close"} act */
  async #send(act) {
    const row = this.#row;
    if (!row?.call) return;
    const note = act === "close" ? { note: this.note.value.trim() } : {};
    try {
      await post(`/staff/api/attempts/${row.attempt_id}/call/${act}`, { number: row.call.number, ...note });
      setNote(this.error, "");
      document.dispatchEvent(new Event("room-changed"));
    } catch (error) {
      checkSession(error);
      setNote(this.error, error.message);
    }
  }
}

/**
 * A candidate's open call in a sheet; null without one.
 * @param {Row} row
 * @param {() => void} answered
 */
export function callNote(row, answered) {
  if (!row.call) return null;
  const box = new SeatCall();
  box.update(row);
  document.addEventListener("room-changed", answered, { once: true });
  return make("div", { class: "note warn" }, make("strong", {}, callText(row.call)), box.element);
}

/**
 * The urgent calls that nobody has answered.
 * @param {Row[]} rows
 */
export function urgentCalls(rows) {
  return rows.filter((row) => row.call?.urgent && !row.call.coming_at).map((row) => `${row.attempt_id} ${row.call?.number}`);
}
