// When the exam stands still: the paper is hidden until it goes on. And when the server is away:
// the candidate goes on, and is told honestly how long nothing has been saved.

import { byId, make, setText, show } from "../../common/dom.js";
import { duration, t } from "../../common/page.js";

const FILE_AFTER_S = 120;

function words(reason) {
  return {
    room: t("The exam is paused for the whole room. Your time stands still. Please stay seated and wait."),
    staff: t("The invigilator has paused your exam. Your time stands still. Please stay seated and wait."),
    held: t("You have left the answer page too often. The invigilator decides how your exam goes on; your time stands still."),
    time: t("Your time is up. What you have answered is being handed over; please wait."),
    returned: t("You were away for a while. The invigilator looks who has come back; your time stands still."),
    reopened: t("The invigilator is opening your exam again. Your time stands still."),
  }[reason] || t("Your exam is paused. Your time stands still. Please stay seated and wait.");
}

/** Covers the paper while the exam is paused. */
export class Curtain {
  #dialog = null;

  /** Whether the paper is hidden now. */
  get drawn() {
    return this.#dialog !== null;
  }

  /** Hide the paper; the same reason again changes nothing. */
  draw(reason, remaining) {
    if (this.#dialog?.dataset.reason === reason) return;
    this.open();
    const left = make("p", { class: "num soft" }, t("Time left: %(time)s", { time: duration(remaining) }));
    const title = reason === "time" ? t("Time is up") : t("The exam is paused");
    const body = make("div", { class: "body" }, make("h2", {}, title), make("p", {}, words(reason)), left, byId("connection"));
    this.#dialog = make("dialog", { class: "sheet curtain" }, body);
    this.#dialog.dataset.reason = reason;
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(this.#dialog);
    document.body.classList.add("paused");
    this.#dialog.showModal();
  }

  /** Show the paper again. */
  open() {
    if (this.#dialog) byId("notices").prepend(byId("connection"));
    this.#dialog?.remove();
    this.#dialog = null;
    document.body.classList.remove("paused");
  }
}

/** Tells that the server cannot be reached, since when, and offers the emergency file. */
export class Connection {
  #since = null;
  #file;

  constructor(canSave, onFile) {
    this.#file = make("button", { class: "btn btn-quiet", type: "button", hidden: true, onclick: onFile }, t("Save an emergency file"));
    this.#file.dataset.can = canSave ? "1" : "";
    byId("connection").append(make("span", { id: "connection-text" }), this.#file);
    setInterval(() => this.#tell(), 1000);
  }

  /** The server has answered. */
  heard() {
    this.#since = null;
    this.#tell();
  }

  /** The server could not be reached. */
  missed() {
    this.#since ??= performance.now();
    this.#tell();
  }

  #tell() {
    const seconds = this.#since === null ? 0 : Math.round((performance.now() - this.#since) / 1000);
    show(byId("connection"), this.#since !== null);
    if (this.#since === null) return;
    setText(byId("connection-text"), t("The server has not been reached for %(time)s. Go on working: your answers are kept on this terminal and sent by themselves. Tell the invigilator.", { time: duration(seconds) }));
    show(this.#file, seconds >= FILE_AFTER_S && this.#file.dataset.can === "1");
  }
}
