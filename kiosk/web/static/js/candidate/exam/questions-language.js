// The server hears in which language the page shows its questions, so that whoever doubts a translation
// later knows what was read.

import { data } from "../../common/page.js";

/**
 * @param {{ translated: string }} attempt
 * @param {(kind: string, cause: string) => void} signal
 */
export function reportLanguage({ translated }, signal) {
  if (translated === "none") return;
  const report = () => signal("language", data.language);
  document.addEventListener("language-changed", report);
  report();
}
