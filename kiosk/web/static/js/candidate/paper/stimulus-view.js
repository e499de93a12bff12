// What the items of a group share: a case, a table, a picture. It stays in place, and scrolled as it
// is, while the candidate moves between items of its group.

import { byId, make, show } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { isLong, numbersOf } from "./groups.js";
import { nodesOf } from "./item-text.js";
import { scrollingBox } from "./scrolling-box.js";

/** The place of the stimulus on the page. */
export class StimulusView {
  #place = byId("stimulus");
  /** @type {number | null} */
  #group = null;

  /**
   * Show the stimulus of an item, or nothing for an item without.
   * @param {import("./item-view.js").Item} item
   * @param {import("./item-view.js").Item[]} items of the paper
   */
  show(item, items) {
    if (item.group === this.#group) return;
    this.hide();
    this.#group = item.group;
    if (item.group === null) return;
    const title = name(numbersOf(items, item.group));
    const text = make("div", {}, nodesOf(item.stimulus));
    this.#place.replaceChildren(make("h2", { id: "stimulus-title" }, title), scrollingBox("stimulus-box", title, text));
    this.#place.classList.toggle("long", isLong(item.stimulus));
    show(this.#place);
  }

  /** Take the stimulus out of the page. */
  hide() {
    this.#group = null;
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
