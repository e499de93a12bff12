// How the sync with headquarters stands, and the button that forces it.

import { make, setText } from "../common/dom.js";
import { post } from "../common/api.js";
import { dayAndTime, label, t, timeOfDay } from "../common/page.js";
import { checkSession } from "./frame.js";

const TONES = { online: "good", offline: "warn" };

/** The sync panel in `place`. */
export class SyncPanel {
  #tag = make("span", { class: "tag" });
  #text = make("span", { class: "small soft num" });
  #button = make("button", { class: "btn btn-quiet", type: "button", onclick: () => this.#now() }, t("Sync now"));

  constructor(place) {
    place.append(make("div", { class: "grow" }, make("div", { class: "line" }, this.#tag, this.#text)), this.#button);
  }

  /** Show a SyncView. */
  show(sync) {
    setText(this.#tag, label("sync", sync.state));
    this.#tag.className = `tag ${TONES[sync.state] || ""}`;
    const words = [
      t("waiting: %(n)s", { n: sync.waiting }),
      t("delivered: %(n)s", { n: sync.delivered }),
    ];
    if (sync.last_contact) words.push(t("last contact %(at)s", { at: dayAndTime(sync.last_contact) }));
    if (sync.state === "offline" && sync.next_try) words.push(t("next try %(at)s", { at: timeOfDay(sync.next_try) }));
    setText(this.#text, words.join(" · "));
    this.#text.title = sync.last_error || "";
    this.#button.disabled = sync.state === "off";
  }

  async #now() {
    this.#button.disabled = true;
    try {
      this.show(await post("/staff/api/sync"));
    } catch (error) {
      checkSession(error);
      setText(this.#text, error.message);
      this.#button.disabled = false;
    }
  }
}
