// The panel of a tool beside the question: not modal, one open at a time. Closing gives the focus back
// to where it was.

import { byId, show } from "../../common/dom.js";

const OPENED = "tool-opened";

export class ToolPanel {
  #name;
  #button;
  /** @type {HTMLElement | null} */
  #before = null;
  #used = false;

  /**
   * @param {string} name id of the panel, and begin of the ids of its buttons
   * @param {HTMLElement} [entry] what gets the focus; else the panel itself
   */
  constructor(name, entry) {
    this.#name = name;
    this.#button = byId(`${name}-open`);
    this.root = byId(name);
    this.entry = entry ?? this.root;
    // The focus stays where it is, so that closing gives it back.
    this.#button.addEventListener("mousedown", (event) => event.preventDefault());
    this.#button.addEventListener("click", () => (this.root.hidden ? this.open() : this.close()));
    byId(`${name}-close`).addEventListener("click", () => this.close());
    document.addEventListener(OPENED, (event) => {
      if (/** @type {CustomEvent<string>} */ (event).detail !== name && !this.root.hidden) this.close();
    });
  }

  open() {
    this.#before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    document.dispatchEvent(new CustomEvent(OPENED, { detail: this.#name }));
    show(this.root);
    this.#button.setAttribute("aria-expanded", "true");
    this.entry.focus();
    if (!this.#used) document.dispatchEvent(new CustomEvent("tool-used", { detail: this.#name }));
    this.#used = true;
  }

  close() {
    const inside = this.root.contains(document.activeElement);
    show(this.root, false);
    this.#button.setAttribute("aria-expanded", "false");
    if (!inside) return;
    // The question may be another one by now.
    const back = this.#before?.isConnected && this.#before.checkVisibility() ? this.#before : this.#button;
    back.focus();
  }
}
