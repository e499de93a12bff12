// What people type compares equal, however they type it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isNumber, normalised } from "../../../kiosk/web/static/js/common/typed-text.js";

const SAME = [["ａ１２", "A12"], [" a 1\u00a02\u200b", "A12"], ["АВС", "ABC"], ["1–2−3", "1-2-3"], ["a\u034f\ufe0f1", "A1"], ["\u3164考 试", "考试"]];

for (const [text, expected] of SAME) {
  test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(normalised(text), expected));
}

const NUMBERS = [["12", true], ["１２", true], [" 1 2 ", true], ["012", true], ["", false], ["1.2", false], ["-12", false], ["12a", false], ["1e1", false], ["13", false]];

for (const [text, expected] of NUMBERS) {
  test(`${JSON.stringify(text)} ${expected ? "confirms" : "does not confirm"} 12`, () => assert.equal(isNumber(text, 12), expected));
}

test("an empty field does not confirm that nobody is writing", () => {
  assert.equal(isNumber("", 0), false);
  assert.equal(isNumber("0", 0), true);
});
