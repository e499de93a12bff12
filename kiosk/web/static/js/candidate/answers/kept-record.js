// What a page of this terminal leaves to the next one, and what becomes of it.

/**
 * @typedef {import("./pending-answers.js").Entry} Entry
 *
 * @typedef {object} KeptRecord
 * @property {Entry[]} [entries] answers that the server has not acknowledged
 * @property {Entry[]} [old] such answers about which the invigilator decides: from before another
 *   terminal continued the exam, or to a part that was closed when they came
 * @property {string} [lease] the token by which the page held the exam
 * @property {string} [admission_no]
 * @property {string[]} [flags] ids of flagged items
 * @property {number} [current] index of the shown item
 * @property {import("../tools/notes-sender.js").KeptNotes | null} [notes] notes that the server has not
 *   acknowledged
 * @property {string} [part] id of the part that was open, where parts are sat in order
 */

/**
 * All answers in a record that the server has not acknowledged.
 * @param {KeptRecord} record
 */
export function unacknowledged(record) {
  return [...(record.old || []), ...(record.entries || [])];
}

/**
 * Which answers this page sends, and which are old. If another terminal held the exam in between, those
 * kept here would overwrite newer answers: the invigilator decides about them.
 * @param {KeptRecord} record
 * @param {boolean} continues whether this terminal was the last one to hold the exam
 */
export function sortKept(record, continues) {
  if (continues) return { entries: record.entries || [], old: record.old || [] };
  return { entries: [], old: unacknowledged(record) };
}
