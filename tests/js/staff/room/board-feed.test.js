// What the server sends of changes gives the same board as everything at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BoardSnapshot } from "../../../../kiosk/web/static/js/staff/room/board-feed.js";

const changes = (revision, more) => ({ revision, full: false, server_time: "2026-06-01T09:00:00Z", rows: [], gone: [], room: {}, ...more });
const two = [{ admission_no: "1", seat: "A1" }, { admission_no: "2", seat: "A2" }];

test("changed rows replace the old ones, unchanged ones stay the same objects", () => {
  const snapshot = new BoardSnapshot();
  snapshot.merge(changes("x-1", { full: true, rows: two, room: { alerts: [], disk: 1 } }));
  snapshot.merge(changes("x-2", { rows: [{ admission_no: "2", seat: "B2" }], room: { disk: 2 } }));
  assert.equal(snapshot.rows[0], two[0]);
  assert.deepEqual(snapshot.rows.map(({ seat }) => seat), ["A1", "B2"]);
  assert.deepEqual(snapshot.room, { alerts: [], disk: 2 });
  assert.equal(snapshot.revision, "x-2");
});

test("who left is gone, and a full snapshot forgets the one before", () => {
  const snapshot = new BoardSnapshot();
  snapshot.merge(changes("x-1", { full: true, rows: two, room: { disk: 1 } }));
  snapshot.merge(changes("x-2", { gone: ["1"] }));
  assert.deepEqual(snapshot.rows.map(({ admission_no: number }) => number), ["2"]);
  snapshot.merge(changes("y-1", { full: true, rows: [two[0]] }));
  assert.deepEqual(snapshot.rows, [two[0]]);
  assert.deepEqual(snapshot.room, {});
});
