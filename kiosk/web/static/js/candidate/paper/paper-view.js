// The paper on the page: the shown item, moving about, flags, keys.

import { byId, findById, make } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { isAnswered } from "./answer-measures.js";
import { clearChoice, pressLetter, pressOption, renderItem } from "./item-view.js";
import { toMain } from "./focus.js";
import { inLanguage, ownLanguage } from "./item-language.js";
import { Navigator } from "./navigator.js";
import { reword } from "./reword.js";
import { scrollsBox } from "./scrolling-box.js";
import { StimulusView } from "./stimulus-view.js";
import { Highlighter } from "../tools/highlighter.js";
import { Marks } from "../tools/marks.js";
import { pressStrike, StrikeOut } from "../tools/strike-out.js";
import { StruckOptions } from "../tools/struck-options.js";

/** Shows one item at a time. */
export class PaperView {
  #answers;
  #flags;
  #current = 0;
  #onMoved;
  #queue;
  #navigator;
  #stimulus = new StimulusView();
  #strikeOut;
  #highlighter;

  /**
   * @param {any} attempt as the server gives it
   * @param {Record<string, any>} answers by item
   * @param {{ current: number, flags: string[] }} position
   * @param {Pick<import("../answers/answer-queue.js").AnswerQueue, "put">} queue
   * @param {(items: import("./item-view.js").Item[], current: number, flags: string[]) => void} onMoved
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage of struck options and highlights
   */
  constructor(attempt, answers, position, queue, onMoved, storage = localStorage) {
    /** @type {import("./item-view.js").Item[]} */
    this.items = attempt.items;
    this.#answers = answers;
    this.#flags = new Set(position.flags);
    this.#onMoved = onMoved;
    this.#queue = queue;
    this.#strikeOut = new StrikeOut(new StruckOptions(storage, attempt.attempt_id));
    this.#highlighter = new Highlighter(new Marks(storage, attempt.attempt_id));
    this.#navigator = this.#navigate(attempt);
    this.#wire();
    this.go(Math.min(position.current, this.items.length - 1));
  }

  #navigate({ sections, items }) {
    const own = sections.filter(({ first, last }) => items.some(({ number }) => number >= first && number <= last));
    return new Navigator(byId("navigator"), own, items, (index) => this.go(index));
  }

  /** Show another part of the paper, from its first item. */
  replace(attempt) {
    this.items = attempt.items;
    this.#answers = { ...this.#answers, ...attempt.answers };
    this.#navigator = this.#navigate(attempt);
    this.go(0);
  }

  /** Whether an item has an answer. */
  isAnswered(item) {
    return isAnswered(this.#answers[item.id]);
  }

  /** Whether an item is flagged. */
  isFlagged(item) {
    return this.#flags.has(item.id);
  }

  /** How an item is called. */
  numberOf(id) {
    return t("Question %(n)s", { n: this.items.find((item) => item.id === id)?.number ?? id });
  }

  /** Show the item at that place. */
  go(index) {
    if (index < 0 || index >= this.items.length) return;
    this.#current = index;
    this.#navigator.fold();
    this.show();
    byId("previous", HTMLButtonElement).disabled = index === 0;
    byId("next", HTMLButtonElement).disabled = index === this.items.length - 1;
    byId("main").scrollTop = 0;
    toMain();
    this.#placed();
  }

  /** The present item with the texts in the page's language, if it has them. */
  get #item() {
    return inLanguage(this.items[this.#current], data.language, ownLanguage(this.items));
  }

  /** Show the present item (again). */
  show() {
    const item = this.#item;
    this.#stimulus.show(item, this.items);
    renderItem(byId("item"), item, this.#answers[item.id], (value, delay) => this.#answer(item, value, delay));
    this.#strikeOut.show(byId("item"), item);
    this.#highlighter.show(item);
    byId("flag").setAttribute("aria-pressed", String(this.isFlagged(item)));
    this.#update();
  }

  /** The page has another language: show the texts in it, and leave everything else as it is. */
  #reword() {
    const item = this.#item;
    if (!findById("stem")) return;
    this.#stimulus.show(item, this.items);
    reword(byId("item"), item);
    this.#highlighter.show(item);
  }

  /** Take the item out of the page. */
  hide() {
    this.#stimulus.hide();
    byId("item").replaceChildren(make("p", { class: "soft" }, t("The paper is hidden until the exam resumes.")));
  }

  #update() {
    const state = (id) => ({ answered: isAnswered(this.#answers[id]), flagged: this.#flags.has(id) });
    this.#navigator.update(this.items[this.#current].id, state);
  }

  #answer(item, value, delay) {
    this.#answers[item.id] = value;
    this.#queue.put(item.id, value, delay);
    this.#update();
  }

  #placed() {
    this.#onMoved(this.items, this.#current, [...this.#flags]);
  }

  #step(by) {
    this.go(this.#current + by);
  }

  #toggleFlag() {
    const { id } = this.items[this.#current];
    if (!this.#flags.delete(id)) this.#flags.add(id);
    this.#placed();
    byId("flag").setAttribute("aria-pressed", String(this.#flags.has(id)));
    this.#update();
  }

  #wire() {
    byId("previous").addEventListener("click", () => this.#step(-1));
    byId("next").addEventListener("click", () => this.#step(1));
    byId("flag").addEventListener("click", () => this.#toggleFlag());
    byId("flag", HTMLButtonElement).disabled = false;
    document.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("language-changed", () => this.#reword());
  }

  #onKey(event) {
    const typing = event.target.matches("textarea, select, input[type=text], [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]") || scrollsBox(event) || event.target.closest("[data-own-keys]")) return;
    const next = () => this.#step(1);
    const previous = () => this.#step(-1);
    const acts = { n: next, PageDown: next, p: previous, PageUp: previous, f: () => this.#toggleFlag() };
    const act = acts[event.key] || acts[event.key.toLowerCase()];
    // Whoever has the calculator open means it with digits; letters choose.
    const counts = document.querySelector("[data-own-keys]:not([hidden])") !== null;
    if (act) act();
    else if (counts && /^[0-9]$/.test(event.key)) return;
    else if (/^[1-9]$/.test(event.key)) pressOption(byId("item"), Number(event.key) - 1);
    else if (event.key === "0") clearChoice(byId("item"));
    else if (event.shiftKey) {
      if (!pressStrike(byId("item"), event)) return;
    } else if (!pressLetter(byId("item"), event.key)) return;
    event.preventDefault();
  }
}
