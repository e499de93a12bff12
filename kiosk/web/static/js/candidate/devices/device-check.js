// The device check (R13): four checks, each with its own card; all must pass.

import { byId, findById, make, setText, show } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { Camera, chooseCamera, deviceAdvice, listDevices } from "./camera.js";
import { Microphone, playNotes } from "./sound-check.js";
import { postAsTerminal, terminal } from "./terminal.js";

const HEARD_LEVEL = 32;
const ROUND_TRIPS = 5;
const SLOW_MS = 1000;
const FAILED_MS = 3000;

const results = { camera: false, microphone: false, loudspeaker: false, server: false };
/** @type {Record<string, unknown>} */
const details = {};
let serverMs = 0;
let loudest = 0;

const camera = new Camera(byId("camera-video"), () => cameraLost());
const microphone = new Microphone();
const cameraChoice = byId("camera-choice", HTMLSelectElement);
const microphoneChoice = byId("mic-choice", HTMLSelectElement);

/** @typedef {keyof typeof results} Check */

/** @param {Check} name */
function card(name) {
  return { root: byId(`check-${name}`), tag: byId(`${name}-state`), advice: byId(`${name}-advice`), retry: findById(`${name}-retry`) };
}

function setState(name, state, advice = "") {
  const { root, tag, advice: text, retry } = card(name);
  const names = { waiting: t("Checking …"), passed: t("Works"), failed: t("Does not work") };
  root.dataset.state = state;
  tag.className = `tag ${{ passed: "good", failed: "bad" }[state] || ""}`;
  setText(tag, names[state]);
  setText(text, advice);
  if (retry) show(retry, state === "failed");
  results[name] = state === "passed";
  summarise();
}

function summarise() {
  const missing = Object.values(results).filter((passed) => !passed).length;
  byId("continue", HTMLButtonElement).disabled = missing > 0;
  show(byId("without"), missing > 0 && serverMs > 0);
  setText(
    byId("check-summary"),
    missing ? t("%(n)s of 4 checks have not passed yet.", { n: missing }) : t("All four checks have passed."),
  );
}

function fillChoice(select, devices, current) {
  select.replaceChildren(...devices.map((device, index) => make("option", {
    value: device.deviceId, selected: device.deviceId === current,
  }, device.label || t("Device %(n)s", { n: index + 1 }))));
}

async function checkCamera(deviceId) {
  setState("camera", "waiting");
  try {
    await camera.open(deviceId);
  } catch (error) {
    setState("camera", "failed", deviceAdvice(error, "camera"));
    return;
  }
  chooseCamera(camera.deviceId);
  Object.assign(details, camera.facts);
  fillChoice(cameraChoice, await listDevices("videoinput"), camera.deviceId);
  setState("camera", "passed");
}

function cameraLost() {
  setState("camera", "failed", t("The camera has stopped. Check the cable, then try again."));
}

function showLevel(level) {
  const meter = byId("mic-meter");
  meter.setAttribute("aria-valuenow", String(level));
  byId("mic-level").style.width = `${level}%`;
  loudest = Math.max(loudest, level);
  if (level >= HEARD_LEVEL && !results.microphone) setState("microphone", "passed");
}

async function checkMicrophone(deviceId) {
  setState("microphone", "waiting");
  try {
    await microphone.open(deviceId, showLevel);
  } catch (error) {
    setState("microphone", "failed", deviceAdvice(error, "microphone"));
    return;
  }
  const current = microphone.track?.getSettings().deviceId ?? "";
  details.microphone = microphone.track?.label ?? "";
  fillChoice(microphoneChoice, await listDevices("audioinput"), current);
}

async function playTone() {
  const button = byId("play-tone", HTMLButtonElement);
  button.disabled = true;
  try {
    await playNotes();
    show(byId("tone-question"));
    byId("tone-yes").focus();
  } catch (error) {
    setState("loudspeaker", "failed", deviceAdvice(error, "loudspeaker"));
  }
  button.disabled = false;
}

function heard(yes) {
  show(byId("tone-question"), false);
  if (yes) setState("loudspeaker", "passed");
  else setState("loudspeaker", "failed", t("Turn the volume up, check plug and mute, then play the sound again."));
}

async function checkServer() {
  setState("server", "waiting");
  try {
    const { name } = await terminal();
    setText(byId("terminal-name"), name);
    show(byId("terminal-name"));
    serverMs = await measure();
  } catch (error) {
    setState("server", "failed", error.message);
    return;
  }
  setText(byId("server-ms"), t("%(n)s ms", { n: serverMs }));
  if (serverMs > FAILED_MS) {
    setState("server", "failed", t("The connection is too slow for the exam. Tell the invigilator."));
    return;
  }
  setState("server", "passed", serverMs > SLOW_MS ? t("The connection is slow. Tell the invigilator.") : "");
}

async function measure() {
  const times = [];
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    const start = performance.now();
    await get("/api/terminal/ping");
    times.push(performance.now() - start);
  }
  return Math.max(1, Math.round(times.sort((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)]));
}

async function finish() {
  const button = byId("continue", HTMLButtonElement);
  const without = byId("without", HTMLButtonElement);
  button.disabled = without.disabled = true;
  const { camera: cameraWorks, microphone: micWorks, loudspeaker } = results;
  const facts = Object.fromEntries(Object.entries({
    ...details, loudest, screen: `${screen.width}×${screen.height}`, secure: window.isSecureContext,
  }).map(([key, value]) => [key, typeof value === "string" ? value.slice(0, 200) : value]));
  try {
    // With a candidate's session the page's own token is the candidate's.
    await postAsTerminal("/api/terminal/check", {
      camera: cameraWorks, microphone: micWorks, loudspeaker, server_ms: serverMs, details: facts,
    });
    location.assign(button.dataset.next ?? "/");
  } catch (error) {
    without.disabled = false;
    setState("server", "failed", error.message);
  }
}

/** A device that fails cannot start by itself (R13): staff check the candidate by hand. */
async function goWithout() {
  const go = await sheet({
    title: t("Continue without all checks?"),
    content: [make("p", {}, t("Failed checks are recorded. You can start only after the invigilator has admitted you. Repeat the failed check first, or call the invigilator."))],
    actions: [
      { value: false, text: t("Back to the checks") },
      { value: true, text: t("Continue; staff will check"), kind: "primary" },
    ],
  });
  if (go) await finish();
}

byId("camera-retry").addEventListener("click", () => checkCamera(cameraChoice.value));
byId("microphone-retry").addEventListener("click", () => checkMicrophone(microphoneChoice.value));
byId("server-retry").addEventListener("click", checkServer);
cameraChoice.addEventListener("change", () => checkCamera(cameraChoice.value));
microphoneChoice.addEventListener("change", () => checkMicrophone(microphoneChoice.value));
byId("play-tone").addEventListener("click", playTone);
byId("tone-yes").addEventListener("click", () => heard(true));
byId("tone-no").addEventListener("click", () => heard(false));
byId("continue").addEventListener("click", finish);
byId("without").addEventListener("click", goWithout);
window.addEventListener("pagehide", () => {
  camera.close();
  microphone.close();
});

for (const name of /** @type {Check[]} */ (Object.keys(results))) setState(name, "waiting");
setText(card("loudspeaker").tag, t("To do"));
setText(card("microphone").tag, t("Speak, please"));
await checkServer();
await checkCamera();
await checkMicrophone("");
