import assert from "node:assert/strict";
import { test } from "node:test";

import { fits, moved, read, sum, write } from "../../../sync/hq/web/static/marking-points.js";

test("points are read as people type them, exactly", () => {
  for (const [text, points] of [["1.5", 1500], [" 2 ", 2000], [".5", 500], ["1.", 1000], ["１．５", 1500], ["1,5", 1500], ["1。5", 1500]]) {
    assert.equal(read(text), points);
  }
  for (const text of ["", ".", "-1", "1e3", "a", "1.2345", "1 2", "1234"]) assert.equal(read(text), null);
  assert.equal(write(read("0.1") + read("0.2")), "0.3");
});

test("points go by whole steps, from nothing to all", () => {
  assert.ok(fits(1500, 2000, 500) && fits(0, 2000, 500) && fits(2000, 2000, 500));
  assert.ok(!fits(1200, 2000, 500) && !fits(2500, 2000, 500) && !fits(null, 2000, 500));
  assert.ok(fits(7300, 7300, 500));
});

test("arrows move by a step within nothing and all", () => {
  assert.deepEqual([moved(null, 1, 2000, 500), moved(null, -1, 2000, 500)], [500, 0]);
  assert.deepEqual([moved(500, 1, 2000, 500), moved(2000, 1, 2000, 500), moved(0, -1, 2000, 500)], [1000, 2000, 0]);
  assert.deepEqual([moved(1200, 1, 2000, 500), moved(1200, -1, 2000, 500)], [1500, 1000]);
});

test("the total is there once every criterion has points", () => {
  assert.equal(sum([500, 1500]), 2000);
  assert.equal(sum([500, null]), null);
});
