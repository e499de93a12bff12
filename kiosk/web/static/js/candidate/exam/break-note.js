// On the cover during a toilet break: that answers are saved, time that runs, and "I am back".

import { make, setText } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";

const WAIT_MS = 8000;

/** @typedef {{ number: number, at: string, said_back: boolean }} OwnBreak */

export class BreakNote {
  #saved = make("p", { role: "status" });
  #told = make("p", { role: "status" });
  #button = make("button", { class: "btn btn-primary", type: "button", onclick: () => this.#sayBack() }, t("I am back"));
  /** @type {HTMLElement} */
  element = make(
    "div", { class: "stack tight" }, this.#saved,
    make("p", { class: "break-clock" }, t("Time left"), " ", make("time", { class: "num", role: "timer", "data-time-left": "" })),
    this.#told, this.#button,
  );

  /**
   * @param {OwnBreak} own
   * @param {number} unsent answers that the server has not acknowledged
   */
  update(own, unsent) {
    setText(this.#saved, unsent ? t("Your last answers are still being saved.") : t("Your answers are saved."));
    this.#show(own.said_back);
  }

  /** @param {boolean} said */
  #show(said) {
    this.#button.hidden = said;
    if (said) setText(this.#told, t("The invigilator has been told that you are back. Please wait at your seat."));
    else if (!this.#failed) setText(this.#told, t("When you are back, press “I am back”. The invigilator then opens your paper."));
  }

  #failed = false;

  async #sayBack() {
    this.#button.disabled = true;
    try {
      await post(`/api/attempts/${data.attempt_id}/break/back`, {}, { timeout: WAIT_MS });
      this.#failed = false;
      this.#show(true);
    } catch {
      this.#failed = true;
      setText(this.#told, t("The invigilator could not be told: the server cannot be reached. Raise your hand."));
    }
    this.#button.disabled = false;
  }
}
