// What this terminal still holds of anybody's answers goes to the server as late answers, on every
// page before and after the exam. Only what the server has is wiped, or what staff noted as
// undeliverable; the rest stays sealed here, and staff see it.

import { byId, make, sleep } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { canSeal, sealAnswers } from "./sealed-answers.js";
import { journals, unacknowledged, wipe } from "./answer-buffer.js";
import { postAsTerminal } from "../devices/terminal.js";

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

/** Staff's decisions about what this terminal holds, by attempt; what no repetition helps, by journal. */
let decided = {};
let untold = false;
const refused = new Map();

/** Deliver one journal; resolves to null, or to why it stays here. Staff may have it deleted. */
async function deliverOne(journal, total) {
  const decision = decided[journal.attempt];
  if (!decision && refused.has(journal.id)) return refused.get(journal.id);
  const readable = journal.record && canSeal;
  const failure = readable ? await send(journal).then(() => null, (error) => error) : Object.assign(new Error("sealed for good"), { code: "unreadable" });
  if (failure?.passing) return failure;
  if (decision?.state === "undeliverable" && decision.answers === total) {
    await wipe(journal);
    return null;
  }
  if (failure) refused.set(journal.id, failure);
  return failure;
}

function count({ record }) {
  return record ? unacknowledged(record).length : 1;
}

/** Deliver each journal but that of the attempt `own`; resolves to how many answers stay here. */
async function deliver(own) {
  const held = {};
  const why = {};
  let passing = false;
  const found = (await journals()).filter(({ attempt }) => attempt !== own);
  const waiting = found.filter((journal) => count(journal) > 0);
  for (const journal of found.filter((one) => !waiting.includes(one))) await wipe(journal);
  const totals = {};
  for (const journal of waiting) totals[journal.attempt] = (totals[journal.attempt] || 0) + count(journal);
  for (const journal of waiting) {
    const failure = await deliverOne(journal, totals[journal.attempt]);
    passing ||= Boolean(failure?.passing);
    if (!failure) continue;
    held[journal.attempt] = (held[journal.attempt] || 0) + count(journal);
    if (!failure.passing) why[journal.attempt] = failure.code || "unreadable";
  }
  untold ||= waiting.length > 0;
  if (untold) await tellStaff(held, why).catch(() => { passing = true; });
  return { left: Object.values(held).reduce((sum, n) => sum + n, 0), passing };
}

async function tellStaff(held, why) {
  const told = Object.entries(held).slice(0, MOST_TOLD);
  const reasons = told.map(([attempt]) => [attempt, (why[attempt] || "").slice(0, 60)]);
  ({ decided } = await postAsTerminal("/api/terminal/held", { held: Object.fromEntries(told), why: Object.fromEntries(reasons) }));
  untold = false;
}

function show(left) {
  const note = byId("held-note") || byId("main").appendChild(make("p", { id: "held-note", class: "note warn", role: "status" }));
  note.textContent = t("This terminal still keeps %(n)s answers of an earlier candidate, which could not be delivered yet. Please tell the invigilator, and leave the browser's data alone.", { n: left });
  note.hidden = left === 0;
}

/** Try until everything is delivered or decided; `onResult(left)` hears of each try. */
export async function deliverHeld(own, onResult) {
  for (;;) {
    const { left, passing } = await deliver(own).catch(() => ({ left: 0, passing: true }));
    onResult(left);
    if (!passing && left === 0) return;
    await sleep(AGAIN_MS);
  }
}

if (data.emergency_key && !byId("wiped")) await deliverHeld(data.attempt_id ?? null, show);
