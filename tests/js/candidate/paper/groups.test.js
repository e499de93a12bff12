import assert from "node:assert/strict";
import { test } from "node:test";

import { isLong, numbersOf } from "../../../../kiosk/web/static/js/candidate/paper/groups.js";

const words = (text) => ({ kind: "text", text, alt: "", styles: [] });

test("a group has the numbers of its items only", () => {
  const items = [[3, 3], [null, 4], [3, 5], [6, 6]].map(([group, number]) => ({ group, number }));
  assert.deepEqual(numbersOf(items, 3), [3, 5]);
});

test("a sentence is shown above the question, more than that beside it", () => {
  assert.equal(isLong([words("某企业 2025 年的情况如下。")]), false);
  assert.equal(isLong([words("企业".repeat(100))]), true);
});

test("styles do not make a text longer, many runs do", () => {
  const runs = Array.from({ length: 20 }, () => words("十个字左右的一段话。"));
  assert.equal(isLong(runs.slice(0, 10)), false);
  assert.equal(isLong(runs), true);
});

test("tables and pictures are beside the question", () => {
  assert.equal(isLong([{ kind: "table", headings: [], rows: [[[words("1")]]] }]), true);
  assert.equal(isLong([{ kind: "picture", text: "flow.png", alt: "", styles: [] }]), true);
});
