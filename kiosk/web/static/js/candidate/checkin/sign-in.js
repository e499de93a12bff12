// Sign-in: admission number, identity number, consent.

import { byId, setNote } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { t } from "../../common/page.js";
import { askSitting } from "./choose-sitting.js";

const form = byId("sign-in");
const note = byId("sign-in-error");

function missing(fields) {
  for (const [input, empty] of fields) {
    if (input instanceof HTMLInputElement) input.setAttribute("aria-invalid", String(empty));
  }
  const first = fields.find(([, empty]) => empty);
  first?.[0].focus?.();
  return Boolean(first);
}

async function submit(event) {
  event.preventDefault();
  const admission = byId("admission-no");
  const identity = byId("identity-no");
  const consent = form.elements.consent;
  setNote(note, "");
  if (missing([[admission, !admission.value.trim()], [identity, !identity.value.trim()]])) {
    setNote(note, t("Please fill in both numbers."));
    return;
  }
  if (!consent.value) {
    setNote(note, t("Please choose how we shall check that it is you."));
    consent[0].focus();
    return;
  }
  await send(admission.value.trim(), identity.value.trim().toUpperCase(), consent.value === "yes");
}

/** Sign in; a person of several sittings is asked which one it is. */
async function checkIn(numbers) {
  const reply = await post("/api/check-in", numbers);
  return reply.choices ? checkIn({ ...numbers, sitting_id: await askSitting(reply.choices) }) : reply;
}

async function send(admission, identity, consent) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    await checkIn({
      admission_no: admission, identity_no: identity, consent_face: consent,
    });
    location.assign(form.dataset.next);
  } catch (error) {
    setNote(note, error.message);
    button.disabled = false;
    if (error.code === "unknown_terminal" || error.code === "device_check_missing") {
      setTimeout(() => location.assign("/"), 3500);
    }
  }
}

form.addEventListener("submit", submit);
