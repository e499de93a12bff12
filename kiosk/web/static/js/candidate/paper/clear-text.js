// The button that clears a written answer, and brings it back until something is typed.

import { make, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { isAnswered } from "./answer-measures.js";

/**
 * @typedef {object} TextField
 * @property {HTMLElement} element
 * @property {() => string} read
 * @property {(value: string) => void} write
 */

/**
 * @param {TextField} field
 * @param {(value: string | null, delay: number) => void} onAnswer
 */
export function clearText(field, onAnswer) {
  const button = make("button", { class: "btn btn-quiet clear-text", type: "button" });
  /** @type {string | null} */
  let cleared = null;
  const show = () => {
    setText(button, cleared === null ? t("Clear my answer") : t("Bring my answer back"));
    button.dataset.idle = cleared !== null || isAnswered(field.read()) ? "" : "1";
  };
  button.addEventListener("click", () => {
    const back = cleared;
    cleared = back === null ? field.read() : null;
    field.write(back ?? "");
    onAnswer(back, 0);
    show();
    field.element.focus();
  });
  field.element.addEventListener("input", () => {
    cleared = null;
    show();
  });
  show();
  return button;
}
