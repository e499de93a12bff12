// The seat cards, each with the newest picture of the camera.

import { make, setText, show } from "../../common/dom.js";
import { data, duration, label, t } from "../../common/page.js";
import { paperTitle, roomName } from "./groups.js";
import { SeatCall } from "../messages/seat-call.js";
import { attentionLevel } from "./attention.js";
import { KeyedList } from "./keyed-list.js";
import { secondsLeft, stateWords } from "./seat-words.js";
import { incidentsPage, tags } from "./seat-tags.js";

const PICTURE_MS = 2000;

/** @typedef {import("./attention.js").Row} Row */

/**
 * @param {Row} row
 * @param {Date} now
 */
function foot(row, now) {
  if (row.on_break) return stateWords(row);
  if (row.state !== "in_progress") return label("states", row.state);
  const saved = row.saved_at ? t("saved %(n)s s ago", { n: Math.max(0, Math.round((now.getTime() - Date.parse(row.saved_at)) / 1000)) }) : t("nothing saved yet");
  return `${row.answered}/${row.items} · ${saved}`;
}

/** One seat's card. */
class Seat {
  /** @param {Row} row @param {(row: Row) => void} onOpen */
  constructor(row, onOpen) {
    /** @type {Row} */
    this.row = row;
    this.image = make("img", { alt: "", hidden: true });
    this.blank = make("span", {});
    this.name = make("strong");
    this.place = make("span", { class: "place num" });
    this.where = make("span", { class: "where small soft" });
    this.tags = make("div", { class: "tags" });
    this.foot = make("span", { class: "num" });
    this.bar = make("span");
    this.barBox = make("div", { class: "bar" }, this.bar);
    this.left = make("span", { class: "num" });
    this.call = new SeatCall();
    this.incidents = make("a", { class: "incidents-link", hidden: true }, t("Incidents"));
    this.more = make("button", { class: "more", type: "button", onclick: () => onOpen(this.row) });
    this.element = make(
      "article", { class: "seat", "data-admission-no": row.admission_no },
      make("div", { class: "picture" }, this.image, this.blank),
      make("div", { class: "who" }, this.name, this.place, this.where), this.tags, this.call.element, this.barBox,
      make("div", { class: "state" }, this.foot, this.left, this.incidents, this.more),
    );
  }

  /** @param {Row} row */
  update(row) {
    this.row = row;
    this.element.dataset.attention = attentionLevel(row).tone;
    setText(this.name, row.name);
    setText(this.place, [row.seat, row.terminal].filter(Boolean).join(" · "));
    const where = [roomName(data.sitting, row.room), paperTitle(data.sitting, row.paper)].filter(Boolean).join(" · ");
    setText(this.where, where);
    this.where.title = where;
    show(this.where, Boolean(where));
    show(this.barBox, ["in_progress", "paused"].includes(row.state));
    this.bar.style.width = `${row.items ? (100 * row.answered) / row.items : 0}%`;
    const deciding = row.state === "checked_in" || row.inspection_due;
    const settled = row.inspection_due || (row.findings.length > 0 && ["passed", "by_hand"].includes(row.check_in));
    setText(this.more, !deciding ? t("Actions") : settled ? t("View") : t("Decide"));
    this.more.className = deciding ? "more primary ms-auto" : "more ms-auto";
    this.more.setAttribute("aria-label", `${this.more.textContent}: ${row.name}, ${row.seat}`);
    show(this.incidents, row.incidents_new > 0 || row.leaves_new > 0);
    this.incidents.href = incidentsPage(row);
    this.incidents.setAttribute("aria-label", `${this.incidents.textContent}: ${row.name}, ${row.seat}`);
    this.call.update(row);
    this.tags.replaceChildren(...tags(row).map(([text, tone]) => make("span", { class: `tag ${tone}` }, text)));
    setText(this.blank, row.attempt_id && row.state !== "registered" ? t("no picture") : "");
  }

  /** @param {Date} now */
  tick(now) {
    if (!this.#onScreen()) return;
    const left = secondsLeft(this.row, now);
    setText(this.foot, foot(this.row, now));
    setText(this.left, left === null ? "" : duration(left));
    this.#picture();
  }

  /** Fetch a newer picture out of sight and swap it in, so that nothing flickers. */
  #picture() {
    const due = performance.now() - (this.fetched ?? -PICTURE_MS) >= PICTURE_MS - 100;
    if (this.row.pictures !== "fresh" || !due) return;
    this.fetched = performance.now();
    const next = new Image();
    next.src = `/staff/api/attempts/${this.row.attempt_id}/thumbnail?at=${Math.round(this.fetched)}`;
    next.decode().then(() => {
      this.image.src = next.src;
      show(this.image);
      show(this.blank, false);
    }).catch(() => show(this.blank));
  }

  #onScreen() {
    const { top, bottom } = this.element.getBoundingClientRect();
    return !this.element.hidden && bottom > -200 && top < innerHeight + 200;
  }
}

/**
 * The view with a card for each seat.
 * @param {HTMLElement} place
 * @param {(row: Row) => void} onOpen
 */
export function cardView(place, onOpen) {
  return new KeyedList(place, (row) => new Seat(row, onOpen));
}
