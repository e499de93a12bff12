// A formula in one line of signs, for whoever hears the page: (AD)/(EF), x^(2), √(a + b).

/** @param {string} inner */
function grouped(inner) {
  return inner.length > 1 ? `(${inner})` : inner;
}

/** @type {Record<string, (parts: string[]) => string>} from the texts of the children */
const WRITTEN = {
  mfrac: ([above, below]) => `${grouped(above)}/${grouped(below)}`,
  msup: ([base, above]) => `${base}^${grouped(above)}`,
  msub: ([base, below]) => `${base}_${grouped(below)}`,
  msubsup: ([base, below, above]) => `${base}_${grouped(below)}^${grouped(above)}`,
  mover: ([base, above]) => `${base}^${grouped(above)}`,
  munder: ([base, below]) => `${base}_${grouped(below)}`,
  munderover: ([base, below, above]) => `${base}_${grouped(below)}^${grouped(above)}`,
  mroot: ([inner, degree]) => `${grouped(degree)}√${grouped(inner)}`,
  msqrt: (parts) => `√${grouped(parts.join(""))}`,
  mtr: (parts) => parts.join(", "),
  mtable: (parts) => parts.join("; "),
  mphantom: () => "",
};

/**
 * The text of a MathML element.
 * @param {Element} element
 * @returns {string}
 */
export function formulaText(element) {
  const { localName } = element;
  if (localName === "annotation") return "";
  if (element.children.length === 0) return leaf(localName, (element.textContent ?? "").trim());
  const parts = [...element.children].map(formulaText);
  return (WRITTEN[localName] ?? ((all) => all.join("")))(parts).replace(/ {2,}/g, " ").trim();
}

/**
 * @param {string} name
 * @param {string} text
 */
function leaf(name, text) {
  return name === "mo" && /^[=≠≈<>≤≥+−×÷·±∈→⇒-]$/u.test(text) ? ` ${text} ` : text;
}
