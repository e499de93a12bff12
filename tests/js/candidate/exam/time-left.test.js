// Time left between two replies of the server.

import assert from "node:assert/strict";
import { test } from "node:test";

import { TimeLeft } from "../../../../kiosk/web/static/js/candidate/exam/time-left.js";

test("nothing is shown before the server has said something", () => {
  assert.equal(new TimeLeft().at(1000), null);
});

test("time runs from the reply on, and not below zero", () => {
  const time = new TimeLeft();
  time.set(60, 5000);
  assert.deepEqual([5000, 35000, 65000, 99000].map((now) => time.at(now)), [60, 30, 0, 0]);
});

test("a later reply counts, whatever this machine has counted", () => {
  const time = new TimeLeft();
  time.set(60, 0);
  time.set(90, 30000);
  assert.equal(time.at(40000), 80);
});

test("the clock of a paused exam stands, and runs again with the next reply", () => {
  const time = new TimeLeft();
  time.set(60, 0, true);
  assert.equal(time.at(30000), 60);
  time.set(60, 30000);
  assert.equal(time.at(40000), 50);
});

test("each mark is announced once, when it is passed", () => {
  const time = new TimeLeft();
  time.warnAt([15, 5]);
  assert.deepEqual([1000, 901, 900, 899, 300, 299, 60, 10].map((left) => time.newMark(left)), [null, null, 15, null, 5, null, 1, null]);
});

test("a page that is loaded late does not announce marks that are long gone", () => {
  const time = new TimeLeft();
  time.warnAt([15, 5]);
  assert.deepEqual([time.newMark(200), time.newMark(60)], [null, 1]);
});

test("a mark that time given by staff brings back is announced again", () => {
  const time = new TimeLeft();
  time.warnAt([5]);
  assert.deepEqual([400, 300, 500, 300].map((left) => time.newMark(left)), [null, 5, null, 5]);
});

test("at zero the server is asked, then every two seconds", () => {
  const time = new TimeLeft();
  assert.deepEqual([[1, 0], [0, 0], [0, 2000], [0, 2001]].map(([left, now]) => time.isUp(left, now)), [false, true, false, true]);
});

test("a paused exam without time left is not over", () => {
  const time = new TimeLeft();
  time.set(0, 0, true);
  assert.equal(time.isUp(0, 10), false);
});
