// The map draws a room as it is, where the seats' names say so.

import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page.js";
import { layoutOf } from "../../../../kiosk/web/static/js/staff/room/map-layout.js";
import { anyRows, numbers, row } from "./rows.js";

const seats = (rows) => layoutOf(rows).lines.map((line) => line.map((found) => found?.seat ?? null));
const at = (seat, line, column) => row({ seat, admission_no: seat, position: [line, column] });

test("seats stand where their names put them, with gaps, from the first line and column in use", () => {
  assert.deepEqual(seats([at("C04", 2, 3), at("B02", 1, 1), at("C02", 2, 1)]), [["B02", null, null], ["C02", null, "C04"]]);
});

test("without positions, or with two seats on one spot, they stand in the order of seats", () => {
  const unknown = [row({ seat: "10" }), row({ seat: "9" })];
  assert.deepEqual(seats(unknown)[0].slice(0, 3), ["9", "10", null]);
  assert.equal(layoutOf(unknown).known, false);
  assert.equal(layoutOf([at("A1", 0, 0), at("A01", 0, 0)]).known, false);
});

test("one long line and a seat far away are no room that a map can show", () => {
  assert.equal(layoutOf(Array.from({ length: 30 }, (_, n) => at(String(n), 0, n))).known, false);
  assert.equal(layoutOf([at("A1", 0, 0), at("ZZ900", 701, 899)]).known, false);
});

test("every seat is drawn exactly once, whatever the positions are", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const next = numbers(seed);
    const spot = () => (next() < 0.05 ? null : [Math.floor(next() * 12), Math.floor(next() * 12)]);
    const rows = anyRows(1 + Math.floor(next() * 60), next).map((found) => ({ ...found, position: seed % 2 ? spot() : [Math.floor(Number(found.admission_no.slice(5)) / 9), Number(found.admission_no.slice(5)) % 9] }));
    const drawn = layoutOf(rows).lines.flat().flatMap((found) => found?.admission_no ?? []);
    assert.deepEqual(drawn.sort(), rows.map((found) => found.admission_no).sort(), `seed ${seed}`);
  }
});
