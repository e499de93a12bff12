// The unlock code as it is typed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { grouped, looksRight, symbolsOf } from "../../../../kiosk/web/static/js/staff/sittings/unlock-code.js";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A code whose last symbol fits: the number modulo 37, as long as that is a symbol. */
function codeFor(first) {
  const number = [...first].reduce((sum, symbol) => sum * 32n + BigInt(SYMBOLS.indexOf(symbol)), 0n);
  return `${first}${SYMBOLS[Number(number % 37n)]}`;
}

const CODE = codeFor("ABCDEFGHJKMNPQ0");

test("the code is shown in groups of four", () => {
  assert.equal(grouped("abcd efgh-jk"), "ABCD-EFGH-JK");
});

test("look-alikes are corrected, full width and blanks do not matter", () => {
  assert.equal(symbolsOf("Ｏi l-о"), "0110");
});

test("more than sixteen symbols are cut off", () => {
  assert.equal(symbolsOf("1".repeat(30)).length, 16);
});

test("a complete code looks right", () => {
  assert.equal(looksRight(grouped(CODE)), true);
});

test("a wrong symbol, two exchanged ones and a missing one are noticed", () => {
  assert.equal(looksRight(CODE.replace("B", "V")), false);
  assert.equal(looksRight(CODE.replace("AB", "BA")), false);
  assert.equal(looksRight(CODE.slice(0, -1)), false);
});
