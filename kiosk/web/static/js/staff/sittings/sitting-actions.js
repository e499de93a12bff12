// Unlock, start, close: the three large steps of a sitting, each confirmed.

import { make, setNote, setText } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { dayAndTime, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { onTyped } from "../../common/typed-text.js";
import { closeSitting } from "./closing.js";
import { checkSession, may } from "../session.js";
import { moreActions, resumeRoom } from "../room/room-actions.js";
import { sureField } from "../reason.js";
import { grouped, looksRight, symbolsOf } from "./unlock-code.js";

/** What only the chief may do, by its step. */
const RIGHTS = new Map([[unlock, "unlock"], [start, "start"], [closeSitting, "close"]]);

/** The buttons that the sitting's state allows. */
export function sittingActions(base, room, refresh) {
  const act = (text, kind, run) => make("button", {
    class: `btn btn-lg btn-${kind}`, type: "button", onclick: () => run(base, room).then((done) => done && refresh()),
    disabled: RIGHTS.has(run) && !may(RIGHTS.get(run)),
    title: RIGHTS.has(run) && !may(RIGHTS.get(run)) ? t("Only the chief invigilator may do this.") : null,
  }, text);
  const more = make("button", {
    class: "btn btn-lg btn-quiet", type: "button", onclick: () => moreActions(base, room).then(refresh),
  }, t("More acts"));
  switch (room.sitting.state) {
    case "imported": return [more, act(t("Unlock the paper"), "primary", unlock)];
    case "unlocked": return [more, act(t("Start the sitting"), "primary", start)];
    case "started": return room.paused_at
      ? [more, act(t("Resume the room"), "primary", resumeRoom)]
      : [more, act(t("Close the sitting …"), "danger-quiet", closeSitting)];
    default: return [more];
  }
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
      make("p", { class: "soft" }, t("The code is released from %(at)s on. Type it as it is read to you; letters O, I and L do not occur.", { at: dayAndTime(room.sitting.unlock_not_before) })),
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
  const count = (...states) => room.rows.filter((row) => states.includes(row.state)).length;
  const ready = count("ready");
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const sure = sureField(t("Yes, the time begins now."));
  const send = trial(`${base}/start`, () => ({}), note);
  const check = async () => {
    setNote(note, sure.missing);
    return note.hidden && send();
  };
  const line = (text, n) => make("div", {}, make("dt", {}, text), make("dd", { class: "num" }, String(n)));
  return sheet({
    title: t("Start the sitting?"),
    content: [
      make("p", { class: "note warn" }, t("The time of the candidates who are ready begins to run at once. Others begin when they have been verified.")),
      make("dl", { class: "closing-facts" }, line(t("Ready; they begin now"), ready), line(t("Here, still being checked"), count("checked_in")), line(t("Not signed in yet"), count("registered"))),
      sure.box, note,
    ],
    actions: [
      { value: false, text: t("Cancel") },
      { value: true, text: t("Start now (%(n)s ready)", { n: ready }), kind: "primary", check },
    ],
  });
}
