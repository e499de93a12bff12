// Sign-in: admission number, identity number, consent.

import { byId, setNote } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { t } from "../../common/page.js";
import { askSitting } from "./choose-sitting.js";

const form = byId("sign-in", HTMLFormElement);
const note = byId("sign-in-error");

/**
 * Mark the fields that are empty and go to the first one.
 * @param {HTMLInputElement[]} fields
 */
function anyEmpty(fields) {
  for (const field of fields) field.setAttribute("aria-invalid", String(!field.value.trim()));
  const first = fields.find((field) => !field.value.trim());
  first?.focus();
  return Boolean(first);
}

async function submit(event) {
  event.preventDefault();
  const admission = byId("admission-no", HTMLInputElement);
  const identity = byId("identity-no", HTMLInputElement);
  const consents = [...form.querySelectorAll("input")].filter(({ name }) => name === "consent");
  const consent = consents.find(({ checked }) => checked);
  setNote(note, "");
  if (anyEmpty([admission, identity])) {
    setNote(note, t("Please fill in both numbers."));
    return;
  }
  if (!consent) {
    setNote(note, t("Please choose how we shall check that it is you."));
    consents[0].focus();
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
  const button = byId("sign-in-submit", HTMLButtonElement);
  button.disabled = true;
  try {
    await checkIn({
      admission_no: admission, identity_no: identity, consent_face: consent,
    });
    location.assign(form.dataset.next ?? "/");
  } catch (error) {
    setNote(note, error.message);
    button.disabled = false;
    if (error.code === "unknown_terminal" || error.code === "device_check_missing") {
      setTimeout(() => location.assign("/"), 3500);
    }
  }
}

form.addEventListener("submit", submit);
