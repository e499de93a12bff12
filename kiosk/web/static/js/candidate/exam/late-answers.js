// Answers that had not reached the server when the exam, or their part of it, ended: the invigilator
// decides about them.

import { data, t } from "../../common/page.js";
import { sortKept } from "../answers/kept-record.js";
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
 * @param {{ update: (changes: { entries: Entry[], old: Entry[] }) => Promise<unknown> }} buffer
 */
export async function handOverLate(entries, lease, buffer) {
  if (!canSeal) {
    await acknowledge(t("The exam has ended"), t("%(n)s of your answers had not reached the server by then.", { n: entries.length }));
    return;
  }
  for (let choice = ""; choice !== "go";) {
    const failure = await deliverLate(entries, lease).then(() => null, (error) => error);
    const known = failure?.code === "late_answers_known";
    if (known || !failure) await buffer.update({ entries: [], old: [] });
    if (known) return;
    choice = await showLate(entries.length, failure === null);
    if (choice === "file") {
      await saveFile(entries, lease);
      return;
    }
  }
}

/** Answers for the invigilator while the exam goes on: kept here until the server has them. */
export class LateAnswers {
  #buffer;
  #lease;
  /** @type {Entry[]} */
  #entries;
  #shown = 0;
  #sending = false;

  /**
   * @param {{ update: (changes: { old: Entry[] }) => Promise<unknown> }} buffer
   * @param {string} lease
   * @param {Entry[]} entries from the page before this one
   */
  constructor(buffer, lease, entries) {
    this.#buffer = buffer;
    this.#lease = lease;
    this.#entries = entries;
    this.#shown = entries.length;
  }

  get all() {
    return [...this.#entries];
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#entries.push(entry);
    this.#buffer.update({ old: this.all });
  }

  /** Send them, all in one file; what does not arrive stays for the next time. */
  async deliver() {
    if (this.#sending || !this.#entries.length) return;
    this.#sending = true;
    const sent = this.all;
    if (this.#shown < sent.length) this.#say(sent.length - this.#shown);
    this.#shown = sent.length;
    const delivered = await deliverOld(sent, this.#lease);
    if (delivered) {
      this.#entries = this.#entries.filter((entry) => !sent.includes(entry));
      this.#shown -= sent.length;
      await this.#buffer.update({ old: this.all });
    }
    this.#sending = false;
  }

  /** @param {number} count */
  #say(count) {
    acknowledge(t("The part has ended"), [
      t("%(n)s of your answers had not reached the server by then.", { n: count }),
      canSeal ? t("The invigilator decides whether they count.") : "",
    ].join(" "));
  }
}

/**
 * What the page before this one kept, sorted by who may still send it.
 * @param {import("../answers/answer-buffer.js").AnswerBuffer} buffer
 * @param {import("../answers/kept-record.js").KeptRecord} before
 * @param {string} lease
 * @param {boolean} continues
 */
export async function recall(buffer, before, lease, continues) {
  const { entries, old } = sortKept(before, continues);
  const delivered = await deliverOld(old, before.lease || "");
  const left = delivered ? [] : old;
  await buffer.update({ entries, old: left, lease, admission_no: data.admission_no });
  return { kept: { ...before, entries, continues }, late: new LateAnswers(buffer, lease, left) };
}
