// Terminals that came back without their cookie: one click takes all of them back.

import { byId, make, setNote, setText, show } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { t } from "../../common/page.js";
import { checkSession } from "../session.js";
import { HeldAnswers } from "./held-answers.js";

function line(offer) {
  const how = offer.how === "numbers" ? t("gave both numbers there") : t("same address and browser");
  return make("li", {}, t("%(seat)s %(name)s: %(terminal)s is now %(here)s (%(how)s)", { ...offer, how }));
}

/** The box in the room's page. */
export class Returns {
  #url;
  #offers = [];
  #held;

  constructor(base) {
    this.#url = `${base}/returns`;
    this.#held = new HeldAnswers(base, () => this.refresh());
    byId("take-back").addEventListener("click", () => this.#takeBack());
  }

  /** Look again. */
  async refresh() {
    const { terminals, held } = await get(this.#url);
    this.#offers = terminals;
    show(byId("room-returns"), terminals.length > 0);
    setText(byId("returns-text"), t("Terminals that came back without their sign-in: %(n)s. Take them back, and their candidates go on where they were.", { n: terminals.length }));
    byId("returns-list").replaceChildren(...terminals.map(line));
    this.#held.show(held);
  }

  async #takeBack() {
    const wanted = this.#offers.map((offer) => [offer.attempt_id, offer.terminal_id]);
    if (!wanted.length) return;
    byId("take-back", HTMLButtonElement).disabled = true;
    try {
      await post(this.#url, { terminals: wanted });
      setNote(byId("returns-error"), "");
      await this.refresh();
    } catch (error) {
      checkSession(error);
      setNote(byId("returns-error"), error.message);
    }
    byId("take-back", HTMLButtonElement).disabled = false;
  }
}
