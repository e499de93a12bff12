// The seats as the room is: one cell each, moved through with the arrow keys.

import { make, setText, show } from "../../common/dom.js";
import { data, label, t } from "../../common/page.js";
import { attentionLevel } from "./attention.js";
import { layoutOf } from "./map-layout.js";
import { attentionWords, SHAPES, shape, SIGNS, stateWords } from "./seat-words.js";
import { tags } from "./seat-tags.js";

/** @typedef {import("./attention.js").Row} Row */

/** @type {Record<string, [line: number, column: number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** One seat's cell. */
class Cell {
  constructor() {
    /** @type {Row | null} */
    this.row = null;
    this.seat = make("span", { class: "cell-seat num" });
    this.shape = make("span", { class: "cell-shape" });
    this.sign = make("span", { class: "cell-sign" });
    this.name = make("span", { class: "cell-name" });
    this.element = make("div", { class: "seat-cell", role: "gridcell", tabIndex: -1 }, this.seat, this.shape, this.sign, this.name);
  }

  /**
   * @param {Row} row
   * @param {boolean} shown by the filter
   * @param {boolean} chosen
   */
  update(row, shown, chosen) {
    this.element.classList.toggle("faded", !shown);
    this.element.setAttribute("aria-selected", String(chosen));
    if (this.row === row) return;
    this.row = row;
    const { tone } = attentionLevel(row);
    Object.assign(this.element.dataset, { attention: tone, state: row.state, attempt: row.attempt_id });
    setText(this.seat, row.seat || "–");
    setText(this.shape, shape(row));
    setText(this.sign, SIGNS[tone]);
    setText(this.name, row.name);
    const facts = [row.seat, row.name, stateWords(row), attentionWords(row), ...tags(row).slice(0, 3).map(([text]) => text)].filter(Boolean);
    this.element.setAttribute("aria-label", facts.join(t(", ")));
    this.element.title = facts.join("\n");
  }
}

/** The map of one room. */
class RoomMap {
  #cells = new Map();
  #shape = "";
  /** @type {(Cell | null)[][]} */
  #lines = [];

  /** @param {{ id: string, name: string }} room @param {SeatMap} map */
  constructor(room, map) {
    this.map = map;
    this.title = make("h2", { class: "small" }, room.name);
    this.hint = make("p", { class: "small soft", hidden: true }, t("The seats' names do not say where they are: shown in the order of seats."));
    this.grid = make("div", { class: "seat-grid", role: "grid", "aria-label": t("Seat map of %(room)s", { room: room.name }) });
    this.element = make("section", { class: "room-map" }, this.title, this.hint, make("div", { class: "grid-scroll" }, this.grid));
    this.grid.addEventListener("click", (event) => this.#act(this.#at(event.target), event.shiftKey));
    this.grid.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Row[]} rows of this room @param {Set<string>} shown @param {Set<string>} chosen */
  update(rows, shown, chosen) {
    show(this.element, rows.length > 0);
    if (!rows.length) return;
    const layout = layoutOf(rows);
    const key = JSON.stringify(layout.lines.map((line) => line.map((row) => row?.admission_no ?? 0)));
    if (key !== this.#shape) this.#draw(layout, key);
    for (const row of rows) this.#cells.get(row.admission_no)?.update(row, shown.has(row.admission_no), chosen.has(row.attempt_id));
  }

  /** @param {import("./map-layout.js").Layout} layout @param {string} key */
  #draw(layout, key) {
    this.#shape = key;
    show(this.hint, !layout.known);
    this.#cells = new Map();
    this.grid.style.setProperty("--columns", String(layout.columns));
    this.#lines = layout.lines.map((line) => line.map((row) => {
      if (!row) return null;
      const cell = new Cell();
      this.#cells.set(row.admission_no, cell);
      return cell;
    }));
    const empty = () => make("div", { class: "no-seat", role: "gridcell" });
    this.grid.replaceChildren(...this.#lines.map((line) => make("div", { class: "seat-line", role: "row" }, line.map((cell) => cell?.element ?? empty()))));
    const first = this.#lines.flat().find((cell) => cell !== null);
    if (first) first.element.tabIndex = 0;
  }

  /** @param {EventTarget | null} target @returns {Cell | undefined} */
  #at(target) {
    const element = target instanceof Element && target.closest(".seat-cell");
    return [...this.#cells.values()].find((cell) => cell.element === element);
  }

  /** @param {Cell | undefined} cell @param {boolean} choose */
  #act(cell, choose) {
    if (!cell?.row) return;
    this.#focus(cell);
    this.map.act(cell.row, choose);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const cell = this.#at(event.target);
    if (!cell) return;
    const step = STEPS[event.key];
    if (step) this.#move(cell, step);
    else if (event.key === "Home" || event.key === "End") this.#edge(cell, event.key);
    else if (event.key === "Enter" || event.key === " ") this.#act(cell, event.key === " ");
    else return;
    event.preventDefault();
  }

  /** Over gaps to the next seat in that direction. @param {Cell} cell @param {[number, number]} step */
  #move(cell, [down, right]) {
    let line = this.#lines.findIndex((cells) => cells.includes(cell));
    let column = this.#lines[line].indexOf(cell);
    do {
      line += down;
      column += right;
    } while (this.#lines[line]?.[column] === null);
    const next = this.#lines[line]?.[column];
    if (next) this.#focus(next);
  }

  /** @param {Cell} cell @param {"Home" | "End"} which */
  #edge(cell, which) {
    const cells = this.#lines.find((line) => line.includes(cell))?.filter((other) => other !== null) ?? [];
    const next = cells.at(which === "Home" ? 0 : -1);
    if (next) this.#focus(next);
  }

  /** @param {Cell} cell */
  #focus(cell) {
    for (const other of this.#cells.values()) other.element.tabIndex = -1;
    cell.element.tabIndex = 0;
    cell.element.focus();
  }
}

