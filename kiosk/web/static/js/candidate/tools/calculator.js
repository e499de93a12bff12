// What the calculator's keys do: each sign works at once on what is shown, as on a plain pocket
// calculator, so 1 + 2 × 3 is 9.

import { add, divide, multiply, negative, NoResult, parse, root, show, subtract, ZERO } from "./decimal.js";

/** @typedef {import("./decimal.js").Decimal} Decimal */

/** @type {Record<string, (a: Decimal, b: Decimal) => Decimal>} */
const SIGNS = { "+": add, "−": subtract, "×": multiply, "÷": divide };
const MOST_DIGITS = 12;
const HUNDRED = parse("100");

export class Calculator {
  /** What is being typed, or null while a result is shown. @type {string | null} */
  #entry = null;
  #value = ZERO;
  /** @type {{ left: Decimal, sign: string } | null} */
  #pending = null;
  /** Whether the second number is still to come. */
  #awaits = false;
  /** What another "=" repeats. @type {{ sign: string, right: Decimal } | null} */
  #last = null;
  /** @type {Decimal} */
  #memory = ZERO;
  /** @type {NoResult["reason"] | ""} */
  error = "";

  /** The number that is shown. */
  get shown() {
    return this.#entry === null ? show(this.#value) : this.#entry.replace("-", "−");
  }

  /** The first number and the sign, while the second one is typed. */
  get pending() {
    return this.#pending ? `${show(this.#pending.left)} ${this.#pending.sign}` : "";
  }

  /** The memory as text; "" while it has nothing. */
  get memory() {
    return this.#memory.n === 0n ? "" : show(this.#memory);
  }

  /** @param {string} key as it stands on the calculator */
  press(key) {
    // After an error only C goes on; a digit begins anew.
    if (this.error && (/^[0-9.]$/.test(key) || key === "C")) this.#clear();
    if (this.error) return;
    try {
      this.#act(key);
    } catch (error) {
      if (!(error instanceof NoResult)) throw error;
      this.#clear();
      this.error = error.reason;
    }
  }

  /** @param {string} key */
  #act(key) {
    if (/^[0-9.]$/.test(key)) this.#type(key);
    else if (key in SIGNS) this.#sign(key);
    else if (key === "=") this.#equals();
    else if (key === "C") this.#clear();
    else if (key === "⌫") this.#back();
    else if (key === "±") this.#negate();
    else if (key === "√") this.#put(root(this.#now));
    else if (key === "%") this.#percent();
    else this.#remember(key);
  }

  /** @returns {Decimal} */
  get #now() {
    return this.#entry === null ? this.#value : parse(this.#entry);
  }

  /** @param {Decimal} value */
  #put(value) {
    this.#entry = null;
    this.#value = value;
    this.#awaits = false;
  }

  #clear() {
    this.#put(ZERO);
    this.#pending = null;
    this.#last = null;
    this.error = "";
  }

  /** @param {string} key */
  #type(key) {
    const before = this.#entry ?? "0";
    if (key === "." && before.includes(".")) return;
    if (key !== "." && before.replace(/[^0-9]/g, "").length >= MOST_DIGITS) return;
    this.#entry = key === "." ? `${before}.` : `${before}${key}`.replace(/^(-?)0(?=[0-9])/, "$1");
    this.#awaits = false;
  }

  #back() {
    if (this.#entry === null) return;
    const shorter = this.#entry.slice(0, -1);
    this.#entry = ["", "-", "-0"].includes(shorter) ? "0" : shorter;
  }

  #negate() {
    if (this.#entry === null) this.#put(negative(this.#value));
    else this.#entry = this.#entry.startsWith("-") ? this.#entry.slice(1) : `-${this.#entry}`;
  }

  /** @param {string} sign */
  #sign(sign) {
    const left = this.#pending && !this.#awaits ? SIGNS[this.#pending.sign](this.#pending.left, this.#now) : this.#now;
    this.#put(left);
    this.#pending = { left, sign };
    this.#awaits = true;
  }

  #equals() {
    const { sign, right, left } = this.#pending
      ? { ...this.#pending, right: this.#now }
      : { sign: "", right: ZERO, ...this.#last, left: this.#now };
    this.#pending = null;
    this.#put(sign ? SIGNS[sign](left, right) : left);
    if (sign) this.#last = { sign, right };
  }

  /** With + and −: so much of the first number; else hundredths. */
  #percent() {
    const part = divide(this.#now, HUNDRED);
    const adds = this.#pending && ["+", "−"].includes(this.#pending.sign);
    this.#put(adds && this.#pending ? multiply(this.#pending.left, part) : part);
  }

  /** @param {string} key */
  #remember(key) {
    if (key === "MC") this.#memory = ZERO;
    if (key === "MR") this.#put(this.#memory);
    if (key === "M+") this.#memory = add(this.#memory, this.#now);
    if (key === "M−") this.#memory = subtract(this.#memory, this.#now);
    // What is typed next is another number.
    if (key === "M+" || key === "M−") this.#put(this.#now);
  }
}
