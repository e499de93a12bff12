// What this terminal still holds of anybody's answers goes to the server as late answers, on every
// page before and after the exam. Only what the server has is wiped; the rest stays sealed here, and
// staff are told.

import { byId, make, sleep } from "../common/dom.js";
import { data, t } from "../common/page.js";
import { canSeal, sealAnswers } from "./emergency.js";
import { journals, unacknowledged, wipe } from "./journal.js";
import { postAsTerminal } from "./terminal.js";

const AGAIN_MS = 15000;
const MOST = 5000;
const MOST_TOLD = 20;

async function send(journal) {
  const { attempt, record } = journal;
  const whose = { attempt_id: attempt, admission_no: record.admission_no || "" };
  const entries = unacknowledged(record);
  let keep = false;
  for (let from = 0; from < entries.length; from += MOST) {
    const file = await sealAnswers(entries.slice(from, from + MOST), record.lease || "", whose);
    const blob = new Blob([file], { type: "application/jose" });
    const reply = await postAsTerminal("/api/terminal/late-answers", blob, { "Content-Type": "application/jose" }).catch((error) => {
      if (error.code === "late_answers_known") return { keep: false };
      throw error;
    });
    keep ||= reply.keep;
  }
  if (!keep) await wipe(journal);
}

/** Deliver each journal but that of the attempt `own`; resolves to how many answers stay here. */
async function deliver(own) {
  const held = {};
  let passing = false;
  const found = (await journals()).filter(({ attempt }) => attempt !== own);
  const waiting = found.filter(({ record }) => !record || unacknowledged(record).length);
  for (const journal of found.filter((one) => !waiting.includes(one))) await wipe(journal);
  for (const journal of waiting) {
    const count = journal.record ? unacknowledged(journal.record).length : 1;
    const failure = !journal.record || !canSeal ? new Error("sealed for good") : await send(journal).then(() => null, (error) => error);
    passing ||= Boolean(failure?.passing);
    if (failure) held[journal.attempt] = count;
  }
  if (waiting.length) await tellStaff(held).catch(() => { passing = true; });
  return { left: Object.values(held).reduce((sum, n) => sum + n, 0), passing };
}

function tellStaff(held) {
  return postAsTerminal("/api/terminal/held", { held: Object.fromEntries(Object.entries(held).slice(0, MOST_TOLD)) });
}

function show(left) {
  const note = byId("held-note") || byId("main").appendChild(make("p", { id: "held-note", class: "note warn", role: "status" }));
  note.textContent = t("This terminal still keeps %(n)s answers of an earlier candidate, which could not be delivered yet. Please tell the invigilator, and leave the browser's data alone.", { n: left });
  note.hidden = left === 0;
}

/** Try until everything is delivered or nothing helps; `onResult(left)` hears of each try. */
export async function deliverHeld(own, onResult) {
  for (;;) {
    const { left, passing } = await deliver(own).catch(() => ({ left: 0, passing: true }));
    onResult(left);
    if (!passing) return;
    await sleep(AGAIN_MS);
  }
}

if (data.emergency_key && !byId("wiped")) await deliverHeld(data.attempt_id ?? null, show);
