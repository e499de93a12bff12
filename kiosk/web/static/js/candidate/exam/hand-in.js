// Handing in the exam or a part of it: asked for once more, and only when every answer is saved.

import { byId } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { acknowledge, confirmHandIn, wholeExam } from "./exam-dialogs.js";

/** @typedef {() => Promise<boolean>} Flush sends everything; resolves to whether all answers are saved */

/**
 * @param {import("../paper/paper-view.js").PaperView} paper
 * @param {Flush} flush
 * @param {import("./exam-parts.js").ExamParts} parts
 * @param {() => Promise<void>} onEnded
 * @param {() => Promise<void>} onMoved another part is open
 */
export async function askHandIn(paper, flush, parts, onEnded, onMoved) {
  const open = paper.items.filter((item) => !paper.isAnswered(item));
  const flagged = paper.items.filter((item) => paper.isFlagged(item));
  const part = parts.isLast ? null : parts.open;
  const choice = await confirmHandIn(open, flagged, paper.items.length, part ? parts.question() : wholeExam());
  if (choice === "hand-in" && part) await handIn(flush, () => parts.close(part.id), onMoved, onEnded);
  else if (choice === "hand-in") await handIn(flush, () => post(`/api/attempts/${data.attempt_id}/hand-in`, {}, { timeout: 30000 }), onEnded, onEnded);
  else if (choice) paper.go(paper.items.indexOf(choice));
}

/**
 * @param {Flush} flush
 * @param {() => Promise<unknown>} act
 * @param {() => Promise<void>} onDone
 * @param {() => Promise<void>} onEnded
 */
async function handIn(flush, act, onDone, onEnded) {
  const button = byId("hand-in", HTMLButtonElement);
  button.disabled = true;
  try {
    if (!(await flush())) throw new Error(t("Some answers are not saved yet. They will be retried; please hand in a little later."));
    await act();
    await onDone();
    button.disabled = false;
  } catch (error) {
    button.disabled = false;
    if (error.code === "attempt_ended") await onEnded();
    else await acknowledge(t("Not handed in yet"), error.message);
  }
}
