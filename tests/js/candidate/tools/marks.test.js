// Highlights: spans that touch become one; damaged storage is none.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Marks } from "../../../../kiosk/web/static/js/candidate/tools/marks.js";
import { PageMemory } from "../../../../kiosk/web/static/js/candidate/tools/page-memory.js";

test("spans stay apart and in order, and join where they touch", () => {
  const marks = new Marks(new PageMemory(), "A");
  marks.add("Q1", [10, 20]);
  marks.add("Q1", [0, 5]);
  assert.deepEqual(marks.of("Q1"), [[0, 5], [10, 20]]);
  marks.add("Q1", [5, 12]);
  assert.deepEqual(marks.of("Q1"), [[0, 20]]);
  assert.deepEqual(marks.of("Q2"), []);
});

test("one span is taken away by any of its characters", () => {
  const marks = new Marks(new PageMemory(), "A");
  marks.add("Q1", [2, 4]);
  assert.equal(marks.removeAt("Q1", 4), false);
  assert.equal(marks.removeAt("Q1", 3), true);
  assert.deepEqual(marks.of("Q1"), []);
});

test("they are kept for their attempt only", () => {
  const storage = new PageMemory();
  new Marks(storage, "A").add("Q1", [0, 1]);
  assert.deepEqual(new Marks(storage, "A").of("Q1"), [[0, 1]]);
  assert.deepEqual(new Marks(storage, "B").of("Q1"), []);
});

test("what is stored damaged is left out", () => {
  for (const stored of ["{", "[]", "null", '{"Q1":5}', '{"Q1":[[3,1],[0,"x"],[-1,2],[1,2]]}']) {
    const storage = new PageMemory();
    storage.setItem("exam-marks-A", stored);
    const found = new Marks(storage, "A").of("Q1");
    assert.deepEqual(found, stored.includes("[1,2]") ? [[1, 2]] : []);
  }
});
