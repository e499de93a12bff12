// While the analysis is busy a request is repeated; any other error is not.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { retryWhileBusy } from "../../../../kiosk/web/static/js/candidate/checkin/retry-while-busy.js";

const busy = (code) => Object.assign(new Error(code), { code, retryAfter: 2 });

test("a busy analysis is asked again after its own wait", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 0.5);
  const outcomes = [busy("analysis_busy"), busy("too_many_at_once")];
  let calls = 0;
  const result = retryWhileBusy(async () => {
    calls += 1;
    const failure = outcomes.shift();
    if (failure) throw failure;
    return "seen";
  });
  for (const [wait, expected] of [[1999, 1], [1, 2], [2000, 3]]) {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    mock.timers.tick(wait);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    assert.equal(calls, expected);
  }
  assert.equal(await result, "seen");
});

test("another error is thrown at once", async () => {
  await assert.rejects(retryWhileBusy(async () => { throw busy("not_verifiable"); }), /not_verifiable/);
});
