// When the server is away: the candidate continues, and reads for how long nothing has been saved.

import { byId, make, setText, show } from "../../common/dom.js";
import { duration, t } from "../../common/page.js";

const FILE_AFTER_S = 120;

/** Shows that the server cannot be reached, for how long, and offers the emergency file. */
export class ConnectionStatus {
  /** @type {number | null} */
  #lostAt = null;
  #canSave;
  #saveButton;

  /**
   * @param {boolean} canSave whether this browser can seal an emergency file
   * @param {() => void} onSave
   */
  constructor(canSave, onSave) {
    this.#canSave = canSave;
    this.#saveButton = make("button", { class: "btn btn-quiet", type: "button", hidden: true, onclick: onSave }, t("Save an emergency file"));
    byId("connection").append(make("span", { id: "connection-text" }), this.#saveButton);
    setInterval(() => this.#draw(), 1000);
  }

  /** The server has answered. */
  reached() {
    this.#lostAt = null;
    this.#draw();
  }

  missed() {
    this.#lostAt ??= performance.now();
    this.#draw();
  }

  #draw() {
    show(byId("connection"), this.#lostAt !== null);
    if (this.#lostAt === null) return;
    const seconds = Math.round((performance.now() - this.#lostAt) / 1000);
    setText(byId("connection-text"), t("The server has not been reached for %(time)s. Go on working: your answers are kept on this terminal and sent by themselves. Tell the invigilator.", { time: duration(seconds) }));
    show(this.#saveButton, seconds >= FILE_AFTER_S && this.#canSave);
  }
}
