// A list of candidates that is changed in place: only rows that differ are touched.

import { show } from "../../common/dom.js";

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {{ element: HTMLElement, row: Row, update: (row: Row) => void, tick: (now: Date) => void }} Item */

/** Items by admission number, in the order of the rows. */
export class KeyedList {
  #place;
  #make;
  /** @type {Map<string, Item>} */
  #items = new Map();
  #order = "";

  /**
   * @param {HTMLElement} place
   * @param {(row: Row) => Item} makeItem
   */
  constructor(place, makeItem) {
    this.#place = place;
    this.#make = makeItem;
  }

  /**
   * Show exactly these rows. A row that is the same object as before has not changed.
   * @param {Row[]} rows
   * @param {string} order by what they are sorted
   */
  update(rows, order) {
    const wanted = new Set(rows.map((row) => row.admission_no));
    for (const [number, item] of this.#items) show(item.element, wanted.has(number));
    for (const row of rows) this.#patch(row);
    this.#arrange(rows, order);
  }

  /** @param {Date} now */
  tick(now) {
    for (const item of this.#items.values()) if (!item.element.hidden) item.tick(now);
  }

  /** @param {Row} row */
  #patch(row) {
    const known = this.#items.get(row.admission_no);
    if (known?.row === row) return;
    const item = known ?? this.#make(row);
    if (!known) {
      this.#items.set(row.admission_no, item);
      this.#place.append(item.element);
    }
    item.update(row);
  }

  /**
   * Sort; not while somebody is aiming at an item, which would be another one then.
   * @param {Row[]} rows
   * @param {string} order
   */
  #arrange(rows, order) {
    const aiming = this.#place.matches(":hover") || this.#place.contains(document.activeElement);
    if (aiming && order === this.#order) return;
    this.#order = order;
    const shown = new Set(rows.map((row) => row.admission_no));
    const hidden = [...this.#items.keys()].filter((number) => !shown.has(number));
    [...shown, ...hidden].forEach((number, index) => {
      const element = this.#items.get(number)?.element;
      const there = this.#place.children[index] ?? null;
      if (element && element !== there) this.#place.insertBefore(element, there);
    });
  }
}
