// Watches whether the answer page is left (R18), and whether full screen is, which is noted only.

import { Presence } from "./presence.js";

// A dialog of the browser and a click on the address bar take the focus for an instant only.
const BLUR_MS = 150;
// Choosing a word in the window of an input method takes the focus, too, and somewhat longer.
const COMPOSING_MS = 600;
// `beforeunload` is no promise: a download fires it, and the page stays.
const UNLOAD_MS = 3000;

export class PageLeaves {
  #presence = new Presence();
  #composing = false;
  #signal;

  /** @param {(kind: string, cause?: string) => void} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  watch() {
    window.addEventListener("blur", () => this.#blurred());
    window.addEventListener("focus", () => this.#comeBack());
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && this.#presence.observed) this.#signal("fullscreen", "left");
    });
    document.addEventListener("compositionstart", () => { this.#composing = true; });
    document.addEventListener("compositionend", () => {
      setTimeout(() => { this.#composing = false; }, COMPOSING_MS);
    });
    window.addEventListener("beforeunload", () => this.#unloads());
    window.addEventListener("pagehide", () => this.#presence.unload(true));
    window.addEventListener("pageshow", () => this.#presence.unload(false));
  }

  /**
   * While the exam is paused the page may be left.
   * @param {boolean} paused
   */
  pause(paused) {
    this.#presence.pause(paused);
  }

  #unloads() {
    this.#presence.unload(true);
    setTimeout(() => this.#presence.unload(false), UNLOAD_MS);
  }

  #blurred() {
    // Switching the input method blurs the window and keeps the document's focus: that is no page leave.
    setTimeout(() => {
      if (!document.hasFocus()) this.#leave("blur");
    }, this.#composing ? COMPOSING_MS : BLUR_MS);
  }

  #visibilityChanged() {
    if (document.hidden) this.#leave("hidden");
    else this.#comeBack();
  }

  /** @param {string} cause */
  #leave(cause) {
    if (this.#presence.leave()) this.#signal("left", cause);
  }

  #comeBack() {
    if (this.#presence.comeBack(document.hidden, document.hasFocus())) this.#signal("returned");
  }
}
