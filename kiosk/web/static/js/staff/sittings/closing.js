// Closing or stopping a sitting: what it would end is shown first, and confirmed by typing how many
// exams.

import { make, setNote } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { label, t, timeOfDay } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { isNumber } from "../../common/typed-text.js";
import { checkSession } from "../session.js";
import { reasonField } from "../reason.js";

function line(text, people) {
  const names = people.map(({ seat, name }) => `${seat} ${name}`.trim()).join(t(", "));
  return make("div", {}, make("dt", {}, text), make("dd", { class: "num" }, names));
}

/** A line for each list with somebody in it, and one for all lists with nobody. */
function lines(lists) {
  const nobody = lists.filter(([, people]) => !people.length).map(([text]) => text);
  return [
    ...lists.filter(([, people]) => people.length).map(([text, people]) => line(text, people)),
    ...(nobody.length ? [make("div", {}, make("dt", {}, t("Checked: nobody")), make("dd", { class: "soft" }, nobody.join(" · ")))] : []),
  ];
}

/** A name with how much was answered. */
function scant({ seat, name, answered, items }) {
  return { seat, name: t("%(name)s (%(n)s of %(total)s)", { name, n: answered, total: items }) };
}

/** A name with what is to decide. */
function undecided({ seat, name, kinds }) {
  return { seat, name: t("%(name)s (%(what)s)", { name, what: kinds.map((kind) => label("cases", kind)).join(t(", ")) }) };
}

/** A name with how many incidents go on. */
function ongoing({ seat, name, incidents }) {
  return { seat, name: incidents > 1 ? t("%(name)s (%(n)s)", { name, n: incidents }) : name };
}

function figures(seen) {
  const last = seen.last_end ? t("the last one until %(at)s", { at: timeOfDay(seen.last_end) }) : "";
  const paused = seen.paused ? t("%(n)s of them paused", { n: seen.paused }) : "";
  const writing = [String(seen.writing), paused, last].filter(Boolean).join(" · ");
  return make(
    "dl", { class: "closing-facts" },
    make("div", { class: seen.writing ? "critical" : "" }, make("dt", {}, t("Still answering; their exams end now")), make("dd", { class: "num" }, writing)),
    ...(seen.not_started ? [make("div", { class: "critical" }, make("dt", {}, t("In a room or with a paper that has not started")), make("dd", { class: "num" }, String(seen.not_started)))] : []),
    ...lines([
      [t("On a toilet break; it ends with the exam"), seen.out],
      [t("Waiting for your decision"), seen.undecided.map(undecided)],
      [t("Answered less than a fifth of the questions"), seen.nearly_empty.map(scant)],
      [t("Incidents not yet ended"), seen.incidents.map(ongoing)],
      [t("Sat without an identity check"), seen.unverified],
      [t("Present, not started"), seen.waiting],
      [t("With more time than the others"), seen.extra_time],
    ]),
    ...(seen.unsealed ? [make("div", {}, make("dt", {}, t("Ended exams whose results are not sealed yet")), make("dd", { class: "num" }, String(seen.unsealed)))] : []),
    make("div", {}, make("dt", {}, t("Never signed in; will be recorded as absent")), make("dd", { class: "num" }, String(seen.not_here))),
  );
}

/** Close the sitting: its exams count. Resolves to whether the room has to be drawn again. */
export function closeSitting(base) {
  return endSitting(base, "close", {
    title: t("Close the sitting?"), button: t("Close the sitting"),
    text: t("This ends the sitting for everyone and cannot be undone."),
    presets: [t("The time is over"), t("All have handed in"), t("Decided by the chief invigilator")],
  });
}

/** Stop the sitting, to be sat again; like {@link closeSitting}. */
export function stopSitting(base) {
  return endSitting(base, "stop", {
    title: t("Stop the sitting?"), button: t("Stop the sitting"),
    text: t("All exams end now and will be rescheduled. Everything saved is kept and sent to headquarters. This cannot be undone."),
    presets: [t("Power cannot be restored"), t("The server cannot be repaired in time")],
  });
}

/** Ask until it is done or cancelled. */
async function endSitting(base, act, { title, text, button, presets }) {
  let seen;
  const facts = make("div", {});
  const reason = reasonField(presets);
  const typed = make("input", { id: "closing-count", class: "form-control num", inputMode: "numeric", autocomplete: "off", maxLength: 12 });
  const look = async () => {
    seen = await get(`${base}/closing`);
    facts.replaceChildren(figures(seen));
  };
  const check = async () => {
    const wrong = !isNumber(typed.value, seen.writing);
    setNote(reason.note, reason.value.length < 2 ? t("Please give a reason.") : wrong ? t("Type the number of candidates who are still answering.") : "");
    if (!reason.note.hidden) return false;
    try {
      await post(`${base}/${act}`, { seen: seen.mark, writing: seen.writing, reason: reason.value }, { timeout: 60000 });
      return true;
    } catch (error) {
      checkSession(error);
      typed.value = "";
      if (error.code === "closing_changed") await look().catch(checkSession);
      setNote(reason.note, error.message);
      return false;
    }
  };
  try {
    await look();
  } catch (error) {
    checkSession(error);
    return true;
  }
  return sheet({
    title, wide: true,
    content: [
      make("p", { class: "note warn" }, text),
      facts, reason.box,
      make("div", { class: "field" }, make("label", { for: "closing-count" }, t("To confirm, type the number of candidates who are still answering")), typed),
    ],
    actions: [
      { value: false, text: t("Cancel"), kind: "primary" },
      { value: true, text: button, kind: "danger", check },
    ],
  });
}
