// The calculator's panel. It takes the keys only while the focus is inside it, and gives the focus
// back to where it was. Programmes without a calculator have no panel.

import { byId, findById, setText, show } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { Calculator } from "./calculator.js";

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
  #panel = byId("calculator");
  #button = byId("calculator-open");
  /** @type {HTMLElement | null} */
  #before = null;
  #used = false;

  wire() {
    // The focus stays where it is, so that closing gives it back.
    this.#button.addEventListener("mousedown", (event) => event.preventDefault());
    this.#button.addEventListener("click", () => (this.#panel.hidden ? this.#open() : this.#close()));
    byId("calculator-close").addEventListener("click", () => this.#close());
    for (const key of this.#panel.querySelectorAll("[data-key]")) {
      key.addEventListener("click", (event) => this.#clicked(/** @type {MouseEvent} */ (event)));
    }
    this.#panel.addEventListener("keydown", (event) => this.#onKey(event));
    this.#show();
  }

  #open() {
    this.#before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    show(this.#panel);
    this.#button.setAttribute("aria-expanded", "true");
    this.#panel.focus();
    if (!this.#used) document.dispatchEvent(new CustomEvent("tool-used", { detail: "calculator" }));
    this.#used = true;
  }

  #close() {
    const inside = this.#panel.contains(document.activeElement);
    show(this.#panel, false);
    this.#button.setAttribute("aria-expanded", "false");
    if (!inside) return;
    // The question may be another one by now.
    const back = this.#before?.isConnected && this.#before.checkVisibility() ? this.#before : this.#button;
    back.focus();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const key = /** @type {HTMLElement} */ (event.currentTarget);
    this.#press(key.dataset.key ?? "");
    // After the mouse, Enter is "=", not this key again.
    if (event.detail > 0) this.#panel.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const onButton = event.target !== this.#panel;
    const key = keyOf(event);
    if (event.key === "Escape") this.#close();
    else if (!key || (onButton && event.key === "Enter")) return;
    else {
      this.#press(key);
      this.#panel.focus();
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
