// Cut, copy and paste inside the candidate's own text (R20): nothing comes in, nothing goes out.
//
// The machine's clipboard gets a mark that means nothing; what was copied stays in this page. Only
// where the clipboard still holds that mark is it pasted: anything else comes from outside.

import { byId, setNote } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { essayHtml, essayText, MAX_CHARS } from "./essay.js";

const OWN = "textarea.essay, .essay.rich, #notes-text";
const NOTE_MS = 8000;

/** @typedef {(kind: string) => void} OnPrevented */

let clip = { mark: "", text: "", html: "" };

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function fieldOf(target) {
  if (!(target instanceof Node)) return null;
  const element = target instanceof Element ? target : target.parentElement;
  return element?.closest(OWN) ?? null;
}

/**
 * What is selected inside one text of the candidate's; null where the selection is not inside one.
 * @param {EventTarget | null} target
 */
function selected(target) {
  const field = fieldOf(target);
  if (!field) return null;
  if (field instanceof HTMLTextAreaElement) {
    return { text: field.value.slice(field.selectionStart, field.selectionEnd), html: "" };
  }
  const selection = getSelection();
  if (!selection?.rangeCount) return null;
  const inside = field.contains(selection.anchorNode) && field.contains(selection.focusNode);
  if (!inside) return null;
  return { text: selection.toString(), html: essayHtml(selection.getRangeAt(0).cloneContents()) };
}

/**
 * @param {ClipboardEvent} event
 * @param {OnPrevented} onPrevented
 */
function copyOut(event, onPrevented) {
  event.preventDefault();
  const found = selected(event.target);
  if (!found) {
    onPrevented(event.type);
    return;
  }
  if (!found.text) return;
  clip = { mark: `exam-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`, ...found };
  event.clipboardData?.setData("text/plain", clip.mark);
  if (event.type === "cut") document.execCommand("delete");
}

/** @param {HTMLElement} field */
function insert(field) {
  const rich = !(field instanceof HTMLTextAreaElement);
  if (rich && essayText(field).length + clip.html.length > MAX_CHARS) {
    const note = byId("time-note");
    setNote(note, t("The text would become too long. Nothing was pasted."));
    setTimeout(() => setNote(note, ""), NOTE_MS);
  } else if (rich && clip.html.includes("<")) document.execCommand("insertHTML", false, clip.html);
  else document.execCommand("insertText", false, clip.text);
}

/**
 * @param {ClipboardEvent} event
 * @param {OnPrevented} onPrevented
 */
function paste(event, onPrevented) {
  event.preventDefault();
  const field = fieldOf(event.target);
  if (field && clip.mark && event.clipboardData?.getData("text/plain") === clip.mark) insert(field);
  else onPrevented("paste");
}

/**
 * Use the page's own clipboard from now on.
 * @param {OnPrevented} onPrevented
 */
export function useOwnClipboard(onPrevented) {
  document.addEventListener("copy", (event) => copyOut(event, onPrevented));
  document.addEventListener("cut", (event) => copyOut(event, onPrevented));
  document.addEventListener("paste", (event) => paste(event, onPrevented));
}
