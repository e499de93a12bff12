// The highlighter: while it is on, text of the question or its material that is selected is marked,
// and a click on a mark takes it away. The page's nodes stay as they are.

import { byId, show } from "../../common/dom.js";

const NAME = "marked";

/** Without this, as in Firefox before 140, the page has no highlighter; everything else works. */
const available = "highlights" in CSS && typeof Highlight === "function";

/**
 * The text offset of a place in an element.
 * @param {Element} element
 * @param {Node} node
 * @param {number} offset
 */
function offsetIn(element, node, offset) {
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

/**
 * A range over characters of an element.
 * @param {Element} element
 * @param {import("./marks.js").Span} span
 */
function rangeOf(element, [start, end]) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const { length } = /** @type {Text} */ (node);
    if (start >= at && start < at + length) range.setStart(node, start - at);
    if (end > at && end <= at + length) range.setEnd(node, end - at);
    at += length;
  }
  return range;
}

/**
 * The place in the text under a point of the window.
 * @param {number} x
 * @param {number} y
 * @returns {[node: Node, offset: number] | null}
 */
function caretAt(x, y) {
  // The older of the two is all that Chromium before 128 knows.
  if (document.caretPositionFromPoint) {
    const found = document.caretPositionFromPoint(x, y);
    return found && [found.offsetNode, found.offset];
  }
  const found = document.caretRangeFromPoint(x, y);
  return found && [found.startContainer, found.startOffset];
}

export class Highlighter {
  #marks;
  #button = byId("highlighter");
  #clear = byId("highlighter-clear");
  /** @type {[element: Element, place: string][]} */
  #texts = [];

  /** @param {import("./marks.js").Marks} marks */
  constructor(marks) {
    this.#marks = marks;
    show(this.#button, available);
    if (!available) return;
    this.#button.addEventListener("click", () => this.#turn(!this.#isOn));
    this.#clear.addEventListener("click", () => this.#clearAll());
    document.addEventListener("pointerup", (event) => this.#isOn && this.#lifted(event));
    document.addEventListener("keydown", (event) => {
      if (this.#isOn && event.key === "Escape") this.#turn(false);
      else if (this.#isOn && event.key === "Enter") this.#mark();
    });
  }

  get #isOn() {
    return document.body.dataset.highlighter === "on";
  }

  /**
   * Show the marks of an item that is on the page.
   * @param {import("../paper/item-view.js").Item} item
   */
  show(item) {
    const material = document.querySelector(".stimulus-box");
    // A mark is a place in a text, so each language has its own; other texts than translations are
    // named as ever, which finds what is kept.
    const named = (/** @type {string} */ place) => (item.translation ? `${place} (${item.translation})` : place);
    this.#texts = [[byId("stem"), named(item.id)]];
    if (item.group !== null && material) this.#texts.push([material, named(`group ${item.group}`)]);
    this.#draw();
  }

  /** @param {boolean} on */
  #turn(on) {
    document.body.dataset.highlighter = on ? "on" : "off";
    this.#button.setAttribute("aria-pressed", String(on));
  }

  #draw() {
    if (!available) return;
    const ranges = this.#texts.flatMap(([element, place]) => this.#marks.of(place).map((span) => rangeOf(element, span)));
    CSS.highlights.set(NAME, new Highlight(...ranges));
    show(this.#clear, ranges.length > 0);
  }

  #clearAll() {
    for (const [, place] of this.#texts) this.#marks.clear(place);
    this.#draw();
    this.#button.focus();
  }

  /** @param {PointerEvent} event */
  #lifted(event) {
    if (this.#mark()) return;
    const caret = caretAt(event.clientX, event.clientY);
    if (!caret) return;
    const [node, offset] = caret;
    for (const [element, place] of this.#texts) {
      if (element.contains(node) && this.#marks.removeAt(place, offsetIn(element, node, offset))) this.#draw();
    }
  }

  /** Mark what is selected in one of the texts; returns whether anything was. */
  #mark() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed) return false;
    const range = selection.getRangeAt(0);
    const found = this.#texts.find(([element]) => element.contains(range.commonAncestorContainer));
    if (!found) return false;
    const [element, place] = found;
    const start = offsetIn(element, range.startContainer, range.startOffset);
    const end = offsetIn(element, range.endContainer, range.endOffset);
    if (end > start) this.#marks.add(place, [start, end]);
    selection.removeAllRanges();
    this.#draw();
    return true;
  }
}
