// What the items of a group share: a case, a table, a picture. It stays in place, and scrolled as it
// is, while the candidate moves between items of its group.

import { byId, make, setText, show } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { isLong, numbersOf } from "./groups.js";
import { replaceText } from "./reword.js";
import { scrollingBox } from "./scrolling-box.js";

/** The place of the stimulus on the page. */
export class StimulusView {
  #place = byId("stimulus");
  /** @type {number | null} */
  #group = null;
  #shown = "";
  #title = make("h2", { id: "stimulus-title" });
  #text = make("div");
  #box = make("div");

  /**
   * Show the stimulus of an item, or nothing for an item without. In another language, which not
   * every item of a group may have, it is scrolled as it was.
   * @param {import("./item-view.js").Item} item
   * @param {import("./item-view.js").Item[]} items of the paper
   */
  show(item, items) {
    if (item.group !== this.#group) this.hide();
    if (item.group === null) return;
    const title = name(numbersOf(items, item.group));
    if (this.#group === null) this.#begin(title);
    this.#group = item.group;
    setText(this.#title, title);
    this.#box.setAttribute("aria-label", title);
    const shown = JSON.stringify([item.lang, item.stimulus]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    replaceText(this.#text, item.stimulus, item.lang ?? "");
    this.#place.classList.toggle("long", isLong(item.stimulus));
  }

  /** @param {string} title */
  #begin(title) {
    this.#text = make("div");
    this.#box = scrollingBox("stimulus-box", title, this.#text);
    this.#place.replaceChildren(this.#title, this.#box);
    show(this.#place);
  }

  /** Take the stimulus out of the page. */
  hide() {
    this.#group = null;
    this.#shown = "";
    this.#place.classList.remove("long");
    this.#place.replaceChildren();
    show(this.#place, false);
  }
}

/** @param {number[]} numbers */
function name(numbers) {
  if (numbers.length === 1) return t("Material for question %(n)s", { n: numbers[0] });
  return t("Material for questions %(n)s", { n: new Intl.ListFormat(data.language, { style: "narrow" }).format(numbers.map(String)) });
}
