// Full screen: offered where the browser has it; leaving it shows the way back.

import { byId, show } from "../../common/dom.js";

function isFull() {
  return Boolean(document.fullscreenElement) || matchMedia("(display-mode: fullscreen)").matches;
}

export function offerFullscreen() {
  const button = byId("fullscreen");
  const note = byId("screen-note");
  const offer = () => show(button, document.fullscreenEnabled && !isFull());
  // A browser that refuses will refuse again: what cannot be had is not offered any longer.
  const enter = (/** @type {HTMLElement} */ offered) => document.documentElement.requestFullscreen().catch(() => show(offered, false));
  button.addEventListener("click", () => enter(button));
  byId("screen-back").addEventListener("click", () => enter(note));
  document.addEventListener("fullscreenchange", () => {
    offer();
    show(note, !document.fullscreenElement && document.fullscreenEnabled);
  });
  offer();
}
