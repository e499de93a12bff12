// Rooms and papers of a sitting: their names, counts, and whom an act is for.

import { byId, make, setText, show } from "../../common/dom.js";
import { data, duration, label, t, timeOfDay } from "../../common/page.js";

/**
 * @typedef {{ id: string, name: string }} RoomOf
 * @typedef {{ id: string, title: Record<string, string>, minutes: number }} PaperOf
 * @typedef {{ rooms: RoomOf[], papers: PaperOf[] }} Sitting
 * @typedef {{ room: string | null, paper: string | null }} Group
 */

/**
 * The name of a room; "" where the sitting has only one.
 * @param {Sitting} sitting
 * @param {string | null} id
 */
export function roomName({ rooms }, id) {
  return id === null || (rooms.length === 1 && rooms[0].id === id) ? "" : rooms.find((room) => room.id === id)?.name ?? id;
}

/**
 * The title of a paper; "" where the sitting has only one.
 * @param {Sitting} sitting
 * @param {string | null} id
 */
export function paperTitle({ papers }, id) {
  return id === null || papers.length === 1 ? "" : papers.find((paper) => paper.id === id)?.title[data.language] ?? id;
}

/**
 * Whom a group has, in words.
 * @param {Sitting} sitting
 * @param {Group} group
 */
export function groupName(sitting, { room, paper }) {
  return [roomName(sitting, room), paperTitle(sitting, paper)].filter(Boolean).join(" · ") || t("All candidates");
}

/**
 * The rooms in which the signed-in account may act.
 * @param {Sitting} sitting
 */
export function ownRooms({ rooms }) {
  const own = data.own_rooms ?? [];
  return own.length ? rooms.filter((room) => own.includes(room.id)) : rooms;
}

function choice(id, text, options) {
  const select = make("select", { id, class: "form-select" }, options.map(([value, name]) => make("option", { value }, name)));
  return { select, box: make("div", { class: "field" }, make("label", { for: id }, text), select) };
}

/**
 * Fields for the room and the paper that an act is for, where there are several.
 * @param {Sitting} sitting
 * @param {(group: Group) => void} [changed]
 */
export function groupFields(sitting, changed = () => {}) {
  const own = ownRooms(sitting);
  const all = own.length === sitting.rooms.length;
  const rooms = choice("group-room", t("Room"), [...(all ? [["", t("All rooms")]] : []), ...own.map(({ id, name }) => [id, name])]);
  const papers = choice("group-paper", t("Paper"), [["", t("All papers")], ...sitting.papers.map(({ id, title }) => [id, title[data.language]])]);
  const fields = [sitting.rooms.length > 1 ? rooms : null, sitting.papers.length > 1 ? papers : null].flatMap((field) => field ?? []);
  const read = () => ({ room: sitting.rooms.length > 1 ? rooms.select.value || null : null, paper: papers.select.value || null });
  for (const { select } of fields) select.addEventListener("change", () => changed(read()));
  return { boxes: fields.map(({ box }) => box), get value() { return read(); } };
}

/**
 * A field for a room, where there are several; `chosen` is the usual one.
 * @param {Sitting} sitting
 * @param {string} chosen
 */
export function roomField(sitting, chosen) {
  const room = choice("place-room", t("Room"), ownRooms(sitting).map(({ id, name }) => [id, name]));
  room.select.value = chosen;
  return { boxes: sitting.rooms.length > 1 ? [room.box] : [], get value() { return room.select.value; } };
}

/**
 * Fields for one room and one paper, where there are several.
 * @param {Sitting} sitting
 */
export function placeFields(sitting) {
  const own = ownRooms(sitting);
  const room = choice("place-room", t("Room"), own.map(({ id, name }) => [id, name]));
  const paper = choice("place-paper", t("Paper"), sitting.papers.map(({ id, title }) => [id, title[data.language]]));
  const boxes = [sitting.rooms.length > 1 ? room.box : null, sitting.papers.length > 1 ? paper.box : null].flatMap((box) => box ?? []);
  return { boxes, get value() { return { room: room.select.value, paper: paper.select.value }; } };
}

