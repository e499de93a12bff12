// One item on the page: radio cards, checkbox cards, two cards, a text field, or an essay's.

import { make, setText } from "../../common/dom.js";
import { data, label, t } from "../../common/page.js";
import { countCharacters } from "./answer-measures.js";
import { clearText } from "./clear-text.js";
import { essayField, unaided } from "./essay.js";
import { leaveOption, onArrow, toMain } from "./focus.js";
import { nodesOf } from "./item-text.js";
import { savedHint } from "./saved-hint.js";

/**
 * @typedef {object} Item
 * @property {string} id
 * @property {string} type
 * @property {number} number
 * @property {string} points
 * @property {number | null} group of items that share a stimulus
 * @property {import("./item-text.js").Text} stimulus
 * @property {import("./item-text.js").Text} stem
 * @property {any[]} options
 * @property {number} at_least length that a text has to have, 0 for any
 * @property {Record<string, import("./item-language.js").Translation>} translations by language
 * @property {string} [translation] language of the texts that are shown, "" for the item's own
 * @property {string} [lang] of the texts that are shown, "" where it is not known
 * @property {boolean} [foreign] whether other questions of the paper are in the page's language, and this one is not
 */

const TYPING_MS = 600;
const MAX_CHARS = 20000;

const DRAW = {
  single_choice: singleChoice,
  multiple_choice: multipleChoice,
  true_false: singleChoice,
  short_answer: shortAnswer,
  essay: essayField,
};

/** Show `item` in `place` with `value`; `onAnswer(value, delay)` hears of changes. */
export function renderItem(place, item, value, onAnswer) {
  const draw = DRAW[item.type];
  const stem = make("div", { class: "stem", id: "stem", lang: item.lang || null }, nodesOf(item.stem));
  place.replaceChildren(head(item), stem, draw(item, value, onAnswer));
}

function head(item) {
  return make(
    "header", { class: "item-head" },
    make("strong", { class: "num" }, t("Question %(n)s", { n: item.number })),
    make("span", { class: "tag" }, label("item_types", item.type)),
    make("span", {}, label("type_hints", item.type)),
    make("span", { class: "tag", id: "original-only", hidden: !item.foreign }, t("Original text only")),
    make("span", { class: "grow" }),
    make("span", { class: "num" }, Number(item.points) === 1 ? t("1 point") : t("%(n)s points", { n: Number(item.points) })),
  );
}

function options(item, pair, cards, onAnswer) {
  const box = make("fieldset", { class: pair ? "options pair" : "options", "aria-labelledby": "stem", onkeydown: onArrow }, cards);
  if (item.type !== "multiple_choice") box.setAttribute("role", "radiogroup");
  return make("div", {}, box, clearing(box, onAnswer));
}

/** The button that takes the choice back; its place is kept when there is none. */
function clearing(box, onAnswer) {
  const button = make("button", { class: "btn btn-quiet clear", type: "button", "aria-keyshortcuts": "0" }, t("Clear my choice"));
  const inputs = () => [...box.querySelectorAll("input")];
  const showIt = () => { button.dataset.idle = inputs().some((input) => input.checked) ? "" : "1"; };
  button.addEventListener("click", () => {
    for (const input of inputs()) input.checked = false;
    box.dispatchEvent(new Event("cleared"));
    onAnswer(null, 0);
    showIt();
    toMain();
  });
  box.addEventListener("change", showIt);
  showIt();
  return make("div", { class: "option-foot" }, button);
}

/** @returns {import("./item-text.js").Text} */
function word(text) {
  return [{ kind: "text", text, alt: "", styles: [] }];
}

function trueFalse() {
  return [
    { id: "true", label: "√", text: word(t("True")) },
    { id: "false", label: "×", text: word(t("False")) },
  ];
}

function optionCard(item, option, type, checked, onchange) {
  const input = make("input", { type, name: item.id, value: option.id, checked, onchange });
  return make(
    "label", { class: type === "checkbox" ? "option many" : "option" },
    make("span", { class: "letter", "aria-hidden": "true" }, option.label),
    make("div", { class: "option-text", lang: item.type !== "true_false" && item.lang || null }, nodesOf(option.text)),
    input,
  );
}

function singleChoice(item, value, onAnswer) {
  const judging = item.type === "true_false";
  const choices = judging ? trueFalse() : item.options;
  return options(item, judging, choices.map((option) => optionCard(
    item, option, "radio", value === option.id, (event) => {
      onAnswer(option.id, 0);
      leaveOption(event.target);
    },
  )), onAnswer);
}

function multipleChoice(item, value, onAnswer) {
  const chosen = new Set(value || []);
  const change = (id) => (event) => {
    if (event.target.checked) chosen.add(id);
    else chosen.delete(id);
    onAnswer([...chosen].sort(), 0);
    leaveOption(event.target);
  };
  const box = options(item, false, item.options.map((option) => optionCard(
    item, option, "checkbox", chosen.has(option.id), change(option.id),
  )), onAnswer);
  box.firstElementChild?.addEventListener("cleared", () => chosen.clear());
  return box;
}

function shortAnswer(item, value, onAnswer) {
  const count = make("span", { class: "num soft small" });
  const area = make("textarea", {
    class: "form-control essay", value: value || "", maxLength: MAX_CHARS,
    "aria-labelledby": "stem", "aria-describedby": "essay-count",
  });
  unaided(area);
  count.id = "essay-count";
  const counted = () => {
    const n = countCharacters(area.value);
    setText(count, n < item.at_least ? t("%(n)s of at least %(least)s characters", { n, least: item.at_least }) : t("%(n)s characters", { n }));
  };
  area.addEventListener("input", () => {
    counted();
    onAnswer(area.value, TYPING_MS);
  });
  counted();
  const read = () => area.value;
  const write = (/** @type {string} */ text) => {
    area.value = text;
    counted();
  };
  const clear = clearText({ element: area, read, write }, onAnswer);
  return make("div", {}, area, make("div", { class: "essay-foot" }, savedHint(), clear, count));
}

/** Press the n-th option of the shown item, as the digit keys do. */
export function pressOption(place, index) {
  place.querySelectorAll(".option input")[index]?.click();
}

/**
 * Press the option of that letter, if the shown item has one; returns whether it has.
 * @param {HTMLElement} place
 * @param {string} letter
 */
export function pressLetter(place, letter) {
  const letters = [...place.querySelectorAll(".option .letter")].map((shown) => shown.textContent);
  const index = letters.indexOf(letter.toUpperCase());
  if (index >= 0) pressOption(place, index);
  return index >= 0;
}

/** Take the choice of the shown item back. */
export function clearChoice(place) {
  place.querySelector(".clear:not([data-idle='1'])")?.click();
}

/** The language-dependent title of a section. */
export function sectionTitle(section) {
  return section.title[data.language] || section.title.zh;
}

/** The language-dependent name of the part that a section belongs to. */
export function partTitle(section) {
  return section.part[data.language] || section.part.zh;
}
