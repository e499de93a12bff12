// The receipt: what this browser kept of the answers is wiped once the server has it.

import { byId, setNote, setText, show, sleep } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, duration, t } from "../../common/page.js";
import { deliverHeld } from "../answers/held-answers.js";
import { forgetOthers } from "../tools/kept-aids.js";
import { forgetLeases } from "./lease.js";

/** Long enough to write the digest down; then the terminal is free for the next candidate. */
const LEAVE_AFTER_S = 180;
const RETRY_MS = 10000;

const state = { stays: false, undelivered: 0 };

/** @param {number} left answers that stay on this terminal */
function showLeft(left) {
  state.undelivered = left;
  const note = byId("wiped");
  note.className = left ? "note bad" : "small soft";
  setText(note, left
    ? t("%(n)s answers have not been sent yet. They are stored encrypted on this terminal. Please call the invigilator before you leave.", { n: left })
    : t("Your answers stored on this terminal have been deleted."));
}

async function leave() {
  await post(`/api/attempts/${data.attempt_id}/leave`);
  location.assign("/");
}

async function leaveNow() {
  try {
    await leave();
  } catch (error) {
    setNote(byId("leave-error"), error.message);
  }
}

/** Whoever was signed out meanwhile has left; without the server this page simply stays. */
async function leaveUnasked() {
  try {
    await leave();
  } catch (error) {
    if (error.status === 401) location.assign("/");
  }
}

/** Return to the start page, unless the receipt is kept open or answers have not been sent. */
async function leaveAfterAWhile() {
  const from = performance.now();
  while (!state.stays) {
    const left = LEAVE_AFTER_S - (performance.now() - from) / 1000;
    const waits = state.undelivered > 0;
    setText(byId("leaving"), waits ? "" : t("Back to the start page in %(time)s", { time: duration(Math.max(0, left)) }));
    if (left <= 0 && !waits) await leaveUnasked();
    await sleep(left > 0 ? 500 : RETRY_MS);
  }
}

function stay() {
  state.stays = true;
  setText(byId("leaving"), "");
  show(byId("stay"), false);
}

forgetLeases();
forgetOthers(localStorage, "");
byId("leave").addEventListener("click", leaveNow);
byId("stay").addEventListener("click", stay);
show(byId("leave"));
await deliverHeld(null, showLeft);
show(byId("stay"));
await leaveAfterAWhile();
