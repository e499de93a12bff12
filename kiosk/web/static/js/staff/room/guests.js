// Admitting somebody by hand who is not on the roster.

import { make, setNote } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { checkSession } from "../session.js";
import { reasonField } from "../reason.js";
import { placeFields } from "./groups.js";

function field(id, text, maxLength) {
  const input = make("input", { id, class: "form-control", maxLength, autocomplete: "off", spellcheck: false });
  return { input, box: make("div", { class: "field" }, make("label", { for: id }, text), input) };
}

/** Ask who it is and why, then show the admission number to sign in with. */
export async function admitGuest(base, room) {
  const name = field("guest-name", t("Name"), 100);
  const identity = field("guest-identity", t("Identity number"), 32);
  const seat = field("guest-seat", t("Seat"), 16);
  const place = placeFields(room.sitting);
  const reason = reasonField([t("Registered, but missing on the roster"), t("Decided by headquarters by telephone")]);
  let number = "";
  const check = async () => {
    const empty = [name, identity].find(({ input }) => !input.value.trim());
    setNote(reason.note, empty ? t("Please fill in name and identity number.") : reason.value.length < 2 ? t("Please give a reason.") : "");
    if (!reason.note.hidden) return false;
    try {
      const body = { name: name.input.value, identity_no: identity.input.value, ...place.value, seat: seat.input.value, reason: reason.value };
      ({ admission_no: number } = await post(`${base}/guests`, body));
      return true;
    } catch (error) {
      checkSession(error);
      setNote(reason.note, error.message);
      return false;
    }
  };
  const done = await sheet({
    title: t("Admit a candidate who is not on the roster"),
    content: [make("p", {}, t("Headquarters receives the name, the number and your reason, and decides whether the result counts.")), name.box, identity.box, ...place.boxes, seat.box, reason.box],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Admit"), kind: "primary", check }],
    onOpen: () => name.input.focus(),
  });
  if (!done) return null;
  return sheet({
    title: t("Admitted"),
    content: [make("p", {}, t("Sign in with this admission number and the identity number:")), make("p", { class: "num fs-3", id: "guest-number" }, number)],
    actions: [{ value: "done", text: t("Close"), kind: "primary" }],
  });
}
