// The receipt: what this browser kept of the answers is wiped once the server has it.

import { byId, setNote, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { deliverHeld } from "../answers/held-answers.js";
import { forgetLeases } from "./lease.js";

/** @param {number} left answers that stay on this terminal */
function showLeft(left) {
  const note = byId("wiped");
  note.className = left ? "note bad" : "small soft";
  setText(note, left
    ? t("%(n)s answers could not be delivered yet and stay sealed on this terminal. Please call the invigilator before you leave.", { n: left })
    : t("What this terminal had kept of your answers has been wiped."));
}

async function leave() {
  try {
    await post(`/api/attempts/${data.attempt_id}/leave`);
    location.assign("/");
  } catch (error) {
    setNote(byId("leave-error"), error.message);
  }
}

forgetLeases();
byId("leave").addEventListener("click", leave);
show(byId("leave"));
await deliverHeld(null, showLeft);
