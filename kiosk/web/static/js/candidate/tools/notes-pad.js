// The notes pad beside the question. Programmes without one have no panel.

import { byId, setText } from "../../common/dom.js";
import { t } from "../../common/page.js";
import { NotesSender, startingText } from "./notes-sender.js";
import { ToolPanel } from "./tool-panel.js";

/**
 * @typedef {import("./notes-sender.js").KeptNotes} KeptNotes
 * @typedef {import("./notes-sender.js").NotesState} NotesState
 *
 * @typedef {object} Keeping where the notes go
 * @property {(save: KeptNotes) => Promise<{ number: number }>} send
 * @property {(notes: KeptNotes | null) => unknown} keep what the server does not have yet
 * @property {() => boolean} keeps whether this terminal keeps it over a reload
 */

const KEY = "F2";
const NEAR = 500;

/** @type {Record<NotesState, (keeps: boolean) => string>} */
const STATES = {
  saved: () => t("Notes saved"),
  saving: () => t("Saving …"),
  waiting: (keeps) => (keeps
    ? t("Not saved yet: your notes are stored on this terminal and sent later.")
    : t("Not saved yet, and not stored on this terminal.")),
  refused: () => t("The notes were not saved."),
};

export class NotesPad {
  #field = byId("notes-text", HTMLTextAreaElement);
  #panel = new ToolPanel("notes", this.#field);
  #most;
  #sender;

  /**
   * @param {{ text: string, number: number, most: number }} saved what the server has
   * @param {{ notes?: KeptNotes | null, continues?: boolean }} before what the page before this one kept
   * @param {Keeping} keeping
   */
  constructor(saved, before, { send, keep, keeps }) {
    this.#most = this.#field.maxLength = saved.most;
    this.#sender = new NotesSender({ send, keep, onState: (state, message) => this.#say(state, message, keeps()) }, saved.number);
    const { text, unsent } = startingText(saved, before.notes, Boolean(before.continues));
    this.#field.value = text;
    if (unsent) this.#sender.put(text);
    else this.#begin(saved.number, before.notes, keep);
    this.#wire();
    this.#count();
  }

  /**
   * Begin with what the server has; it also has what an earlier page kept, or newer text.
   * @param {number} number
   * @param {KeptNotes | null | undefined} kept
   * @param {Keeping["keep"]} keep
   */
  #begin(number, kept, keep) {
    if (kept) keep(null);
    if (number) this.#say("saved", "", true);
  }

  #wire() {
    this.#field.addEventListener("input", () => {
      this.#sender.put(this.#field.value);
      this.#count();
    });
    this.#panel.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      this.#panel.close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== KEY || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      if (this.#panel.root.hidden) this.#panel.open();
      else if (this.#panel.root.contains(document.activeElement)) this.#panel.close();
      else this.#field.focus();
    });
    for (const event of ["online", "pagehide"]) window.addEventListener(event, () => this.flush());
  }

  /** Send what is unsent; resolves when the server has it or could not be reached. */
  flush() {
    return this.#sender.flush();
  }

  stop() {
    this.#sender.stop();
  }

  #count() {
    const { length } = this.#field.value;
    const near = length > this.#most - NEAR;
    setText(byId("notes-count"), near ? t("%(n)s of %(most)s characters", { n: length, most: this.#most }) : "");
    setText(byId("notes-full"), length >= this.#most ? t("The notes are full. Delete something to write more.") : "");
  }

  /**
   * @param {NotesState} state
   * @param {string} message
   * @param {boolean} keeps
   */
  #say(state, message, keeps) {
    byId("notes").dataset.state = state;
    setText(byId("notes-state"), [STATES[state](keeps), state === "refused" ? message : ""].filter(Boolean).join(" "));
  }
}
