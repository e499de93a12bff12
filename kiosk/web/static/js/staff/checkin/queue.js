// Who waits for staff at check-in: the longest wait first, with its minutes and what it is for.

import { byId, make, setText, show } from "../../common/dom.js";
import { label, t } from "../../common/page.js";
import { KeyedList } from "../room/keyed-list.js";
import { waitWords } from "../room/seat-words.js";

/** @typedef {import("../room/attention.js").Row} Row */

const MOST = 4; // as many as one line holds beside the buttons; the filter shows all
const LONG_MS = 5 * 60000;

/** One candidate of the queue: a button that opens the check. */
class Place {
  /** @param {Row} row @param {(row: Row) => void} onOpen */
  constructor(row, onOpen) {
    this.row = row;
    this.who = make("strong");
    this.what = make("span", { class: "small" });
    this.time = make("span", { class: "num small queue-time" });
    this.element = make("li", { "data-waiting": row.admission_no },
      make("button", { type: "button", class: "queue-place", onclick: () => onOpen(this.row) }, this.who, this.time, this.what));
  }

  /** @param {Row} row */
  update(row) {
    this.row = row;
    setText(this.who, [row.seat, row.name].filter(Boolean).join(" "));
    setText(this.what, row.waits_for.map((reason) => label("waits_for", reason)).join(t(", ")));
  }

  /** @param {Date} now */
  tick(now) {
    const since = this.row.waits_since;
    if (!since) return;
    const long = now.getTime() - Date.parse(since) >= LONG_MS;
    this.time.classList.toggle("long", long);
    setText(this.time, `${waitWords(since, now)}${long ? " !" : ""}`);
  }
}

/** The queue above the board; hidden while nobody waits. */
export class Queue {
  #list;
  /** @type {Row[]} */
  #rows = [];

  /**
   * @param {(row: Row) => void} onOpen
   * @param {(rows: () => Row[]) => void} onAll look at one after the other
   * @param {() => void} onMore show all who wait
   */
  constructor(onOpen, onAll, onMore) {
    this.#list = new KeyedList(byId("queue-list"), (row) => new Place(row, onOpen));
    byId("inspect-all").addEventListener("click", () => onAll(() => this.#rows));
    byId("queue-more").addEventListener("click", onMore);
  }

  /** @param {Row[]} rows who waits, in order @param {Date} now */
  update(rows, now) {
    this.#rows = rows;
    show(byId("queue"), rows.length > 0);
    setText(byId("inspect-all"), t("Check candidates (%(n)s)", { n: rows.length }));
    this.#list.update(rows.slice(0, MOST), rows.map((row) => row.admission_no).join());
    this.#list.tick(now);
    show(byId("queue-more"), rows.length > MOST);
    setText(byId("queue-more"), t("%(n)s more", { n: rows.length - MOST }));
  }
}
