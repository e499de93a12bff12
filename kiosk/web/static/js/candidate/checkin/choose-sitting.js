// Asks a person whose numbers are right for several sittings which one they are here for.

import { byId, make, show } from "../../common/dom.js";
import { dayAndTime, t } from "../../common/page.js";

function choiceButton(choice, chosen) {
  const name = [choice.programme_title, choice.subtitle, choice.title].filter(Boolean).join(" · ");
  const place = [t("Starts %(at)s", { at: dayAndTime(choice.starts_at) }), choice.room, choice.seat && t("Seat %(seat)s", { seat: choice.seat })];
  return make(
    "button", { class: "btn btn-quiet btn-lg sitting-choice", type: "button", "data-sitting-id": choice.sitting_id, onclick: () => chosen(choice.sitting_id) },
    make("strong", {}, name), make("span", { class: "soft num" }, place.filter(Boolean).join(" · ")),
  );
}

/** Show the question in place of the form; resolves to the chosen sitting's id. */
export function askSitting(choices) {
  const box = byId("which-sitting");
  const title = byId("sign-in-title");
  return new Promise((resolve) => {
    const chosen = (id) => {
      show(box, false);
      show(byId("sign-in"));
      show(title);
      resolve(id);
    };
    byId("sitting-choices").replaceChildren(...choices.map((choice) => choiceButton(choice, chosen)));
    show(byId("sign-in"), false);
    show(title, false);
    show(box);
    byId("which-sitting-title").focus();
  });
}
