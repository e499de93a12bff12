// The day: what is done, what is next, and why the machine has to stay on.

import { byId, make, setText, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { dayAndTime, t, timeOfDay } from "../../common/page.js";
import { checkSession } from "../session.js";

const POLL_MS = 5000;

let shown = "";
/** @type {string | null} time of the last answer */
let heard = null;

function step({ text, state, state_text: word, url }) {
  const mark = state === "done" ? "✓ " : "";
  const link = make("a", { href: url, "data-state": state }, make("span", {}, `${mark}${text}`), make("span", { class: "small" }, word));
  if (state === "now") link.setAttribute("aria-current", "step");
  return make("li", {}, link);
}

function sitting({ title, starts_at: at, url, steps }) {
  return make("div", {}, make("h3", { class: "line" }, make("a", { href: url }, title), make("span", { class: "soft small num" }, dayAndTime(at))), make("ol", { class: "day-steps" }, steps.map(step)));
}

function openPoint({ title, text, url }) {
  return make("li", {}, make("a", { href: url }, title ? `${title}: ${text}` : text));
}

function showEnd(tone, head, points) {
  byId("day-end").className = `note ${tone}`;
  setText(byId("day-head"), head);
  byId("day-open").replaceChildren(...points);
}

function showDay(day) {
  heard = day.at;
  setText(byId("day-at"), t("as of %(at)s", { at: timeOfDay(day.at) }));
  const now = JSON.stringify([day.sittings, day.open]);
  if (now === shown) return;
  shown = now;
  byId("day-sittings").replaceChildren(...day.sittings.map(sitting));
  if (day.open.length) showEnd("info", t("The machine has to stay on:"), day.open.map(openPoint));
  else showEnd("good", t("Nothing is open. The machine may be switched off."), []);
  show(byId("day"));
}

/** What was true before says nothing of now. */
function showSilence() {
  shown = "";
  showEnd("warn", t("The server does not answer. Leave the machine on."), []);
  setText(byId("day-at"), heard ? t("old: as of %(at)s", { at: timeOfDay(heard) }) : "");
  show(byId("day"));
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
