// Texts of the page in the other language, found by pairs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { OtherWords } from "../../../../kiosk/web/static/js/candidate/tools/other-words.js";

const words = new OtherWords([
  ["上一题", "Previous"],
  ["已答", "answered"],
  ["已标记", "flagged"],
  ["第 %(n)s 题", "Question %(n)s"],
  ["剩余 %(n)s 分钟（共 %(total)s）", "%(total)s in all, %(n)s minutes left"],
  ["正在前往：%(what)s。", "Coming: %(what)s."],
  ["去洗手间", "Toilet"],
  ["%(n)s / %(total)s", "%(n)s of %(total)s"],
  ["English", "中文"],
  ["A+", "A+"],
  ["上一题", "Back"],
]);

test("a text is found whole, with the blanks around it; the first pair holds", () => {
  assert.equal(words.of("上一题"), "Previous");
  assert.equal(words.of("\n  上一题 "), "\n  Previous ");
  assert.equal(words.of("English"), "中文");
});

test("what was filled in stays, in the other language's order", () => {
  assert.equal(words.of("第 12 题"), "Question 12");
  assert.equal(words.of("剩余 5 分钟（共 90）"), "90 in all, 5 minutes left");
  assert.equal(words.of("正在前往：去洗手间。"), "Coming: Toilet.");
});

test("texts in a row are found one by one", () => {
  assert.equal(words.of("第 3 题, 已答, 已标记"), "Question 3, answered, flagged");
  assert.equal(words.of("已答 · 张三"), "answered · 张三");
  const back = new OtherWords([["Question %(n)s", "第 %(n)s 题"], ["answered", "已答"]]);
  assert.equal(back.of("Question 3, answered"), "第 3 题, 已答");
});

test("what is nobody's text stays: numbers, names, signs, and nothing", () => {
  for (const text of ["12", "3 / 60", "张三", "A+", "", "  ", "$& (x"]) assert.equal(words.of(text), null);
});
