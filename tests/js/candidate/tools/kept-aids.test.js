// What the tools keep belongs to one attempt; the next one finds nothing of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { forgetOthers } from "../../../../kiosk/web/static/js/candidate/tools/kept-aids.js";

/** A storage as browsers have it: its keys are those of the object. */
class Kept {
  /** @param {string} key */
  removeItem(key) {
    delete (/** @type {any} */ (this)[key]);
  }
}

/** @param {string} attemptId */
function left(attemptId) {
  const storage = Object.assign(new Kept(), {
    "exam-marks-A": "1", "exam-struck-A": "1", "exam-display-A": "1", "exam-marks-AB": "1", "exam-leases-B": "1", other: "1",
  });
  forgetOthers(storage, attemptId);
  return Object.keys(storage);
}

test("only the attempt's own things stay, and what tools do not keep", () => {
  assert.deepEqual(left("A"), ["exam-marks-A", "exam-struck-A", "exam-display-A", "exam-leases-B", "other"]);
  assert.deepEqual(left("AB"), ["exam-marks-AB", "exam-leases-B", "other"]);
  assert.deepEqual(left(""), ["exam-leases-B", "other"]);
});
