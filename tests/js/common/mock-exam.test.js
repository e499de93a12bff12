// A mock exam's pages use storage and header of their own; those of the real exam delete its rests.

import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {string[]} */
let deleted = [];
const names = ["exam-answer-buffer", "exam-answer-buffer-mock-RUN1", "exam-answer-buffer-mock-RUN2", "other"];
globalThis.indexedDB = /** @type {any} */ ({
  databases: async () => names.map((name) => ({ name })),
  deleteDatabase: (/** @type {string} */ name) => deleted.push(name),
});

/**
 * The module as a page has it.
 * @param {string | undefined} run
 * @param {string} pathname
 */
async function page(run, pathname = "/exam") {
  /** @type {string[]} */
  const left = [];
  deleted = [];
  globalThis.document = /** @type {any} */ ({ documentElement: { dataset: { mockExam: run } } });
  globalThis.location = /** @type {any} */ ({ pathname, assign: (/** @type {string} */ to) => left.push(to) });
  const module = await import(`../../../kiosk/web/static/js/common/mock-exam.js?${run}${Math.random()}`);
  return { ...module, left };
}

test("a page of the real exam sends nothing and deletes the buffers of mock exams only", async () => {
  const real = await page(undefined);
  assert.deepEqual([real.bufferName, real.mockHeader], ["exam-answer-buffer", {}]);
  await real.forgetMockExams();
  assert.deepEqual(deleted, ["exam-answer-buffer-mock-RUN1", "exam-answer-buffer-mock-RUN2"]);
});

test("a page of a mock exam says which, and leaves the real buffer and its own alone", async () => {
  const mock = await page("RUN2");
  assert.deepEqual(mock.mockHeader, { "X-Mock-Exam": "RUN2" });
  assert.equal(mock.bufferName, "exam-answer-buffer-mock-RUN2");
  await mock.forgetMockExams();
  assert.deepEqual(deleted, ["exam-answer-buffer-mock-RUN1"]);
});

test("a real attempt's page waits for its server, all others leave", async () => {
  const real = await page(undefined);
  real.leaveOtherExam(true);
  assert.deepEqual(real.left, []);
  real.leaveOtherExam(false);
  assert.deepEqual(real.left, ["/"]);
  const mock = await page("RUN1");
  mock.leaveOtherExam(true);
  assert.deepEqual(mock.left, ["/"]);
  const desk = await page("RUN1", "/staff/sittings/S1");
  desk.leaveOtherExam(false);
  assert.deepEqual(desk.left, ["/staff/"]);
});
