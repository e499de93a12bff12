// Text as people type it: full width, capitals, blanks and invisible characters make no difference.

const BLANK = /[\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u2800\u3164\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const LOOK_ALIKE = "АВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ×✕";
const LATIN = "ABEKMHOPCTYXABEZHIKMNOPTYXXX";

/** The text in compatibility form and Latin capitals, without blanks and invisible characters. */
export function plain(text) {
  const shown = text.normalize("NFKC").toUpperCase().replace(BLANK, "");
  return shown
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .replace(/./gu, (char) => LATIN[LOOK_ALIKE.indexOf(char)] ?? char);
}

/** Run `act` when a field changes, but not amid what an input method composes. */
export function onTyped(field, act) {
  field.addEventListener("input", (event) => event.isComposing || act());
  field.addEventListener("compositionend", act);
}
