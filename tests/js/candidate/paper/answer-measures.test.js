// Whether there is an answer, and how long it is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { countCharacters, countWords, isAnswered } from "../../../../kiosk/web/static/js/candidate/paper/answer-measures.js";

const ANSWERED = [["a", true], [["a"], true], ["<p>x</p>", true], [[], false], ["", false], [" \n", false], ["<p><br></p>", false], [null, false], [undefined, false]];

for (const [value, expected] of ANSWERED) {
  test(`${JSON.stringify(value)} is ${expected ? "an" : "no"} answer`, () => assert.equal(isAnswered(value), expected));
}

const WORDS = [["", 0], ["hello world", 2], ["考试机", 3], ["用 Python 3 写", 4], ["don't", 2], ["……", 0], ["𠮷野家", 3]];

for (const [text, expected] of WORDS) {
  test(`${JSON.stringify(text)} has ${expected} words`, () => assert.equal(countWords(text), expected));
}

test("characters are counted without blanks, and a rare one once", () => {
  assert.equal(countCharacters(" a b\n𠮷 "), 3);
});
