// Unlock, start, close: the three large steps of a sitting, each confirmed.

import { make, setNote, setText } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { dayAndTime, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { onTyped } from "../../common/typed-text.js";
import { closeSitting } from "./closing.js";
import { checkSession, may } from "../session.js";
import { groupFields, inGroup } from "../room/groups.js";
import { moreActions, pauseAtOnce } from "../room/room-actions.js";
import { sureField } from "../reason.js";
import { grouped, looksRight, symbolsOf } from "./unlock-code.js";

/** What only the chief may do, by its step. */
const RIGHTS = new Map([[unlock, "unlock"], [start, "start"], [closeSitting, "close"]]);

/**
 * The buttons that the sitting's state allows; `now` gives the room as it is when one is pressed.
 * @param {string} base
 * @param {() => any} now
 * @param {() => Promise<void>} refresh
 */
export function sittingActions(base, now, refresh) {
  const act = (text, kind, run) => make("button", {
    class: `btn btn-lg btn-${kind}`, type: "button", onclick: () => run(base, now()).then((done) => done && refresh()),
    disabled: RIGHTS.has(run) && !may(RIGHTS.get(run)),
    title: RIGHTS.has(run) && !may(RIGHTS.get(run)) ? t("Only the chief invigilator may do this.") : null,
  }, text);
  const more = make("button", {
    class: "btn btn-lg btn-quiet", type: "button", onclick: () => moreActions(base, now()).then(refresh),
  }, t("More actions"));
  switch (now().sitting.state) {
    case "imported": return [more, act(t("Unlock the paper"), "primary", unlock)];
    case "unlocked": return [more, act(t("Start the sitting"), "primary", start)];
    case "started": return [
      act(t("Pause …"), "quiet", pauseAtOnce), more, ...(waits(now()) ? [act(t("Start others"), "primary", start)] : []),
      make("div", { class: "apart" }, act(t("Close the sitting …"), "danger-quiet", closeSitting)),
    ];
    default: return [more];
  }
}

/** Whether somebody's group has not started. */
function waits(room) {
  return room.groups.some((/** @type {any} */ group) => !group.started_at);
}

function trial(url, body, note) {
  return async () => {
    setNote(note, "");
    try {
      await post(url, body(), { timeout: 60000 });
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
}

function unlock(base, room) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const hint = make("span", { class: "hint", role: "status" });
  const field = make("input", {
    id: "unlock-code", class: "form-control code-field", autocomplete: "off", spellcheck: false, maxLength: 120,
    placeholder: "XXXX-XXXX-XXXX-XXXX", "aria-describedby": "unlock-hint",
  });
  onTyped(field, () => {
    field.value = grouped(field.value);
    const full = symbolsOf(field.value).length === 16;
    setText(hint, !full ? "" : looksRight(field.value) ? t("The code is complete.") : t("There is a typing error in the code: compare it again."));
  });
  hint.id = "unlock-hint";
  return sheet({
    title: t("Unlock the paper"),
    content: [
      make("p", { class: "soft" }, t("The code is released from %(at)s. Type it as it is read to you; the letters O, I and L are not used.", { at: dayAndTime(room.sitting.unlock_not_before) })),
      make("div", { class: "field" }, make("label", { for: "unlock-code" }, t("Unlock code")), field, hint), note,
    ],
    actions: [
      { value: false, text: t("Cancel") },
      { value: true, text: t("Unlock"), kind: "primary", check: trial(`${base}/unlock`, () => ({ code: field.value }), note) },
    ],
    onOpen: () => field.focus(),
  });
}

function start(base, room) {
  const waiting = room.groups.filter((/** @type {any} */ group) => !group.started_at);
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const sure = sureField(t("Yes, start the time now."));
  const facts = make("dl", { class: "closing-facts" });
  const line = (text, n) => make("div", {}, make("dt", {}, text), make("dd", { class: "num" }, String(n)));
  const look = (/** @type {import("../room/groups.js").Group} */ chosen) => {
    const count = (/** @type {string} */ state) => waiting.filter((/** @type {any} */ group) => inGroup(group, chosen))
      .reduce((/** @type {number} */ sum, /** @type {any} */ group) => sum + (group.counts[state] || 0), 0);
    facts.replaceChildren(line(t("Ready; they start now"), count("ready")), line(t("Present, still being verified"), count("checked_in")), line(t("Not signed in yet"), count("registered")));
  };
  const group = groupFields(room.sitting, look);
  look(group.value);
  const send = trial(`${base}/start`, () => group.value, note);
  const check = async () => {
    setNote(note, sure.missing);
    return note.hidden && send();
  };
  return sheet({
    title: t("Start the exam?"),
    content: [
      make("p", { class: "note warn" }, t("The time of the candidates who are ready starts at once. Others start when they have been verified.")),
      ...group.boxes, facts, sure.box, note,
    ],
    actions: [
      { value: false, text: t("Cancel") },
      { value: true, text: t("Start now"), kind: "primary", check },
    ],
  });
}
