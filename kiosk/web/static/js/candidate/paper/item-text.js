// Texts of items: plain and emphasised text, formulas as MathML, pictures, tables. Nothing else gets
// into the page.

import { make } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { formulaText } from "./formula-text.js";
import { scrollingBox } from "./scrolling-box.js";

/**
 * @typedef {{ kind: "text" | "formula" | "picture", text: string, alt: string, styles: string[] }} Span
 * @typedef {{ kind: "table", headings: Span[][], rows: Span[][][] }} Table
 * @typedef {(Span | Table)[]} Text
 */

const MATHML = "http://www.w3.org/1998/Math/MathML";
const KEPT = new Set(["mathvariant", "stretchy", "fence", "form", "accent", "display", "displaystyle", "columnalign", "linethickness", "width", "lspace", "rspace", "minsize", "maxsize"]);
const STYLES = new Set(["b", "i", "u", "s", "sub", "sup"]);

/** Whether every element is MathML; attributes that only dress it are kept, the others dropped. */
function harmless(element) {
  if (element.namespaceURI !== MATHML || element.localName === "annotation-xml") return false;
  for (const { name } of [...element.attributes]) {
    if (!KEPT.has(name)) element.removeAttribute(name);
  }
  return [...element.children].every(harmless);
}

function formula(source) {
  const root = new DOMParser().parseFromString(source, "application/xml").documentElement;
  if (!harmless(root)) return document.createTextNode(source);
  const shown = document.importNode(root, true);
  // Not every screen reader knows MathML, and an option that is only a formula needs a name.
  shown.setAttribute("aria-label", formulaText(shown));
  return shown;
}

function picture(span) {
  const src = `/api/attempts/${data.attempt_id}/pictures/${span.text}`;
  const image = make("img", { src, alt: span.alt || t("Picture"), draggable: false });
  const larger = (event) => {
    event.preventDefault();
    sheet({
      title: span.alt || t("Picture"), wide: true,
      content: [make("div", { class: "enlarged" }, make("img", { src, alt: span.alt || t("Picture"), draggable: false }))],
      actions: [{ value: true, text: t("Close"), kind: "primary" }],
    });
  };
  return make("button", { class: "figure-button", type: "button", title: t("Enlarge"), onclick: larger }, image);
}

/** The text inside the elements of its styles, the first outermost. */
function styled(node, styles) {
  return styles.filter((style) => STYLES.has(style)).reduceRight((inner, style) => make(style, {}, inner), node);
}

const DRAW = { formula: (span) => formula(span.text), picture, text: (span) => document.createTextNode(span.text) };

/** @param {Span[]} spans */
function runs(spans) {
  return spans.map((span) => styled(DRAW[span.kind](span), span.styles));
}

/** @param {Table} found */
function table({ headings, rows }) {
  const head = headings.length > 0 && make("thead", {}, make("tr", {}, headings.map((cell) => make("th", { scope: "col" }, runs(cell)))));
  const body = make("tbody", {}, rows.map((row) => make("tr", {}, row.map((cell) => make("td", {}, runs(cell))))));
  return scrollingBox("table-box", t("Table"), make("table", {}, head, body));
}

/**
 * The nodes of a text.
 * @param {Text} text
 */
export function nodesOf(text) {
  return text.flatMap((part) => (part.kind === "table" ? [table(part)] : runs([part])));
}
