// What a candidate chose for the answer page: kept for the attempt, whatever stands in the storage.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DisplaySettings, read, SIZES } from "../../../../kiosk/web/static/js/candidate/tools/display-settings.js";

function storage(values = {}) {
  return {
    values, getItem: (key) => values[key] ?? null,
    setItem: (key, value) => { values[key] = value; }, removeItem: (key) => { delete values[key]; },
  };
}

test("damaged or foreign settings are the usual ones", () => {
  for (const stored of [null, "{", "7", "null", "[]", '{"size": 99}', '{"size": -1, "contrast": "yes"}']) {
    assert.deepEqual(read(stored), { size: 1, contrast: false, clockHidden: false });
  }
  assert.equal(SIZES[read(null).size], 1);
});

test("they belong to one attempt", () => {
  const kept = storage();
  new DisplaySettings(kept, "A").change({ size: 3, contrast: true });
  assert.deepEqual(new DisplaySettings(kept, "A").now, { size: 3, contrast: true, clockHidden: false });
  assert.equal(new DisplaySettings(kept, "B").now.size, 1);
});

test("a full storage keeps nobody from reading larger text", () => {
  const full = { getItem: () => null, removeItem: () => {}, setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
  const settings = new DisplaySettings(full, "A");
  settings.change({ size: 4 });
  assert.equal(settings.now.size, 4);
});
