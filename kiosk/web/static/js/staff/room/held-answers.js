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
      make("p", {}, t("These terminals store encrypted answers that could not be sent. Do not clear the data of their browsers.")),
      ...held.map((/** @type {any} */ answers) => this.#line(answers)),
    );
    show(byId("room-held"), held.length > 0);
  }

  #line(held) {
    const whose = held.admission_no ? `${held.admission_no} ${held.name}`.trim() : t("a candidate unknown to this centre");
    const why = label("held_reasons", held.why);
    const text = t("%(terminal)s has %(answers)s answers of %(whose)s", { ...held, whose });
    const button = (kind, words, run) => make("button", { class: `btn btn-${kind}`, type: "button", onclick: () => run(held, whose).then((done) => done && this.#refresh()) }, words);
    const acts = held.state === "wanted"
      ? [make("span", { class: "tag info" }, t("Waiting for the terminal to send them"))]
      : [held.admission_no && button("primary", t("Accept them …"), (...args) => this.#take(...args))].filter(Boolean);
    return make(
      "div", { class: "line between held" }, make("span", { class: "num" }, why && why !== held.why ? t("%(what)s: %(why)s", { what: text, why }) : text),
      make("div", { class: "line" }, ...acts, button("danger-quiet", t("Cannot be sent …"), (...args) => this.#drop(...args))),
    );
  }

  #take(held, whose) {
    return askReason({
      title: t("Accept the answers on %(terminal)s?", held),
      text: t("%(terminal)s will send its %(answers)s answers of %(whose)s when its start page is next opened. They then await your decision at the candidate's seat.", { ...held, whose }),
      url: this.#url, body: { ...ids(held), wanted: true }, button: t("Request them"),
      presets: [t("The candidate sat at this terminal"), t("The terminal was exchanged during the exam")],
    });
  }

  #drop(held, whose) {
    return askReason({
      title: t("Mark the answers on %(terminal)s as undeliverable?", held),
      text: t("The %(answers)s answers of %(whose)s on %(terminal)s will not count. The terminal deletes its copy. Answers it can still read are stored here first, encrypted and marked as refused.", { ...held, whose }),
      url: this.#url, body: { ...ids(held), wanted: false }, button: t("Mark as undeliverable"),
      final: t("Yes, these answers will not count."),
      presets: [t("Not from this centre's exams"), t("The attempt was voided"), t("The terminal can no longer read them")],
    });
  }
}

function ids({ terminal_id, attempt_id }) {
  return { terminal_id, attempt_id };
}
