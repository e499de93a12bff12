// The centre's clock, and when the sitting or the chosen group was to begin and to end, and did.

import { byId, make, setText } from "../../common/dom.js";
import { t, timeOfDay } from "../../common/page.js";
import { inGroup } from "./groups.js";

const MINUTE_MS = 60000;

/** @type {Record<string, HTMLElement>} */
const values = {};
let arrived = 0;
let serverMs = 0;

/** The server's time now: what the last reply said, and what has passed since. */
export function serverNow() {
  return new Date(serverMs + performance.now() - arrived);
}

/**
 * Set the clock by a reply.
 * @param {string} serverTime
 */
export function setClock(serverTime) {
  serverMs = Date.parse(serverTime);
  arrived = performance.now();
  tickClock();
}

/** Show the seconds that pass. */
export function tickClock() {
  if (serverMs) put("now", t("Clock of the centre"), timeOfDay(serverNow().toISOString()));
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string} text
 */
function put(id, name, text) {
  if (!values[id]) {
    values[id] = make("dd", { class: "num" });
    byId("board-clock").append(make("div", { "data-time": id }, make("dt", {}, name), values[id]));
  }
  setText(values[id], text);
}

/**
 * Show the times of the sitting, or of the room and paper that the board is limited to.
 * @param {Record<string, any>} room
 * @param {import("./groups.js").Group} where
 */
export function showTimes({ sitting, groups }, where) {
  const own = groups.filter((/** @type {any} */ group) => inGroup(group, where));
  const papers = sitting.papers.filter((/** @type {any} */ paper) => where.paper === null || paper.id === where.paper);
  const minutes = Math.max(...papers.map((/** @type {any} */ paper) => paper.minutes));
  const end = new Date(Date.parse(sitting.starts_at) + minutes * MINUTE_MS).toISOString();
  const started = own.map((/** @type {any} */ group) => group.started_at).filter(Boolean).sort();
  const ends = own.map((/** @type {any} */ group) => group.last_end).filter(Boolean).sort();
  put("planned", t("Planned time"), `${timeOfDay(sitting.starts_at)} – ${timeOfDay(end)}`);
  put("started", t("Actual start"), started.length ? timeOfDay(started[0]) : t("not started"));
  put("end", t("Last end"), ends.length ? timeOfDay(ends.at(-1)) : "–");
}
