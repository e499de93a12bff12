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
