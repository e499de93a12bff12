// Changes the language of the answer page in place: nothing is loaded again, so the focus, half-typed
// words, full screen and camera stay as they are. Questions that have their texts in both languages follow.

import { byId, setNote } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { OtherWords } from "./other-words.js";

/** @typedef {import("./other-words.js").Pair} Pair */

const WAIT_MS = 8000;
const NOTE_MS = 10000;
const NAMES = ["title", "aria-label", "placeholder"];
/** What is not the page's own text. The two options of a true-or-false question are. */
const FOREIGN = ".stem, .options:not(.pair) .option-text, .stimulus-box, .essay, textarea, .message-text, script, style";

const LIST = ".nav-section h2, .parts";

/**
 * This page in a language, as the server makes it now; its cookie remembers the last one asked for.
 * @param {string} language
 */
async function pageIn(language) {
  const response = await fetch(`${location.pathname}?lang=${language}`, { cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) });
  // Elsewhere: the attempt is over, or nobody is signed in.
  if (!response.ok || response.redirected) throw new Error("not this page");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, made: JSON.parse(page.getElementById("page-data")?.textContent ?? "{}") };
}

/** @param {Node} root */
function textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.textContent?.trim() && !node.parentElement?.closest(FOREIGN)) found.push(/** @type {Text} */ (node));
  }
  return found;
}

/** @param {ParentNode} root */
function namesOf(root) {
  return NAMES.flatMap((name) => [...root.querySelectorAll(`[${name}]`)].map((element) => ({ element, name })));
}

/** @param {Document} page */
function wordsOf(page) {
  return [
    ...textsOf(page.body).map((node) => node.data.trim()),
    ...namesOf(page).map(({ element, name }) => element.getAttribute(name) ?? ""),
    page.title,
  ];
}

/**
 * Texts of the modules, and names of ids.
 * @param {any} before
 * @param {any} after
 * @returns {Pair[]}
 */
function modulePairs(before, after) {
  const sources = new Set([...Object.keys(before.texts), ...Object.keys(after.texts)]);
  /** @type {Pair[]} */
  const pairs = [...sources].map((source) => [before.texts[source] || source, after.texts[source] || source]);
  for (const [group, names] of Object.entries(before.labels)) {
    for (const [id, name] of Object.entries(names)) pairs.push([name, after.labels[group]?.[id] ?? name]);
  }
  return pairs;
}

/**
 * Names of sections and parts, which the paper has in both languages.
 * @param {unknown} value
 * @param {string} before
 * @param {string} after
 * @returns {Pair[]}
 */
function namedPairs(value, before, after) {
  if (value === null || typeof value !== "object") return [];
  const named = /** @type {Record<string, unknown>} */ (value);
  if (typeof named[before] === "string" && typeof named[after] === "string") return [[named[before], named[after]]];
  return Object.values(named).flatMap((inner) => namedPairs(inner, before, after));
}

/**
 * @param {OtherWords} words
 * @param {OtherWords} listWords for the list of questions, whose titles are the paper's
 */
function replaceAll(words, listWords) {
  for (const node of textsOf(document.body)) {
    const other = (node.parentElement?.closest(LIST) ? listWords : words).of(node.data);
    if (other !== null) node.data = other;
  }
  for (const { element, name } of namesOf(document)) {
    const other = words.of(element.getAttribute(name) ?? "");
    if (other !== null) element.setAttribute(name, other);
  }
  document.title = words.of(document.title) ?? document.title;
}

async function change() {
  const [from, to] = data.language === "zh" ? ["zh", "en"] : ["en", "zh"];
  const before = await pageIn(from), after = await pageIn(to);
  const { sections, parts } = data.practice ?? await get(`/api/attempts/${data.attempt_id}`, { timeout: WAIT_MS });
  const [old, fresh] = [wordsOf(before.page), wordsOf(after.page)];
  if (old.length !== fresh.length) throw new Error("the page has changed meanwhile");
  const named = namedPairs([sections, parts], from, to);
  const own = [...old.map((text, index) => /** @type {Pair} */ ([text, fresh[index]])), ...modulePairs(before.made, after.made)];
  const { texts, labels, language } = after.made;
  Object.assign(data, { texts, labels, language });
  replaceAll(new OtherWords([...own, ...named]), new OtherWords([...named, ...own]));
  document.documentElement.lang = after.page.documentElement.lang;
  byId("language").lang = after.page.getElementById("language")?.lang ?? "";
  document.dispatchEvent(new Event("language-changed"));
}

const button = byId("language");
let busy = false;

button.addEventListener("mousedown", (event) => event.preventDefault());
button.addEventListener("click", async () => {
  if (busy) return;
  busy = true;
  try {
    await change();
  } catch {
    const note = byId("time-note");
    setNote(note, t("The language cannot be changed now: the server cannot be reached. Keep working and try again later."));
    setTimeout(() => setNote(note, ""), NOTE_MS);
  }
  busy = false;
});
