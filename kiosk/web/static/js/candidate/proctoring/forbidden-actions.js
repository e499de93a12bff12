// Prevents what would take the paper out of the page or bring something in (R20), and reports it.

import { useOwnClipboard } from "../paper/own-clipboard.js";

/** Events that are prevented, and what is reported of them: dragging inside the page happens by accident. */
const PREVENTED = { contextmenu: "context_menu", dragstart: "", drop: "" };

/** @param {(kind: string, cause?: string) => void} signal */
export function preventForbidden(signal) {
  useOwnClipboard((kind) => signal(kind));
  for (const [event, kind] of Object.entries(PREVENTED)) {
    document.addEventListener(event, (happening) => {
      happening.preventDefault();
      if (kind) signal(kind);
    });
  }
  window.addEventListener("beforeprint", () => signal("print"));
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || !["p", "s"].includes(key)) return;
    event.preventDefault();
    if (key === "p") signal("print", "keys");
  });
}
