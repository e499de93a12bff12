// The room, live: asked every two seconds, changed in place.

import { byId, findById, make, setNote, setText, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data, label, t, timeOfDay } from "../../common/page.js";
import { onTyped } from "../../common/typed-text.js";
import { showGroups, showPauses } from "./groups.js";
import { showDisturbances } from "./disturbances.js";
import { checkSession, showState } from "../session.js";
import { showPortraits } from "../checkin/portrait-report.js";
import { soundFor } from "../messages/alarm-sound.js";
import { offerMessages } from "../messages/compose.js";
import { callsOf } from "../messages/seat-call.js";
import { countUnread } from "../messages/sent.js";
import { Returns } from "./terminal-returns.js";
import { Seats } from "./seats.js";
import { sittingActions } from "../sittings/sitting-actions.js";
import { SyncPanel } from "../sync/sync-panel.js";
import { resumeGroup } from "./room-actions.js";
import { inspectAll, seatActions } from "./seat-actions.js";
import { waitsForInspection } from "./attention.js";

const POLL_MS = 2000;
const MAX_ANNOUNCED = 3;
const MOST_HOURS = 999; // the server reports no more: about 40 days
const DAYS_FROM_HOURS = 72;
const COUNTED = ["registered", "checked_in", "ready", "in_progress", "paused", "ended"];

const base = `/staff/api/sittings/${encodeURIComponent(data.sitting_id)}`;
const figures = byId("figures");
const search = byId("search", HTMLInputElement);
const boxes = new Map();
let seatsFilter = "all";
let shownState = "";
let shown = "";
/** @type {Map<string, string> | null} who needed attention at the last look */
let known = null;
let rows = [];

const seats = new Seats(byId("seats"), (row) => seatActions(base, row, shownState, refresh));
const returns = new Returns(base);
const sync = new SyncPanel(byId("sync-panel"));

function figure(id, name, value, attention = false) {
  if (!boxes.has(id)) {
    const number = make("dd");
    const box = make("div", { class: "figure" }, make("dt", {}, name), number);
    figures.append(box);
    boxes.set(id, { box, number });
  }
  const { box, number } = boxes.get(id);
  setText(number, String(value));
  box.classList.toggle("attention", attention);
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

function showFigures(room) {
  for (const state of COUNTED) figure(state, label("states", state), room.counts[state] || 0);
  const needing = seats.needing;
  if (room.last_end) figure("end", t("Last end"), timeOfDay(room.last_end));
  figure("attention", t("Needs attention"), needing, needing > 0);
  const calls = callsOf(room.rows);
  figure("calls", t("Calls"), calls.open, calls.waiting > 0);
  figure("unseen", t("Not checked by staff yet"), room.inspections_due, room.inspections_due > 0);
  figure("rate", t("Frames analysed per second"), room.frames_per_s.toFixed(1));
  figure("interval", t("Frame interval"), t("%(n)s s", { n: (room.frame_interval_ms / 1000).toFixed(1) }));
  figure("disk", t("Disk space"), lasting(room.disk.hours), room.disk.level !== "ok");
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

/** Say aloud who has begun to need attention since the last look. */
function announce() {
  const now = seats.urgent;
  const before = known ?? now;
  const fresh = [...now].filter(([number]) => !before.has(number)).map(([, text]) => text);
  if (fresh.length) setText(byId("room-news"), fresh.slice(0, MAX_ANNOUNCED).join("; "));
  known = now;
}

function apply(room) {
  const state = JSON.stringify([room.sitting.state, room.pauses.length, room.groups.map((/** @type {any} */ group) => group.started_at)]);
  if (shown !== state) {
    shown = state;
    shownState = room.sitting.state;
    showState(shownState);
    byId("sitting-actions").replaceChildren(...sittingActions(base, room, refresh));
  }
  rows = room.rows;
  showWaiting();
  seats.update(room.rows, room.server_time, room.sitting);
  refilter();
  showFigures(room);
  sync.show(room.sync);
  showAlerts(room);
  showDisturbances(room);
  showDisk(room.disk);
  showPauses(room, (pause) => resumeGroup(base, room.sitting, pause).then(refresh));
  showGroups(room);
  announce();
  soundFor(room.rows);
  countUnread(room.rows);
  setText(byId("updated"), t("As of %(at)s", { at: timeOfDay(room.server_time) }));
}

/** The way to look at everybody who waits for it, one after the other. */
function showWaiting() {
  const waiting = rows.filter(waitsForInspection).length;
  setText(byId("inspect-all"), t("Check candidates (%(n)s)", { n: waiting }));
  show(byId("inspect-all"), waiting > 0);
}

async function refresh() {
  try {
    apply(await get(`${base}/room`));
    await showPortraits(base);
    await returns.refresh();
    setNote(byId("room-error"), "");
  } catch (error) {
    checkSession(error);
    setNote(byId("room-error"), error.message);
  }
}

function refilter() {
  seats.filter(seatsFilter, search.value, chosenGroup());
  show(byId("no-seats"), seats.visible === 0);
}

/** The room and the paper that the board is limited to. */
function chosenGroup() {
  const value = (/** @type {string} */ id) => /** @type {HTMLSelectElement | null} */ (findById(id))?.value || null;
  return { room: value("filter-room"), paper: value("filter-paper") };
}

for (const id of ["filter-room", "filter-paper"]) findById(id)?.addEventListener("change", refilter);
byId("filter").addEventListener("click", (event) => {
  const chosen = event.target instanceof Element && event.target.closest("button");
  if (!chosen) return;
  seatsFilter = chosen.dataset.filter ?? "all";
  for (const button of byId("filter").children) button.setAttribute("aria-pressed", String(button === chosen));
  refilter();
});
onTyped(search, refilter);
document.addEventListener("room-changed", refresh);
offerMessages(() => rows);
byId("inspect-all").addEventListener("click", () => inspectAll(base, () => rows, refresh));

for (;;) {
  await refresh();
  await sleep(document.hidden ? POLL_MS * 3 : POLL_MS);
}
