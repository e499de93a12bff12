// Whether the candidate is at the answer page (R18): which of the browser's events is a page leave.
//
// Blur and hidden page of one page leave come as two events and are reported once; the server counts.
// A reload is no page leave, nor is anything while the exam is paused.

export class Presence {
  #away = false;
  #paused = false;
  #unloading = false;

  /** The page lost the focus or was hidden. Gives whether to report a page leave. */
  leave() {
    if (this.#away || this.#unloading || this.#paused) return false;
    this.#away = true;
    return true;
  }

  /**
   * The page may be in front again: the browser tells of the focus and of the page in either order.
   * Gives whether to report a return.
   * @param {boolean} hidden
   * @param {boolean} focused
   */
  comeBack(hidden, focused) {
    if (!this.#away || hidden || !focused) return false;
    this.#away = false;
    return true;
  }

  /** Whether leaving full screen now is worth a note. */
  get observed() {
    return !this.#unloading && !this.#paused;
  }

  /**
   * While the exam is paused the page may be left.
   * @param {boolean} paused
   */
  pause(paused) {
    this.#paused = paused;
    this.#away = false;
  }

  /**
   * The page is about to be unloaded, as by a reload; or it stays after all.
   * @param {boolean} unloading
   */
  unload(unloading) {
    this.#unloading = unloading;
  }
}