/** The view with a map of each room. */
export class SeatMap {
  #place;
  #open;
  #chosen;
  /** @type {Map<string, RoomMap>} */
  #maps = new Map();

  /**
   * @param {HTMLElement} place
   * @param {(row: Row) => void} onOpen
   * @param {import("./chosen-seats.js").Chosen} chosen
   */
  constructor(place, onOpen, chosen) {
    this.#place = place;
    this.#open = onOpen;
    this.#chosen = chosen;
    const states = Object.entries(SHAPES).map(([state, sign]) => make("span", {}, `${sign} ${label("states", state)}`));
    place.append(make("p", { class: "map-legend small soft" }, ...states, make("span", {}, t("!! urgent")), make("span", {}, t("! worth a look"))));
  }

  /**
   * A click opens the seat, or chooses it while seats are being chosen.
   * @param {Row} row
   * @param {boolean} choose
   */
  act(row, choose) {
    if (choose || this.#chosen.choosing) this.#chosen.toggle(row.attempt_id);
    else this.#open(row);
  }

  /**
   * @param {Row[]} rows those that the filters show; the others are faded
   * @param {string} _order
   * @param {Row[]} all
   */
  update(rows, _order, all) {
    const shown = new Set(rows.map((row) => row.admission_no));
    /** @type {{ id: string, name: string }[]} */
    const rooms = data.sitting.rooms;
    const strange = all.filter((row) => !rooms.some(({ id }) => id === row.room)).map((row) => ({ id: row.room, name: row.room }));
    for (const room of [...rooms, ...strange]) {
      if (!this.#maps.has(room.id)) this.#add(room);
      const own = all.filter((row) => row.room === room.id);
      const visible = own.some((row) => shown.has(row.admission_no)) ? own : [];
      this.#maps.get(room.id)?.update(visible, shown, this.#chosen.ids);
    }
  }

  /** @param {{ id: string, name: string }} room */
  #add(room) {
    const map = new RoomMap(room, this);
    this.#maps.set(room.id, map);
    this.#place.lastElementChild?.before(map.element);
  }

  /** Nothing in a cell moves with the time. */
  tick() {}
}
