// The sitting's records of misconduct: write one, confirm it, let the candidate read and sign.

import { byId, findById, make, setNote } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { newId } from "../../common/new-id.js";
import { data, label, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { askReason } from "../reason.js";
import { checkSession } from "../session.js";
import { SignaturePad } from "./signature-pad.js";

const KINDS = ["device", "notes", "copying", "talking", "seat", "impersonation", "disorder", "disobedience", "other"];
const MINUTE_MS = 60000;

const sitting = decodeURIComponent(location.pathname.split("/")[3]);

/**
 * @param {string} id
 * @param {string} words
 * @param {HTMLElement} input
 * @param {string} hint
 */
function field(id, words, input, hint = "") {
  input.id = id;
  return make("div", { class: "field" }, make("label", { for: id }, words), input, hint && make("span", { class: "small soft" }, hint));
}

/**
 * @param {number} rows
 * @param {number} maxLength
 */
function area(rows, maxLength) {
  return /** @type {HTMLTextAreaElement} */ (make("textarea", { class: "form-control", rows, maxLength }));
}

function errorNote() {
  return make("div", { class: "note bad", role: "alert", hidden: true });
}

/**
 * A check for a sheet's action: sends what `body` gives, and shows why it was refused.
 * @param {HTMLElement} note
 * @param {() => string} address
 * @param {() => object} body
 */
function sends(note, address, body) {
  return async () => {
    try {
      await post(address(), body());
      return true;
    } catch (error) {
      // A wrong password of the second person does not end the first one's session.
      if (error.code !== "sign_in_refused") checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
}

/**
 * The centre's time as a field for local time takes it; the clock of this machine may be wrong.
 * @param {string} at
 */
function localTime(at) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: data.timezone, dateStyle: "short", timeStyle: "short" });
  return parts.format(new Date(Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS)).replace(" ", "T");
}

/** @param {string} preset admission number */
async function write(preset = "") {
  const { rows, server_time: at } = await get(`/staff/api/sittings/${sitting}/room`);
  const present = rows.filter((/** @type {any} */ row) => row.state !== "registered");
  if (!present.length) {
    await sheet({ title: t("Record misconduct"), content: [make("p", {}, t("Nobody has signed in yet."))], actions: [{ value: null, text: t("Close"), kind: "primary" }] });
    return null;
  }
  const who = /** @type {HTMLSelectElement} */ (make("select", { class: "form-select" }, present.map(
    (/** @type {any} */ row) => make("option", { value: row.attempt_id, selected: row.admission_no === preset }, `${row.seat} ${row.name} ${row.admission_no}`),
  )));
  const kind = /** @type {HTMLSelectElement} */ (make("select", { class: "form-select" }, KINDS.map((id) => make("option", { value: id }, label("misconduct", id)))));
  const when = /** @type {HTMLInputElement} */ (make("input", { class: "form-control num", type: "datetime-local", value: localTime(at) }));
  const [facts, evidence, taken] = [area(4, 2000), area(2, 1000), area(2, 1000)];
  const note = errorNote(), id = newId();
  return sheet({
    title: t("Record misconduct"),
    wide: true,
    content: [
      field("misconduct-who", t("Candidate"), who),
      field("misconduct-kind", t("What kind"), kind),
      field("misconduct-at", t("When"), when),
      field("misconduct-facts", t("Facts: who did what, and where"), facts, t("Only what was seen. The candidate will read it.")),
      field("misconduct-evidence", t("Evidence, such as pictures, notes, witnesses"), evidence),
      field("misconduct-taken", t("Taken from the candidate, one thing a line"), taken),
      note,
    ],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "done", text: t("Record it"), kind: "primary", check: sends(note, () => `/staff/api/attempts/${who.value}/misconduct`, () => ({
        id, misconduct: kind.value, happened_at: when.value, facts: facts.value, evidence: evidence.value, confiscated: taken.value,
      })) },
    ],
  });
}

/** @param {any} record */
function confirm(record) {
  const username = /** @type {HTMLInputElement} */ (make("input", { class: "form-control", autocomplete: "off" }));
  const password = /** @type {HTMLInputElement} */ (make("input", { class: "form-control", type: "password", autocomplete: "off" }));
  const note = errorNote();
  return sheet({
    title: t("Confirm as the second member of staff"),
    content: [
      make("p", {}, t("Read the record. With your own user name and password you confirm that it is right. Whoever is signed in here stays signed in.")),
      make("p", { class: "as-typed" }, record.facts),
      field("witness-name", t("User name"), username), field("witness-password", t("Password"), password), note,
    ],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "done", text: t("I confirm it"), kind: "primary", check: sends(note, () => url(record, "confirm"), () => ({ username: username.value, password: password.value })) },
    ],
  });
}

/** @param {any} record */
function sign(record) {
  const statement = area(4, 2000);
  const pad = new SignaturePad();
  const note = errorNote();
  return sheet({
    title: t("For %(name)s to read", { name: record.name }),
    wide: true,
    content: [
      make("p", { class: "to-read" }, label("misconduct", record.kind)),
      make("p", { class: "as-typed to-read" }, record.facts),
      record.evidence && make("p", { class: "as-typed" }, t("Evidence"), ": ", record.evidence),
      record.taken && make("p", { class: "as-typed" }, t("Taken from the candidate"), ": ", record.taken),
      make("p", { class: "note" }, t("Your signature says that you have read this, not that you agree. You may state your own view. The organiser decides later, hears you before, and you can appeal.")),
      field("statement", t("Your own view (if you like)"), statement), pad.box, note,
    ],
    actions: [
      { value: null, text: t("Back") },
      { value: "done", text: t("Sign"), kind: "primary", check: sends(note, () => url(record, "sign"), () => ({ statement: statement.value, strokes: pad.strokes })) },
    ],
  });
}

/** @param {any} record */
function refuse(record) {
  const statement = area(3, 2000);
  return askReason({
    title: t("%(name)s does not sign", { name: record.name }),
    text: t("Both members of staff note it. Write down what the candidate said, if anything."),
    url: url(record, "refuse"), button: t("Note it"), body: () => ({ statement: statement.value }),
    more: [field("statement", t("What the candidate said"), statement)],
    presets: [t("Read it, would not sign"), t("Would not read it"), t("Left before it could be shown")],
  });
}

/** @param {any} record */
function withdraw(record) {
  return askReason({
    title: t("Withdraw this record?"),
    text: t("It stays readable as withdrawn, here and at headquarters."),
    url: url(record, "withdraw"), button: t("Withdraw"), kind: "danger",
    presets: [t("About the wrong candidate"), t("The facts are wrong; a new record follows")],
  });
}

/**
 * @param {any} record
 * @param {string} act
 */
function url(record, act) {
  return `/staff/api/misconduct/${record.id}/${act}`;
}

/** @type {Record<string, (record: any) => Promise<any>>} */
const ACTS = { confirm, sign, refuse, withdraw };

/** @param {Promise<any>} asked */
async function thenReload(asked) {
  if (await asked) location.assign(location.pathname);
}

byId("records").addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-act]");
  const card = button && button.closest("[data-record]");
  if (!(button instanceof HTMLElement) || !(card instanceof HTMLElement)) return;
  thenReload(ACTS[button.dataset.act ?? ""](data.records[card.dataset.record ?? ""]));
});
findById("record")?.addEventListener("click", () => thenReload(write()));
const preset = new URLSearchParams(location.search).get("candidate");
if (preset && findById("record")) thenReload(write(preset));
