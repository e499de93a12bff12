// Texts of items: plain text, formulas as MathML, pictures. Nothing else gets into the page.

import { make } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const KEPT = new Set(["mathvariant", "stretchy", "fence", "form", "accent", "display", "displaystyle", "columnalign", "linethickness", "width", "lspace", "rspace", "minsize", "maxsize"]);

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
  return harmless(root) ? document.importNode(root, true) : document.createTextNode(source);
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

/** The nodes of a text. */
export function nodesOf(spans) {
  const draw = { formula: (span) => formula(span.text), picture, text: (span) => document.createTextNode(span.text) };
  return spans.map((span) => draw[span.kind](span));
}
