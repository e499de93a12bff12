// Listens for speech during the exam: the level stays here, and only when somebody may be speaking
// a snippet of two seconds goes to the server, which listens and forgets it.

import { post } from "../../common/api.js";
import { data } from "../../common/page.js";
import { openMedia } from "../devices/camera.js";

const RATE = 16000;
const SNIPPET = 32768;
const LOOK_MS = 100;
const LOUD_DB = 9;
const LEAST_DB = -52;
const LOUD_SHARE = 0.3;
const BETWEEN_MS = 2200;
const REOPEN_MS = 15000;

/** Decibels (full scale) of the last tenth of a second. */
function decibels(samples) {
  const last = samples.subarray(samples.length - RATE / 10);
  const power = last.reduce((sum, x) => sum + x * x, 0) / last.length;
  return power > 0 ? 10 * Math.log10(power) : -100;
}

function pcm(samples) {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((x, n) => view.setInt16(n * 2, Math.max(-1, Math.min(1, x)) * 32767, true));
  return new Blob([view], { type: "audio/l16" });
}

/** The microphone of the answer page. */
export class Voice {
  #context = null;
  #stream = null;
  #analyser = null;
  #timer = 0;
  #floor = -60;
  #loud = [];
  #sentAt = 0;
  #signal;
  #stopped = false;

  constructor(signal) {
    this.#signal = signal;
    // Some browsers let no sound through, not even inwards, before the first press on a page.
    for (const press of ["pointerdown", "keydown"]) {
      window.addEventListener(press, () => this.#context?.resume());
    }
  }

  /** Begin to listen; a microphone that fails is reported once and tried again. */
  async run() {
    let reported = false;
    while (!this.#stopped) {
      try {
        await this.#open();
        if (reported) this.#signal("microphone", "back");
        await this.#lost();
        reported = false;
      } catch (error) {
        if (!reported) this.#signal("microphone", error.name);
        reported = true;
      }
      this.#close();
      if (!this.#stopped) await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
    }
  }

  /** End, and let the microphone go. */
  stop() {
    this.#stopped = true;
    this.#close();
  }

  async #open() {
    this.#stream = await openMedia({ audio: { echoCancellation: false, autoGainControl: false } });
    this.#context = new AudioContext({ sampleRate: RATE });
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = SNIPPET;
    this.#context.createMediaStreamSource(this.#stream).connect(this.#analyser);
    this.#context.resume();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  #lost() {
    return new Promise((resolve) => this.#stream.getAudioTracks()[0].addEventListener("ended", resolve));
  }

  #close() {
    clearInterval(this.#timer);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#stream = this.#context = null;
  }

  /** The floor follows silence quickly and noise slowly; what stands above it may be speech. */
  #look() {
    if (this.#context.state !== "running") return;
    const samples = new Float32Array(SNIPPET);
    this.#analyser.getFloatTimeDomainData(samples);
    const level = decibels(samples);
    this.#floor += (level - this.#floor) * (level < this.#floor ? 0.3 : 0.005);
    this.#loud.push(level > Math.max(this.#floor + LOUD_DB, LEAST_DB));
    if (this.#loud.length > 20) this.#loud.shift();
    const share = this.#loud.filter(Boolean).length / 20;
    if (share >= LOUD_SHARE && performance.now() - this.#sentAt >= BETWEEN_MS) this.#send(samples);
  }

  async #send(samples) {
    this.#sentAt = performance.now();
    try {
      await post(`/api/attempts/${data.attempt_id}/sound`, pcm(samples), {
        headers: { "Content-Type": "audio/l16" }, timeout: 10000, background: true,
      });
    } catch (error) {
      if (error.code === "attempt_ended" || error.status === 401) this.stop();
    }
  }
}
