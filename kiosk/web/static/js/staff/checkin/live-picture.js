// Who sits at the terminal now: the terminal's camera, live, while the dialog is open and seen.
// Without one, the newest check-in picture is shown with its time.

import { getPicture, post } from "../../common/api.js";
import { make, setText, show, sleep } from "../../common/dom.js";
import { t, timeOfDay } from "../../common/page.js";
import { checkSession } from "../session.js";

/** @typedef {import("../room/attention.js").Row} Row */

const PACE_MS = 1000;
const PATIENCE_MS = 6000; // a terminal asks every two seconds whether it is wanted
const LONGEST_MS = 175000; // the server ends a look after three minutes

/** The picture beside the portrait. */
export class LivePicture {
  #row;
  #url;
  #opened = false;
  #stopped = false;
  #since = performance.now();
  #source = "";

  /** @param {Row} row */
  constructor(row) {
    this.#row = row;
    this.#url = `/staff/api/attempts/${row.attempt_id}/live-picture`;
    this.image = make("img", { alt: "" });
    this.blank = make("span", {}, t("no picture"));
    this.caption = make("figcaption");
    this.status = make("p", { class: "small soft", role: "status" });
    this.again = make("button", { type: "button", class: "btn btn-quiet", hidden: true, onclick: () => this.#restart() }, t("Show the live picture again"));
    this.element = make("figure", { class: "live-picture", "data-live": "no" }, make("div", { class: "frame" }, this.blank, this.image), this.caption, this.status, this.again);
    this.#standIn();
    setText(this.status, t("Waiting for the live picture …"));
    this.#run();
  }

  /** Look no more; the terminal stops sending. */
  stop() {
    this.#stopped = true;
    URL.revokeObjectURL(this.#source);
    if (this.#opened) post(`${this.#url}/close`, {}, { keepalive: true }).catch(() => {}); // else it lapses
  }

  async #run() {
    while (!this.#stopped) {
      if (!document.hidden && this.again.hidden) await this.#look();
      await sleep(PACE_MS);
    }
  }

  async #look() {
    try {
      if (!this.#opened) await post(this.#url);
      this.#opened = true;
      this.#show(await getPicture(this.#url));
    } catch (error) {
      checkSession(error);
      this.#failed(error);
    }
  }

  /** @param {import("../../common/api.js").ApiError} error */
  #failed(error) {
    if (error.code === "live_picture_closed") this.#opened = false; // the server was restarted, or nobody was looking
    else {
      this.#standIn();
      setText(this.status, error.message);
    }
    const over = performance.now() - this.#since > LONGEST_MS;
    if (!over && error.code !== "inspection_over") return;
    this.#standIn();
    setText(this.status, error.message);
    show(this.again);
  }

  #restart() {
    this.#since = performance.now();
    this.#opened = false;
    show(this.again, false);
    setText(this.status, t("Waiting for the live picture …"));
  }

  /** @param {Blob | null} picture */
  #show(picture) {
    if (this.#stopped) return;
    if (picture) {
      this.#put(URL.createObjectURL(picture), t("Live picture"));
      this.element.dataset.live = "yes";
      setText(this.status, t("The candidate's page says that you are looking."));
    } else if (performance.now() - this.#since > PATIENCE_MS) {
      this.#standIn();
      setText(this.status, t("No live picture: the terminal's camera or page is closed, or it is not reached."));
    }
  }

  /** Show the newest check-in picture with its time. */
  #standIn() {
    if (this.element.dataset.live === "no" && this.caption.textContent) return;
    this.element.dataset.live = "no";
    const { picture, picture_at: at } = this.#row;
    this.#put(picture ? `/staff/api/evidence/${picture}` : "", at ? t("Check-in picture of %(at)s", { at: timeOfDay(at) }) : t("No check-in picture"));
  }

  /** @param {string} source @param {string} caption */
  #put(source, caption) {
    const before = this.#source;
    this.#source = source;
    show(this.image, Boolean(source));
    show(this.blank, !source);
    if (source) this.image.src = source;
    this.image.alt = caption;
    setText(this.caption, caption);
    if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  }
}
