// Dialogs: one at a time, focus kept inside, closed by a decision.

import { make } from "./dom.js";

/**
 * @typedef {object} Action
 * @property {any} value what the dialog resolves to
 * @property {string} text
 * @property {string} [kind] its look: primary, quiet (usual), danger
 * @property {() => boolean | Promise<boolean>} [check] may refuse by resolving to false
 *
 * @typedef {object} Question
 * @property {string} title
 * @property {import("./dom.js").Child[]} [content]
 * @property {Action[]} actions
 * @property {boolean} [wide]
 * @property {boolean} [firm] Escape does not close it
 * @property {(dialog: HTMLDialogElement, choose: (value: any) => void) => void} [onOpen]
 */

/**
 * Ask; resolves to the chosen action's value, or null for Escape.
 * @param {Question} question
 * @returns {Promise<any>}
 */
export function sheet({ title, content = [], actions, wide = false, firm = false, onOpen }) {
  return new Promise((resolve) => {
    const heading = make("h2", { id: `sheet-${Date.now()}` }, title);
    const dialog = make("dialog", { class: wide ? "sheet wide" : "sheet", "aria-labelledby": heading.id });
    /** @type {any} */
    let result = null;
    const choose = (/** @type {any} */ value) => {
      result = value;
      dialog.close();
    };
    const buttons = actions.map((action) => actionButton(action, choose));
    dialog.append(make("div", { class: "body" }, heading, content, make("div", { class: "actions" }, buttons)));
    dialog.addEventListener("cancel", (event) => firm && event.preventDefault());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.scrollTop = 0; // the focus is on the first control, which a long text has at its end
    if (onOpen) onOpen(dialog, choose);
  });
}

/**
 * @param {Action} action
 * @param {(value: any) => void} choose
 */
function actionButton(action, choose) {
  const pressed = async () => {
    if (action.check && !(await action.check())) return;
    choose(action.value);
  };
  return make(
    "button", { class: `btn btn-${action.kind || "quiet"}`, type: "button", onclick: pressed }, action.text,
  );
}
