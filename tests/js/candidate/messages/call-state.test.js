// A call is shown as what it is: on its way, told, answered, or not delivered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CallState } from "../../../../kiosk/web/static/js/candidate/messages/call-state.js";

const WISH = { reason: "toilet", note: "" };
const CALL = { number: 1, reason: "toilet", at: "2026-06-01T09:00:00Z", coming: false };

test("a call is told, answered and over", () => {
  const state = new CallState();
  assert.equal(state.phase, "none");
  state.send(WISH);
  assert.equal(state.phase, "sending");
  state.hear(null); // a look from before
  assert.equal(state.phase, "sending");
  state.told(CALL);
  assert.equal(state.phase, "told");
  state.hear({ ...CALL, coming: true });
  assert.equal(state.phase, "coming");
  state.hear(null);
  assert.equal(state.phase, "none");
});

test("what was not delivered is asked again when the server is back, and never sent by itself", () => {
  const state = new CallState();
  state.send(WISH);
  state.missed();
  assert.equal(state.phase, "undelivered");
  state.hear(null);
  assert.equal(state.phase, "back");
  assert.deepEqual(state.wish, WISH);
  state.drop();
  assert.equal(state.phase, "none");
});

test("a call whose reply got lost counts as told", () => {
  const state = new CallState();
  state.send(WISH);
  state.missed();
  state.hear(CALL);
  assert.equal(state.phase, "told");
  state.hear(null);
  assert.equal(state.phase, "none");
});

test("a refusal is shown until the next call", () => {
  const state = new CallState();
  state.send(WISH);
  state.refused("too often");
  assert.equal(state.phase, "refused");
  state.hear(null);
  assert.equal(state.refusal, "too often");
  state.send(WISH);
  state.told(CALL);
  assert.equal(state.refusal, "");
});
