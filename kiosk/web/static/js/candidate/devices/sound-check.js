// Microphone level and loudspeaker notes, by Web Audio.

import { openMedia } from "./camera.js";

const FLOOR_DB = -60;

/** Decibels (full scale) as a bar of 0 to 100. */
export function levelPercent(rms) {
  const db = rms > 0 ? 20 * Math.log10(rms) : FLOOR_DB;
  return Math.round(Math.min(100, Math.max(0, ((db - FLOOR_DB) / -FLOOR_DB) * 100)));
}

/** A microphone whose level can be watched. */
export class Microphone {
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** Open it and report the level (0 to 100) ten times a second; throws DOMException. */
  async open(deviceId, onLevel) {
    this.close();
    this.#stream = await openMedia({ audio: deviceId ? { deviceId: { exact: deviceId } } : true });
    const context = new AudioContext();
    this.#context = context;
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      onLevel(levelPercent(Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length)));
    }, 100);
  }

  /** The open microphone. */
  get track() {
    return this.#stream?.getAudioTracks()[0] || null;
  }

  /** Let it go. */
  close() {
    clearInterval(this.#timer);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#stream = this.#context = null;
  }
}

/** Play three soft rising notes; resolves when they have sounded. */
export async function playNotes() {
  const context = new AudioContext();
  await context.resume();
  [523.25, 659.25, 783.99].forEach((pitch, index) => note(context, pitch, context.currentTime + index * 0.32));
  await new Promise((resolve) => setTimeout(resolve, 1300));
  await context.close();
}

function note(context, pitch, start) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.35, start + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + 0.55);
}
