// The sound for urgent calls: at once, then again while nobody answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AGAIN_MS, Alarm } from "../../../../kiosk/web/static/js/staff/messages/alarm.js";

test("a new urgent call sounds at once, an old one only after a while", () => {
  const alarm = new Alarm();
  assert.equal(alarm.due([], 0), false);
  assert.equal(alarm.due(["a 1"], 1000), true);
  assert.equal(alarm.due(["a 1"], 3000), false);
  assert.equal(alarm.due(["a 1", "b 1"], 4000), true);
  assert.equal(alarm.due(["a 1", "b 1"], 4000 + AGAIN_MS), true);
});

test("the same candidate's next call is a new one", () => {
  const alarm = new Alarm();
  alarm.due(["a 1"], 0);
  assert.equal(alarm.due([], 2000), false);
  assert.equal(alarm.due(["a 2"], 4000), true);
});

test("a seat that becomes urgent sounds once, one that was urgent at the first look not at all", () => {
  const alarm = new Alarm();
  assert.equal(alarm.due([], 0, ["a"]), false);
  assert.equal(alarm.due([], 2000, ["a", "b"]), true);
  assert.equal(alarm.due([], 4000 + AGAIN_MS, ["a", "b"]), false);
  assert.equal(alarm.due(["c 1"], 5000 + AGAIN_MS, ["a", "b", "c"]), true);
  assert.equal(alarm.due(["c 1"], 6000 + 2 * AGAIN_MS, ["a", "b", "c"]), true);
  assert.equal(alarm.due([], 8000 + 2 * AGAIN_MS, ["a"]), false);
  assert.equal(alarm.due([], 9000 + 2 * AGAIN_MS, ["a", "b"]), true);
});
