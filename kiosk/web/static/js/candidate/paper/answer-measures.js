// What an answer amounts to: whether there is one, and how long it is.

const HAN = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const RUNS = /[\p{L}\p{N}]+/gu;

/**
 * Whether a value counts as an answer; markup and blanks alone do not.
 * @param {unknown} value
 */
export function isAnswered(value) {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "string" && value.replace(/<[^<>]*>/g, "").trim() !== "";
}

/**
 * How many words a text has, as Chinese word processors count: each Han character, and each run of
 * other letters and digits.
 * @param {string} text
 */
export function countWords(text) {
  const han = (text.match(HAN) || []).length;
  return han + (text.replace(HAN, " ").match(RUNS) || []).length;
}

/**
 * How many characters a text has, blanks left out; one of two code units counts once.
 * @param {string} text
 */
export function countCharacters(text) {
  return [...text.replace(/\s/g, "")].length;
}
