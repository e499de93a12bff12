// Figures and filters of the board count the same candidates, and the order is as people count.

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page.js";
import { countsOf, queueOf, shownRows, SORTS } from "../../../../kiosk/web/static/js/staff/room/board-filters.js";
import { anyRows, numbers, row } from "./rows.js";

const EVERYWHERE = { room: null, paper: null };
const matches = (changes, filter, text = "", where = EVERYWHERE) => shownRows([row(changes)], { filter, text, where, sort: "seat" }).length === 1;

test("a figure is the number of candidates that its filter shows, whatever the room is like", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const next = numbers(seed);
    const rows = anyRows(Math.floor(next() * 80), next);
    const where = { room: [null, "1", "2"][seed % 3], paper: [null, "a"][seed % 2] };
    for (const [filter, count] of Object.entries(countsOf(rows, where))) {
      for (const sort of Object.keys(SORTS)) {
        assert.equal(shownRows(rows, { filter, text: "", where, sort }).length, count, `${filter}, seed ${seed}`);
      }
    }
  }
});

test("every candidate has exactly one state, so the states add up to all", () => {
  const counts = countsOf(anyRows(300, numbers(7)), EVERYWHERE);
  const states = ["registered", "checked_in", "ready", "in_progress", "paused", "ended"];
  assert.equal(states.reduce((sum, state) => sum + counts[state], 0), counts.all);
  assert.equal(counts.all, 300);
});

const CASES = [
  ["all", {}, true], ["attention", {}, false], ["attention", { leaves_new: 1 }, true], ["calls", { call: { number: 1, coming_at: null } }, true], ["calls", {}, false],
  ["incidents", { incidents_new: 1 }, true], ["incidents", { incidents: 1 }, false], ["waiting", { waits_since: "2026-06-01T08:40:00Z" }, true], ["waiting", { inspection_due: true }, false], ["out", { on_break: { number: 1, overdue: false } }, true], ["out", {}, false], ["unpledged", { pledge_due: true }, true], ["unpledged", {}, false],
  ["in_progress", {}, true], ["in_progress", { state: "ready" }, false],
  ["ended", { state: "voided" }, true], ["ended", {}, false],
];

for (const [filter, changes, expected] of CASES) {
  test(`the filter ${filter} ${expected ? "has" : "has not"} ${JSON.stringify(changes)}`, () => assert.equal(matches(changes, filter), expected));
}

test("the queue has whom its figure counts, the longest wait first", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const next = numbers(seed);
    const rows = anyRows(60, next);
    const where = { room: [null, "1", "2"][seed % 3], paper: null };
    const queue = queueOf(rows, where);
    assert.equal(queue.length, countsOf(rows, where).waiting);
    assert.deepEqual(queue, shownRows(rows, { filter: "waiting", text: "", where, sort: "waiting" }));
    const since = queue.map((waiting) => waiting.waits_since);
    assert.deepEqual(since, [...since].sort());
  }
});

test("in the order of waiting, those who do not wait come last", () => {
  const rows = [{ seat: "A1" }, { seat: "A2", waits_since: "2026-06-01T08:55:00Z" }, { seat: "A3", waits_since: "2026-06-01T08:40:00Z" }].map(row);
  const seats = shownRows(rows, { filter: "all", text: "", where: EVERYWHERE, sort: "waiting" }).map(({ seat }) => seat);
  assert.deepEqual(seats, ["A3", "A2", "A1"]);
});

test("the most urgent come first, then by room and seat as people count", () => {
  const rows = [{ seat: "A0", room: "10" }, { seat: "A10" }, { seat: "A2" }, { seat: "A1", state: "registered" }, { seat: "B1", away: true }, { seat: "B2", leaves_new: 1 }].map(row);
  const seats = (sort) => shownRows(rows, { filter: "all", text: "", where: EVERYWHERE, sort }).map(({ seat }) => seat);
  assert.deepEqual(seats("attention"), ["B1", "B2", "A2", "A10", "A0", "A1"]);
  assert.deepEqual(seats("seat"), ["A1", "A2", "A10", "B1", "B2", "A0"]);
});

test("a search finds name, seat, number and terminal, in full width too", () => {
  for (const text of ["李", "ａ１", "t0001", "T 01"]) assert.equal(matches({}, "all", text), true, text);
  assert.equal(matches({ terminal: null }, "all", "T01"), false);
  assert.equal(matches({}, "ended", "李"), false);
});

test("a room, a paper or both limit the board", () => {
  for (const [group, expected] of [[{ room: "1", paper: null }, true], [{ room: null, paper: "a" }, true], [{ room: "1", paper: "b" }, false], [{ room: "2", paper: null }, false]]) {
    assert.equal(matches({}, "all", "", group), expected, JSON.stringify(group));
  }
});
