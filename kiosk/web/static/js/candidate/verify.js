// Face verification: up to five pictures a try, advice in words, then the invigilator.

import { byId, make, setNote, setText, show, sleep } from "../common/dom.js";
import { get, post } from "../common/api.js";
import { data, label, t } from "../common/page.js";
import { Camera, deviceAdvice } from "./camera.js";

const FRAMES = 5;
const BETWEEN_MS = 350;
const POLL_MS = 2000;
const PARTS = ["verify-ready", "verify-busy", "verify-staff", "verify-passed"];

const camera = new Camera(byId("verify-video"), () => openCamera());
let waitingForStaff = false;

function only(part) {
  for (const id of PARTS) show(byId(id), id === part);
}

function list(advice) {
  return make("ul", {}, advice.map((id) => make("li", {}, label("advice", id))));
}

async function openCamera() {
  const start = byId("verify-start");
  start.disabled = true;
  try {
    await camera.open();
    setNote(byId("verify-error"), "");
    show(byId("camera-retry"), false);
    start.disabled = false;
  } catch (error) {
    setNote(byId("verify-error"), deviceAdvice(error, "camera"));
    show(byId("camera-retry"));
  }
}

async function pictures() {
  const form = new FormData();
  for (let n = 0; n < FRAMES; n += 1) {
    const picture = await camera.grab();
    if (picture) form.append("frame", picture, `${n}.jpg`);
    await sleep(BETWEEN_MS);
  }
  return form;
}

async function verify() {
  only("verify-busy");
  setNote(byId("verify-error"), "");
  try {
    const form = await pictures();
    if (!form.has("frame")) throw new Error(t("The camera gives no picture."));
    await outcome(await post(`/api/attempts/${data.attempt_id}/verify`, form, { timeout: 60000 }));
  } catch (error) {
    setNote(byId("verify-error"), error.message);
    if (error.code === "not_verifiable" || error.code === "illegal_transition") await askStaff([]);
    else only("verify-ready");
  }
}

async function outcome(result) {
  if (result.outcome === "pass") {
    byId("verify-video").parentElement.dataset.state = "passed";
    only("verify-passed");
    await sleep(900);
    await follow();
  } else if (result.outcome === "retry") {
    const note = byId("verify-advice");
    note.replaceChildren(list(result.advice.length ? result.advice : ["not_clear"]));
    show(note);
    triesLeft(result.tries_left);
    only("verify-ready");
  } else {
    await askStaff(result.advice);
  }
}

function triesLeft(n) {
  setText(byId("verify-tries"), t("Tries left: %(n)s", { n }));
}

async function askStaff(advice) {
  only("verify-staff");
  if (advice.length) byId("staff-advice").replaceChildren(list(advice));
  show(byId("staff-advice"), advice.length > 0);
  if (waitingForStaff) return;
  waitingForStaff = true;
  for (;;) {
    await sleep(POLL_MS);
    await follow();
  }
}

/** Whether the camera may try (again): staff may have enrolled a portrait meanwhile. */
function verifiable(attempt) {
  return attempt.consent_face && attempt.has_portrait && attempt.tries_left > 0 && attempt.check_in !== "refused";
}

/** Go where the attempt is by now; a picture for staff goes along while they decide. */
async function follow() {
  try {
    const attempt = await get(`/api/attempts/${data.attempt_id}`);
    const page = data.pages[attempt.state];
    if (page && page !== location.pathname) location.assign(page);
    else if (waitingForStaff && verifiable(attempt)) location.reload();
    setNote(byId("verify-error"), "");
  } catch (error) {
    if (error.status === 401) location.assign(data.sign_in_page);
    else setNote(byId("verify-error"), error.message);
  }
}

byId("verify-start").addEventListener("click", verify);
byId("camera-retry").addEventListener("click", openCamera);
window.addEventListener("pagehide", () => camera.close());
triesLeft(data.tries_left);
if (data.can_verify) {
  only("verify-ready");
  await openCamera();
} else {
  openCamera();
  await askStaff([]);
}
