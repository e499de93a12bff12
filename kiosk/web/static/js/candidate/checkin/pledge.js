// The integrity pledge: recorded once it is ticked, and shown until it is. It never delays the exam.

import { byId, findById, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";

const READ_MS = 4000;

/** @param {HTMLInputElement} tick */
async function give(tick) {
  const state = byId("pledge-state");
  tick.disabled = true;
  try {
    await post(`/api/attempts/${data.attempt_id}/pledge`);
    setText(state, t("Recorded."));
    const note = findById("pledge-note");
    if (note) setTimeout(() => show(note, false), READ_MS);
  } catch (error) {
    tick.checked = false;
    tick.disabled = false;
    setText(state, error.message);
  }
}

if (findById("pledge")) {
  const tick = byId("pledge-tick", HTMLInputElement);
  tick.addEventListener("change", () => tick.checked && give(tick));
}
