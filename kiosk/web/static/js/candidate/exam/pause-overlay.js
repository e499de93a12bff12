// Covers the paper while the exam is paused.

import { byId, make } from "../../common/dom.js";
import { duration, t } from "../../common/page.js";

/** @param {string} reason */
function explanation(reason) {
  /** @type {Record<string, string>} */
  const texts = {
    room: t("The exam is paused for the whole room. Your time is stopped. Please stay seated and wait."),
    staff: t("The invigilator has paused your exam. Your time is stopped. Please stay seated and wait."),
    held: t("You have left the answer page too often. The invigilator decides how your exam continues. Your time is stopped."),
    time: t("Your time is up. Your answers are being handed in; please wait."),
    part: t("The time of this part is up. Your answers are being saved; the next part follows."),
    break: t("You are on a toilet break. Your paper is covered and cannot be read. The clock keeps running."),
    returned: t("Your terminal was disconnected for a while. The invigilator is checking your identity. Your time is stopped."),
    reopened: t("The invigilator is reopening your exam. Your time is stopped."),
  };
  return texts[reason] || t("Your exam is paused. Your time is stopped. Please stay seated and wait.");
}

export class PauseOverlay {
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  get visible() {
    return this.#dialog !== null;
  }

  /**
   * Hide the paper; the same reason again changes nothing.
   * @param {string} reason
   * @param {number} remaining seconds
   * @param {HTMLElement | null} more in the place of the time left, where the clock runs
   */
  show(reason, remaining, more = null) {
    if (this.#dialog?.dataset.reason === reason) return;
    this.hide();
    const left = more ?? make("p", { class: "num soft" }, t("Time left: %(time)s", { time: duration(remaining) }));
    const title = ["time", "part"].includes(reason) ? t("Time is up") : reason === "break" ? t("Toilet break") : t("The exam is paused");
    // The focus is on the heading: what a candidate types at this moment must press no button.
    const heading = make("h2", { tabIndex: -1, autofocus: true }, title);
    const call = make("button", { class: "btn btn-quiet", type: "button", "data-call": "" }, t("Call the invigilator"));
    // A modal dialog hides everything below it, so what must be seen and used moves into it.
    const body = make("div", { class: "body" }, heading, make("p", {}, explanation(reason)), left, byId("connection"), call, byId("messages"));
    this.#dialog = make("dialog", { class: "sheet pause-overlay" }, body);
    this.#dialog.dataset.reason = reason;
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(this.#dialog);
    document.body.classList.add("paused");
    this.#dialog.showModal();
  }

  /** Show the paper again. */
  hide() {
    if (this.#dialog) byId("notices").prepend(byId("messages"), byId("connection"));
    this.#dialog?.remove();
    this.#dialog = null;
    document.body.classList.remove("paused");
  }
}
