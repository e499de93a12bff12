// Parts that are sat one after another: which one is open, what has been handed in, what follows.

import { byId, make, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";

/**
 * @typedef {object} Part
 * @property {string} id
 * @property {Record<string, string>} name
 * @property {"over" | "open" | "later"} state
 * @property {number | null} minutes
 * @property {string | null} end_reason
 */

export class ExamParts {
  /** @type {Part[]} */
  #parts = [];
  #carryOver = false;

  /**
   * Show the parts as they are now; without an order nothing is shown.
   * @param {{ parts: Part[], carry_over: boolean }} attempt
   */
  show({ parts, carry_over: carryOver }) {
    this.#parts = parts;
    this.#carryOver = carryOver;
    show(byId("parts"), parts.length > 0);
    byId("parts").replaceChildren(...parts.map(row));
    setText(byId("hand-in"), this.isLast ? t("Hand in") : t("Hand in this part"));
    setText(byId("clock-label"), this.open?.minutes ? t("Time left in this part") : t("Time left"));
  }

  /** The open part; undefined where all parts are open at once. */
  get open() {
    return this.#parts.find(({ state }) => state === "open");
  }

  /** Whether the exam ends with what is open. */
  get isLast() {
    return this.open === this.#parts.at(-1);
  }

  /**
   * Close a part; what is open then, the server says with its next reply.
   * @param {string} part
   * @param {boolean} timeUp only if its time is up
   */
  close(part, timeUp = false) {
    return post(`/api/attempts/${data.attempt_id}/parts/${part}/hand-in`, { time_up: timeUp }, { timeout: 15000 });
  }

  /** @returns {import("./exam-dialogs.js").Question} */
  question() {
    const carried = t("The time that you have left is added to the next part.");
    const lost = t("The time that you have left is lost: the next part begins at once, with its own time.");
    return {
      title: t("Hand in this part?"),
      count: (numbers) => t("%(n)s of %(total)s questions of this part are answered.", numbers),
      after: [
        ...(this.open?.minutes ? [this.#carryOver ? carried : lost] : []),
        t("After handing in, you cannot return to this part."),
      ],
    };
  }
}

/**
 * @param {Part} part
 * @param {number} index
 */
function row(part, index) {
  const name = part.name[data.language] || part.name.zh;
  const minutes = part.minutes ? t("%(n)s min", { n: part.minutes }) : "";
  return make(
    "li", { class: "part", "data-state": part.state, ...(part.state === "open" ? { "aria-current": "step" } : {}) },
    make("strong", {}, `${index + 1}. ${name}`), make("span", { class: "soft small" }, [minutes, stateOf(part)].filter(Boolean).join(" · ")),
  );
}

/** @param {Part} part */
function stateOf(part) {
  if (part.state === "over") return part.end_reason === "handed_in" ? t("Handed in") : t("Time is up");
  return part.state === "open" ? t("now") : t("later");
}
