// What becomes of the answers that a terminal still holds: nothing is deleted but by the two ways.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { HeldDelivery } from "../../../../kiosk/web/static/js/candidate/answers/held-delivery.js";

const answers = (n) => Array.from({ length: n }, (_, seq) => ({ seq, item: "q", value: "a", at: "" }));
const buffer = (attempt, n, id = attempt) => ({ id, attempt, record: { entries: answers(n) } });

let stored, sent, reports, decisions, reply;

beforeEach(() => {
  [stored, sent, reports, decisions] = [[], [], [], {}];
  reply = () => ({ keep: false });
});

function delivery() {
  return new HeldDelivery({
    buffers: async () => [...stored],
    send: async ({ id }) => { sent.push(id); return reply(id); },
    remove: async ({ id }) => { stored = stored.filter((other) => other.id !== id); },
    report: async (held, why) => { reports.push([held, why]); return decisions; },
  });
}

const refuse = (code, passing = false) => () => { throw Object.assign(new Error(code), { code, passing }); };
const ids = () => stored.map(({ id }) => id);

test("what the server has is deleted here", async () => {
  stored = [buffer("A", 2), buffer("B", 1)];
  assert.deepEqual(await delivery().run(null), { left: 0, passing: false });
  assert.deepEqual([sent, ids()], [["A", "B"], []]);
});

test("the own attempt's buffer is left to its page", async () => {
  stored = [buffer("A", 2), buffer("B", 1)];
  await delivery().run("A");
  assert.deepEqual([sent, ids()], [["B"], ["A"]]);
});

test("what the server says to keep stays", async () => {
  stored = [buffer("A", 2)];
  reply = () => ({ keep: true });
  await delivery().run(null);
  assert.deepEqual(ids(), ["A"]);
});

test("an empty buffer is deleted without asking anybody", async () => {
  stored = [buffer("A", 0)];
  await delivery().run(null);
  assert.deepEqual([sent, ids(), reports], [[], [], []]);
});

test("a failure that may pass keeps the answers and is tried again", async () => {
  stored = [buffer("A", 2)];
  const held = delivery();
  reply = refuse("network", true);
  assert.deepEqual(await held.run(null), { left: 2, passing: true });
  reply = () => ({ keep: false });
  assert.deepEqual(await held.run(null), { left: 0, passing: false });
});

test("a refusal is not repeated, and staff see number and reason", async () => {
  stored = [buffer("A", 2)];
  const held = delivery();
  reply = refuse("unknown_attempt");
  await held.run(null);
  assert.deepEqual(await held.run(null), { left: 2, passing: false });
  assert.deepEqual([sent, ids()], [["A"], ["A"]]);
  assert.deepEqual(reports.at(-1), [{ A: 2 }, { A: "unknown_attempt" }]);
});

test("what staff want is tried once more", async () => {
  stored = [buffer("A", 2)];
  const held = delivery();
  reply = refuse("unknown_attempt");
  decisions = { A: { state: "wanted", answers: 2 } };
  await held.run(null);
  reply = () => ({ keep: false });
  await held.run(null);
  assert.deepEqual([sent, ids()], [["A", "A"], []]);
});

test("what staff noted as undeliverable is deleted, if it is as much as they decided about", async () => {
  for (const [decided, left] of [[2, []], [1, ["A"]]]) {
    stored = [buffer("A", 2)];
    const held = delivery();
    reply = refuse("unknown_attempt");
    decisions = { A: { state: "undeliverable", answers: decided } };
    await held.run(null);
    await held.run(null);
    assert.deepEqual(ids(), left);
  }
});

test("the answers of one attempt count together, wherever they lie", async () => {
  stored = [buffer("A", 2), buffer("A", 3, "A/aside-1")];
  reply = refuse("unknown_attempt");
  assert.equal((await delivery().run(null)).left, 5);
  assert.deepEqual(reports.at(-1)[0], { A: 5 });
});

test("a buffer that cannot be read stays, and counts as one", async () => {
  stored = [{ id: "A", attempt: "A", record: null }];
  assert.deepEqual(await delivery().run(null), { left: 1, passing: false });
  assert.deepEqual([sent, ids(), reports.at(-1)], [[], ["A"], [{ A: 1 }, { A: "unreadable" }]]);
});

test("staff also see that nothing is held any more, even if the first report got lost", async () => {
  stored = [buffer("A", 2)];
  let lost = true;
  const held = new HeldDelivery({
    buffers: async () => [...stored], send: async () => ({ keep: false }), remove: async () => { stored = []; },
    report: async (what) => {
      if (lost) throw new Error("network");
      reports.push(what);
      return {};
    },
  });
  assert.deepEqual(await held.run(null), { left: 0, passing: true });
  lost = false;
  assert.deepEqual([await held.run(null), reports], [{ left: 0, passing: false }, [{}]]);
});
