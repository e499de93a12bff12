// Listens for speech during the exam: the level stays here, and only when somebody may be speaking
// a snippet of two seconds goes to the server, which listens and forgets it.

import { post } from "../../common/api.js";
import { data } from "../../common/page.js";
import { openMedia } from "../devices/camera.js";
import { decibels, SpeechGate } from "./speech-gate.js";

const RATE = 16000;
const SNIPPET = 32768; // samples: two seconds
const LEVEL_MS = 100;
const BETWEEN_MS = 2200;
const REOPEN_MS = 15000;

/**
 * Samples as 16 bits, little-endian.
 * @param {Float32Array} samples
 */
function pcm(samples) {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, n) => view.setInt16(n * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return new Blob([view], { type: "audio/l16" });
}

/** The microphone of the answer page. */
export class SpeechDetector {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #gate = new SpeechGate();
  #sentAt = 0;
  #signal;
  #stopped = false;

  /** @param {(kind: string, cause: string) => void} signal */
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
        const track = await this.#open();
        if (reported) this.#signal("microphone", "back");
        await new Promise((resolve) => track.addEventListener("ended", resolve));
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
    const context = new AudioContext({ sampleRate: RATE });
    const analyser = context.createAnalyser();
    analyser.fftSize = SNIPPET;
    context.createMediaStreamSource(this.#stream).connect(analyser);
    context.resume();
    this.#context = context;
    this.#timer = setInterval(() => this.#listen(context, analyser), LEVEL_MS);
    return this.#stream.getAudioTracks()[0];
  }

  #close() {
    clearInterval(this.#timer);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#stream = this.#context = null;
  }

  /**
   * @param {AudioContext} context
   * @param {AnalyserNode} analyser
   */
  #listen(context, analyser) {
    if (context.state !== "running") return;
    const samples = new Float32Array(SNIPPET);
    analyser.getFloatTimeDomainData(samples);
    const speaking = this.#gate.hears(decibels(samples.subarray(SNIPPET - RATE / 10)));
    if (speaking && performance.now() - this.#sentAt >= BETWEEN_MS) this.#send(samples);
  }

  /** @param {Float32Array} samples */
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
