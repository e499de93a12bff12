// Texts of the question on the page in another language. Only the texts are replaced: fields, choices
// and struck options are the same elements as before.

import { byId, show } from "../../common/dom.js";
import { toMain } from "./focus.js";
import { nodesOf } from "./item-text.js";

/**
 * Replace what an element shows. Whoever was at a picture in it is at the same one again.
 * @param {HTMLElement} element
 * @param {import("./item-text.js").Text} text
 * @param {string} lang
 */
export function replaceText(element, text, lang) {
  const pictures = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll(".figure-button")]);
  const inside = element.contains(document.activeElement);
  const at = pictures().findIndex((picture) => picture === document.activeElement);
  element.replaceChildren(...nodesOf(text));
  if (lang) element.lang = lang;
  else element.removeAttribute("lang");
  if (!inside) return;
  const same = pictures()[at];
  if (same) same.focus({ preventScroll: true });
  else toMain();
}

/**
 * Show the texts of the item that is on the page. Without translations they are there already.
 * @param {HTMLElement} place
 * @param {import("./item-view.js").Item} item
 */
export function reword(place, item) {
  show(byId("original-only"), item.foreign);
  if (!Object.keys(item.translations).length) return;
  replaceText(byId("stem"), item.stem, item.lang ?? "");
  for (const option of item.options) {
    const input = place.querySelector(`.option input[value="${CSS.escape(option.id)}"]`);
    const text = input?.closest(".option")?.querySelector(".option-text");
    if (text instanceof HTMLElement) replaceText(text, option.text, item.lang ?? "");
  }
}
