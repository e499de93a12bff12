// The queue against a server that follows the real one's rules: no gap, no number twice with another answer.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { afterFailure, AnswerQueue } from "../../../../kiosk/web/static/js/candidate/answers/answer-queue.js";

class Refusal extends Error {
  constructor(status, code) {
    super(code);
    Object.assign(this, { status, code, retryAfter: 0 });
  }
}

class Server {
  stored = new Map();
  failures = []; // thrown before the answers are looked at
  lostReplies = 0;
  unwanted = null; // the item whose answers are refused
  closed = []; // items of a part that is closed
  requests = 0;

  async ackedThrough() {
    return this.stored.size;
  }

  async send(writes) {
    this.requests += 1;
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (writes.some(({ item }) => item === this.unwanted)) throw new Refusal(422, "invalid_answer");
    if (writes.some(({ item }) => this.closed.includes(item))) throw new Refusal(409, "part_closed");
    for (const { seq, item, value } of writes) {
      const known = this.stored.get(seq);
      if (known && JSON.stringify(known) !== JSON.stringify([item, value])) throw new Refusal(409, "sequence_conflict");
      if (!known && seq !== this.stored.size + 1) throw new Refusal(409, "sequence_gap");
      this.stored.set(seq, [item, value]);
    }
    if (this.lostReplies > 0) {
      this.lostReplies -= 1;
      throw new Refusal(0, "network");
    }
    return { acked_through: this.stored.size };
  }

  get values() {
    return Object.fromEntries(this.stored.values());
  }
}

let server, kept, heard, states;

function queueOf(ackedThrough = 0) {
  const hear = (name) => (...what) => heard.push([name, ...what]);
  const callbacks = {
    onReply: () => {}, onEnded: hear("ended"), onPaused: hear("paused"), onTakenOver: hear("taken over"),
    onMissed: hear("missed"), onRefused: hear("refused"), onSignedOut: hear("signed out"),
    onLate: ({ item, value }) => heard.push(["late", item, value]),
    onState: ({ state, waiting }) => states.push(`${state} ${waiting}`),
  };
  const buffer = { update: async ({ entries }) => { kept = structuredClone(entries); } };
  return new AnswerQueue(server, buffer, ackedThrough, callbacks);
}

beforeEach(() => {
  mock.restoreAll();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 0.5);
  [server, kept, heard, states] = [new Server(), [], [], []];
});

