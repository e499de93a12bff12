// The sound for what is urgent: off until somebody switches it on, then remembered by this browser.

import { byId, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { Alarm } from "./alarm.js";
import { attentionLevel } from "../room/attention.js";
import { urgentCalls } from "./seat-call.js";

const KEY = "call-sound";
const TONES = [880, 660, 880];
const TONE_S = 0.18;

const button = byId("call-sound", HTMLButtonElement);
const alarm = new Alarm();
/** @type {AudioContext | null} */
let audio = null;
let wanted = localStorage.getItem(KEY) === "on";

/** Browsers let a page sound only after somebody has clicked in it. */
function ready() {
  audio ??= new AudioContext();
  audio.resume().then(draw);
}

function play() {
  if (audio?.state !== "running") return;
  for (const [n, pitch] of TONES.entries()) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0.25 });
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + n * TONE_S);
    tone.stop(audio.currentTime + (n + 0.8) * TONE_S);
  }
}

function draw() {
  button.setAttribute("aria-pressed", String(wanted));
  const waits = wanted && audio?.state !== "running";
  setText(button, waits ? t("Sound for urgent calls and seats: on after a click") : wanted ? t("Sound for urgent calls and seats: on") : t("Sound for urgent calls and seats: off"));
}

button.addEventListener("click", () => {
  // The click that a waiting sound asks for does not switch it off.
  if (!wanted || audio?.state === "running") wanted = !wanted;
  localStorage.setItem(KEY, wanted ? "on" : "off");
  if (wanted) ready();
  draw();
  if (wanted) setTimeout(play, 100);
});
document.addEventListener("pointerdown", (event) => {
  if (wanted && event.target !== button) ready();
});
draw();

/**
 * Sound if a seat has become urgent, or somebody calls urgently and nobody has answered.
 * @param {import("../room/attention.js").Row[]} rows
 */
export function soundFor(rows) {
  const seats = rows.filter((row) => attentionLevel(row).rank === 0).map((row) => row.attempt_id);
  if (alarm.due(urgentCalls(rows), performance.now(), seats) && wanted) play();

}
