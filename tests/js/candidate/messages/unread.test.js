// Messages are shown until they are confirmed, and announced once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Unread } from "../../../../kiosk/web/static/js/candidate/messages/unread.js";

const FIRST = { id: "1", text: "first", at: "2026-06-01T09:00:00Z" };
const SECOND = { id: "2", text: "second", at: "2026-06-01T09:01:00Z" };

test("a message is new once and shown until it is confirmed", () => {
  const unread = new Unread();
  assert.deepEqual(unread.hear([FIRST]), [FIRST]);
  assert.deepEqual(unread.hear([FIRST, SECOND]), [SECOND]);
  assert.deepEqual(unread.shown, [FIRST, SECOND]);
  unread.confirm("1");
  assert.deepEqual(unread.shown, [SECOND]);
});

test("a look that began before the confirmation does not bring it back", () => {
  const unread = new Unread();
  unread.hear([FIRST]);
  unread.confirm("1");
  assert.deepEqual(unread.hear([FIRST]), []);
  assert.deepEqual(unread.shown, []);
});
