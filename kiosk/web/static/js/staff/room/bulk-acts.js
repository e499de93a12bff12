// One act on the chosen seats: whom it reaches is said before, who was not reached after.

import { byId, make, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { newId } from "../../common/new-id.js";
import { label, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { messageChosen } from "../messages/compose.js";
import { askReason, minutesField, reasonsFor } from "../reason.js";

/** @typedef {import("./attention.js").Row} Row */
/** @typedef {{ seat: string, name: string, error: { message: string } }} Missed */
/** @typedef {{ id: string, text: string, title: string, can: (row: Row) => boolean, presets: string[] }} Act */

const OPEN = ["registered", "checked_in", "ready", "in_progress", "paused"];

/** @type {() => Act[]} */
const ACTS = () => [
  { id: "pause", text: t("Pause"), title: t("Pause the chosen seats?"), can: (row) => row.state === "in_progress", presets: [t("Disturbance in the room"), t("Power or network failure")] },
  { id: "resume", text: t("Resume"), title: t("Resume the chosen seats?"), can: (row) => row.state === "paused" && row.pause_reason !== "room", presets: [t("The disturbance is over"), t("Power and network are back")] },
  { id: "time", text: t("Give time"), title: t("Give the chosen seats time"), can: (row) => OPEN.includes(row.state), presets: [t("Power or network failure"), t("Disturbance in the room")] },
];

/** @param {Row} row */
function named(row) {
  return `${row.seat} ${row.name} (${label("states", row.state)})`;
}

/**
 * Whom an act reaches now, and who is left out.
 * @param {Row[]} reached
 * @param {Row[]} others
 */
function audience(reached, others) {
  return make("div", { class: "stack tight" },
    make("p", {}, make("strong", {}, t("Reaches %(n)s of %(total)s chosen seats.", { n: reached.length, total: reached.length + others.length }))),
    others.length > 0 && make("p", { class: "small" }, t("Not: %(who)s", { who: others.map(named).join(t(", ")) })));
}

/**
 * @param {number} done
 * @param {Missed[]} missed
 */
function outcome(done, missed) {
  return sheet({
    title: t("Done for %(n)s seats", { n: done }),
    content: [
      make("p", { class: "note warn" }, t("Not reached: %(n)s", { n: missed.length })),
      make("ul", {}, missed.map((seat) => make("li", {}, `${seat.seat} ${seat.name}: ${seat.error.message}`))),
    ],
    actions: [{ value: null, text: t("Close"), kind: "primary" }],
  });
}

/**
 * @param {string} base
 * @param {Act} act
 * @param {Row[]} rows the chosen ones
 */
async function run(base, act, rows) {
  const reached = rows.filter(act.can);
  const others = rows.filter((row) => !act.can(row));
  const minutes = act.id === "time" ? minutesField() : null, id = newId();
  /** @type {{ done: number, missed: Missed[] }} */
  let reply = { done: 0, missed: [] };
  const send = async (/** @type {object} */ body) => { reply = await post(`${base}/chosen-seats`, body); };
  const given = await askReason({
    title: act.title, text: "", send, button: act.text, presets: reasonsFor(act.id, act.presets), more: [audience(reached, others), ...(minutes ? [minutes.box] : [])],
    body: () => ({ act: act.id, attempts: reached.map((row) => row.attempt_id), ...(minutes ? minutes.value : { id }) }),
  });
  if (given && reply.missed.length) await outcome(reply.done, reply.missed);
  return given;
}

/**
 * Wire the bar with the acts.
 * @param {string} base
 * @param {import("./chosen-seats.js").Chosen} chosen
 * @param {() => Row[]} rows
 * @param {() => Row[]} shown
 * @param {() => Promise<void>} refresh
 * @returns {() => void} draws the bar as the choice is now
 */
export function bulkBar(base, chosen, rows, shown, refresh) {
  const own = () => rows().filter((row) => chosen.ids.has(row.attempt_id));
  const act = (/** @type {Act} */ one) => make("button", {
    class: "btn btn-quiet", type: "button", "data-act": one.id, onclick: () => run(base, one, own()).then(async (done) => {
      if (done) chosen.clear();
      await refresh();
    }),
  }, one.text);
  const acts = ACTS().map((one) => ({ one, button: act(one) }));
  byId("bulk-acts").replaceChildren(
    ...acts.map(({ button }) => button),
    make("button", { class: "btn btn-quiet", type: "button", "data-act": "message", onclick: () => messageChosen(own()) }, t("Send a message")),
    make("button", { class: "btn btn-quiet", type: "button", onclick: () => chosen.add(shown().map((row) => row.attempt_id)) }, t("Choose all shown")),
    make("button", { class: "btn btn-quiet", type: "button", onclick: () => chosen.clear() }, t("Choose none")),
  );
  const toggle = byId("choose-seats", HTMLButtonElement);
  const draw = () => {
    const chosenRows = own();
    show(byId("bulk-bar"), chosen.choosing || chosenRows.length > 0);
    toggle.setAttribute("aria-pressed", String(chosen.choosing));
    setText(byId("bulk-count"), chosenRows.length ? t("Chosen seats (%(n)s)", { n: chosenRows.length }) : t("Choose seats in the map or the list."));
    for (const { one, button } of acts) {
      const n = chosenRows.filter(one.can).length;
      setText(button, n ? `${one.text} (${n})` : one.text);
      button.disabled = n === 0;
    }
  };
  toggle.addEventListener("click", () => {
    chosen.choosing = !chosen.choosing;
    if (!chosen.choosing) chosen.ids.clear();
    draw();
    refresh();
  });
  return draw;
}
