// Text as people type it: full width, capitals, blanks and invisible characters make no difference.

const BLANK = /[\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u3164\ufe00-\ufe0f]/gu;

/** The text in compatibility form and capitals, without blanks and invisible characters. */
export function plain(text) {
  return text.normalize("NFKC").toUpperCase().replace(BLANK, "").replace(/[\p{Pd}\u2212]/gu, "-");
}

/** Run `act` when a field changes, but not amid what an input method composes. */
export function onTyped(field, act) {
  field.addEventListener("input", (event) => event.isComposing || act());
  field.addEventListener("compositionend", act);
}
