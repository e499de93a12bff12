// "Everything is at headquarters" is said only if headquarters said so.

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page.js";

const { clocks, inShort, statement } = await import("../../../../kiosk/web/static/js/staff/sync/sync-texts.js");

const DONE = {
  state: "online", complete: true, unsealed: 0, waiting: 0, problems: [], confirmed: { at: "2026-06-01T09:00:00Z" },
  last_contact: "2026-06-01T09:00:00Z", next_try: null, trouble: null,
};
const sync = (changes) => ({ ...DONE, ...changes });
const EVERYTHING = "Everything is at headquarters";

test("everything is there when headquarters has confirmed all and nothing is still to be sealed", () => {
  assert.equal(statement(DONE).head, EVERYTHING);
});

const NOT_YET = [
  ["it is not confirmed", { complete: false }], ["something is not sealed yet", { unsealed: 1 }],
  ["something waits", { complete: false, waiting: 2 }], ["headquarters is away", { complete: false, state: "offline" }],
  ["people still write", { running: 1, writing: 4 }], ["late answers wait for a decision", { undecided: 1 }],
  ["it was never reached", { complete: false, state: "never" }], ["there is no headquarters", { complete: false, state: "off" }],
];

for (const [why, changes] of NOT_YET) {
  test(`everything is not there while ${why}`, () => {
    assert.notEqual(statement(sync(changes)).head, EVERYTHING);
    assert.notEqual(statement(sync(changes)).tone, "good");
    assert.doesNotMatch(inShort(sync(changes)), /everything confirmed/);
  });
}

test("problems warn, though the rest goes on", () => {
  assert.equal(statement(sync({ complete: false, waiting: 2, problems: [] })).tone, "info");
  assert.equal(statement(sync({ complete: false, waiting: 2, problems: [{}] })).tone, "warn");
});

test("headquarters' own trouble is named", () => {
  const away = sync({ complete: false, state: "offline", trouble: "hq_storage_full" });
  assert.match(statement(away).head, /disk is full/);
});

test("the clocks agree within two seconds; the direction is said", () => {
  assert.match(clocks(1.9), /matches/);
  assert.match(clocks(90), /90 seconds behind/);
  assert.match(clocks(-300), /5 minutes ahead/);
  assert.match(clocks(null), /not compared/);
});
