// Camera frames to the server: one at a time, at the pace that the server names.

import { byId, make, setText, sleep } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, label, t } from "../../common/page.js";
import { Camera, deviceAdvice, nameCamera } from "../devices/camera.js";

const REOPEN_MS = 3000;
const AFTER_ERROR_MS = 3000;

/** Shows the small self-view, sends frames, shows warnings, reopens a lost camera. */
export class FrameSender {
  #camera;
  #interval;
  #stopped = false;
  #paused = false;
  #lost = "";
  #signal;
  #onEnded;
  #onSignedOut;
  #onReply;

  /**
   * @param {object} options
   * @param {number} options.interval ms from picture to picture
   * @param {(kind: string, cause: string) => void} options.signal
   * @param {(reply: any) => void} options.onReply
   * @param {() => void} options.onEnded
   * @param {() => void} options.onSignedOut
   */
  constructor({ interval, signal, onReply, onEnded, onSignedOut }) {
    this.#onReply = onReply;
    this.#interval = interval;
    this.#signal = signal;
    this.#onEnded = onEnded;
    this.#onSignedOut = onSignedOut;
    this.#camera = new Camera(byId("self-video"), (cause) => this.#lose(cause));
  }

  /** Begin; runs until stopped. */
  async run() {
    while (!this.#stopped) {
      if (this.#paused) await sleep(500);
      else if (this.#camera.live) await this.#sendOne();
      else await this.#reopen();
    }
  }

  /**
   * While the exam is paused nothing is sent.
   * @param {boolean} paused
   */
  pause(paused) {
    this.#paused = paused;
  }

  /** End, and let the camera go. */
  stop() {
    this.#stopped = true;
    this.#camera.close();
  }

  /**
   * @param {string} cause
   * @param {string} advice
   */
  #lose(cause, advice = t("The camera has stopped. Check its plug; it is opened again by itself.")) {
    if (this.#lost !== cause) this.#signal("camera", cause);
    this.#lost = cause;
    byId("self-view").dataset.state = "lost";
    setText(byId("self-text"), advice);
  }

  async #reopen() {
    try {
      await this.#camera.open();
      await sleep(300);
      this.#found();
      await nameCamera(this.#camera);
    } catch (error) {
      this.#lose(error.name, deviceAdvice(error, "camera"));
      await sleep(REOPEN_MS);
    }
  }

  #found() {
    if (this.#lost) this.#signal("camera", "back");
    this.#lost = "";
    byId("self-view").dataset.state = "live";
    setText(byId("self-text"), t("Camera on"));
  }

  async #sendOne() {
    const started = performance.now();
    const picture = await this.#camera.grab();
    if (!picture) {
      await sleep(this.#interval);
      return;
    }
    try {
      this.#apply(await post(`/api/attempts/${data.attempt_id}/frames`, picture, {
        headers: { "Content-Type": "image/jpeg" }, timeout: 10000, background: true,
      }));
    } catch (error) {
      if (error.code === "attempt_ended") this.#onEnded();
      if (error.status === 401) this.#onSignedOut();
      await sleep(AFTER_ERROR_MS);
    }
    await sleep(Math.max(50, this.#interval - (performance.now() - started)));
  }

  /** @param {any} reply */
  #apply(reply) {
    this.#onReply(reply);
    this.#interval = reply.interval_ms;
    showWarnings(reply.warnings);
    const advice = reply.advice.map((/** @type {string} */ id) => label("advice", id)).join(" ");
    setText(byId("self-text"), advice || t("Camera on"));
    byId("self-view").dataset.state = advice ? "advice" : "live";
  }
}

/**
 * Show the rules that are broken now as banners over the item.
 * @param {string[]} rules
 */
export function showWarnings(rules) {
  const box = byId("warnings");
  const wanted = rules.join(" ");
  if (box.dataset.rules === wanted) return;
  box.dataset.rules = wanted;
  box.replaceChildren(...rules.map((rule) => make("p", { class: "note bad" }, label("warnings", rule))));
}
