// Text as people type it: full width, capitals, blanks and invisible characters make no difference.

// Blanks and control characters; letters and signs without a shape; selectors of a variant.
const BLANK = /[\p{Z}\p{Cc}\p{Cf}]|[\u115f\u1160\u2800\u3164]|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
const LOOK_ALIKE = "АВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ×✕";
const LATIN = "ABEKMHOPCTYXABEZHIKMNOPTYXXX";

/**
 * The text in compatibility form and Latin capitals, without blanks and invisible characters.
 * @param {string} text
 */
export function normalised(text) {
  const shown = text.normalize("NFKC").toUpperCase().replace(BLANK, "");
  return shown
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .replace(/./gu, (char) => LATIN[LOOK_ALIKE.indexOf(char)] ?? char);
}

/**
 * Whether what was typed is this number, in whatever digits and width.
 * @param {string} text
 * @param {number} expected
 */
export function isNumber(text, expected) {
  const digits = normalised(text);
  return /^\d+$/.test(digits) && Number(digits) === expected;
}

/**
 * Run `act` when a field changes. Not while an input method composes: the field then shows letters
 * that the person has not chosen yet, and changing its value would break the composition.
 * @param {HTMLElement} field
 * @param {() => void} act
 */
export function onTyped(field, act) {
  field.addEventListener("input", (event) => {
    if (!(event instanceof InputEvent && event.isComposing)) act();
  });
  field.addEventListener("compositionend", act);
}
