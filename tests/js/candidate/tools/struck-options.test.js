// Options that a candidate struck out: by item, for one attempt, whatever stands in the storage.

import assert from "node:assert/strict";
import { test } from "node:test";

import { StruckOptions } from "../../../../kiosk/web/static/js/candidate/tools/struck-options.js";

function storage(values = {}) {
  return {
    values, getItem: (key) => values[key] ?? null,
    setItem: (key, value) => { values[key] = value; }, removeItem: (key) => { delete values[key]; },
  };
}

test("an option is struck in its own item, until it is taken back", () => {
  const kept = storage();
  const struck = new StruckOptions(kept, "A");
  struck.set("I1", "b", true);
  struck.set("I1", "c", true);
  struck.set("I1", "c", false);
  const again = new StruckOptions(kept, "A");
  assert.deepEqual(["a", "b", "c"].map((option) => again.has("I1", option)), [false, true, false]);
  assert.equal(again.has("I2", "b"), false);
});

test("they belong to one attempt", () => {
  const kept = storage();
  new StruckOptions(kept, "A").set("I1", "b", true);
  assert.equal(new StruckOptions(kept, "B").has("I1", "b"), false);
});

test("nothing is struck where the stored text is damaged", () => {
  for (const stored of ["{", "7", "null", "[]", '{"I1": 3}', '{"I1": null}']) {
    assert.equal(new StruckOptions(storage({ "exam-struck-A": stored }), "A").has("I1", "b"), false);
  }
});

test("a full storage keeps nobody from striking out", () => {
  const full = { getItem: () => null, removeItem: () => {}, setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
  const struck = new StruckOptions(full, "A");
  struck.set("I1", "b", true);
  assert.equal(struck.has("I1", "b"), true);
});
