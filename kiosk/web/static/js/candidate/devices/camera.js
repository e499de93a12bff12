// The camera: opening, clear words when it does not open, and pictures of one size.

import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";

const WIDTH = 640;
const HEIGHT = 480;
const QUALITY = 0.65;
const CHOICE = "exam-camera";

/** What to do about a DOMException of getUserMedia; `kind` is camera or microphone. */
export function deviceAdvice(error, kind) {
  const camera = kind === "camera";
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return camera
        ? t("The browser may not use the camera. Click the camera sign in the address bar, allow it, then try again.")
        : t("The browser may not use the microphone. Click the sign in the address bar, allow it, then try again.");
    case "NotFoundError":
    case "OverconstrainedError":
      return camera
        ? t("No camera was found. Check the plug, then try again.")
        : t("No microphone was found. Check the plug, then try again.");
    case "NotReadableError":
    case "AbortError":
      return camera
        ? t("The camera is in use elsewhere or has failed. Close other programmes that use it, then try again.")
        : t("The microphone is in use elsewhere or has failed. Close other programmes that use it, then try again.");
    case "NoSecureContext":
      return t("The browser gives no camera to this address. Open the page by HTTPS; call the invigilator.");
    default:
      return t("The device did not open (%(name)s). Try again or call the invigilator.", { name: error.name });
  }
}

/** getUserMedia, or an error named NoSecureContext where the browser withholds it. */
export async function openMedia(constraints) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new DOMException("mediaDevices is missing", "NoSecureContext");
  }
  return navigator.mediaDevices.getUserMedia(constraints);
}

/** The devices of one kind (`videoinput`, `audioinput`). */
export async function listDevices(kind) {
  if (!navigator.mediaDevices?.enumerateDevices) return [];
  return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
}

/** The camera that was chosen at the device check; a device id is not personal data. */
export function chosenCamera() {
  return localStorage.getItem(CHOICE) || "";
}

/** Remember the choice for the later pages. */
export function chooseCamera(deviceId) {
  localStorage.setItem(CHOICE, deviceId);
}

/** Tell the server which camera is open; without an answer the pictures go on. */
export async function nameCamera(camera) {
  const label = camera.facts.camera.slice(0, 200);
  await post(`/api/attempts/${data.attempt_id}/camera`, { label }).catch(() => {});
}

/** One camera shown in one video element. Calls `onLost(cause)` when it stops giving pictures. */
export class Camera {
  #video;
  /** @type {MediaStream | null} */
  #stream = null;
  #canvas = document.createElement("canvas");
  #onLost;

  /**
   * @param {HTMLVideoElement} video
   * @param {(cause: string) => void} onLost
   */
  constructor(video, onLost = () => {}) {
    this.#video = video;
    this.#onLost = onLost;
  }

  /** Open the chosen camera, or any when the chosen one is gone; throws DOMException. */
  async open(deviceId = chosenCamera()) {
    this.close();
    const size = { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, frameRate: { ideal: 15, max: 30 } };
    try {
      this.#stream = await openMedia({ video: deviceId ? { ...size, deviceId: { exact: deviceId } } : size });
    } catch (error) {
      if (!deviceId || !["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
      this.#stream = await openMedia({ video: size });
    }
    this.#watch(this.#stream);
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  #watch(stream) {
    const [track] = stream.getVideoTracks();
    const lost = (cause) => stream === this.#stream && this.#onLost(cause);
    track.addEventListener("ended", () => lost("ended"));
    track.addEventListener("mute", () => setTimeout(() => track.muted && lost("muted"), 2000));
  }

  /** Whether pictures are coming. */
  get live() {
    const track = this.#stream?.getVideoTracks()[0];
    return Boolean(track && track.readyState === "live" && !track.muted && this.#video.videoWidth);
  }

  /** The id of the open camera. */
  get deviceId() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId || "";
  }

  /** The open camera's name and size, for the record of the device check. */
  get facts() {
    const track = this.#stream?.getVideoTracks()[0];
    return { camera: track?.label || "", width: this.#video.videoWidth, height: this.#video.videoHeight };
  }

  /** Ask the open camera for a larger picture; one that cannot give it stays as it is. */
  async sharpen(size) {
    const wish = { width: { ideal: size.width }, height: { ideal: size.height } };
    await this.#stream?.getVideoTracks()[0]?.applyConstraints(wish).catch(() => {});
  }

  /** One JPEG, 640×480 unless asked otherwise, the middle of the picture; null without one. */
  grab({ width = WIDTH, height = HEIGHT } = {}) {
    if (!this.live) return Promise.resolve(null);
    const { videoWidth: w, videoHeight: h } = this.#video;
    const scale = Math.max(width / w, height / h);
    const [cutW, cutH] = [width / scale, height / scale];
    Object.assign(this.#canvas, { width, height });
    const context = this.#canvas.getContext("2d");
    context?.drawImage(this.#video, (w - cutW) / 2, (h - cutH) / 2, cutW, cutH, 0, 0, width, height);
    return new Promise((resolve) => this.#canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  /** Let the camera go. */
  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }
}
