// What was found about the registered portraits: problems, and candidates who look alike.

import { byId, make, setText, show } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { label, sentences, t } from "../../common/page.js";

const AGAIN_MS = 10000;
const ALIKE_DIGITS = 2;
let next = 0;

function summary(report) {
  if (report.checked < report.total) {
    return t("Portraits: %(n)s of %(total)s checked …", { n: report.checked, total: report.total });
  }
  const parts = [t("Portraits: %(n)s checked", { n: report.total })];
  if (report.problems.length) parts.push(t("%(n)s with problems", { n: report.problems.length }));
  if (report.lookalikes.length) parts.push(t("%(n)s pairs of candidates look alike", { n: report.lookalikes.length }));
  return parts.join(" · ");
}

function picture(base, number) {
  return make("img", { src: `${base}/portraits/${encodeURIComponent(number)}`, alt: t("Registered portrait"), loading: "lazy" });
}

function pair(base, found) {
  return make(
    "div", { class: "alike" }, picture(base, found.first), picture(base, found.second),
    make("p", {}, `${found.name_of_first} (${found.first}) — ${found.name_of_second} (${found.second})`),
    make("p", { class: "soft small num" }, t("Similarity %(n)s: one person with two admissions, or people who look alike. Compare the identity cards.", { n: found.similarity.toFixed(ALIKE_DIGITS) })),
  );
}

function problem(found) {
  const words = sentences(...found.problems.map((id) => label("advice", id)));
  return make("li", {}, make("strong", {}, `${found.seat} ${found.name}`), ` ${found.admission_no}: ${words}`);
}

/** Ask for the report now and then until it is complete, and show it. */
export async function showPortraits(base) {
  if (performance.now() < next) return;
  next = performance.now() + AGAIN_MS;
  const report = await get(`${base}/portraits`);
  if (report.done) next = Infinity;
  const box = byId("portraits");
  show(box, report.total > 0);
  setText(byId("portraits-summary"), summary(report));
  box.dataset.state = report.problems.length || report.lookalikes.length ? "found" : "fine";
  byId("portraits-list").replaceChildren(
    ...report.lookalikes.map((found) => pair(base, found)),
    report.problems.length ? make("ul", {}, report.problems.map(problem)) : "",
  );
}
