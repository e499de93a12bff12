// The call for the invigilator: what for, whether it arrived, whether somebody comes.

import { byId, make, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, label, t, timeOfDay } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { CallState } from "./call-state.js";
import { onNews } from "./news.js";

const REASONS = ["question", "technical", "unwell", "toilet", "other"];
const URL = `/api/attempts/${data.attempt_id}/call`;
const WAIT_MS = 8000;

const state = new CallState();
const note = byId("call-note");
const text = make("p", { role: "status" });
const buttons = make("div", { class: "line" });
note.append(text, buttons);

/** @type {Record<string, () => string>} */
const TEXTS = {
  none: () => "",
  sending: () => t("Telling the invigilator …"),
  told: () => t("The invigilator has been told at %(at)s: %(what)s. Please stay seated.", told()),
  coming: () => t("The invigilator is coming to you: %(what)s.", told()),
  undelivered: () => t("Your call was not delivered: the server cannot be reached. Raise your hand."),
  back: () => t("The server can be reached again, but your call was not delivered. Do you still need the invigilator?"),
  refused: () => state.refusal,
};

function told() {
  return { at: timeOfDay(state.call?.at ?? null), what: label("call_reasons", state.call?.reason) };
}

/** @type {Record<string, () => HTMLElement[]>} */
const BUTTONS = {
  told: () => [button(t("Withdraw the call"), withdraw)],
  undelivered: () => [button(t("Try again"), again), button(t("No longer needed"), drop)],
  back: () => [button(t("Yes, call now"), again, "primary"), button(t("No longer needed"), drop)],
  refused: () => [button(t("Close"), drop)],
};

/**
 * @param {string} words
 * @param {() => void} act
 * @param {string} kind
 */
function button(words, act, kind = "quiet") {
  return make("button", { class: `btn btn-${kind}`, type: "button", onclick: act }, words);
}

function draw() {
  const { phase } = state;
  show(note, phase !== "none");
  setText(text, TEXTS[phase]());
  for (const opener of document.querySelectorAll("[data-call]")) {
    opener.setAttribute("aria-disabled", String(phase !== "none" && phase !== "refused"));
  }
  if (note.dataset.phase === phase) return;
  const focused = note.contains(document.activeElement);
  note.dataset.phase = phase;
  buttons.replaceChildren(...(BUTTONS[phase]?.() ?? []));
  note.classList.toggle("bad", ["undelivered", "back", "refused"].includes(phase));
  if (focused) buttons.querySelector("button")?.focus();
}

/** @param {import("./call-state.js").Wish} wish */
async function send(wish) {
  state.send(wish);
  draw();
  try {
    state.told(await post(URL, wish, { timeout: WAIT_MS }));
  } catch (error) {
    if (error.status === 0 || error.status >= 500) state.missed();
    else state.refused(error.message);
  }
  draw();
}

function again() {
  if (state.wish) send(state.wish);
}

function drop() {
  state.drop();
  draw();
}

async function withdraw() {
  const number = state.call?.number;
  if (!number) return;
  try {
    await post(`${URL}/withdraw`, { number }, { timeout: WAIT_MS });
    drop();
  } catch {
    setText(text, t("The call could not be withdrawn. Tell the invigilator when somebody comes."));
  }
}

/** Ask what for; a call that is open is only shown. */
async function ask() {
  if (!["none", "refused"].includes(state.phase)) {
    buttons.querySelector("button")?.focus();
    return;
  }
  const inputs = REASONS.map((value) => make("input", { type: "radio", name: "call-reason", value, checked: value === REASONS[0] }));
  const words = make("textarea", { id: "call-words", class: "form-control", rows: 2, maxLength: 200, autocomplete: "off", spellcheck: false });
  const wanted = await sheet({
    title: t("What do you need the invigilator for?"),
    content: [
      make("div", { class: "call-reasons", role: "radiogroup", "aria-label": t("What for") }, inputs.map((input) => make("label", { class: "choice" }, input, make("span", {}, label("call_reasons", input.value))))),
      make("div", { class: "field" }, make("label", { for: "call-words" }, t("In a few words, if you like (at most 200 characters)")), words),
      make("p", { class: "soft small" }, t("The clock keeps running. Stay seated until the invigilator comes.")),
    ],
    actions: [{ value: false, text: t("Cancel") }, { value: true, text: t("Call the invigilator"), kind: "primary" }],
  });
  const reason = inputs.find((input) => input.checked)?.value ?? "other";
  if (wanted) await send({ reason, note: words.value.trim() });
}

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-call]")) ask();
});
onNews(({ call }) => {
  state.hear(call);
  draw();
});
state.hear(data.call ?? null);
draw();
