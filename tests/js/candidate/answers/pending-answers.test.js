// Sequence numbers: without gaps, and never another answer under a number that was sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PendingAnswers } from "../../../../kiosk/web/static/js/candidate/answers/pending-answers.js";

const AT = "2026-06-01T09:00:00Z";

function pending(ackedThrough, ...items) {
  const answers = new PendingAnswers(ackedThrough);
  for (const [item, value] of items) answers.put(item, value, AT);
  return answers;
}

const numbered = (answers) => answers.all.map(({ seq, item, value }) => [seq, item, value]);

test("numbers continue where the server is", () => {
  assert.deepEqual(numbered(pending(7, ["q1", "a"], ["q2", "b"])), [[8, "q1", "a"], [9, "q2", "b"]]);
});

test("an answer that was not sent yet is replaced under its number", () => {
  assert.deepEqual(numbered(pending(0, ["q1", "a"], ["q2", "b"], ["q1", "c"])), [[1, "q1", "c"], [2, "q2", "b"]]);
});

test("an answer that was sent keeps its number, and a newer one gets a newer number", () => {
  const answers = pending(0, ["q1", "a"]);
  answers.markSent(answers.nextBatch());
  answers.put("q1", "c", AT);
  assert.deepEqual(numbered(answers), [[1, "q1", "a"], [2, "q1", "c"]]);
  assert.deepEqual(answers.values, { q1: "c" });
});

test("an acknowledgement drops what the server has and keeps the rest", () => {
  const answers = pending(0, ["q1", "a"], ["q2", "b"], ["q3", "c"]);
  answers.acknowledge(2);
  assert.deepEqual(numbered(answers), [[3, "q3", "c"]]);
});

test("an older acknowledgement that arrives late changes nothing", () => {
  const answers = pending(0, ["q1", "a"]);
  answers.acknowledge(1);
  answers.acknowledge(0);
  answers.put("q2", "b", AT);
  assert.deepEqual(numbered(answers), [[2, "q2", "b"]]);
});

test("what an earlier page left is restored from where the server is, and counts as sent", () => {
  const answers = new PendingAnswers(2);
  answers.restore([{ seq: 2, item: "q1", value: "a", at: AT }, { seq: 3, item: "q2", value: "b", at: AT }]);
  answers.put("q2", "c", AT);
  assert.deepEqual(numbered(answers), [[3, "q2", "b"], [4, "q2", "c"]]);
});

test("entries of an earlier page that leave a gap are numbered again", () => {
  const answers = new PendingAnswers(2);
  answers.restore([{ seq: 5, item: "q1", value: "a", at: AT }, { seq: 6, item: "q2", value: "b", at: AT }]);
  assert.deepEqual(numbered(answers), [[3, "q1", "a"], [4, "q2", "b"]]);
});

test("after a gap, what the server has is dropped and the rest is numbered from there", () => {
  const answers = pending(5, ["q1", "a"], ["q2", "b"]);
  answers.resynchronise(6, false);
  assert.deepEqual(numbered(answers), [[7, "q2", "b"]]);
  answers.resynchronise(3, false);
  assert.deepEqual(numbered(answers), [[4, "q2", "b"]]);
});

test("after a conflict every answer is sent again, under new numbers", () => {
  const answers = pending(0, ["q1", "a"], ["q2", "b"]);
  answers.resynchronise(2, true);
  assert.deepEqual(numbered(answers), [[3, "q1", "a"], [4, "q2", "b"]]);
});

test("a rejected answer leaves no gap", () => {
  const answers = pending(0, ["q1", "a"], ["q2", "b"]);
  answers.reject(answers.all[0]);
  assert.deepEqual(numbered(answers), [[1, "q2", "b"]]);
});

test("a batch holds at most a hundred answers, the oldest first", () => {
  const many = Array.from({ length: 130 }, (_, n) => [`q${n}`, "a"]);
  const batch = pending(0, ...many).nextBatch();
  assert.deepEqual([batch.length, batch[0].seq, batch.at(-1).seq], [100, 1, 100]);
});

test("a batch stays below the size of a request, without leaving out one in between", () => {
  const long = "x".repeat(40000);
  assert.deepEqual(pending(0, ["q1", long], ["q2", long], ["q3", "a"]).nextBatch().map(({ seq }) => seq), [1]);
});

test("an answer that is larger than a batch is sent alone", () => {
  assert.equal(pending(0, ["q1", "x".repeat(70000)], ["q2", "b"]).nextBatch().length, 1);
});

test("one by one means one", () => {
  assert.equal(pending(0, ["q1", "a"], ["q2", "b"]).nextBatch(true).length, 1);
});
