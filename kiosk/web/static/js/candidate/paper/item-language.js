// In which language a question is read: the page's if the item has its texts in it, else the item's own.
// The answer is the same in both: an option keeps its id.

/** @typedef {import("./item-text.js").Text} Text */
/** @typedef {{ stimulus: Text, stem: Text, options: Record<string, Text> }} Translation */
/** @typedef {import("./item-view.js").Item} Item */

/** As the attribute `lang` has it. */
const TAGS = { zh: "zh-CN", en: "en" };

/**
 * The language of the items' own texts: the page has two, so it is not the one that they are
 * translated into. Empty where nothing is translated.
 * @param {Item[]} items
 */
export function ownLanguage(items) {
  const others = [...new Set(items.flatMap((item) => Object.keys(item.translations)))];
  return others.length === 1 ? Object.keys(TAGS).find((language) => language !== others[0]) ?? "" : "";
}

/**
 * The item with the texts that a page in this language shows. `translation` names their language if
 * they are not the item's own; `lang` is for screen readers; `foreign` says that the page is in
 * another language, which the item has not.
 * @param {Item} item
 * @param {string} language of the page
 * @param {string} own language of own texts
 * @returns {Item}
 */
export function inLanguage(item, language, own) {
  const other = item.translations[language];
  if (!other) return { ...item, translation: "", lang: TAGS[own] ?? "", foreign: own !== "" && own !== language };
  const { stimulus, stem } = other;
  const options = item.options.map((option) => ({ ...option, text: other.options[option.id] ?? option.text }));
  return { ...item, stimulus, stem, options, translation: language, lang: TAGS[language] ?? "", foreign: false };
}
