// The personal data form of one candidate, beside what was registered.

import { make } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { label, t } from "../../common/page.js";
import { askReason } from "../reason.js";

function line(field) {
  return make(
    "tr", { class: field.differs ? "differs" : "" },
    make("th", { scope: "row" }, label("personal_fields", field.name)),
    make("td", {}, field.registered || "–"),
    make("td", {}, field.given || "–", field.differs ? make("span", { class: "tag warn ms-2" }, t("changed")) : null),
  );
}

function comparison(form) {
  return make(
    "table", { class: "table small" },
    make("thead", {}, make("tr", {}, make("th", {}), make("th", {}, t("Registered")), make("th", {}, t("Candidate")))),
    make("tbody", {}, form.fields.map(line)),
  );
}

async function fill(box, url) {
  let form;
  try {
    form = await get(url);
  } catch (error) {
    if (error.code !== "not_found") box.replaceChildren(error.message);
    box.hidden = error.code === "not_found"; // this programme asks for no form
    return;
  }
  const waiting = ["open", "draft"].includes(form.state);
  const skip = make("button", { class: "btn btn-quiet", type: "button", onclick: async () => {
    if (await askReason({
      title: t("Go on without the form"),
      text: t("The candidate goes on without confirming the personal data. What was entered so far is kept."),
      url: `${url}/skip`, button: t("Go on without the form"),
      presets: [t("The candidate cannot type and the data were compared by voice"), t("No time is left before the start")],
    })) await fill(box, url);
  } }, t("Go on without the form"));
  box.replaceChildren(...[
    make("summary", {}, t("Personal data form"), ": ", label("form_states", form.state)),
    form.reason && make("p", { class: "soft small" }, form.reason), comparison(form), waiting ? skip : null,
  ].filter(Boolean));
  box.open = form.fields.some((field) => field.differs) || waiting;
}

/** The form of a candidate at check-in, folded away while nothing is unusual. */
export function personalForm(row) {
  const box = make("details", { class: "personal-form" });
  fill(box, `/staff/api/attempts/${row.attempt_id}/personal-form`);
  return box;
}
