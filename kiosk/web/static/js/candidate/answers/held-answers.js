// What this terminal still holds of anybody's answers goes to the server as late answers, on every
// page before and after the exam. What the server does not accept stays sealed here.

import { findById, byId, make, sleep } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { postAsTerminal } from "../devices/terminal.js";
import { allBuffers, deleteBuffer } from "./answer-buffer.js";
import { HeldDelivery } from "./held-delivery.js";
import { unacknowledged } from "./kept-record.js";
import { canSeal, sealAnswers } from "./sealed-answers.js";

const AGAIN_MS = 15000;
const MAX_ENTRIES = 5000; // of one file; the server accepts no more

/** @param {import("./answer-buffer.js").StoredBuffer} buffer */
async function send({ attempt, record }) {
  if (!canSeal || !record) throw Object.assign(new Error("this browser cannot seal here"), { code: "unreadable" });
  const whose = { attempt_id: attempt, admission_no: record.admission_no || "" };
  const entries = unacknowledged(record);
  let keep = false;
  for (let from = 0; from < entries.length; from += MAX_ENTRIES) {
    const file = await sealAnswers(entries.slice(from, from + MAX_ENTRIES), record.lease || "", whose);
    const blob = new Blob([file], { type: "application/jose" });
    const reply = await postAsTerminal("/api/terminal/late-answers", blob, { "Content-Type": "application/jose" }).catch((error) => {
      if (error.code === "late_answers_known") return { keep: false };
      throw error;
    });
    keep ||= reply.keep;
  }
  return { keep };
}

const delivery = new HeldDelivery({
  buffers: allBuffers, send, remove: deleteBuffer,
  report: async (held, why) => (await postAsTerminal("/api/terminal/held", { held, why })).decided,
});

/** @param {number} left */
function showLeft(left) {
  const note = findById("held-note") || byId("main").appendChild(make("p", { id: "held-note", class: "note warn", role: "status" }));
  note.textContent = t("This terminal still keeps %(n)s answers of an earlier candidate, which could not be delivered yet. Please tell the invigilator, and leave the browser's data alone.", { n: left });
  note.hidden = left === 0;
}

/**
 * Try until everything is delivered or decided; `onResult` hears after each try how many answers stay.
 * @param {string | null} own the attempt whose own page sends its answers
 * @param {(left: number) => void} onResult
 */
export async function deliverHeld(own, onResult) {
  for (;;) {
    const { left, passing } = await delivery.run(own).catch(() => ({ left: 0, passing: true }));
    onResult(left);
    if (!passing && left === 0) return;
    await sleep(AGAIN_MS);
  }
}

if (data.emergency_key && !findById("wiped")) await deliverHeld(data.attempt_id ?? null, showLeft);
