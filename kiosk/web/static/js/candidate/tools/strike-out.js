// Striking options out: a button beside each option of a choice, or Shift with its number or letter.
// The answer stays as it is.

import { make } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { leaveOption } from "../paper/focus.js";

const TYPES = new Set(["single_choice", "multiple_choice"]);

export class StrikeOut {
  #struck;

  /** @param {import("./struck-options.js").StruckOptions} struck */
  constructor(struck) {
    this.#struck = struck;
  }

  /**
   * Add the buttons to the shown item.
   * @param {HTMLElement} place
   * @param {import("../paper/item-view.js").Item} item
   */
  show(place, item) {
    if (!TYPES.has(item.type)) return;
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll(".option"))) this.#add(card, item.id);
  }

  /**
   * @param {HTMLElement} card
   * @param {string} item
   */
  #add(card, item) {
    const input = /** @type {HTMLInputElement} */ (card.querySelector("input"));
    const letter = card.querySelector(".letter")?.textContent ?? "";
    const name = t("Strike out option %(letter)s", { letter });
    const button = make("button", { class: "tool strike", type: "button", title: name, "aria-label": name }, make("s", {}, letter));
    const note = make("span", { class: "visually-hidden" });
    const row = make("div", { class: "option-row" });
    const strike = (/** @type {boolean} */ struck) => {
      row.dataset.struck = struck ? "yes" : "no";
      button.setAttribute("aria-pressed", String(struck));
      note.textContent = struck ? t("(struck out)") : "";
    };
    const change = (/** @type {boolean} */ struck) => {
      this.#struck.set(item, input.value, struck);
      strike(struck);
    };
    button.addEventListener("click", () => {
      change(!this.#struck.has(item, input.value));
      leaveOption(button);
    });
    input.addEventListener("change", () => input.checked && change(false));
    card.replaceWith(row);
    card.append(note);
    row.append(card, button);
    strike(this.#struck.has(item, input.value));
  }
}

/**
 * Press the button of the option that a key names; returns whether the shown item has one.
 * @param {HTMLElement} place
 * @param {KeyboardEvent} event
 */
export function pressStrike(place, event) {
  const buttons = /** @type {HTMLElement[]} */ ([...place.querySelectorAll(".strike")]);
  // With Shift the key of 1 gives another sign, so its place on the keyboard counts.
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  const letter = event.key.toUpperCase();
  const button = digit ? buttons[Number(digit) - 1] : buttons.find((shown) => shown.textContent === letter);
  button?.click();
  return button !== undefined;
}
