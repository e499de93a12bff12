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
        ? t("Each departure is recorded. With number %(limit)s the exam stops until the invigilator has decided. Close whatever came to the front and stay on this page.", { limit })
        : t("Each departure is recorded. With number %(limit)s the exam ends by itself. Close whatever came to the front and stay on this page.", { limit })),
    ],
    actions: [{ value: true, text: t("I understand, continue"), kind: "primary" }],
  });
  shownCount = null;
}

/** Say that another window has the exam now. */
export function showTakenOver() {
  return sheet({
    title: t("The exam goes on in another window"),
    content: [make("p", {}, t("Answers can be given in one window only. Everything that was saved is safe. Close this window, or ask the invigilator to let you continue here."))],
    actions: [{ value: true, text: t("Continue here"), kind: "primary" }],
    firm: true,
  });
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
 * Ask before handing in; resolves to "hand-in", an item to go to, or null.
 * @param {Item[]} open unanswered items
 * @param {Item[]} flagged
 * @param {number} total
 */
export function confirmHandIn(open, flagged, total) {
  let close = (/** @type {Item} */ _item) => {};
  const choose = (/** @type {Item} */ item) => close(item);
  const content = [make("p", {}, t("%(n)s of %(total)s items are answered.", { n: total - open.length, total }))];
  if (open.length) content.push(make("h3", {}, t("Still open")), numberList(open, choose));
  if (flagged.length) content.push(make("h3", {}, t("Flagged")), numberList(flagged, choose));
  content.push(make("p", { class: open.length ? "note warn" : "note" }, t("After handing in nothing can be changed any more.")));
  return sheet({
    title: t("Hand in now?"),
    content,
    actions: [
      { value: null, text: t("Back to the items") },
      { value: "hand-in", text: t("Hand in for good"), kind: "primary" },
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
      make("p", {}, t("%(n)s answers of yours had not reached the server by then.", { n: count })),
      make("p", { class: delivered ? "note" : "note bad" }, delivered
        ? t("They are with the invigilator now, who decides whether they count.")
        : t("They could not be delivered. Save them as a file and call the invigilator before you leave.")),
    ],
    actions: delivered
      ? [{ value: "go", text: t("Go on to the receipt"), kind: "primary" }]
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
