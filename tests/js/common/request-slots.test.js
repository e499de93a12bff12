// Two writes at a time, and one of the background at most.

import assert from "node:assert/strict";
import { test } from "node:test";

import { withSlot } from "../../../kiosk/web/static/js/common/request-slots.js";

function request(log, name, background = false, atOnce = false) {
  let finish, fail;
  const done = new Promise((resolve, reject) => { [finish, fail] = [resolve, reject]; });
  const result = withSlot(background, atOnce, () => {
    log.push(name);
    return done;
  });
  return { finish, fail, result };
}

async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test("a third write waits for a slot, and they go in order", async () => {
  const log = [];
  const writes = ["a", "b", "c", "d"].map((name) => request(log, name));
  await settle();
  assert.deepEqual(log, ["a", "b"]);
  writes[0].finish();
  await settle();
  assert.deepEqual(log, ["a", "b", "c"]);
  for (const write of writes) write.finish();
  await Promise.all(writes.map(({ result }) => result));
});

test("pictures use one slot, so that an answer finds the other", async () => {
  const log = [];
  const writes = [request(log, "picture", true), request(log, "picture 2", true), request(log, "answer")];
  await settle();
  assert.deepEqual(log, ["picture", "answer"]);
  for (const write of writes) write.finish();
  await Promise.all(writes.map(({ result }) => result));
});

test("a write that fails gives its slot back", async () => {
  const log = [];
  const writes = ["a", "b", "c"].map((name) => request(log, name));
  writes[0].fail(new Error("refused"));
  await assert.rejects(writes[0].result, /refused/);
  await settle();
  assert.deepEqual(log, ["a", "b", "c"]);
  for (const write of writes.slice(1)) write.finish();
  await Promise.all(writes.slice(1).map(({ result }) => result));
});

test("a page that is closing does not wait", async () => {
  const log = [];
  const writes = ["a", "b"].map((name) => request(log, name));
  writes.push(request(log, "last", false, true));
  assert.deepEqual(log, ["a", "b", "last"]);
  for (const write of writes) write.finish();
  await Promise.all(writes.map(({ result }) => result));
});
