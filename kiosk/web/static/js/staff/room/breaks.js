// Toilet breaks: who goes along is asked and remembered, the end is one click.

import { make, setNote, show } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { label, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { reasonField } from "../reason.js";
import { checkSession } from "../session.js";

const SHORTEST = 2;

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {{ objections: string[], escorts: string[], before: number, longest_minutes: number }} Choices */

/** @param {Row} row */
function url(row) {
  return `/staff/api/attempts/${row.attempt_id}/break`;
}

/**
 * What speaks against a break, and who went along before; null where the server does not say.
 * @param {Row} row
 * @returns {Promise<Choices | null>}
 */
async function choices(row) {
  try {
    return await get(url(row));
  } catch (error) {
    checkSession(error);
    return null;
  }
}

/** @param {string[]} escorts the newest first */
function escortField(escorts) {
  const input = make("input", { id: "escort", class: "form-control", maxLength: 60, autocomplete: "off", value: escorts[0] ?? "" });
  const known = escorts.map((name) => make("button", { type: "button", onclick: () => { input.value = name; } }, name));
  const box = make("div", { class: "field" }, make("label", { for: "escort" }, t("Who goes along")), input, make("div", { class: "presets" }, known));
  return { box, get value() { return input.value.trim(); } };
}

/** @param {Choices | null} known */
function facts(known) {
  if (!known) return "";
  const before = known.before ? t("Breaks so far: %(n)s.", { n: known.before }) : "";
  return [before, t("At most %(n)s minutes are usual.", { n: known.longest_minutes })].filter(Boolean).join(" ");
}

/**
 * Let a candidate out; the reason is asked only where the programme does not allow a break now.
 * @param {Row} row
 */
export async function beginBreak(row) {
  const known = await choices(row);
  const escort = escortField(known?.escorts ?? []);
  const reason = reasonField([t("Unwell"), t("Decided by the chief invigilator")]);
  const against = make("p", { class: "note warn", role: "alert" }, (known?.objections ?? []).map((id) => label("break_objections", id)).join(" "));
  const beyond = make("div", { class: "stack tight", hidden: !known?.objections.length }, against, reason.box);
  const error = make("div", { class: "note bad", role: "alert", hidden: true });
  const send = async () => {
    setNote(error, escort.value.length < SHORTEST ? t("Please enter who goes along.") : !beyond.hidden && reason.value.length < SHORTEST ? t("Please give a reason.") : "");
    if (!error.hidden) return false;
    try {
      await post(url(row), { escort: escort.value, reason: reason.value });
      return true;
    } catch (problem) {
      checkSession(problem);
      if (problem.code === "break_not_allowed") show(beyond);
      setNote(error, problem.message);
      return false;
    }
  };
  return sheet({
    title: t("Toilet break of %(name)s", { name: row.name }),
    content: [
      make("p", {}, t("The paper is covered and the clock keeps running. Camera and page are not held against the candidate until you end the break.")),
      make("p", { class: "soft" }, facts(known)), escort.box, beyond, error,
    ],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Begin the break"), kind: "primary", check: send }],
  });
}

/**
 * The candidate is back.
 * @param {Row} row
 * @param {boolean} checked whether staff compared the face with the portrait
 */
async function endBreak(row, checked) {
  try {
    await post(`${url(row)}/end`, { identity_checked: checked });
  } catch (error) {
    checkSession(error);
    await sheet({ title: t("The break was not ended"), content: [make("p", { class: "note bad", role: "alert" }, error.message)], actions: [{ value: null, text: t("Close") }] });
  }
}

/** @param {Row} row */
export function back(row) {
  return endBreak(row, false);
}

/** @param {Row} row */
export function backChecked(row) {
  return endBreak(row, true);
}
