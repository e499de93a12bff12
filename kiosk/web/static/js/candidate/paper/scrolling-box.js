// Boxes that scroll by themselves: whoever has no mouse reaches them with Tab while they scroll.

import { make } from "../../common/dom.js";

const PAGE_KEYS = new Set(["PageUp", "PageDown"]);

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) update(/** @type {HTMLElement} */ (target.closest(".scrolling")));
});

/** @param {HTMLElement} box */
function update(box) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

/**
 * A box around an element that may be larger; `name` is for screen readers.
 * @param {string} kind its class
 * @param {string} name
 * @param {HTMLElement} content
 */
export function scrollingBox(kind, name, content) {
  const box = make("div", { class: `${kind} scrolling`, role: "group", "aria-label": name }, content);
  for (const element of [box, content]) resized.observe(element);
  return box;
}

/**
 * Whether a key scrolls the box that it is pressed in.
 * @param {KeyboardEvent} event
 */
export function scrollsBox(event) {
  const inside = event.target instanceof Element && event.target.closest(".scrolling[tabindex]");
  return Boolean(inside) && PAGE_KEYS.has(event.key);
}
