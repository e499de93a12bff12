// Answers that had not reached the server when the exam ended: the invigilator decides about them.

import { t } from "../../common/page.js";
import { canSeal, deliverLate, saveFile } from "../answers/sealed-answers.js";
import { acknowledge, showLate } from "./exam-dialogs.js";

/** @typedef {import("../answers/pending-answers.js").Entry} Entry */

/**
 * Deliver old answers of this terminal; resolves to whether the server has them now.
 * @param {Entry[]} entries
 * @param {string} lease
 */
export async function deliverOld(entries, lease) {
  if (!entries.length) return true;
  if (!canSeal) return false;
  return deliverLate(entries, lease).then(() => true, (error) => error.code === "late_answers_known");
}

/**
 * Hand over what came too late, or save it as a file, before the page is left.
 * @param {Entry[]} entries
 * @param {string} lease
 * @param {{ update: (changes: { entries: Entry[] }) => Promise<unknown> }} buffer
 */
export async function handOverLate(entries, lease, buffer) {
  if (!canSeal) {
    await acknowledge(t("The exam has ended"), t("%(n)s answers of yours had not reached the server by then.", { n: entries.length }));
    return;
  }
  for (let choice = ""; choice !== "go";) {
    const failure = await deliverLate(entries, lease).then(() => null, (error) => error);
    const known = failure?.code === "late_answers_known";
    if (known || !failure) await buffer.update({ entries: [] });
    if (known) return;
    choice = await showLate(entries.length, failure === null);
    if (choice === "file") {
      await saveFile(entries, lease);
      return;
    }
  }
}