/** Let the next timer fire and what it started come to rest. */
async function pass(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

test("saved is said only after the server has acknowledged", async () => {
  const queue = queueOf();
  queue.put("q1", "a");
  assert.equal(states.at(-1), "saving 1");
  assert.equal(await queue.flush(), true);
  assert.deepEqual([states.at(-1), server.values, kept], ["saved 0", { q1: "a" }, []]);
});

test("an answer is in the buffer, marked as sent, before the server has it", async () => {
  const queue = queueOf();
  let atSending;
  server.send = async () => {
    atSending = structuredClone(kept);
    return { acked_through: 1 };
  };
  queue.put("q1", "a");
  await queue.flush();
  assert.deepEqual(atSending.map(({ seq, sent }) => [seq, sent]), [[1, true]]);
});

test("after a lost reply the same answer goes under the same number again", async () => {
  const queue = queueOf();
  server.lostReplies = 1;
  queue.put("q1", "a");
  assert.equal(await queue.flush(), false);
  assert.deepEqual([states.at(-1), heard], ["waiting 1", [["missed"]]]);
  await pass(1000);
  assert.deepEqual([server.requests, [...server.stored], states.at(-1)], [2, [[1, ["q1", "a"]]], "saved 0"]);
});

test("an answer that was changed while its reply was lost gets its own number", async () => {
  const queue = queueOf();
  server.lostReplies = 1;
  queue.put("q1", "a");
  await queue.flush();
  queue.put("q1", "b");
  await queue.flush();
  assert.deepEqual([...server.stored.values()], [["q1", "a"], ["q1", "b"]]);
});

test("the wait grows with each failure, up to fifteen seconds", async () => {
  const queue = queueOf();
  server.failures = Array.from({ length: 7 }, () => new Refusal(0, "network"));
  queue.put("q1", "a");
  await queue.flush();
  for (const [wait, requests] of [[1000, 2], [2000, 3], [4000, 4], [8000, 5], [15000, 6], [15000, 7]]) {
    await pass(wait - 1);
    assert.equal(server.requests, requests - 1);
    await pass(1);
    assert.equal(server.requests, requests);
  }
});

test("the server's own wait is kept to", async () => {
  const queue = queueOf();
  server.failures = [Object.assign(new Refusal(503, "busy"), { retryAfter: 30 })];
  queue.put("q1", "a");
  await queue.flush();
  await pass(29999);
  assert.equal(server.requests, 1);
  await pass(1);
  assert.equal(server.requests, 2);
});

test("typing is sent after a quiet moment, and after five seconds at the latest", async () => {
  let now = 0;
  mock.method(performance, "now", () => 1000 + now);
  const queue = queueOf();
  for (; now < 4800; now += 400) {
    queue.put("q1", `text ${now}`, 600);
    await pass(400);
  }
  assert.equal(server.requests, 0);
  queue.put("q1", "more", 600);
  await pass(200);
  assert.equal(server.requests, 1);
});

test("a server that was put back to an earlier state gets every answer that it lacks", async () => {
  const queue = queueOf(5);
  queue.put("q1", "a");
  assert.equal(await queue.flush(), true);
  assert.deepEqual([...server.stored], [[1, ["q1", "a"]]]);
});

test("a number under which the server has another answer is not insisted on", async () => {
  const queue = queueOf();
  server.stored.set(1, ["q1", "from elsewhere"]);
  queue.put("q1", "a");
  assert.equal(await queue.flush(), true);
  assert.deepEqual(server.values, { q1: "a" });
});

test("what an earlier page left goes first", async () => {
  const queue = queueOf(1);
  server.stored.set(1, ["q1", "a"]);
  queue.restore([{ seq: 2, item: "q2", value: "b", at: "" }]);
  queue.put("q3", "c");
  await queue.flush();
  assert.deepEqual([...server.stored.values()].slice(1), [["q2", "b"], ["q3", "c"]]);
});

test("an answer that the server refuses does not block the others", async () => {
  const queue = queueOf();
  server.unwanted = "q2";
  for (const item of ["q1", "q2", "q3"]) queue.put(item, "a");
  assert.equal(await queue.flush(), true);
  assert.deepEqual([server.values, heard], [{ q1: "a", q3: "a" }, [["refused", "q2", "invalid_answer"]]]);
});

for (const [code, status, said] of [["attempt_ended", 409, "ended"], ["lease_lost", 409, "taken over"]]) {
  test(`after ${code} nothing is sent any more, and nothing is dropped`, async () => {
    const queue = queueOf();
    server.failures = [new Refusal(status, code)];
    queue.put("q1", "a");
    await queue.flush();
    queue.put("q2", "b");
    await pass(60000);
    assert.deepEqual([server.requests, heard, queue.unsent.length], [1, [[said]], 2]);
  });
}

test("a paused exam keeps its answers and sends them when it goes on", async () => {
  const queue = queueOf();
  server.failures = [new Refusal(409, "attempt_paused")];
  queue.put("q1", "a");
  await queue.flush();
  assert.deepEqual(heard, [["paused"]]);
  queue.resume();
  assert.equal(await queue.flush(), true);
  assert.deepEqual(server.values, { q1: "a" });
});

test("an ended session is reported", async () => {
  const queue = queueOf();
  server.failures = [new Refusal(401, "signed_out")];
  queue.put("q1", "a");
  await queue.flush();
  assert.deepEqual(heard, [["signed out"]]);
});

test("a server that stays out of step is asked five times, then later", () => {
  assert.equal(afterFailure(new Refusal(409, "sequence_gap"), 1, 4), "resynchronise");
  assert.equal(afterFailure(new Refusal(409, "sequence_gap"), 1, 5), "retry");
});

test("a request that is too large is split before anything is given up", () => {
  assert.equal(afterFailure(new Refusal(413, "too_large"), 2, 0), "one-by-one");
  assert.equal(afterFailure(new Refusal(413, "too_large"), 1, 0), "reject");
});

test("answers to a closed part are handed over, and those behind them are sent", async () => {
  const queue = queueOf();
  server.closed = ["q1", "q2"];
  for (const [item, value] of [["q1", "a"], ["q2", "b"], ["q3", "c"], ["q1", "d"]]) queue.put(item, value);
  assert.equal(await queue.flush(), true);
  assert.deepEqual(server.values, { q3: "c" });
  assert.deepEqual(heard, [["late", "q1", "d"], ["late", "q2", "b"]]);
  assert.deepEqual(kept, []);
});
