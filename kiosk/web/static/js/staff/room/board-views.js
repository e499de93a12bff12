// The three views of the same candidates; this browser remembers which one was chosen.

import { byId, show } from "../../common/dom.js";
import { listView } from "./seat-list.js";
import { SeatMap } from "./seat-map.js";
import { cardView } from "./seats.js";

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {{ update: (rows: Row[], order: string, all: Row[]) => void, tick: (now: Date) => void }} View */

const KEY = "board-view";
const USUAL = "map";

/** Only the view that is seen is kept up to date. */
export class Views {
  /** @type {Record<string, View>} */
  #views;
  #chosen = USUAL;

  /**
   * @param {(row: Row) => void} onOpen
   * @param {import("./chosen-seats.js").Chosen} chosen
   * @param {() => void} changed another view is seen now
   */
  constructor(onOpen, chosen, changed) {
    this.#views = {
      map: new SeatMap(byId("view-map"), onOpen, chosen),
      list: listView(byId("view-list"), onOpen, chosen),
      cards: cardView(byId("seats"), onOpen),
    };
    this.#choose(localStorage.getItem(KEY) ?? USUAL);
    byId("views").addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("button");
      if (!button) return;
      this.#choose(button.dataset.view ?? USUAL);
      changed();
    });
    // Until now nobody would have heard a click.
    for (const button of byId("views").querySelectorAll("button")) button.disabled = false;
  }

  /** @param {string} name */
  #choose(name) {
    this.#chosen = name in this.#views ? name : USUAL;
    localStorage.setItem(KEY, this.#chosen);
    for (const button of byId("views").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === this.#chosen));
    }
    for (const id of Object.keys(this.#views)) show(byId(id === "cards" ? "seats" : `view-${id}`), id === this.#chosen);
  }

  /**
   * @param {Row[]} rows those that are shown, in order
   * @param {string} order by what they are sorted
   * @param {Row[]} all
   * @param {Date} now
   */
  update(rows, order, all, now) {
    this.#views[this.#chosen].update(rows, order, all);
    this.tick(now);
  }

  /** @param {Date} now */
  tick(now) {
    this.#views[this.#chosen].tick(now);
  }
}
