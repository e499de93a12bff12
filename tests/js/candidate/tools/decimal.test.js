// Arithmetic in decimals: exact where people see it, checked against fractions of whole numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { add, divide, multiply, parse, root, show, subtract, ZERO } from "../../../../kiosk/web/static/js/candidate/tools/decimal.js";

const of = (act, a, b) => show(act(parse(a), parse(b)));

/** Numbers between 0 and 1 in a fixed order. */
function* chances(seed = 7) {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

test("what binary numbers get wrong is right", () => {
  assert.equal(of(add, "0.1", "0.2"), "0.3");
  assert.equal(of(subtract, "0.3", "0.1"), "0.2");
  assert.equal(of(multiply, "1.1", "1.1"), "1.21");
  assert.equal(of(multiply, "4.35", "100"), "435");
  assert.equal(of(divide, "0.7", "0.1"), "7");
  assert.equal(of(add, "999999999999", "0.000001"), "999999999999");
});

test("a quotient multiplied by its divisor is the number again", () => {
  for (const [a, b] of [["1", "3"], ["2", "7"], ["22", "7"], ["1", "49"], ["100", "0.03"]]) {
    const back = multiply(divide(parse(a), parse(b)), parse(b));
    assert.equal(show(back), show(parse(a)));
    assert.deepEqual(subtract(back, parse(a)), ZERO);
  }
  assert.equal(of(divide, "1", "3"), "0.333333333333");
  assert.equal(of(divide, "2", "3"), "0.666666666667");
});

test("sums and products of a thousand numbers are those of whole numbers", () => {
  const from = chances();
  const next = () => Math.floor(from.next().value * 2e6) - 1e6;
  const hundredths = (n) => parse(`${n < 0 ? "-" : ""}${Math.floor(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, "0")}`);
  for (let round = 0; round < 1000; round += 1) {
    const [a, b] = [next(), next()];
    const same = (value, n, scale) => assert.equal(value.n * 10n ** BigInt(value.e + scale), BigInt(n), `${a} ${b}`);
    same(add(hundredths(a), hundredths(b)), a + b, 2);
    same(subtract(hundredths(a), hundredths(b)), a - b, 2);
    same(multiply(hundredths(a), hundredths(b)), a * b, 4);
  }
});

test("roots of squares are whole, others have twelve right digits", () => {
  for (const n of [0, 1, 2, 3, 12, 99, 12345, 999999]) assert.equal(show(root(parse(String(n * n)))), String(n));
  assert.equal(show(root(parse("2"))), "1.41421356237");
  assert.equal(show(root(parse("0.0009"))), "0.03");
  assert.equal(show(root(parse("0.001"))), "0.0316227766017");
  const two = root(parse("2"));
  assert.equal(show(multiply(two, two)), "2");
});

test("long numbers are shown with a power of ten, small differences as nothing", () => {
  assert.equal(show(parse("999999999999")), "999999999999");
  assert.equal(show(multiply(parse("999999999999"), parse("10"))), "9.99999999999×10^12");
  assert.equal(show(parse("-0.000000001")), "−0.000000001");
  assert.equal(show(divide(parse("1"), parse("30000000000"))), "3.33333333333×10^−11");
  assert.equal(show(parse("-1200.50")), "−1200.5");
  assert.equal(show(parse("-0.0")), "0");
});

test("what has no result says why", () => {
  assert.throws(() => divide(parse("1"), ZERO), { reason: "divide" });
  assert.throws(() => root(parse("-4")), { reason: "root" });
  let large = parse("999999999999");
  assert.throws(() => { for (;;) large = multiply(large, large); }, { reason: "large" });
  let small = parse("0.0000001");
  for (let round = 0; round < 20; round += 1) small = multiply(small, small);
  assert.deepEqual(small, ZERO);
});
