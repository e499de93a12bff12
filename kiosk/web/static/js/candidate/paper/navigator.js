// The list of items on the left, by section, with what is answered and flagged.

import { byId, make, setText, show } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { partTitle, sectionTitle } from "./item-view.js";

/** As in exam.css. */
const NARROW = "(max-width: 60rem)";

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

  #showFold(current, state) {
    const ids = [...this.#cells.keys()];
    setText(byId("fold-count"), `${ids.filter((id) => state(id).answered).length} / ${ids.length}`);
    const number = this.#cells.get(current)?.textContent;
    setText(byId("to-questions"), `${number} / ${ids.length}`);
    byId("to-questions").setAttribute("aria-label", t("%(n)s / %(total)s, list of questions", { n: number ?? "", total: ids.length }));
  }

  /** Close the list where it covers the place of the question. */
  fold() {
    foldWhereNarrow();
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
    this.#showFold(current, state);
    for (const { count, own } of this.#counts) {
      setText(count, `${own.filter((item) => state(item.id).answered).length} / ${own.length}`);
    }
    if (current !== this.#shown) this.#cells.get(current)?.scrollIntoView({ block: "nearest" });
    this.#shown = current;
  }
}

/** The list folds where the screen is narrow; a button beside the question opens it there. */
function wireFold() {
  const toggle = byId("fold"), list = byId("navigator"), narrow = matchMedia(NARROW);
  const open = (/** @type {boolean} */ wanted) => {
    toggle.setAttribute("aria-expanded", String(wanted));
    show(list, wanted);
  };
  const follow = () => open(!narrow.matches);
  narrow.addEventListener("change", follow);
  follow();
  toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") === "false"));
  byId("to-questions").addEventListener("click", () => {
    open(true);
    toggle.scrollIntoView({ block: "start" });
    const cell = list.querySelector("[aria-current]");
    if (cell instanceof HTMLElement) cell.focus({ preventScroll: true });
  });
  return follow;
}

const foldWhereNarrow = wireFold();

function describe(number, answered, flagged) {
  const words = [t("Question %(n)s", { n: number }), answered ? t("answered") : t("not answered")];
  if (flagged) words.push(t("flagged"));
  return words.join(", ");
}
