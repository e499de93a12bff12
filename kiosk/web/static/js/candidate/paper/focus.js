// Where the focus rests: on the scrolling part of the page, where ↑ and ↓ scroll. On a radio button
// they would change the answer.

import { byId } from "../../common/dom.js";

const LINE_PX = 60;

/** Let the keys scroll the item. */
export function toMain() {
  byId("main").focus({ preventScroll: true });
}

/** After a click the focus leaves the option; whoever came by keyboard stays where they are. */
export function leaveOption(input) {
  if (!input.matches(":focus-visible")) toMain();
}

/** On radio buttons ↑ and ↓ scroll, ← and → move on without choosing; the space bar chooses. */
export function onArrow(event) {
  const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!way || !event.target.matches("input[type=radio]")) return;
  event.preventDefault();
  const [scroll, step] = way;
  byId("main").scrollBy({ top: scroll * LINE_PX });
  const options = [...event.currentTarget.querySelectorAll("input[type=radio]")];
  options[options.indexOf(event.target) + step]?.focus();
}
