// Terminals that hold answers which the server refused: staff have them delivered, to be decided about
// like other late answers, or note them as undeliverable.

import { byId, make, show } from "../../common/dom.js";
import { label, t } from "../../common/page.js";
import { askReason } from "../reason.js";

/** The box in the room's page. */
export class HeldAnswers {
  #url;
  #refresh;
  #shown = "";

  constructor(base, refresh) {
    this.#url = `${base}/held-answers`;
    this.#refresh = refresh;
  }

  /** Show what terminals hold; an unchanged list is left alone. */
  show(held) {
    const now = JSON.stringify(held);
    if (now === this.#shown) return;
    this.#shown = now;
    byId("room-held").replaceChildren(
      make("p", {}, t("Answers that could not be delivered lie sealed at these terminals. Do not clear those browsers' data.")),
      ...held.map((/** @type {any} */ answers) => this.#line(answers)),
    );
    show(byId("room-held"), held.length > 0);
  }

  #line(held) {
    const whose = held.admission_no ? `${held.admission_no} ${held.name}`.trim() : t("somebody this centre does not know");
    const why = label("held_reasons", held.why);
    const text = t("%(terminal)s holds %(answers)s answers of %(whose)s", { ...held, whose });
    const button = (kind, words, run) => make("button", { class: `btn btn-${kind}`, type: "button", onclick: () => run(held, whose).then((done) => done && this.#refresh()) }, words);
    const acts = held.state === "wanted"
      ? [make("span", { class: "tag info" }, t("Waiting for the terminal to deliver"))]
      : [held.admission_no && button("primary", t("Take them in …"), (...args) => this.#take(...args))].filter(Boolean);
    return make(
      "div", { class: "line between held" }, make("span", { class: "num" }, why && why !== held.why ? t("%(what)s: %(why)s", { what: text, why }) : text),
      make("div", { class: "line" }, ...acts, button("danger-quiet", t("Cannot be delivered …"), (...args) => this.#drop(...args))),
    );
  }

  #take(held, whose) {
    return askReason({
      title: t("Take in what %(terminal)s holds?", held),
      text: t("%(terminal)s delivers its %(answers)s answers of %(whose)s when it is next at its start page. They wait at the candidate's seat then for your decision.", { ...held, whose }),
      url: this.#url, body: { ...ids(held), wanted: true }, button: t("Have them delivered"),
      presets: [t("The candidate sat at this terminal"), t("The terminal was exchanged during the exam")],
    });
  }

  #drop(held, whose) {
    return askReason({
      title: t("Note as undeliverable what %(terminal)s holds?", held),
      text: t("The %(answers)s answers of %(whose)s at %(terminal)s do not count. The terminal deletes its copy; what it can still read is kept here first, sealed, as refused.", { ...held, whose }),
      url: this.#url, body: { ...ids(held), wanted: false }, button: t("Note as undeliverable"),
      final: t("Yes, these answers will not count."),
      presets: [t("Not from this centre's exams"), t("The attempt was voided"), t("The terminal cannot read them any more")],
    });
  }
}

function ids({ terminal_id, attempt_id }) {
  return { terminal_id, attempt_id };
}
