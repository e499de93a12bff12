// How long a message is, and whom it reaches.

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page.js";
import { lengthOf, recipients } from "../../../../kiosk/web/static/js/staff/messages/draft.js";

const ROWS = [
  { attempt_id: "a", room: "1", paper: "x", state: "in_progress" },
  { attempt_id: "b", room: "2", paper: "x", state: "registered" },
  { attempt_id: "c", room: "1", paper: "x", state: "ended" },
  { attempt_id: "d", room: "1", paper: "x", state: "voided" },
];
const ids = (rows) => rows.map((row) => row.attempt_id);

test("characters are counted as the server counts them", () => {
  assert.equal(lengthOf(" 𠮷好 "), 2);
});

test("a group reaches all whose exam is not over", () => {
  assert.deepEqual(ids(recipients(ROWS, { room: null, paper: null }, null)), ["a", "b"]);
  assert.deepEqual(ids(recipients(ROWS, { room: "1", paper: null }, null)), ["a"]);
});

test("chosen seats reach these alone", () => {
  assert.deepEqual(ids(recipients(ROWS, { room: null, paper: null }, new Set(["b", "c"]))), ["b"]);
});
