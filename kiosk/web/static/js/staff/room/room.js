// The room, live: asked every two seconds for what has changed, changed in place.

import { byId, findById, setNote, setText, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data, t, timeOfDay } from "../../common/page.js";
import { onTyped } from "../../common/typed-text.js";
import { askReasons, showGroups, showPauses } from "./groups.js";
import { showDisturbances } from "./disturbances.js";
import { checkSession, showState } from "../session.js";
import { Queue } from "../checkin/queue.js";
import { showPortraits } from "../checkin/portrait-report.js";
import { soundFor } from "../messages/alarm-sound.js";
import { composeMessage, offerMessages } from "../messages/compose.js";
import { countUnread } from "../messages/sent.js";
import { Returns } from "./terminal-returns.js";
import { sittingActions } from "../sittings/sitting-actions.js";
import { SyncPanel } from "../sync/sync-panel.js";
import { givePauseReason, resumeGroup } from "./room-actions.js";
import { inspectAll, seatActions } from "./seat-actions.js";
import { attentionLevel } from "./attention.js";
import { serverNow, setClock, showTimes, tickClock } from "./board-clock.js";
import { BoardSnapshot } from "./board-feed.js";
import { showCounts, showMachine } from "./board-figures.js";
import { countsOf, queueOf, shownRows } from "./board-filters.js";
import { Views } from "./board-views.js";
import { bulkBar } from "./bulk-acts.js";
import { Chosen } from "./chosen-seats.js";
import { tags } from "./seat-tags.js";

/** @typedef {import("./attention.js").Row} Row */

const POLL_MS = 2000;
const POLLS_PER_RARE = 5; // every fifth poll also refreshes what changes rarely
const MAX_ANNOUNCED = 3;
const FRESH_ROW_MS = 1000; // a menu opens after this time even where the server is slow

const base = `/staff/api/sittings/${encodeURIComponent(data.sitting_id)}`;
const search = byId("search", HTMLInputElement);
const snapshot = new BoardSnapshot();
let filter = "all";
let shownState = "";
let shown = "";
/** @type {Map<string, string> | null} who needed attention at the last poll */
let known = null;
let polls = 0;
let opening = false;

const chosen = new Chosen(() => {
  draw();
  drawBulk();
});
const views = new Views(act, chosen, draw);
const drawBulk = bulkBar(base, chosen, () => snapshot.rows, shownNow, refresh);
const queue = new Queue(act, (waiting) => inspectAll(base, waiting, refresh), showQueue);
const returns = new Returns(base);
const sync = new SyncPanel(byId("sync-panel"));

/**
 * Offer what can be done about one candidate, as they are now: a board is up to two seconds old.
 * @param {Row} row
 */
async function act(row) {
  if (opening) return; // a double click opens one menu
  opening = true;
  await Promise.race([refresh(), sleep(FRESH_ROW_MS)]);
  opening = false;
  const now = snapshot.rows.find((other) => other.attempt_id === row.attempt_id) ?? row;
  await seatActions(base, now, shownState, refresh);
}

/** @param {Row[]} rows who needs somebody urgently: admission number to words */
function urgentOf(rows) {
  const urgent = rows.filter((row) => attentionLevel(row).rank === 0);
  return new Map(urgent.map((row) => [row.admission_no, `${row.seat} ${row.name}: ${tags(row)[0]?.[0] || ""}`]));
}

/**
 * Say aloud who has begun to need attention since the last poll.
 * @param {Map<string, string>} now
 */
function announce(now) {
  const before = known ?? now;
  const fresh = [...now].filter(([number]) => !before.has(number)).map(([, text]) => text);
  if (fresh.length) setText(byId("room-news"), fresh.slice(0, MAX_ANNOUNCED).join("; "));
  known = now;
}

/** @param {any} room */
function showActions(room) {
  const state = JSON.stringify([room.sitting.state, room.pauses.length, room.groups.map((/** @type {any} */ group) => group.started_at)]);
  if (shown === state) return;
  shown = state;
  shownState = room.sitting.state;
  showState(shownState);
  byId("sitting-actions").replaceChildren(...sittingActions(base, () => snapshot.room, refresh));
}

/** @param {import("./board-feed.js").Changes} changes */
function apply(changes) {
  snapshot.merge(changes);
  setClock(snapshot.serverTime);
  const { rows, room } = snapshot;
  showActions(room);
  draw();
  drawBulk();
  sync.show(room.sync);
  showMachine(room);
  showDisturbances(room);
  showPauses({ ...room, server_time: snapshot.serverTime }, (pause) => resumeGroup(base, room.sitting, pause).then(refresh));
  askReasons(room, (pause) => givePauseReason(base, pause).then(refresh));
  showGroups(room);
  announce(urgentOf(rows));
  soundFor(rows);
  countUnread(rows);
  setText(byId("updated"), t("As of %(at)s", { at: timeOfDay(snapshot.serverTime) }));
}

async function refresh() {
  try {
    apply(await get(`${base}/board?since=${snapshot.revision}`));
    if (polls % POLLS_PER_RARE === 0) {
      await showPortraits(base);
      await returns.refresh();
    }
    polls += 1;
    setNote(byId("room-error"), "");
    byId("board").classList.remove("out-of-date");
  } catch (error) {
    checkSession(error);
    setNote(byId("room-error"), [error.message, snapshot.serverTime && t("What is shown is as of %(at)s.", { at: timeOfDay(snapshot.serverTime) })].filter(Boolean).join(" "));
    byId("board").classList.add("out-of-date");
  }
}

/** @returns {Row[]} */
function shownNow() {
  return shownRows(snapshot.rows, { filter, text: search.value, where: chosenGroup(), sort: byId("sort", HTMLSelectElement).value });
}

/** Show the rows, figures and times that filters, search and order ask for. */
function draw() {
  if (!snapshot.revision) return;
  const { rows } = snapshot;
  const now = shownNow();
  const where = chosenGroup();
  views.update(now, byId("sort", HTMLSelectElement).value, rows, serverNow());
  queue.update(queueOf(rows, where), serverNow());
  showCounts(countsOf(rows, where), urgentOf(rows).size > 0);
  showTimes(snapshot.room, where);
  show(byId("no-seats"), now.length === 0);
}

/** The room and the paper that the board is limited to. */
function chosenGroup() {
  const value = (/** @type {string} */ id) => /** @type {HTMLSelectElement | null} */ (findById(id))?.value || null;
  return { room: value("filter-room"), paper: value("filter-paper") };
}

/** Show all who wait, in the order of the queue. */
function showQueue() {
  byId("sort", HTMLSelectElement).value = "waiting";
  choose("waiting");
  byId("filter").querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" });
}

/** @param {string} id of the filter */
function choose(id) {
  filter = id;
  for (const button of byId("filter").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.filter === id));
  draw();
}

for (const id of ["filter-room", "filter-paper", "sort"]) findById(id)?.addEventListener("change", draw);
byId("filter").addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button");
  if (!button) return;
  choose(button.dataset.filter ?? "all");
});
onTyped(search, draw);
document.addEventListener("room-changed", refresh);
offerMessages(() => snapshot.rows);
setInterval(tickClock, 1000);

await refresh();
if (data.announced && snapshot.revision) composeMessage(() => snapshot.rows, data.announced);
for (;;) {
  await sleep(document.hidden ? POLL_MS * 3 : POLL_MS);
  await refresh();
}
