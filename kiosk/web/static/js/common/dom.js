// Small helpers to build and change the page. Text is always set as text, never as markup.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * The element of that id. Throws TypeError where the template lacks it or has another kind.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [kind] such as HTMLInputElement
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof (kind ?? HTMLElement))) throw new TypeError(`no such element: #${id}`);
  return /** @type {T} */ (element);
}

/**
 * The element of that id, or null on pages that have none.
 * @param {string} id
 */
export function findById(id) {
  return document.getElementById(id);
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props] properties, `data-*` and `aria-*` attributes, listeners (`onclick`)
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    // Absent means that the browser checks what is typed.
    if (name === "spellcheck") element.setAttribute(name, String(value));
    if (value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else Object.assign(element, { [name]: value });
  }
  element.append(...children.flat().filter((child) => typeof child === "string" || child instanceof Node));
  return element;
}

/**
 * Set the text only when it differs, so that nothing flickers and nothing is announced twice.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {HTMLElement} element
 * @param {boolean} visible
 */
export function show(element, visible = true) {
  if (element.hidden === visible) element.hidden = !visible;
}

/**
 * Show a message in a note, or hide the note for an empty one.
 * @param {HTMLElement} element
 * @param {string} [text]
 */
export function setNote(element, text) {
  setText(element, text || "");
  show(element, Boolean(text));
}

/** @param {number} ms */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
