// The tokens by which a page proves that it continues the one before it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { LeaseTokens, proof } from "../../../../kiosk/web/static/js/candidate/exam/lease-tokens.js";

function storage(values = {}) {
  return {
    values, getItem: (key) => values[key] ?? null,
    setItem: (key, value) => { values[key] = value; }, removeItem: (key) => { delete values[key]; },
  };
}

test("the newest three are kept, for this attempt only", () => {
  const kept = storage();
  new LeaseTokens(kept, "A").store(["4", "3", "2", "1"]);
  assert.deepEqual(new LeaseTokens(kept, "A").load(), ["4", "3", "2"]);
  assert.deepEqual(new LeaseTokens(kept, "B").load(), []);
});

test("a damaged storage has no tokens", () => {
  assert.deepEqual(new LeaseTokens(storage({ "exam-leases-A": "{" }), "A").load(), []);
});

test("after the exam nothing is left", () => {
  const kept = storage();
  const tokens = new LeaseTokens(kept, "A");
  tokens.store(["1"]);
  tokens.forget();
  assert.deepEqual(kept.values, {});
});

test("a window without the lock shows no token, though it can read them", () => {
  assert.deepEqual(proof(false, ["2", "1"], "1"), []);
});

test("a page shows all tokens of its terminal, each once", () => {
  assert.deepEqual(proof(true, ["2", "1"], "1"), ["2", "1"]);
  assert.deepEqual(proof(true, ["2"], "0"), ["2", "0"]);
  assert.deepEqual(proof(true, [], undefined), []);
});
