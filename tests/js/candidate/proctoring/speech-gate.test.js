// When a snippet of sound is worth listening to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decibels, SpeechGate } from "../../../../kiosk/web/static/js/candidate/proctoring/speech-gate.js";

function hear(gate, ...levels) {
  return levels.map((level) => gate.hears(level)).at(-1);
}

const times = (n, level) => Array.from({ length: n }, () => level);

test("full scale is 0 dB, silence is far below", () => {
  assert.equal(Math.round(decibels(new Float32Array([1, -1, 1, -1]))), 0);
  assert.equal(Math.round(decibels(new Float32Array([0.1, -0.1]))), -20);
  assert.equal(decibels(new Float32Array(4)), -100);
});

test("a third of two seconds above the floor is speech; one bang is not", () => {
  const gate = new SpeechGate();
  assert.equal(hear(gate, ...times(40, -60)), false);
  assert.equal(hear(gate, -20), false);
  assert.equal(hear(gate, ...times(4, -20)), false);
  assert.equal(hear(gate, -20), true);
});

test("steady noise becomes the floor", () => {
  const gate = new SpeechGate();
  assert.equal(hear(gate, ...times(20, -40)), true);
  assert.equal(hear(gate, ...times(2000, -40)), false);
});

test("what is hardly audible never counts, however quiet the room", () => {
  assert.equal(hear(new SpeechGate(), ...times(100, -90), ...times(20, -55)), false);
});
