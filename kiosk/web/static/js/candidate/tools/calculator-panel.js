// The calculator's panel. It takes the keys only while the focus is inside it. Programmes without a
// calculator have no panel.

import { byId, findById, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { Calculator } from "./calculator.js";
import { ToolPanel } from "./tool-panel.js";

/** Keys of a keyboard, by the key of the calculator that they press. */
const KEYS = {
  "*": "×", x: "×", "/": "÷", "-": "−", ",": ".", Enter: "=", Backspace: "⌫", Delete: "C", r: "√", n: "±",
};
const PLAIN = /^[0-9.+=%×÷−]$/;

/** @type {Record<string, () => string>} */
const ERRORS = {
  divide: () => t("Division by zero"),
  root: () => t("Root of a negative number"),
  large: () => t("Number too large"),
};

/**
 * The calculator's key for one of the keyboard, or undefined.
 * @param {KeyboardEvent} event
 */
function keyOf(event) {
  return PLAIN.test(event.key) ? event.key : KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
}

class CalculatorPanel {
  #calculator = new Calculator();
  #panel = new ToolPanel("calculator");

  wire() {
    for (const key of this.#panel.root.querySelectorAll("[data-key]")) {
      key.addEventListener("click", (event) => this.#clicked(/** @type {MouseEvent} */ (event)));
    }
    this.#panel.root.addEventListener("keydown", (event) => this.#onKey(event));
    this.#show();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const key = /** @type {HTMLElement} */ (event.currentTarget);
    this.#press(key.dataset.key ?? "");
    // After the mouse, Enter is "=", not this key again.
    if (event.detail > 0) this.#panel.root.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const onButton = event.target !== this.#panel.root;
    const key = keyOf(event);
    if (event.key === "Escape") this.#panel.close();
    else if (!key || (onButton && event.key === "Enter")) return;
    else {
      this.#press(key);
      this.#panel.root.focus();
    }
    event.preventDefault();
  }

  /** @param {string} key */
  #press(key) {
    this.#calculator.press(key);
    this.#show();
    // Digits are heard as they are typed; everything else changes the whole number.
    if (!/^[0-9.]$/.test(key)) setText(byId("calculator-news"), byId("calculator-shown").textContent ?? "");
  }

  #show() {
    const { error, shown, pending, memory } = this.#calculator;
    setText(byId("calculator-shown"), error ? ERRORS[error]() : shown);
    setText(byId("calculator-pending"), pending);
    setText(byId("calculator-memory"), memory && `M ${memory}`);
  }
}

if (findById("calculator")) new CalculatorPanel().wire();
