// Messages that were sent: who has confirmed them, and who has not, live while the sheet is open.

import { byId, make, setNote, setText } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data, label, t, timeOfDay } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { checkSession } from "../session.js";
import { groupName } from "../room/groups.js";

const POLL_MS = 3000;

/** Who has not confirmed a message, one a line. */
function missing(message) {
  return make(
    "details", { "data-message": message.id }, make("summary", {}, t("Not read yet: %(n)s", { n: message.unread.length })),
    make("ul", { class: "small" }, message.unread.map((one) => make("li", {}, [one.seat, one.name, label("states", one.state)].filter(Boolean).join(" · ")))),
  );
}

function entry(message) {
  const to = message.chosen ? t("Chosen seats (%(n)s)", { n: message.total }) : groupName(data.sitting, message);
  const done = message.unread.length === 0;
  return make(
    "section", { class: "panel stack tight sent-message" },
    make("p", { class: "soft small num" }, `${timeOfDay(message.at)} · ${message.by.replace(/^staff:/, "")} → ${to}`),
    make("p", { class: "message-text" }, message.text),
    make("p", {}, make("span", { class: `tag ${done ? "good" : "warn"}` }, t("Read: %(n)s of %(total)s", { n: message.read, total: message.total }))),
    done ? null : missing(message),
  );
}

function draw(box, messages) {
  const key = JSON.stringify(messages);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  const open = new Set([...box.querySelectorAll("details[open]")].map((element) => element.dataset.message));
  box.replaceChildren(...(messages.length ? messages.map(entry) : [make("p", { class: "soft" }, t("No messages have been sent."))]));
  for (const element of box.querySelectorAll("details")) element.open = open.has(element.dataset.message);
}

async function showSent() {
  const box = make("div", { class: "stack" });
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const look = async () => {
    try {
      draw(box, (await get(`/staff/api/sittings/${encodeURIComponent(data.sitting_id)}/messages`)).messages);
      setNote(note, "");
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
    }
  };
  await look();
  const timer = setInterval(look, POLL_MS);
  await sheet({ title: t("Messages to candidates"), wide: true, content: [note, box], actions: [{ value: null, text: t("Close"), kind: "primary" }] });
  clearInterval(timer);
}

byId("sent-messages").addEventListener("click", showSent);

/**
 * Show how many candidates have a message that they have not confirmed.
 * @param {import("../room/attention.js").Row[]} rows
 */
export function countUnread(rows) {
  const n = rows.filter((row) => row.unread_messages > 0 && row.state !== "ended").length;
  setText(byId("sent-messages"), n ? t("Messages (not read: %(n)s)", { n }) : t("Messages"));
}
