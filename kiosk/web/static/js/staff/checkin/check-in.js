// A candidate at check-in: both pictures, what only a person can see, and who it is.

import { make } from "../../common/dom.js";
import { label, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { callNote } from "../messages/seat-call.js";
import { Checklist } from "./checklist.js";
import { LivePicture } from "./live-picture.js";
import { facts, identityDocument, pair } from "./pictures.js";
import { personalForm } from "./personal-form.js";
import { reasonField, sending } from "../reason.js";
import { serverNow } from "../room/board-clock.js";
import { waitWords } from "../room/seat-words.js";

const REASON_KEYS = "789";

function typing(target) {
  return ["TEXTAREA", "INPUT"].includes(target.tagName);
}

/** The keys of the list and of the reasons, anywhere in the dialog but in a text field. */
function listen(dialog, checklist, reason) {
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
    const n = reason ? REASON_KEYS.indexOf(event.key) : -1;
    if (n < 0 && !checklist.press(event.key)) return;
    event.preventDefault();
    if (n < 0) return;
    reason.presets[n].click();
    const wanted = n === REASON_KEYS.length - 1 ? "danger" : "primary";
    dialog.querySelector(`.actions .btn-${wanted}`).focus();
  });
}

/** How long the candidate has waited, and for what; null for nobody who waits. */
function waited(row) {
  if (!row.waits_since) return null;
  const what = row.waits_for.map((reason) => label("waits_for", reason)).join(t(", "));
  return make("p", { class: "small num waited" }, `${waitWords(row.waits_since, serverNow())} · ${what}`);
}

function whoItIs(row) {
  if (row.state !== "checked_in") return { reason: null, decisions: [] };
  const reason = reasonField([
    t("Identity card compared, it is the same person"),
    t("Candidate declined face recognition; identity card compared"),
    t("Not the person on portrait and identity card"),
  ], REASON_KEYS);
  const url = `/staff/api/attempts/${row.attempt_id}/decision`;
  return { reason, decisions: [
    { value: "refused", text: t("It is not the candidate"), kind: "danger", check: sending(url, { passed: false }, reason) },
    { value: "passed", text: t("It is the candidate"), kind: "primary", check: sending(url, { passed: true }, reason) },
  ] };
}

/**
 * Look at one candidate; resolves to what was done or chosen, null when the sheet was shut.
 * `more`: how many wait after this one.
 */
export function checkInSheet(base, row, { more = 0 } = {}) {
  const { reason, decisions } = whoItIs(row);
  let close = (/** @type {any} */ _value) => {};
  const done = (state) => (state !== "checked_in") && close("seen");
  const checklist = new Checklist(row, done);
  const live = row.terminal ? new LivePicture(row) : null;
  const other = (value, text) => make("button", { class: "btn btn-quiet", type: "button", onclick: () => close(value) }, text);
  return sheet({
    title: decisions.length ? t("Check %(name)s", { name: row.name }) : t("View %(name)s", { name: row.name }),
    wide: true,
    content: [
      callNote(row, () => close(null)), make("div", { class: "line between" }, facts(row), waited(row)),
      make("div", { class: "check-columns" },
        make("div", { class: "stack person" }, pair(base, row, live?.element), identityDocument(row), personalForm(row), make(
          "div", { class: "line others" }, other("portrait", t("Take a new portrait")), other("release", t("Release the terminal")),
          other("undo", t("Undo the sign-in")), other("ending", t("Will not sit the exam")),
          row.devices_missing.length > 0 ? other("devices", t("Admit without the failed device")) : null,
          row.set_aside_until && other("pictures", t("Resume the picture analysis")),
        )),
        make("div", { class: "stack" }, checklist.element, reason && make("h3", {}, t("Is it the candidate?")), reason?.box)),
    ],
    actions: [
      { value: null, text: t("Close") }, ...(more ? [{ value: "later", text: t("Next candidate (%(n)s more)", { n: more }) }] : []), ...decisions,
    ],
    onOpen: (dialog, choose) => {
      close = choose;
      dialog.classList.add("check");
      listen(dialog, checklist, reason);
      dialog.addEventListener("close", () => live?.stop());
      checklist.nothing.focus({ preventScroll: true }); // the pictures stay in view
    },
  });
}
