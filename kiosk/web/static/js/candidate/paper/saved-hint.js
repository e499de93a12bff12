// What stands under a field for a written answer.

import { make } from "../../common/dom.js";
import { data, t } from "../../common/page.js";

/** Says that typing is enough; in the practice, that it would be. */
export function savedHint() {
  const words = data.practice ? t("In the exam this is saved automatically as you type.") : t("Saved automatically as you type.");
  return make("span", { class: "soft small" }, words);
}
