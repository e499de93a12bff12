// Which of the answers that a terminal kept it may still send.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sortKept, unacknowledged } from "../../../../kiosk/web/static/js/candidate/answers/kept-record.js";

const entry = (seq) => ({ seq, item: `q${seq}`, value: "a", at: "" });

test("a terminal that continues its own exam sends what it kept", () => {
  assert.deepEqual(sortKept({ entries: [entry(1)], old: [entry(9)] }, true), { entries: [entry(1)], old: [entry(9)] });
});

test("after another terminal, all that is kept here is old", () => {
  assert.deepEqual(sortKept({ entries: [entry(1)], old: [entry(9)] }, false), { entries: [], old: [entry(9), entry(1)] });
});

test("a terminal that kept nothing has nothing to send", () => {
  assert.deepEqual(sortKept({}, true), { entries: [], old: [] });
  assert.deepEqual(unacknowledged({}), []);
});
