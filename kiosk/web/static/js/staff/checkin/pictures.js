// The registered portrait beside what the camera saw.

import { get } from "../../common/api.js";
import { make } from "../../common/dom.js";
import { t } from "../../common/page.js";

/** Number, seat and terminal of a row, and what headquarters has granted the candidate. */
export function facts(row) {
  const camera = row.camera ? t("Camera: %(label)s", { label: row.camera }) : "";
  const minutes = row.extra_minutes ? t("%(n)s extra minutes", { n: row.extra_minutes }) : "";
  const needs = row.needs ? t("Other needs: %(what)s", { what: row.needs }) : "";
  const granted = [minutes, needs].filter(Boolean).join(" · ");
  return make(
    "div", { class: "seat-facts" },
    make("p", { class: "soft num" }, [row.admission_no, row.seat, row.terminal, camera].filter(Boolean).join(" · ")),
    granted && make("p", { class: "granted" }, make("strong", {}, granted)),
  );
}

/**
 * What the document in the candidate's hand must say; the number in groups, as it is compared.
 * @param {{ name: string, number: string, birth_date: string | null, sex: string }} document
 */
function documentData({ name, number, birth_date: born, sex }) {
  const grouped = number.length === 18 ? number.replace(/^(.{6})(.{8})/, "$1 $2 ") : number;
  const rows = [[t("Name"), name], [t("Number of the document"), grouped], [t("Date of birth"), born], [t("Sex"), sex]];
  return rows.filter(([, value]) => value).map(([term, value]) => make("div", {}, make("dt", {}, term), make("dd", { class: "num" }, value)));
}

/** The data of a candidate's identity document, loaded when somebody looks. */
export function identityDocument(row) {
  const list = make("dl", { class: "document-data", "aria-label": t("Compare with the identity document") });
  get(`/staff/api/attempts/${row.attempt_id}/identity-document`).then(
    (document) => list.replaceChildren(...documentData(document)),
    (error) => list.replaceChildren(error.message),
  );
  return list;
}

function picture(src, caption) {
  const frame = make("div", { class: "frame" });
  if (!src) frame.replaceChildren(t("no picture"));
  else frame.append(make("img", { alt: caption, src, onerror: () => frame.replaceChildren(t("no picture")) }));
  return make("figure", {}, frame, make("figcaption", {}, caption));
}

/** What the camera saw last: during the exam a live picture, before it the newest of the check-in. */
function seen(row) {
  if (row.state === "in_progress") return picture(`/staff/api/attempts/${row.attempt_id}/thumbnail?at=${Date.now()}`, t("Live picture"));
  return picture(row.picture && `/staff/api/evidence/${row.picture}`, t("Newest check-in picture"));
}

/**
 * Portrait and newest picture, side by side.
 * @param {string} base
 * @param {import("../room/attention.js").Row} row
 * @param {HTMLElement} [beside] instead of the newest picture
 */
export function pair(base, row, beside = seen(row)) {
  const portrait = `${base}/portraits/${encodeURIComponent(row.admission_no)}?at=${Date.now()}`;
  return make("div", { class: "pair" }, picture(portrait, t("Registered portrait")), beside);
}
