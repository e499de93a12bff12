// Dialogs: one at a time, focus kept inside, closed by a decision.

import { make } from "./dom.js";

/**
 * Ask; resolves to the chosen action's value, or null for Escape.
 * @param {object} ask title, content (elements), actions [{value, text, kind, check}], wide, firm
 *   `check` may refuse by returning false; `firm` takes Escape away.
 */
export function sheet({ title, content = [], actions, wide = false, firm = false, onOpen = null }) {
  return new Promise((resolve) => {
    const heading = make("h2", { id: `sheet-${Date.now()}` }, title);
    const dialog = make("dialog", { class: wide ? "sheet wide" : "sheet", "aria-labelledby": heading.id });
    let result = null;
    const buttons = actions.map((action) => button(action, (value) => {
      result = value;
      dialog.close();
    }));
    dialog.append(make("div", { class: "body" }, heading, content, make("div", { class: "actions" }, buttons)));
    dialog.addEventListener("cancel", (event) => firm && event.preventDefault());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.scrollTop = 0; // the focus is on the first control, which a long text has at its end
    if (onOpen) onOpen(dialog, (value) => { result = value; dialog.close(); });
  });
}

function button(action, choose) {
  const pressed = async () => {
    if (action.check && !(await action.check())) return;
    choose(action.value);
  };
  return make(
    "button", { class: `btn btn-${action.kind || "quiet"}`, type: "button", onclick: pressed }, action.text,
  );
}
