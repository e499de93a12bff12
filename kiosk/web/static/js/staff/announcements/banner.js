// Headquarters' announcements above every staff page, until a member of staff confirms each.

import { byId, make, setNote, show } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { dayAndTime, t } from "../../common/page.js";
import { checkSession, may } from "../session.js";

const POLL_MS = 30_000;
const list = byId("announcements");
const shown = new Map();

/** @typedef {{ id: string, title: string, text: string, candidate_text: string, urgent: boolean, issued_at: string }} Announcement */

/**
 * @param {Announcement} announcement
 * @param {HTMLElement} note
 */
async function confirmRead(announcement, note) {
  try {
    await post(`/staff/api/announcements/${encodeURIComponent(announcement.id)}/read`);
    await refresh();
  } catch (error) {
    checkSession(error);
    setNote(note, error.message);
  }
}

/** @param {Announcement} announcement */
function banner(announcement) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const tone = announcement.urgent ? "bad" : "info";
  return make(
    "article", { class: `note ${tone} announcement`, "aria-label": announcement.title },
    make(
      "div", { class: "line between" },
      make("strong", {}, announcement.urgent ? make("span", { class: "tag bad" }, t("Urgent")) : "", " ", t("Headquarters:"), " ", announcement.title),
      make("span", { class: "small soft num" }, dayAndTime(announcement.issued_at)),
    ),
    make("p", { class: "announcement-text" }, announcement.text), note,
    make(
      "div", { class: "line" },
      may("invigilate") && make("button", { type: "button", class: "btn btn-primary", onclick: () => confirmRead(announcement, note) }, t("I have read it")),
      make("a", { href: list.dataset.all ?? "" }, announcement.candidate_text ? t("Text for candidates, and all announcements") : t("All announcements")),
    ),
  );
}

async function refresh() {
  const { announcements } = await get("/staff/api/announcements");
  const ids = new Set(announcements.map((/** @type {Announcement} */ open) => open.id));
  for (const [id, element] of shown) {
    if (ids.has(id)) continue;
    element.remove();
    shown.delete(id);
  }
  // What is there stays as it is, so that nobody's focus is lost and nothing is read out twice.
  for (const open of announcements) {
    if (shown.has(open.id)) continue;
    shown.set(open.id, banner(open));
    if (open.urgent) list.prepend(shown.get(open.id));
    else list.append(shown.get(open.id));
  }
  show(list, shown.size > 0);
}

async function poll() {
  try {
    await refresh();
  } catch (error) {
    checkSession(error); // what is shown stays when the server is away
  }
  setTimeout(poll, POLL_MS);
}

poll();
