// How the sync with headquarters stands in one line, and the button that forces it.

import { make, setText } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { label, t } from "../../common/page.js";
import { checkSession } from "../session.js";
import { errorTexts, inShort } from "./sync-texts.js";

const TONES = { online: "good", offline: "warn" };

/** The sync panel in `place`. */
export class SyncPanel {
  #tag = make("span", { class: "tag" });
  #text = make("span", { class: "small soft num" });
  #button = make("button", { class: "btn btn-quiet", type: "button", onclick: () => this.#now() }, t("Sync now"));

  constructor(place) {
    const link = make("a", { class: "small", href: "/staff/sync" }, t("What has arrived"));
    place.append(make("div", { class: "grow" }, make("div", { class: "line" }, this.#tag, this.#text, link)), this.#button);
  }

  /** Show a SyncView. */
  show(sync) {
    setText(this.#tag, label("sync", sync.state));
    this.#tag.className = `tag ${TONES[sync.state] || ""}`;
    setText(this.#text, inShort(sync));
    this.#text.title = errorTexts(sync.errors);
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
