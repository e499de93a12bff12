// What the waiting page says of the planned start.

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page.js";

const { untilStart } = await import("../../../../kiosk/web/static/js/candidate/checkin/start-countdown.js");

test("it counts down, and then asks for patience", () => {
  assert.match(untilStart(61), /0:01:01/);
  assert.match(untilStart(0), /planned time has come/);
  assert.match(untilStart(-600), /planned time has come/);
});
