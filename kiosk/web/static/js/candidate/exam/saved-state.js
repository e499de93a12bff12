// Whether all answers are saved, at the head of the answer page.

import { byId, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";

/**
 * Return the function that shows the state of the answer queue.
 * @param {import("../answers/answer-buffer.js").AnswerBuffer} buffer
 * @returns {import("../answers/answer-queue.js").Callbacks["onState"]}
 */
export function savedState(buffer) {
  return ({ state, waiting, message }) => {
    const box = byId("saved");
    box.dataset.state = state;
    const texts = {
      saved: buffer.keeps ? t("All answers saved") : t("All answers saved. Unsent answers on this terminal would be lost by a reload."),
      saving: t("Saving …"),
      waiting: buffer.keeps
        ? t("Not saved yet, will be retried: %(n)s", { n: waiting })
        : t("Not saved yet, and not stored on this terminal: %(n)s. Keep this page open and call the invigilator.", { n: waiting }),
    };
    setText(byId("saved-text"), texts[state]);
    box.title = message || "";
  };
}
