// Signals reach the server in order and once, whatever fails in between.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { SignalQueue } from "../../../../kiosk/web/static/js/candidate/proctoring/signal-queue.js";

let received, outcomes, heard;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [received, outcomes, heard] = [[], [], []];
});

function queue() {
  const send = async (signals) => {
    const failure = outcomes.shift();
    if (failure) throw Object.assign(new Error(failure.code), failure);
    received.push(...signals.map(({ kind }) => kind));
    return {};
  };
  return new SignalQueue(send, {
    onReply: () => {}, onEnded: () => heard.push("ended"), onRefused: (code) => heard.push(code),
  });
}

async function pass(ms = 0) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test("signals that come while one is being sent follow it in order", async () => {
  const signals = queue();
  for (const kind of ["left", "returned", "copy"]) signals.add(kind);
  await pass();
  assert.deepEqual(received, ["left", "returned", "copy"]);
});

test("a failure that may pass is retried, and loses nothing", async () => {
  outcomes = [{ code: "network", passing: true }];
  const signals = queue();
  signals.add("left", "blur");
  await pass();
  signals.add("returned");
  assert.deepEqual(received, []);
  await pass(3000);
  assert.deepEqual(received, ["left", "returned"]);
});

test("what the server refuses is not sent again", async () => {
  outcomes = [{ code: "attempt_paused", passing: false }];
  const signals = queue();
  signals.add("left");
  await pass();
  signals.add("copy");
  await pass();
  assert.deepEqual([received, heard], [["copy"], ["attempt_paused"]]);
});

test("after the end of the exam the page hears it once", async () => {
  outcomes = [{ code: "attempt_ended", passing: false }];
  const signals = queue();
  signals.add("left");
  await pass();
  assert.deepEqual(heard, ["ended"]);
});

test("a stopped queue sends nothing more", async () => {
  const signals = queue();
  signals.stop();
  signals.add("left");
  await pass();
  assert.deepEqual(received, []);
});

test("during a long outage the newest hundred are kept", async () => {
  outcomes = Array.from({ length: 3 }, () => ({ code: "network", passing: true }));
  const signals = queue();
  for (let n = 0; n < 150; n += 1) signals.add(`n${n}`);
  await pass();
  for (let again = 0; again < 3; again += 1) await pass(3000);
  assert.deepEqual([received.length, received[0], received.at(-1)], [100, "n50", "n149"]);
});

test("signals that push older ones out while a request is on its way are not dropped with it", async () => {
  const sent = [];
  let answer;
  const signals = new SignalQueue((batch) => {
    sent.push(batch.map(({ kind }) => kind));
    return new Promise((resolve) => { answer = resolve; });
  }, { onReply: () => {}, onEnded: () => {}, onRefused: () => {} });
  signals.add("first");
  for (let n = 0; n < 100; n += 1) signals.add(`n${n}`);
  answer({});
  await pass();
  assert.deepEqual([sent.length, sent[1].length, sent[1][0]], [2, 100, "n0"]);
});
