// The identity page: a look with head turns, the identity card, else the invigilator; and what
// staff want taken off.

import { byId, make, setNote, setText, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data, label, t } from "../../common/page.js";
import { spread } from "../messages/news.js";
import { Camera, deviceAdvice, nameCamera } from "../devices/camera.js";
import { photographCard } from "./id-card.js";
import { checkFace } from "./face-check.js";

const POLL_MS = 2000;
const PARTS = ["verify-ready", "verify-face", "verify-card", "verify-staff", "verify-inspect", "verify-passed"];

const camera = new Camera(byId("verify-video"), () => openCamera());
let waitingForStaff = false;
let unreachable = false;

function only(part) {
  for (const id of PARTS) show(byId(id), id === part);
  byId("preview").dataset.state = part;
}

function list(advice) {
  return make("ul", {}, advice.map((id) => make("li", {}, label("advice", id))));
}

async function openCamera() {
  const start = byId("verify-start", HTMLButtonElement);
  start.disabled = true;
  try {
    await camera.open();
    await nameCamera(camera);
    setNote(byId("verify-error"), "");
    show(byId("camera-retry"), false);
    start.disabled = false;
  } catch (error) {
    setNote(byId("verify-error"), deviceAdvice(error, "camera"));
    show(byId("camera-retry"));
  }
}

/** Run one part of the page and show what it came to. */
async function run(part, work) {
  only(part);
  setNote(byId("verify-error"), "");
  try {
    await outcome(await work(camera, data.attempt_id));
  } catch (error) {
    setNote(byId("verify-error"), error.message);
    if (error.code === "not_verifiable" || error.code === "illegal_transition") askStaff([]);
    else only("verify-ready");
  }
}

async function outcome(result) {
  if (result.outcome === "pass") {
    only("verify-passed");
    await sleep(900);
    await follow();
  } else if (result.outcome === "card") {
    await run("verify-card", photographCard);
  } else if (result.outcome === "retry") {
    const note = byId("verify-advice");
    note.replaceChildren(list(result.advice.length ? result.advice : ["not_clear"]));
    show(note);
    triesLeft(result.tries_left);
    only("verify-ready");
  } else if (result.outcome === "inspect") {
    waitForInspection();
  } else {
    askStaff(result.advice, result.tries_left);
  }
}

/** Identity is settled; a person has something to see to first. */
function waitForInspection() {
  only("verify-inspect");
  waitingForStaff = true;
}

/** Show what staff want taken off; announced again only when it changes. */
function showFindings(findings) {
  const note = byId("verify-findings");
  if (note.dataset.shown === findings.join()) return;
  note.dataset.shown = findings.join();
  note.replaceChildren(
    make("ul", {}, findings.map((id) => make("li", {}, make("strong", {}, label("requests", id))))),
    make("p", {}, t("Then wait for the invigilator, who will check again.")),
  );
  show(note, findings.length > 0);
}

/** Say what failed the device check, until staff have admitted it or it passes. */
function showDevices(missing) {
  const what = missing.map((id) => label("devices", id)).join(t(", "));
  setNote(byId("verify-devices"), missing.length ? t("This terminal failed its device check: %(what)s. Tell the invigilator, who can repair it, give you another terminal or admit you.", { what }) : "");
}

function triesLeft(n) {
  setText(byId("verify-tries"), t("Tries left: %(n)s", { n }));
}

function askStaff(advice, tries = 0) {
  only("verify-staff");
  if (advice.length) byId("staff-advice").replaceChildren(list(advice));
  show(byId("staff-advice"), advice.length > 0);
  show(byId("face-again"), tries > 0 && !data.card_wanted);
  waitingForStaff = true;
}

/** Whether staff have made another look possible meanwhile, by a new portrait. */
function verifiable(attempt) {
  return attempt.consent_face && attempt.has_portrait && attempt.tries_left > 0 && attempt.check_in === "none";
}

/** Go where the attempt is by now. */
async function follow() {
  try {
    const attempt = await get(`/api/attempts/${data.attempt_id}`);
    const page = data.pages[attempt.state];
    if (page && page !== location.pathname) location.assign(page);
    else if (waitingForStaff && !data.can_verify && verifiable(attempt)) location.reload();
    else if (waitingForStaff && data.can_verify && attempt.check_in === "none") location.reload();
    spread(attempt);
    showFindings(attempt.findings);
    showDevices(attempt.devices_missing);
    if (unreachable) setNote(byId("verify-error"), "");
    unreachable = false;
  } catch (error) {
    if (error.status === 401) location.assign(data.sign_in_page);
    else setNote(byId("verify-error"), error.message);
    unreachable = true;
  }
}

byId("verify-start").addEventListener("click", () => run("verify-face", checkFace));
byId("face-again").addEventListener("click", () => {
  waitingForStaff = false;
  run("verify-face", checkFace);
});
byId("camera-retry").addEventListener("click", openCamera);
window.addEventListener("pagehide", () => camera.close());
triesLeft(data.tries_left);
showFindings(data.findings);
showDevices(data.devices_missing);
if (data.card_wanted) {
  openCamera().then(() => run("verify-card", photographCard));
} else if (data.can_verify) {
  only("verify-ready");
  openCamera();
} else {
  openCamera();
  if (data.identity_settled) waitForInspection();
  else askStaff([], data.check_in === "staff" && data.consent_face ? data.tries_left : 0);
}

for (;;) {
  await sleep(POLL_MS + Math.random() * 300);
  await follow();
}
