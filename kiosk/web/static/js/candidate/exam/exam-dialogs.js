// Dialogs of the answer page: page leaves, hand-in, late answers, another window.

import { make, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";

/** @typedef {import("../paper/item-view.js").Item} Item */

/** @type {HTMLElement | null} */
let shownCount = null;

/**
 * Show the present count in the dialog, if it is open.
 * @param {number} leaves
 * @param {number} limit
 */
export function countLeaves(leaves, limit) {
  if (shownCount) setText(shownCount, t("%(n)s of %(limit)s", { n: leaves, limit }));
}

/**
 * Say how often the page was left (R18). While the dialog is open, only its count changes.
 * @param {number} leaves
 * @param {number} limit
 * @param {string} atLimit what happens then: `hold` or `end`
 */
export async function showLeaves(leaves, limit, atLimit) {
  if (shownCount) return;
  shownCount = make("p", { class: "leave-count num", role: "status" });
  countLeaves(leaves, limit);
  await sheet({
    title: t("You have left the answer page"),
    content: [
      shownCount,
      make("p", {}, atLimit === "hold"
        ? t("Each time you leave is recorded. If you leave %(limit)s times, the exam stops until the invigilator has decided. Close any other window and stay on this page.", { limit })
        : t("Each time you leave is recorded. If you leave %(limit)s times, the exam ends automatically. Close any other window and stay on this page.", { limit })),
    ],
    actions: [{ value: true, text: t("I understand, continue"), kind: "primary" }],
  });
  shownCount = null;
}

/** Say that another window has the exam now. */
export function showTakenOver() {
  return sheet({
    title: t("The exam continues in another window"),
    content: [make("p", {}, t("You can answer in one window only. Your saved answers are safe. Close this window, or ask the invigilator to let you continue here."))],
    actions: [{ value: true, text: t("Continue here"), kind: "primary" }],
    firm: true,
  });
}

/** Say that this terminal has no session any more. */
export function showSignedOut() {
  return acknowledge(t("Please sign in again"), t("The invigilator has released this terminal, or the session has ended. Saved answers are safe."));
}

/**
 * @param {Item[]} items
 * @param {(item: Item) => void} choose
 */
function numberList(items, choose) {
  return make("div", { class: "open-list" }, items.map((item) => make(
    "button", { class: "cell", type: "button", onclick: () => choose(item) }, String(item.number),
  )));
}

/**
 * What is asked before handing in: all of it, or a part of it.
 * @typedef {{ title: string, count: (numbers: { n: number, total: number }) => string, after: string[] }} Question
 */

/** @returns {Question} */
export function wholeExam() {
  return {
    title: t("Hand in now?"),
    count: (numbers) => t("%(n)s of %(total)s questions are answered.", numbers),
    after: [t("After handing in, you cannot change anything.")],
  };
}

/**
 * Ask before handing in; resolves to "hand-in", an item to go to, or null.
 * @param {Item[]} open unanswered items
 * @param {Item[]} flagged
 * @param {number} total
 * @param {Question} question
 */
export function confirmHandIn(open, flagged, total, question) {
  let close = (/** @type {Item} */ _item) => {};
  const choose = (/** @type {Item} */ item) => close(item);
  const content = [make("p", {}, question.count({ n: total - open.length, total }))];
  if (open.length) content.push(make("h3", {}, t("Not answered yet")), numberList(open, choose));
  if (flagged.length) content.push(make("h3", {}, t("Flagged")), numberList(flagged, choose));
  content.push(make("div", { class: open.length ? "note warn" : "note" }, question.after.map((text) => make("p", {}, text))));
  return sheet({
    title: question.title,
    content,
    actions: [
      { value: null, text: t("Back to the questions") },
      { value: "hand-in", text: t("Confirm hand-in"), kind: "primary" },
    ],
    onOpen: (_dialog, chosen) => { close = chosen; },
  });
}

/**
 * Say that some answers came too late, and what becomes of them.
 * @param {number} count
 * @param {boolean} delivered
 */
export function showLate(count, delivered) {
  return sheet({
    title: t("The exam has ended"),
    content: [
      make("p", {}, t("%(n)s of your answers had not reached the server by then.", { n: count })),
      make("p", { class: delivered ? "note" : "note bad" }, delivered
        ? t("The invigilator has them now and decides whether they count.")
        : t("They could not be sent. Save them as a file and call the invigilator before you leave.")),
    ],
    actions: delivered
      ? [{ value: "go", text: t("Continue to the receipt"), kind: "primary" }]
      : [{ value: "file", text: t("Save an emergency file"), kind: "primary" }, { value: "again", text: t("Try again") }],
    firm: true,
  });
}

/**
 * Show something that a person has to acknowledge.
 * @param {string} title
 * @param {string} text
 */
export function acknowledge(title, text) {
  return sheet({
    title, content: [make("p", {}, text)], actions: [{ value: true, text: t("Close"), kind: "primary" }],
  });
}
