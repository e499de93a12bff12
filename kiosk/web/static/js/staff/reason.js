// The reason that every act on a candidate carries, and sending it.

import { make, setNote } from "../common/dom.js";
import { newId } from "../common/new-id.js";
import { post } from "../common/api.js";
import { data, t } from "../common/page.js";
import { sheet } from "../common/sheet.js";
import { checkSession } from "./session.js";

/**
 * The reasons that the sitting's programmes offer for an act, or else the page's own.
 * @param {string} act
 * @param {string[]} usual
 * @returns {string[]}
 */
export function reasonsFor(act, usual) {
  const own = data.sitting?.reasons?.[act] ?? [];
  return own.length ? own.map((/** @type {Record<string, string>} */ text) => text[data.language]) : usual;
}

/**
 * A reason field with presets, which may have keys; `value` reads it.
 * @param {string[]} presets
 * @param {string} keys
 */
export function reasonField(presets, keys = "") {
  const area = make("textarea", { id: "reason", class: "form-control", rows: 2, maxLength: 500, required: true });
  const buttons = presets.map((text, n) => make(
    "button", { type: "button", "aria-keyshortcuts": keys[n], onclick: () => { area.value = text; } },
    keys[n] && make("kbd", {}, keys[n]), keys[n] ? " " : null, text,
  ));
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const box = make(
    "div", { class: "field" }, make("label", { for: "reason" }, t("Reason (recorded in the event log)")), area,
    make("div", { class: "presets" }, buttons), note,
  );
  return { box, note, presets: buttons, get value() { return area.value.trim(); } };
}

/**
 * The confirmation of what cannot be undone; `missing` asks for it until it is given.
 * @param {string} text
 */
export function sureField(text) {
  const input = make("input", { type: "checkbox", id: "sure", class: "form-check-input" });
  const box = make("label", { class: "line", for: "sure" }, input, make("span", {}, text));
  return { box, get missing() { return input.checked ? "" : t("Please tick the box to confirm."); } };
}

/**
 * A check for a sheet's action: sends `body` with the reason.
 * @param {string | ((body: object) => Promise<unknown>)} to address, or what sends it
 * @param {object | (() => object)} body
 * @param {ReturnType<typeof reasonField>} reason
 * @param {ReturnType<typeof sureField> | null} sure
 */
export function sending(to, body, reason, sure = null) {
  return async () => {
    setNote(reason.note, reason.value.length < 2 ? t("Please give a reason.") : sure?.missing || "");
    if (!reason.note.hidden) return false;
    try {
      const filled = { ...(typeof body === "function" ? body() : body), reason: reason.value };
      await (typeof to === "string" ? post(to, filled) : to(filled));
      return true;
    } catch (error) {
      checkSession(error);
      setNote(reason.note, error.message);
      return false;
    }
  };
}

/**
 * Ask for a reason and do one thing; resolves to "done" or null.
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.text
 * @param {string} [question.url]
 * @param {(body: object) => Promise<unknown>} [question.send] sends it instead of a POST to `url`
 * @param {string[]} [question.presets] reasons to choose from
 * @param {string} question.button
 * @param {string} [question.kind] the button's look
 * @param {object | (() => object)} [question.body] sent with the reason
 * @param {HTMLElement[]} [question.more] further fields
 * @param {boolean} [question.warn]
 * @param {string} [question.final] the sentence to tick before what cannot be undone; cancelling is the
 *   large button then
 */
export function askReason({ title, text, url = "", send, presets = [], button, kind = "primary", body = {}, more = [], warn = false, final = "" }) {
  const reason = reasonField(presets);
  const sure = final ? sureField(final) : null;
  return sheet({
    title,
    content: [text && make("p", { class: warn || final ? "note warn" : "" }, text), ...more, reason.box, sure?.box].filter(Boolean),
    actions: [
      { value: null, text: t("Cancel"), kind: final ? "primary" : "quiet" },
      { value: "done", text: button, kind: final ? "danger" : kind, check: sending(send ?? url, body, reason, sure) },
    ],
  });
}

/**
 * Buttons that end something, folded away below the others; null without any.
 * @param {HTMLElement[]} buttons
 */
export function endingActions(buttons) {
  return buttons.length ? make(
    "details", { class: "ending-actions" }, make("summary", { class: "soft" }, t("Actions that end an exam")), make("div", { class: "action-list" }, buttons),
  ) : null;
}

/** A number of minutes; `value` reads it, with the id of the act, which is the same when it is sent again. */
export function minutesField() {
  const input = make("input", { id: "minutes", class: "form-control num", type: "number", min: -120, max: 120, step: 1, value: 5, required: true });
  const box = make("div", { class: "field" }, make("label", { for: "minutes" }, t("Minutes (negative: take time back)")), input);
  const id = newId();
  return { box, get value() { return { minutes: Math.round(Number(input.value)), id }; } };
}
