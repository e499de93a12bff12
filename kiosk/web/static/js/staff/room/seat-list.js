// The compact list: one line for each candidate.

import { make, setText, show } from "../../common/dom.js";
import { data, duration, t } from "../../common/page.js";
import { attentionLevel } from "./attention.js";
import { paperTitle, roomName } from "./groups.js";
import { KeyedList } from "./keyed-list.js";
import { incidentsPage } from "./seat-tags.js";
import { attentionWords, cameraWords, networkWords, secondsLeft, shape, SIGNS, stateWords, waitWords } from "./seat-words.js";

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {import("./chosen-seats.js").Chosen} Chosen */

/** One candidate's line. */
class Line {
  /**
   * @param {Row} row
   * @param {(row: Row) => void} onOpen
   * @param {Chosen} chosen
   */
  constructor(row, onOpen, chosen) {
    this.row = row;
    this.box = make("input", { type: "checkbox", class: "form-check-input", onchange: () => chosen.set(this.row.attempt_id, this.box.checked) });
    this.seat = make("th", { scope: "row", class: "num" });
    this.name = make("button", { class: "line-name", type: "button", onclick: () => onOpen(this.row) });
    this.state = make("td");
    this.paper = make("td", { class: "paper" });
    this.camera = make("td");
    this.network = make("td");
    this.left = make("td", { class: "num" });
    this.sign = make("strong", { class: "line-sign" });
    this.incidents = make("a", { class: "num" });
    this.element = make(
      "tr", { "data-admission-no": row.admission_no, class: "seat-row" },
      make("td", {}, make("label", { class: "line-choice" }, this.box)), this.seat, make("td", {}, this.sign, this.name),
      this.state, data.sitting.papers.length > 1 && this.paper, this.camera, this.network, this.left, make("td", {}, this.incidents),
    );
    this.chosen = chosen;
  }

  /** @param {Row} row */
  update(row) {
    this.row = row;
    const { tone } = attentionLevel(row);
    this.element.dataset.attention = tone;
    const where = roomName(data.sitting, row.room);
    setText(this.seat, [where, row.seat].filter(Boolean).join(" · "));
    setText(this.name, row.name);
    setText(this.sign, SIGNS[tone] && `${SIGNS[tone]} `);
    this.sign.title = attentionWords(row);
    this.name.setAttribute("aria-label", [row.name, row.seat, attentionWords(row)].filter(Boolean).join(t(", ")));
    this.box.setAttribute("aria-label", t("Choose seat %(seat)s", { seat: row.seat }));
    setText(this.paper, paperTitle(data.sitting, row.paper));
    setText(this.camera, cameraWords(row));
    setText(this.network, networkWords(row));
    show(this.incidents, row.incidents > 0 || row.leaves_new > 0);
    setText(this.incidents, row.incidents_new ? t("%(n)s (new: %(new)s)", { n: row.incidents, new: row.incidents_new }) : String(row.incidents));
    this.incidents.href = incidentsPage(row);
    this.incidents.setAttribute("aria-label", t("Incidents of %(name)s: %(n)s", { name: row.name, n: row.incidents }));
  }

  /** @param {Date} now */
  tick(now) {
    this.box.checked = this.chosen.ids.has(this.row.attempt_id);
    const wait = this.row.waits_since ? ` · ${waitWords(this.row.waits_since, now)}` : "";
    setText(this.state, `${shape(this.row)} ${stateWords(this.row)}${wait}`);
    const left = secondsLeft(this.row, now);
    setText(this.left, left === null ? "" : duration(left));
  }
}

/**
 * The view with a line for each seat.
 * @param {HTMLElement} place
 * @param {(row: Row) => void} onOpen
 * @param {Chosen} chosen
 */
export function listView(place, onOpen, chosen) {
  const heads = [t("Choose"), t("Seat"), t("Name"), t("State"), data.sitting.papers.length > 1 && t("Paper"), t("Camera"), t("Network"), t("Time left"), t("Incidents")];
  const body = make("tbody");
  place.append(make("table", { class: "log-table seat-list" },
    make("thead", {}, make("tr", {}, heads.filter(Boolean).map((text) => make("th", { scope: "col" }, text)))), body));
  return new KeyedList(body, (row) => new Line(row, onOpen, chosen));
}
