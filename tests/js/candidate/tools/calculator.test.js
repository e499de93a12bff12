// The calculator's keys, pressed as candidates press them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Calculator } from "../../../../kiosk/web/static/js/candidate/tools/calculator.js";

/** The calculator after these keys, with blanks between them where they are longer than one sign. */
function after(keys) {
  const calculator = new Calculator();
  for (const key of keys.split(" ").flatMap((part) => (/^(M.|C)$/.test(part) ? [part] : [...part]))) calculator.press(key);
  return calculator;
}

const CASES = {
  "0.1+0.2=": "0.3", "1+2×3=": "9", "7÷2=": "3.5", "5−8=": "−3", "12±+2=": "−10", "2×3": "3", "2×3×": "6",
  "5+=": "10", "2+3===": "11", "4=": "4", "2+−3=": "−1", "2+3=4": "4", "2+3=×4=": "20",
  "200+10%=": "220", "200−10%=": "180", "200×10%=": "20", "50%": "0.5", "100+10%=+10%=": "121",
  "9√": "3", "16+9√=": "19", "2√×=": "2", "±": "0", "5±±": "5", "0005": "5", "00.50": "0.50", "1.2.3": "1.23",
  "1234567890123": "123456789012", "12⌫3": "13", "1⌫": "0", "1⌫⌫": "0", "5±⌫": "0", "2+3=⌫": "5", "1÷3= ⌫": "0.333333333333",
  "5 C 3": "3", "5+3 C =": "0", "5 M+ 3 M+ MR": "8", "5 M+ C MR": "5", "8 M+ 3 M− MR": "5", "5 M+ MC MR": "0",
  "5 M+ 2× MR =": "10", "5 M+ 7": "7",
};

for (const [keys, shown] of Object.entries(CASES)) {
  test(`${keys} shows ${shown}`, () => assert.equal(after(keys).shown, shown));
}

test("an error stays until C or a digit, and changes nothing in the memory", () => {
  const calculator = after("5 M+ 1÷0=");
  assert.equal(calculator.error, "divide");
  for (const key of ["+", "=", "√", "MR", "M+"]) calculator.press(key);
  assert.equal(calculator.error, "divide");
  calculator.press("C");
  assert.deepEqual([calculator.error, calculator.shown, calculator.memory], ["", "0", "5"]);
  assert.equal(after("4±√").error, "root");
  assert.equal(after("4±√7+1=").shown, "8");
});

test("the first number and the sign stand beside what is typed", () => {
  assert.equal(after("12×3").pending, "12 ×");
  assert.equal(after("12×3=").pending, "");
  assert.equal(after("5 M+").memory, "5");
  assert.equal(after("5 M+ 5 M−").memory, "");
});

test("whatever is pressed, it shows a number or says why not", () => {
  const keys = ["0", "3", "9", ".", "+", "−", "×", "÷", "=", "%", "√", "±", "⌫", "C", "M+", "M−", "MR", "MC"];
  const calculator = new Calculator();
  for (let round = 0, state = 11; round < 20000; round += 1) {
    state = (state * 48271) % 2147483647;
    calculator.press(keys[state % keys.length]);
    if (!calculator.error) assert.match(calculator.shown, /^−?\d+(\.\d*)?(×10\^−?\d+)?$/);
    assert.ok(calculator.shown.length <= 22, calculator.shown);
  }
});
