// Which of the browser's events is a page leave from the answer page (R18).

import assert from "node:assert/strict";
import { test } from "node:test";

import { Presence } from "../../../../kiosk/web/static/js/candidate/proctoring/presence.js";

test("blur and hidden page of one page leave are one page leave", () => {
  const presence = new Presence();
  assert.deepEqual([presence.leave(), presence.leave()], [true, false]);
});

test("a return is reported once, and only when the page is both visible and focused", () => {
  const presence = new Presence();
  presence.leave();
  assert.equal(presence.comeBack(true, true), false);
  assert.equal(presence.comeBack(false, false), false);
  assert.equal(presence.comeBack(false, true), true);
  assert.equal(presence.comeBack(false, true), false);
});

test("who has not left does not return", () => {
  assert.equal(new Presence().comeBack(false, true), false);
});

test("each page leave after a return counts", () => {
  const presence = new Presence();
  presence.leave();
  presence.comeBack(false, true);
  assert.equal(presence.leave(), true);
});

test("a reload is no page leave, and no end of full screen either", () => {
  const presence = new Presence();
  presence.unload(true);
  assert.deepEqual([presence.leave(), presence.observed], [false, false]);
  presence.unload(false);
  assert.deepEqual([presence.leave(), presence.observed], [true, true]);
});

test("while the exam is paused the page may be left, and coming back is no return", () => {
  const presence = new Presence();
  presence.leave();
  presence.pause(true);
  assert.deepEqual([presence.leave(), presence.comeBack(false, true), presence.observed], [false, false, false]);
  presence.pause(false);
  assert.deepEqual([presence.comeBack(false, true), presence.leave()], [false, true]);
});
