// The notes pad's sender against a server that stores a save only under a higher number.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { NotesSender, startingText } from "../../../../kiosk/web/static/js/candidate/tools/notes-sender.js";

class Server {
  stored = { text: "", number: 0 };
  failures = [];
  lostReplies = 0;
  requests = 0;

  async send({ text, number }) {
    this.requests += 1;
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (number > this.stored.number) this.stored = { text, number };
    if (this.lostReplies > 0) {
      this.lostReplies -= 1;
      throw away();
    }
    return { number: this.stored.number };
  }
}

const away = () => Object.assign(new Error("away"), { passing: true });
const refusal = (code) => Object.assign(new Error(code), { code, passing: false });

let server, kept, states;

function sender(number = 0) {
  return new NotesSender({
    send: (save) => server.send(save),
    keep: (notes) => { kept = structuredClone(notes); },
    onState: (state) => states.push(state),
  }, number);
}

/** Let the next timer fire and what it started come to rest. */
async function pass(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

beforeEach(() => {
  mock.restoreAll();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 0.5);
  [server, kept, states] = [new Server(), null, []];
});

test("what is typed is kept at once and sent after a quiet moment; saved only by the server's word", async () => {
  const notes = sender();
  notes.put("a");
  notes.put("ab");
  assert.deepEqual(kept, { text: "ab", number: 1 });
  await pass(1999);
  assert.equal(server.requests, 0);
  await pass(1);
  assert.deepEqual(server.stored, { text: "ab", number: 1 });
  assert.deepEqual([kept, states.at(-1), server.requests], [null, "saved", 1]);
});

test("whoever never stops typing is saved within ten seconds", async () => {
  let now = 0;
  mock.method(performance, "now", () => now + 1);
  const notes = sender();
  for (; now < 11000; now += 1000) {
    notes.put(`${now}`);
    await pass(1000);
  }
  assert.equal(server.requests, 1);
});

test("while the server is away the text stays here and is sent when it is back", async () => {
  server.failures = [away(), away()];
  const notes = sender();
  notes.put("a");
  assert.equal(await notes.flush(), false);
  assert.equal(states.at(-1), "waiting");
  assert.equal(kept.text, "a");
  notes.put("ab");
  await pass(2000);
  await pass(5000);
  assert.deepEqual([server.stored.text, kept, states.at(-1)], ["ab", null, "saved"]);
});

test("a lost reply is no lost text, and nothing older overwrites it", async () => {
  server.lostReplies = 1;
  const notes = sender();
  notes.put("a");
  await notes.flush();
  notes.put("ab");
  await notes.flush();
  assert.deepEqual([server.stored.text, kept], ["ab", null]);
  assert.equal((await server.send({ text: "a", number: 1 })).number, server.stored.number);
  assert.equal(server.stored.text, "ab");
});

test("a page that does not know of a newer save sends again above it", async () => {
  server.stored = { text: "newer", number: 7 };
  const notes = sender(2);
  notes.put("mine");
  assert.equal(await notes.flush(), true);
  assert.deepEqual(server.stored, { text: "mine", number: 8 });
});

test("what is typed while a save is under way is sent after it", async () => {
  const notes = sender();
  notes.put("a");
  const flushed = notes.flush();
  notes.put("ab");
  assert.ok(kept.number > 1);
  await flushed;
  assert.deepEqual([server.stored.text, kept], ["ab", null]);
});

test("a refused text is not repeated; the next one is sent", async () => {
  server.failures = [refusal("notes_too_long")];
  const notes = sender();
  notes.put("too long");
  await notes.flush();
  await pass(60000);
  assert.deepEqual([states.at(-1), server.requests], ["refused", 1]);
  notes.put("short");
  await pass(2000);
  assert.equal(server.stored.text, "short");
});

test("a pause only delays; after the end nothing more is sent", async () => {
  server.failures = [refusal("attempt_paused"), refusal("attempt_ended")];
  const notes = sender();
  notes.put("a");
  await notes.flush();
  assert.equal(states.at(-1), "waiting");
  await pass(5000);
  await pass(60000);
  assert.equal(server.requests, 2);
});

test("after a reload the newest text is shown, wherever it is", () => {
  const saved = { text: "ab", number: 4 };
  assert.deepEqual(startingText(saved, null, true), { text: "ab", unsent: false });
  assert.deepEqual(startingText(saved, { text: "abc", number: 5 }, true), { text: "abc", unsent: true });
  assert.deepEqual(startingText(saved, { text: "a", number: 3 }, true), { text: "ab", unsent: false });
});

test("where another terminal went on meanwhile, neither text is lost", () => {
  const saved = { text: "written there", number: 4 };
  assert.deepEqual(startingText(saved, { text: "left here", number: 2 }, false), { text: "written there\n\nleft here", unsent: true });
  assert.deepEqual(startingText(saved, { text: "there", number: 2 }, false), { text: "written there", unsent: false });
});
