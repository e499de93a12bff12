// The field for essays: plain rich text, kept as a small closed subset of HTML (the server refuses
// anything else), with a word count as Chinese word processors do it.

import { make, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { countWords } from "./answer-measures.js";
import { clearText } from "./clear-text.js";
import { savedHint } from "./saved-hint.js";

const TYPING_MS = 600;

const UNAIDED = { spellcheck: "false", autocomplete: "off", autocorrect: "off", autocapitalize: "off" };

/**
 * The browser neither completes nor corrects what is typed in this field.
 * @param {HTMLElement} field
 */
export function unaided(field) {
  for (const [name, value] of Object.entries(UNAIDED)) field.setAttribute(name, value);
}

/** Longest essay, in characters of its HTML; the server refuses more. */
export const MAX_CHARS = 60000;
const SAME = { STRONG: "b", EM: "i", DIV: "p" };
const INLINE = new Set(["b", "i", "u", "sub", "sup"]);
const BLOCKS = new Set(["p", "ul", "ol", "li"]);

/** @type {[string, string, () => string][]} command, sign, title */
const TOOLS = [
  ["bold", "B", () => t("Bold (Ctrl+B)")],
  ["italic", "I", () => t("Italic (Ctrl+I)")],
  ["underline", "U", () => t("Underline (Ctrl+U)")],
  ["subscript", "x₂", () => t("Subscript")],
  ["superscript", "x²", () => t("Superscript")],
  ["insertUnorderedList", "•", () => t("List")],
  ["insertOrderedList", "1.", () => t("Numbered list")],
  ["undo", "↶", () => t("Undo (Ctrl+Z)")],
  ["redo", "↷", () => t("Redo (Ctrl+Y)")],
];

/** Stands where the caret has left a subscript or superscript; never part of the text. */
const MARK = "\u200b";

function escaped(text) {
  return text.replaceAll(MARK, "").replaceAll("\u00a0", " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The subset's text of what stands in the field. */
function written(node) {
  return [...node.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return escaped(child.data);
    if (child.nodeType !== Node.ELEMENT_NODE) return "";
    if (child.tagName === "BR") return "<br>";
    const tag = SAME[child.tagName] || child.tagName.toLowerCase();
    const inside = written(child);
    return INLINE.has(tag) || BLOCKS.has(tag) ? ["<", tag, ">", inside, "</", tag, ">"].join("") : inside;
  }).join("");
}

/** The subset's text of a copied part. */
export function essayHtml(part) {
  return written(part);
}

/** The whole field's text: what stands outside of any block becomes a paragraph. */
export function essayText(field) {
  const parts = [];
  let run = document.createElement("p");
  const flush = () => {
    if (run.hasChildNodes()) parts.push(["<p>", written(run), "</p>"].join(""));
    run = document.createElement("p");
  };
  for (const child of field.childNodes) {
    const tag = SAME[child.tagName] || (child.tagName || "").toLowerCase();
    if (!BLOCKS.has(tag)) run.append(child.cloneNode(true));
    else {
      flush();
      const holder = document.createElement("div");
      holder.append(child.cloneNode(true));
      parts.push(written(holder));
    }
  }
  flush();
  return parts.join("");
}

/** Copies of the nodes that the subset allows. */
function allowed(node) {
  return [...node.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return [document.createTextNode(child.data)];
    const tag = child.tagName?.toLowerCase();
    if (tag === "br") return [document.createElement("br")];
    if (!INLINE.has(tag) && !BLOCKS.has(tag)) return allowed(child);
    const copy = document.createElement(tag);
    copy.append(...allowed(child));
    return [copy];
  });
}

/** The nodes of an answer. */
function nodesIn(value) {
  return allowed(new DOMParser().parseFromString(value || "", "text/html").body);
}

/** Put the caret behind the subscript or superscript that it stands in; browsers do not. */
function leave(tag, field) {
  const selection = getSelection();
  const around = selection?.isCollapsed && selection.anchorNode?.parentElement?.closest(tag);
  if (!selection || !around || !field.contains(around)) return false;
  const after = document.createTextNode(MARK);
  around.after(after);
  selection.collapse(after, 1);
  return true;
}

const LOWERED = { subscript: "sub", superscript: "sup" };

/**
 * The name of a tool has the sign in it, so that whoever controls the page by voice can say what is
 * seen.
 * @param {string} sign
 * @param {string} title
 */
function named(sign, title) {
  return /\w/.test(sign) && !title.includes(sign) ? `${title} ${sign}` : title;
}

function tool([command, sign, title], field) {
  const press = (event) => {
    event.preventDefault();
    field.focus();
    if (!LOWERED[command] || !leave(LOWERED[command], field)) document.execCommand(command);
    showState(event.currentTarget.parentElement);
  };
  return make("button", { type: "button", "data-command": command, class: `tool ${command}`, title: title(), "aria-label": named(sign, title()), onmousedown: press, onclick: (event) => event.detail === 0 && press(event) }, sign);
}

/** Press down the tools that hold where the caret is. */
function showState(bar) {
  for (const button of bar.children) {
    const { command } = button.dataset;
    const inside = LOWERED[command] && getSelection()?.anchorNode?.parentElement?.closest(LOWERED[command]);
    const on = LOWERED[command] ? Boolean(inside) : document.queryCommandState(command);
    button.setAttribute("aria-pressed", String(on));
  }
}

/** The field with its tools; `onAnswer(value, delay)` hears of changes. */
export function essayField(item, value, onAnswer) {
  const field = make("div", {
    class: "form-control essay rich", contentEditable: "true", role: "textbox",
    "aria-multiline": "true", "aria-labelledby": "stem", "aria-describedby": "essay-count", tabIndex: 0,
  });
  unaided(field);
  const count = make("span", { class: "num soft small", id: "essay-count" });
  field.append(...nodesIn(value));
  const counted = () => {
    const n = countWords(field.innerText.replaceAll(MARK, ""));
    setText(count, n < item.at_least ? t("%(n)s of at least %(least)s words", { n, least: item.at_least }) : t("%(n)s words", { n }));
  };
  field.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"), { once: true });
  field.addEventListener("beforeinput", (event) => {
    if (event.inputType.startsWith("insert") && essayText(field).length >= MAX_CHARS) event.preventDefault();
  });
  field.addEventListener("input", () => {
    counted();
    onAnswer(essayText(field), TYPING_MS);
  });
  counted();
  const bar = make("div", { class: "tools", role: "toolbar", "aria-label": t("Text format") }, TOOLS.map((entry) => tool(entry, field)));
  for (const event of ["keyup", "mouseup", "focus"]) field.addEventListener(event, () => showState(bar));
  const write = (/** @type {string} */ html) => {
    field.replaceChildren(...nodesIn(html));
    counted();
  };
  const clear = clearText({ element: field, read: () => essayText(field), write }, onAnswer);
  return make("div", {}, bar, field, make("div", { class: "essay-foot" }, savedHint(), clear, count));
}
