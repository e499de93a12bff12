// Messages from staff: shown until they are confirmed, without taking the focus from what is typed.

import { byId, make, setNote, setText, show } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t, timeOfDay } from "../../common/page.js";
import { onNews } from "./news.js";
import { Unread } from "./unread.js";

const WAIT_MS = 8000;
const list = byId("message-list");
const unread = new Unread();
/** @type {Map<string, HTMLElement>} */
const boxes = new Map();
/** @type {HTMLElement | null} where the keyboard was before a message was confirmed */
let before = null;

/** @param {import("./unread.js").Message} message */
function box({ id, text, at }) {
  const error = make("p", { class: "small", role: "alert", hidden: true });
  const read = make("button", {
    class: "btn btn-primary", type: "button", "data-message": id,
    // A click with the mouse leaves the caret where it is.
    onmousedown: (/** @type {Event} */ event) => event.preventDefault(),
    onclick: () => confirm(id, error),
  }, t("I have read it"));
  return make(
    "section", { class: "message stack tight" },
    make("h2", {}, t("Message from the invigilator"), " ", make("span", { class: "num small" }, timeOfDay(at))),
    make("p", { class: "message-text" }, text), error, read,
  );
}

/**
 * @param {string} id
 * @param {HTMLElement} error
 */
async function confirm(id, error) {
  try {
    await post(`/api/attempts/${data.attempt_id}/messages/${id}/read`, {}, { timeout: WAIT_MS });
    unread.confirm(id);
    draw();
  } catch (problem) {
    setNote(error, problem.status === 0 ? t("Not confirmed: the server cannot be reached. Continue your exam and confirm later.") : problem.message);
  }
}

function draw() {
  const wanted = new Set(unread.shown.map(({ id }) => id));
  for (const [id, element] of boxes) {
    if (wanted.has(id)) continue;
    const focused = element.contains(document.activeElement);
    element.remove();
    boxes.delete(id);
    if (focused) before?.focus();
  }
  for (const message of unread.shown) {
    if (boxes.has(message.id)) continue;
    boxes.set(message.id, box(message));
    list.append(/** @type {HTMLElement} */ (boxes.get(message.id)));
  }
  show(list, boxes.size > 0);
}

/** @param {import("./unread.js").Message[]} messages */
function hear(messages) {
  const fresh = unread.hear(messages);
  draw();
  if (!fresh.length) return;
  setText(byId("message-news"), fresh.map(({ text }) => t("Message from the invigilator: %(text)s", { text })).join(" "));
  boxes.get(fresh[0].id)?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLElement && !list.contains(target)) before = target;
});
onNews(({ messages }) => hear(messages));
hear(data.messages ?? []);
