import assert from "node:assert/strict";
import { test } from "node:test";

const { inLanguage, ownLanguage } = await import("../../../../kiosk/web/static/js/candidate/paper/item-language.js");

const text = (/** @type {string} */ words) => [{ kind: /** @type {const} */ ("text"), text: words, alt: "", styles: [] }];

/** @returns {import("../../../../kiosk/web/static/js/candidate/paper/item-view.js").Item} */
function item(id, translations = {}) {
  const options = [{ id: "A", label: "B", text: text("甲") }, { id: "B", label: "A", text: text("乙") }];
  return { id, type: "single_choice", number: 1, points: "1", group: null, stimulus: [], stem: text("题"), options, at_least: 0, translations };
}

const english = { stem: text("stem"), stimulus: text("case"), options: { A: text("first"), B: text("second") } };
const both = item("1", { en: english });
const own = item("2");

test("an item has the texts of the page's language, its options their ids and letters", () => {
  const shown = inLanguage(both, "en", "zh");
  assert.deepEqual([shown.stem, shown.stimulus], [english.stem, english.stimulus]);
  assert.deepEqual(shown.options, [{ id: "A", label: "B", text: text("first") }, { id: "B", label: "A", text: text("second") }]);
  assert.deepEqual([shown.translation, shown.lang, shown.foreign], ["en", "en", false]);
});

test("in another language it is as it is, and the original item never changes", () => {
  const shown = inLanguage(both, "zh", "zh");
  assert.deepEqual([shown.stem, shown.options], [both.stem, both.options]);
  assert.deepEqual([shown.translation, shown.lang, shown.foreign], ["", "zh-CN", false]);
  assert.deepEqual(both.stem, text("题"));
});

test("an item without that language says so where others have it", () => {
  assert.equal(inLanguage(own, "en", "zh").foreign, true);
  assert.equal(inLanguage(own, "zh", "zh").foreign, false);
  assert.deepEqual([inLanguage(own, "en", "").foreign, inLanguage(own, "en", "").lang], [false, ""]);
});

test("own texts are in the language that nothing is translated into", () => {
  assert.equal(ownLanguage([both, own]), "zh");
  assert.equal(ownLanguage([item("3", { zh: english })]), "en");
  assert.equal(ownLanguage([own]), "");
  assert.equal(ownLanguage([both, item("4", { zh: english })]), "");
});
