// The list of items on the left, by section, with what is answered and flagged.

import { make, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { partTitle, sectionTitle } from "./item-view.js";

/** A button for each item; `onChoose(index)` when one is pressed. */
export class Navigator {
  #cells = new Map();
  #counts = [];
  #shown = null;
  #severalParts;

  constructor(place, sections, items, onChoose) {
    this.#severalParts = new Set(sections.map(partTitle)).size > 1;
    place.replaceChildren(...sections.map((section) => this.#section(section, items, onChoose)));
  }

  #title(section) {
    return this.#severalParts ? `${partTitle(section)} · ${sectionTitle(section)}` : sectionTitle(section);
  }

  #section(section, items, onChoose) {
    const own = items.filter((item) => item.number >= section.first && item.number <= section.last);
    const count = make("span", { class: "num" });
    this.#counts.push({ count, own });
    return make(
      "section", { class: "nav-section" },
      make("h2", {}, make("span", { class: "title" }, this.#title(section)), count),
      make("div", { class: "cells" }, own.map((item) => this.#cell(item, items.indexOf(item), onChoose))),
    );
  }

  #cell(item, index, onChoose) {
    const cell = make("button", { class: "cell", type: "button", onclick: () => onChoose(index) }, String(item.number));
    this.#cells.set(item.id, cell);
    return cell;
  }

  /** Show the present state; `state(id)` gives answered and flagged. */
  update(current, state) {
    for (const [id, cell] of this.#cells) {
      const { answered, flagged } = state(id);
      cell.classList.toggle("answered", answered);
      cell.classList.toggle("flagged", flagged);
      if (id === current) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
      cell.setAttribute("aria-label", describe(cell.textContent, answered, flagged));
    }
    for (const { count, own } of this.#counts) {
      setText(count, `${own.filter((item) => state(item.id).answered).length} / ${own.length}`);
    }
    if (current !== this.#shown) this.#cells.get(current)?.scrollIntoView({ block: "nearest" });
    this.#shown = current;
  }
}

function describe(number, answered, flagged) {
  const words = [t("Item %(n)s", { n: number }), answered ? t("answered") : t("open")];
  if (flagged) words.push(t("flagged"));
  return words.join(", ");
}
