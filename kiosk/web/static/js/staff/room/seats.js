// The seat cards: made once, changed in place, those who need somebody first.

import { make, setText, show } from "../../common/dom.js";
import { data, duration, label, t, timeOfDay } from "../../common/page.js";
import { paperTitle, roomName } from "./groups.js";
import { callText, SeatCall } from "../messages/seat-call.js";
import { attentionLevel, BEFORE_START, byAttention, isSilent, matchesFilter, PRESENT } from "./attention.js";

const PICTURE_MS = 2000;

/** @typedef {import("./attention.js").Row} Row */

/**
 * @param {string} text
 * @returns {[string, string]}
 */
function bad(text) {
  return [text, "bad"];
}

/**
 * @param {Row} row
 * @param {Date} now
 * @returns {[string, string][]} text and tone
 */
function tags(row, now) {
  /** @type {[string, string][]} */
  const found = row.active_rules.map((rule) => [label("rules", rule), "bad"]);
  if (row.call) found.unshift([callText(row.call), row.call.coming_at ? "info" : "bad"]);
  if (row.state === "paused") found.push([label("pauses", row.pause_reason), row.pause_reason === "room" ? "info" : "bad"]);
  if (row.window_wanted) found.push([t("Second window requests access"), "bad"]);
  if (row.late_answers) found.push([t("Late answers to decide"), "bad"]);
  if (row.outage_s) found.push([t("Lost %(time)s", { time: duration(row.outage_s) }), "bad"]);
  if (isSilent(row, now)) found.push([t("No contact"), "bad"]);
  if (row.credited_s) found.push([t("Credited %(time)s", { time: duration(row.credited_s) }), "info"]);
  if (row.away) found.push([t("Away from the page"), "bad"]);
  if (row.leaves) found.push([t("Left %(n)s/%(limit)s", { n: row.leaves, limit: row.leave_limit }), row.leaves >= row.leave_limit - 1 ? "bad" : "warn"]);
  if (row.incidents) found.push([t("Incidents: %(n)s", { n: row.incidents }), "warn"]);
  if (BEFORE_START.includes(row.state) && row.state !== "registered") found.push(checkIn(row));
  if (BEFORE_START.includes(row.state)) found.push(...row.findings.map((id) => bad(t("Found: %(what)s", { what: label("findings", id) }))));
  if (row.state === "checked_in" && row.form === "draft") found.push([t("Filling in the personal data form"), "info"]);
  if (BEFORE_START.includes(row.state) && row.form_changed.length) {
    found.push([t("Changed in the form: %(what)s", { what: row.form_changed.map((id) => label("personal_fields", id)).join(t(", ")) }), "warn"]);
  }
  if (row.needs) found.push([t("Other needs: %(what)s", { what: row.needs }), "info"]);
  if (row.inspection_due) found.push([t("Not checked by staff yet"), "warn"]);
  const devices = (ids) => ({ what: ids.map((id) => label("devices", id)).join(t(", ")) });
  if (row.devices_missing.length && PRESENT.includes(row.state)) found.push([t("Device check failed: %(what)s", devices(row.devices_missing)), "bad"]);
  if (row.devices_without.length) found.push([t("Admitted without: %(what)s", devices(row.devices_without)), "info"]);
  if (row.set_aside_until) found.push([t("Analysis suspended until %(at)s", { at: timeOfDay(row.set_aside_until) }), "bad"]);
  if (row.camera_virtual) found.push([t("Virtual camera"), "bad"]);
  if (row.camera_changes) found.push([t("Camera changed: %(n)s", { n: row.camera_changes }), "warn"]);
  if (row.unread_messages && PRESENT.includes(row.state)) found.push([t("Messages not read: %(n)s", { n: row.unread_messages }), "info"]);
  if (row.part) found.push([part(row.part), ""]);
  if (!row.has_portrait) found.push([t("No portrait"), "warn"]);
  if (row.state === "ended") found.push([label("end_reasons", row.end_reason), row.end_reason === "rule" ? "bad" : ""]);
  if (row.bundle_state) found.push(row.bundle_state === "delivered" ? [t("At headquarters"), "good"] : [t("Waiting for sync"), "info"]);
  return found;
}

/** @param {{ number: number, count: number, name: Record<string, string> }} place */
function part({ number, count, name }) {
  return t("Part %(n)s of %(total)s: %(name)s", { n: number, total: count, name: name[data.language] || name.zh });
}

/**
 * @param {Row} row
 * @returns {[string, string]}
 */
function checkIn(row) {
  const score = row.check_in_score === null ? "" : ` ${row.check_in_score.toFixed(2)}`;
  const tone = { passed: "good", by_hand: "good", staff: "bad", refused: "bad", failed: "warn" }[row.check_in] || "";
  return [label("check_in", row.check_in) + score, tone];
}

/**
 * @param {Row} row
 * @param {Date} now
 */
