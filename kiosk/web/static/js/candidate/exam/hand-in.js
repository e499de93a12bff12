// Handing in: asked for once more, and only when every answer is saved.

import { byId } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { acknowledge, confirmHandIn } from "./exam-dialogs.js";

/** @typedef {import("../answers/answer-queue.js").AnswerQueue} AnswerQueue */

/**
 * @param {import("../paper/paper-view.js").PaperView} paper
 * @param {AnswerQueue} answers
 * @param {() => Promise<void>} onEnded
 */
export async function askHandIn(paper, answers, onEnded) {
  const open = paper.items.filter((item) => !paper.isAnswered(item));
  const flagged = paper.items.filter((item) => paper.isFlagged(item));
  const choice = await confirmHandIn(open, flagged, paper.items.length);
  if (choice === "hand-in") await handIn(answers, onEnded);
  else if (choice) paper.go(paper.items.indexOf(choice));
}

/**
 * @param {AnswerQueue} answers
 * @param {() => Promise<void>} onEnded
 */
async function handIn(answers, onEnded) {
  const button = byId("hand-in", HTMLButtonElement);
  button.disabled = true;
  try {
    if (!(await answers.flush())) throw new Error(t("Some answers are not saved yet. They will be retried; please hand in a little later."));
    await post(`/api/attempts/${data.attempt_id}/hand-in`, {}, { timeout: 30000 });
    await onEnded();
  } catch (error) {
    button.disabled = false;
    if (error.code === "attempt_ended") await onEnded();
    else await acknowledge(t("Not handed in yet"), error.message);
  }
}
