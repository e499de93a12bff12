// The personal data form: kept as it is typed, checked by the server, errors beside their fields.

import { byId, setNote } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";

const KEPT_AFTER_MS = 800;

const form = byId("personal-form", HTMLFormElement);
const note = byId("form-note");
const kept = byId("form-kept");
const fields = [...form.querySelectorAll("input, select")]
  .filter((field) => field instanceof HTMLInputElement || field instanceof HTMLSelectElement);
const url = `/api/attempts/${data.attempt_id}/personal-form`;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let sending = Promise.resolve();
let over = false;

function typed() {
  const open = fields.filter((field) => !(field instanceof HTMLInputElement && field.readOnly));
  return Object.fromEntries(open.map((field) => [field.name, field.value]));
}

/** One request after the other, so that an older draft never replaces a newer one. */
function send(final) {
  const sent = sending.then(() => post(url, { values: typed(), final }));
  sending = sent.then(() => {}, () => {});
  return sent;
}

async function keep() {
  clearTimeout(timer);
  timer = undefined;
  if (over) return;
  try {
    await send(false);
    kept.textContent = t("Stored");
  } catch (error) {
    kept.textContent = "";
    setNote(note, error.message);
  }
}

/**
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @param {string} message
 */
function mark(field, message) {
  field.setAttribute("aria-invalid", String(Boolean(message)));
  setNote(byId(`${field.id}-error`), message);
}

/** @param {{ field: string, message: string }[]} faults */
function showFaults(faults) {
  const messages = new Map(faults.map((fault) => [fault.field, fault.message]));
  for (const field of fields) mark(field, messages.get(field.name) ?? "");
  setNote(note, faults.length ? t("Please look at the marked fields.") : "");
  fields.find((field) => messages.has(field.name))?.focus();
}

form.addEventListener("input", (event) => {
  kept.textContent = "";
  setNote(note, "");
  const field = fields.find((one) => one === event.target);
  if (field) mark(field, "");
  clearTimeout(timer);
  timer = setTimeout(keep, KEPT_AFTER_MS);
});

addEventListener("pagehide", () => {
  if (timer && !over) post(url, { values: typed(), final: false }, { keepalive: true }).catch(() => {});
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  timer = undefined;
  const button = byId("form-confirm", HTMLButtonElement);
  button.disabled = true;
  try {
    const reply = await send(true);
    over = reply.done;
    showFaults(reply.faults);
    if (over) location.assign(form.dataset.next ?? "/");
  } catch (error) {
    if (error.code === "form_closed") location.assign("/");
    else setNote(note, error.message);
  }
  button.disabled = over;
});

fields.find((field) => !(field instanceof HTMLInputElement && field.readOnly) && !field.value)?.focus();