function foot(row, now) {
  if (row.state !== "in_progress") return label("states", row.state);
  const saved = row.saved_at ? t("saved %(n)s s ago", { n: Math.max(0, Math.round((now.getTime() - Date.parse(row.saved_at)) / 1000)) }) : t("nothing saved yet");
  return `${row.answered}/${row.items} · ${saved}`;
}

/** One seat's card. */
class Seat {
  constructor(row, onOpen) {
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
    this.more = make("button", { class: "more", type: "button", onclick: () => onOpen(this.row) });
    this.element = make(
      "article", { class: "seat", "data-admission-no": row.admission_no },
      make("div", { class: "picture" }, this.image, this.blank),
      make("div", { class: "who" }, this.name, this.place, this.where), this.tags, this.call.element, this.barBox,
      make("div", { class: "state" }, this.foot, this.left, this.more),
    );
  }

  update(row, now, sitting) {
    this.row = row;
    this.attention = attentionLevel(row);
    this.element.dataset.attention = this.attention.tone;
    setText(this.name, row.name);
    setText(this.place, [row.seat, row.terminal].filter(Boolean).join(" · "));
    const where = [roomName(sitting, row.room), paperTitle(sitting, row.paper)].filter(Boolean).join(" · ");
    setText(this.where, where);
    this.where.title = where;
    show(this.where, Boolean(where));
    setText(this.foot, foot(row, now));
    show(this.barBox, ["in_progress", "paused"].includes(row.state));
    this.bar.style.width = `${row.items ? (100 * row.answered) / row.items : 0}%`;
    setText(this.left, row.remaining_s === null ? "" : duration(row.remaining_s));
    const deciding = row.state === "checked_in" || row.inspection_due;
    const settled = row.inspection_due || (row.findings.length > 0 && ["passed", "by_hand"].includes(row.check_in));
    setText(this.more, !deciding ? t("Actions") : settled ? t("View") : t("Decide"));
    this.more.className = deciding ? "more primary ms-auto" : "more ms-auto";
    this.more.setAttribute("aria-label", `${this.more.textContent}: ${row.name}, ${row.seat}`);
    this.call.update(row);
    this.#showTags(tags(row, now));
    this.#picture(row);
  }

  #showTags(found) {
    const key = JSON.stringify(found);
    if (this.tags.dataset.key === key) return;
    this.tags.dataset.key = key;
    this.tags.replaceChildren(...found.map(([text, tone]) => make("span", { class: `tag ${tone}` }, text)));
  }

  /** Fetch a newer picture out of sight and swap it in, so that nothing flickers. */
  #picture(row) {
    setText(this.blank, row.attempt_id && row.state !== "registered" ? t("no picture") : "");
    const due = performance.now() - (this.fetched || -PICTURE_MS) >= PICTURE_MS - 100;
    if (!row.frame_at || row.frame_at === this.frameAt || !due || !this.#onScreen()) return;
    this.frameAt = row.frame_at;
    this.fetched = performance.now();
    const next = new Image();
    next.src = `/staff/api/attempts/${row.attempt_id}/thumbnail?at=${encodeURIComponent(row.frame_at)}`;
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

/** All cards. */
export class Seats {
  #place;
  #cards = new Map();
  #onOpen;

  constructor(place, onOpen) {
    this.#place = place;
    this.#onOpen = onOpen;
  }

  /** Show the rows as they are now. */
  update(rows, serverTime, sitting) {
    const now = new Date(serverTime);
    for (const row of rows) {
      if (!this.#cards.has(row.admission_no)) this.#cards.set(row.admission_no, new Seat(row, this.#onOpen));
      this.#cards.get(row.admission_no).update(row, now, sitting);
    }
    this.#order();
  }

  /** Sort; not while somebody is aiming at a card, which would be another one then. */
  #order() {
    const aiming = this.#place.matches(":hover") || this.#place.contains(document.activeElement);
    if (aiming && this.#place.childElementCount === this.#cards.size) return;
    const sorted = [...this.#cards.values()].sort(byAttention);
    sorted.forEach(({ element }, index) => {
      if (this.#place.children[index] !== element) this.#place.insertBefore(element, this.#place.children[index] || null);
    });
  }

  /**
   * Show only these states and this room and paper, and only what contains `text`.
   * @param {string} group
   * @param {string} text
   * @param {import("./groups.js").Group} where
   */
  filter(group, text, where) {
    for (const { element, row } of this.#cards.values()) show(element, matchesFilter(row, group, text, where));
  }

  /** How many are shown. */
  get visible() {
    return [...this.#cards.values()].filter(({ element }) => !element.hidden).length;
  }

  /** How many need somebody now. */
  get needing() {
    return [...this.#cards.values()].filter((card) => card.attention.rank === 0).length;
  }

  /** Who needs somebody urgently: admission number to words. */
  get urgent() {
    const cards = [...this.#cards.values()].filter((card) => card.attention.rank === 0);
    return new Map(cards.map((card) => [card.row.admission_no, `${card.row.seat} ${card.row.name}: ${tags(card.row, new Date())[0]?.[0] || ""}`]));
  }
}
