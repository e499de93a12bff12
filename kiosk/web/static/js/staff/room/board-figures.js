// The figures of the board: those of candidates are its filters too; then the machine's, and warnings.

import { byId, make, setNote, setText } from "../../common/dom.js";
import { label, t } from "../../common/page.js";

const MOST_HOURS = 999; // the server reports no more: about 40 days
const DAYS_FROM_HOURS = 72;

/** @type {Map<string, HTMLElement>} */
const boxes = new Map();

/**
 * Show how many candidates each filter has.
 * @param {Record<string, number>} counts
 * @param {boolean} urgent somebody needs somebody now
 */
export function showCounts(counts, urgent) {
  for (const button of byId("filter").querySelectorAll("button")) {
    const id = button.dataset.filter ?? "";
    setText(/** @type {HTMLElement} */ (button.querySelector("strong")), String(counts[id]));
    const alarming = { attention: urgent, calls: counts.calls > 0, waiting: counts.waiting > 0 }[id];
    button.classList.toggle("attention", Boolean(alarming));
  }
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string} value
 * @param {boolean} [attention]
 */
function figure(id, name, value, attention = false) {
  if (!boxes.has(id)) {
    const number = make("dd");
    byId("machine-figures").append(make("div", { "data-figure": id }, make("dt", {}, name), number));
    boxes.set(id, number);
  }
  const number = /** @type {HTMLElement} */ (boxes.get(id));
  setText(number, value);
  number.classList.toggle("attention", attention);
}

/**
 * How long the disk lasts; more than the server reports is not counted out.
 * @param {number} hours
 */
function lasting(hours) {
  if (hours >= MOST_HOURS) return t("more than 40 days");
  if (hours >= DAYS_FROM_HOURS) return t("%(n)s days", { n: Math.round(hours / 24) });
  return t("%(n)s hours", { n: Math.round(hours * 10) / 10 });
}

/**
 * Show how the machine is: pictures, disk, and what is wrong.
 * @param {any} room
 */
export function showMachine(room) {
  figure("rate", t("Frames analysed per second"), room.frames_per_s.toFixed(1));
  figure("interval", t("Frame interval"), t("%(n)s s", { n: (room.frame_interval_ms / 1000).toFixed(1) }));
  figure("disk", t("Disk space"), lasting(room.disk.hours), room.disk.level !== "ok");
  showAlerts(room);
  showDisk(room.disk);
}

function showAlerts({ alerts, refusing }) {
  const box = byId("room-alerts");
  const texts = [
    ...alerts.map((alert) => label("alerts", alert)),
    ...refusing.map((address) => t("Too many connections from %(address)s; the server refuses more. Find that device.", { address })),
  ];
  if (box.dataset.shown === texts.join()) return;
  box.dataset.shown = texts.join();
  box.classList.toggle("mb-3", texts.length > 0);
  box.replaceChildren(...texts.map((text) => make("p", { class: "note warn" }, text)));
}

function showDisk({ level, hours, free_mb: free, reserve_mb: reserve }) {
  setNote(byId("room-disk"), level === "ok" ? "" : t(label("disk", level), { time: lasting(hours), free, reserve }));
}