/**
 * Whether a row belongs to a group.
 * @param {{ room: string, paper: string }} row
 * @param {Group} group
 */
export function inGroup(row, { room, paper }) {
  return (room === null || row.room === room) && (paper === null || row.paper === paper);
}

const COUNTED = ["registered", "checked_in", "ready", "in_progress", "paused", "ended"];

function line(sitting, group) {
  const start = group.started_at ? timeOfDay(group.started_at) : t("not started");
  const cells = [...COUNTED.map((state) => group.counts[state] || 0), start, timeOfDay(group.last_end)];
  return make("tr", {}, make("th", { scope: "row" }, groupName(sitting, group)), cells.map((cell) => make("td", { class: "num" }, String(cell))));
}

/**
 * The table of rooms and papers; nothing where there is one of each.
 * @param {any} view
 */
export function showGroups({ sitting, groups }) {
  const box = byId("groups");
  show(box, groups.length > 1);
  const key = JSON.stringify(groups);
  if (box.dataset.shown === key || groups.length < 2) return;
  box.dataset.shown = key;
  const waiting = groups.filter((group) => !group.started_at).length;
  setText(byId("groups-summary"), sitting.state === "started" && waiting
    ? t("Rooms and papers (%(n)s not started yet)", { n: waiting }) : t("Rooms and papers"));
  const head = [t("Room and paper"), ...COUNTED.map((state) => label("states", state)), t("Start"), t("Last end")];
  byId("groups-list").replaceChildren(make("table", { class: "log-table" },
    make("thead", {}, make("tr", {}, head.map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, groups.map((group) => line(sitting, group)))));
}

function pauseText(sitting, pause, now) {
  const why = { server_outage: t("the server was down; decide about the lost time at the seats"), reason_follows: t("reason not given yet") }[pause.reason] ?? pause.reason;
  const words = { who: groupName(sitting, pause), time: duration((Date.parse(now) - Date.parse(pause.paused_at)) / 1000), limit: pause.limit_minutes, why };
  return pause.reason === "clock_unsure"
    ? t("%(who)s: paused. The server was restarted, and its clock shows that more than %(limit)s minutes have passed. Check a wall clock: resume if it was less; otherwise stop the sitting.", words)
    : t("%(who)s: paused for %(time)s (%(why)s). After %(limit)s minutes these exams are stopped.", words);
}

/**
 * A note for each pause that lasts, with the way to end it.
 * @param {any} view
 * @param {(pause: any) => void} resume
 */
export function showPauses({ sitting, pauses, server_time: now }, resume) {
  const lasting = sitting.state === "started" ? pauses : [];
  const box = byId("room-pause");
  show(box, lasting.length > 0);
  const key = JSON.stringify(lasting);
  if (box.dataset.shown !== key) {
    box.dataset.shown = key;
    box.replaceChildren(...lasting.map((pause) => make(
      "div", { class: "line between" }, make("span", {}),
      make("button", { class: "btn btn-primary", type: "button", onclick: () => resume(pause) }, t("Resume")),
    )));
  }
  lasting.forEach((pause, n) => setText(/** @type {HTMLElement} */ (box.children[n].firstElementChild), pauseText(sitting, pause, now)));
}

/**
 * A note for each pause that was made at once, until somebody gives its reason.
 * @param {any} view
 * @param {(pause: any) => void} give
 */
export function askReasons({ sitting, reasons_due: due }, give) {
  const box = byId("pause-reasons");
  show(box, due.length > 0);
  const key = JSON.stringify(due);
  if (box.dataset.shown === key) return;
  box.dataset.shown = key;
  box.replaceChildren(...due.map((/** @type {any} */ pause) => make(
    "div", { class: "line between" },
    make("span", {}, t("%(who)s: paused at %(at)s without a reason. Please give it.", { who: groupName(sitting, pause), at: timeOfDay(pause.paused_at) })),
    make("button", { class: "btn btn-quiet", type: "button", onclick: () => give(pause) }, t("Give the reason")),
  )));
}
