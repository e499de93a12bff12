// Small helpers to build and change the page. Text is always set as text, never as markup.

/** The element of that id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element: properties, `data-*` and `aria-*` attributes, listeners (`onclick`), children. */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set the text only when it differs, so that nothing flickers and nothing is announced twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show or hide. */
export function show(element, visible = true) {
  if (element.hidden === visible) element.hidden = !visible;
}

/** Show a message in a note, or hide the note for an empty one. */
export function setNote(element, text) {
  setText(element, text || "");
  show(element, Boolean(text));
}

/** Wait so many milliseconds. */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
