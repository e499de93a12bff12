// Text size, contrast and the clock of the answer page.

import { byId, setText } from "../../common/dom.js";
import { data, t } from "../../common/page.js";
import { DisplaySettings, SIZES } from "./display-settings.js";
import { forgetOthers } from "./kept-aids.js";
import { PageMemory } from "./page-memory.js";

// Without an attempt, as in a practice before signing in, nothing stays on the terminal.
const settings = new DisplaySettings(data.attempt_id ? localStorage : new PageMemory(), data.attempt_id);
if (data.attempt_id) forgetOthers(localStorage, data.attempt_id);
const smaller = byId("text-smaller", HTMLButtonElement);
const larger = byId("text-larger", HTMLButtonElement);

function showNow() {
  const { size, contrast, clockHidden } = settings.now;
  document.body.style.setProperty("--text-zoom", String(SIZES[size]));
  document.body.dataset.contrast = contrast ? "high" : "";
  document.body.dataset.clock = clockHidden ? "hidden" : "";
  byId("contrast").setAttribute("aria-pressed", String(contrast));
  byId("hide-clock").setAttribute("aria-pressed", String(clockHidden));
  setText(byId("hide-clock"), clockHidden ? t("Show the clock") : t("Hide the clock"));
  // Not disabled: a button that disables itself drops the focus.
  smaller.setAttribute("aria-disabled", String(size === 0));
  larger.setAttribute("aria-disabled", String(size === SIZES.length - 1));
}

/** @param {Partial<import("./display-settings.js").Display>} changes */
function change(changes) {
  settings.change(changes);
  showNow();
}

function resize(by) {
  const size = settings.now.size + by;
  if (SIZES[size]) change({ size });
}

smaller.addEventListener("click", () => resize(-1));
larger.addEventListener("click", () => resize(1));
byId("contrast").addEventListener("click", () => change({ contrast: !settings.now.contrast }));
byId("hide-clock").addEventListener("click", () => change({ clockHidden: !settings.now.clockHidden }));
// Whoever hid the clock sees it again when the page warns of the time.
document.addEventListener("time-mark", () => change({ clockHidden: false }));
showNow();
