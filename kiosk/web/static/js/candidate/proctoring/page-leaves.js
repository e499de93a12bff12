// What happens to the answer page (R18, R20): leaving, coming back, copying, printing.
//
// Blur and hidden page are merged here lightly; the server counts. Switching the input method keeps
// the document's focus and never counts; nor does a reload. Left full screen is noted.

import { post } from "../../common/api.js";
import { data } from "../../common/page.js";
import { useOwnClipboard } from "../paper/own-clipboard.js";

const BLUR_MS = 150;
const COMPOSING_MS = 600;
const RETRY_MS = 3000;

/** Watches the page; `onReply` gets each answer of the server. */
export class Conduct {
  #queue = [];
  #sending = false;
  #stopped = false;
  #away = false;
  #held = false;
  #unloading = false;
  #composing = false;
  #onReply;
  #onEnded;
  #onRefused;

  constructor({ onReply, onEnded, onRefused }) {
    this.#onReply = onReply;
    this.#onEnded = onEnded;
    this.#onRefused = onRefused;
  }

  /** Begin to watch. */
  watch() {
    window.addEventListener("blur", () => this.#blurred());
    window.addEventListener("focus", () => this.#maybeBack());
    document.addEventListener("visibilitychange", () => this.#visibility());
    document.addEventListener("fullscreenchange", () => this.#fullscreen());
    document.addEventListener("compositionstart", () => { this.#composing = true; });
    document.addEventListener("compositionend", () => {
      setTimeout(() => { this.#composing = false; }, COMPOSING_MS);
    });
    window.addEventListener("beforeunload", () => this.#unload());
    window.addEventListener("pagehide", () => { this.#unloading = true; });
    window.addEventListener("pageshow", () => { this.#unloading = false; });
    this.#prevent();
  }

  /** While the exam is paused the page may be left. */
  hold(held) {
    this.#held = held;
    this.#away = false;
  }

  /** Watch no more. */
  stop() {
    this.#stopped = true;
  }

  /** Tell the server something. */
  signal(kind, cause = "") {
    if (this.#stopped) return;
    this.#queue.push({ kind, cause });
    this.#queue = this.#queue.slice(-100);
    this.#send();
  }

  #unload() {
    this.#unloading = true;
    setTimeout(() => { this.#unloading = false; }, 3000);
  }

  #blurred() {
    setTimeout(() => {
      if (!document.hasFocus()) this.#leave("blur");
    }, this.#composing ? COMPOSING_MS : BLUR_MS);
  }

  #visibility() {
    if (document.hidden) this.#leave("hidden");
    else this.#maybeBack();
  }

  #fullscreen() {
    if (!document.fullscreenElement && !this.#unloading && !this.#held) this.signal("fullscreen", "left");
  }

  #leave(cause) {
    if (this.#away || this.#unloading || this.#stopped || this.#held) return;
    this.#away = true;
    this.signal("left", cause);
  }

  #maybeBack() {
    if (!this.#away || document.hidden || !document.hasFocus()) return;
    this.#away = false;
    this.signal("returned");
  }

  #prevent() {
    useOwnClipboard((kind) => this.signal(kind));
    const events = { contextmenu: "context_menu", dragstart: "", drop: "" };
    for (const [event, kind] of Object.entries(events)) {
      document.addEventListener(event, (happening) => {
        happening.preventDefault();
        if (kind) this.signal(kind);
      });
    }
    window.addEventListener("beforeprint", () => this.signal("print"));
    document.addEventListener("keydown", (key) => {
      if (!(key.ctrlKey || key.metaKey) || !["p", "s"].includes(key.key.toLowerCase())) return;
      key.preventDefault();
      if (key.key.toLowerCase() === "p") this.signal("print", "keys");
    });
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#queue.length && !this.#stopped) {
      const batch = this.#queue.slice();
      try {
        const reply = await post(`/api/attempts/${data.attempt_id}/conduct`, { signals: batch }, { keepalive: true });
        this.#queue = this.#queue.slice(batch.length);
        this.#onReply(reply);
      } catch (error) {
        if (error.code === "attempt_ended") this.#onEnded();
        if (error.code === "attempt_paused" || error.code === "lease_lost") this.#onRefused(error.code);
        if (!error.passing) this.#queue = this.#queue.slice(batch.length);
        else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#sending = false;
  }
}
