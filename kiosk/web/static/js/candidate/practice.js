// The practice: the answer page's own paper view over questions that belong to no exam. Answers live
// in this page only; nothing is sent.

import { byId, findById, make } from "../common/dom.js";
import { data, t } from "../common/page.js";
import { sheet } from "../common/sheet.js";
import { Countdown } from "./exam/countdown.js";
import { PaperView } from "./paper/paper-view.js";
import { NotesPad } from "./tools/notes-pad.js";
import { PageMemory } from "./tools/page-memory.js";

const WARN_MINUTES = [15, 5];

const { items, sections, minutes } = data.practice;
const ending = byId("end-practice");
const countdown = new Countdown(restart);

function restart() {
  countdown.set(minutes * 60);
}

async function end() {
  const go = await sheet({
    title: t("End practice?"),
    content: [make("p", {}, t("Nothing you entered here is saved. In the exam, this button hands in your answers after you confirm."))],
    actions: [{ value: false, text: t("Continue practice") }, { value: true, text: t("End practice"), kind: "primary" }],
  });
  if (go) location.assign(ending.dataset.next ?? "/");
}

if (findById("notes")) {
  const { notes } = data.practice;
  new NotesPad(notes, {}, { send: async ({ number }) => ({ number }), keep: () => undefined, keeps: () => true });
}
new PaperView({ items, sections }, {}, { current: 0, flags: [] }, { put: () => undefined }, () => undefined, new PageMemory());
countdown.warnAt(WARN_MINUTES);
restart();
ending.addEventListener("click", end);
