// The day: what is done, what is next, and why the machine has to stay on. On the pages of a
// sitting the panel shows that sitting only.

import { byId, make, setText, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { dayAndTime, t, timeOfDay } from "../../common/page.js";
import { checkSession } from "../session.js";

const POLL_MS = 5000;

const panel = byId("day");
/** "" on the first page, which shows every sitting of the day. */
const only = panel.dataset.sitting || "";

let shown = "";
/** @type {string | null} time of the last answer */
let heard = null;

function step({ text, notes, state, state_text: word, url }) {
  const mark = state === "done" ? "✓ " : "";
  const below = [word, ...notes].map((words) => make("span", { class: "small" }, words));
  const link = make("a", { href: url, "data-state": state }, make("span", {}, `${mark}${text}`), ...below);
  if (state === "now") link.setAttribute("aria-current", "step");
  return make("li", {}, link);
}

function sitting({ title, starts_at: at, url, steps }) {
  const list = make("ol", { class: "day-steps" }, steps.map(step));
  if (only) return list;
  return make("div", {}, make("h3", { class: "line" }, make("a", { href: url }, title), make("span", { class: "soft small num" }, dayAndTime(at))), list);
}

function openPoint({ title, text, url }) {
  return make("li", {}, make("a", { href: url }, title ? `${title}: ${text}` : text));
}

function showEnd(tone, head, points) {
  byId("day-end").className = `note ${tone}`;
  setText(byId("day-head"), head);
  byId("day-open").replaceChildren(...points);
}

/** What the end of the panel says of one sitting: only the first page speaks of the machine. */
function showMissing({ open }) {
  show(byId("day-end"), open.length > 0);
  if (open.length) showEnd("info", t("Still open in this sitting:"), open.map(openPoint));
}

function showMachine({ open, remarks }) {
  const words = remarks.map((remark) => make("li", {}, remark));
  if (open.length) showEnd("info", t("The machine has to stay on:"), [...open.map(openPoint), ...words]);
  else showEnd(remarks.length ? "info" : "good", t("Nothing is open. The machine may be switched off."), words);
}

function showDay(day) {
  heard = day.at;
  setText(byId("day-at"), t("as of %(at)s", { at: timeOfDay(day.at) }));
  const sittings = day.sittings.filter(({ id }) => !only || id === only);
  const now = JSON.stringify([sittings, day.open, day.remarks]);
  if (now === shown) return;
  shown = now;
  delete panel.dataset.old;
  byId("day-sittings").replaceChildren(...sittings.map(sitting));
  if (only) sittings.forEach(showMissing);
  else showMachine(day);
  show(panel, !only || sittings.length > 0);
}

/** What was true before says nothing of now. */
function showSilence() {
  shown = "";
  panel.dataset.old = "true";
  showEnd("warn", t("The server does not answer. Leave the machine on."), []);
  setText(byId("day-at"), heard ? t("old: as of %(at)s", { at: timeOfDay(heard) }) : "");
  show(byId("day-end"));
  show(panel, !only || Boolean(heard));
}

for (;;) {
  try {
    showDay(await get("/staff/api/day"));
  } catch (error) {
    checkSession(error);
    showSilence();
  }
  await sleep(POLL_MS);
}
