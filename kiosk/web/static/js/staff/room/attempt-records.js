// The records of one attempt: page leaves that may be reversed, time credits, late answers.

import { make } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { dayAndTime, duration, label, t, timeOfDay } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { askReason } from "../reason.js";

const CREDITS = {
  pause: () => t("Pause"),
  outage: () => t("Outage"),
  staff: () => t("Given by staff"),
};

/** Pauses and outages that the system credits name their kind instead of a reason in words. */
function reasonOf({ kind, reason }) {
  if (kind === "pause") return label("pauses", reason);
  return { server: t("The server was down"), terminal: t("The terminal was down") }[reason] || reason;
}

function who(by) {
  return by === "system" ? t("automatically") : by.replace(/^staff:/, "");
}

function signed(seconds) {
  return `${seconds < 0 ? "−" : "+"}${duration(Math.abs(seconds))}`;
}

function table(heads, rows, empty) {
  if (!rows.length) return make("p", { class: "soft" }, empty);
  return make(
    "table", { class: "table records" },
    make("thead", {}, make("tr", {}, heads.map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, rows),
  );
}

function pageLeaveRow(entry, choose) {
  const reverse = make("button", { class: "btn btn-quiet", type: "button", onclick: () => choose(["reverse", entry]) }, t("Do not count"));
  const state = entry.reversal ? t("not counted: %(why)s", { why: entry.reversal }) : reverse;
  return make(
    "tr", { class: entry.reversal ? "soft" : "" },
    make("td", { class: "num" }, String(entry.number)), make("td", { class: "num" }, timeOfDay(entry.started_at)),
    make("td", { class: "num" }, entry.seconds === null ? t("still away") : t("%(n)s s", { n: entry.seconds })),
    make("td", {}, entry.cause), make("td", {}, state),
  );
}

function creditRow(credit) {
  return make(
    "tr", {}, make("td", { class: "num" }, timeOfDay(credit.at)), make("td", {}, (CREDITS[credit.kind] || String)(credit.kind)),
    make("td", { class: "num" }, signed(credit.seconds)), make("td", {}, reasonOf(credit)), make("td", {}, who(credit.by)),
  );
}

function lateBox(late, choose) {
  const act = (taken, text, kind) => make("button", { class: `btn btn-${kind}`, type: "button", onclick: () => choose([taken ? "take" : "refuse", late]) }, text);
  const waiting = late.state === "waiting";
  const span = late.first_at ? `${dayAndTime(late.first_at)} – ${dayAndTime(late.last_at)}` : "–";
  const decided = late.state === "accepted" ? t("Late answers accepted") : t("Late answers refused");
  return make(
    "div", { class: "panel stack tight" },
    make("p", {}, make("strong", {}, t("%(n)s answers, received %(at)s", { n: late.answers, at: dayAndTime(late.at) }))),
    make("p", { class: late.from_terminal ? "soft" : "note warn" }, late.from_terminal
      ? t("Written by the page that last had this exam open.")
      : t("Not written by the page that last had this exam open. Ask where it comes from.")),
    waiting && make("p", { class: "soft num" }, t("Questions %(items)s; typed %(span)s by the terminal's own clock.", { items: late.items.join(", "), span })),
    waiting
      ? make("div", { class: "line" }, act(true, t("Accept the answers"), "primary"), act(false, t("Refuse them"), "quiet"))
      : make("p", { class: "soft" }, decided, `: ${late.reason} (${who(late.by)})`),
  );
}

/**
 * Show the records and do what is chosen there; resolves when the sheet is closed.
 * @param {import("./attention.js").Row} row
 */
export async function showRecords(row) {
  const url = `/staff/api/attempts/${row.attempt_id}`;
  for (;;) {
    const records = await get(`${url}/records`);
    let close = (/** @type {any} */ _value) => {};
    const choose = (what) => close(what);
    const chosen = await sheet({
      title: t("Time, page leaves and late answers: %(name)s", { name: row.name }), wide: true,
      content: [
        make("h3", {}, t("Page leaves")),
        table([t("No."), t("At"), t("Length"), t("Cause"), ""], records.page_leaves.map((/** @type {any} */ pageLeave) => pageLeaveRow(pageLeave, choose)), t("None.")),
        make("h3", {}, t("Time credits")),
        table([t("At"), t("Kind"), t("Time"), t("Reason"), t("By")], records.credits.map(creditRow), t("None.")),
        make("h3", {}, t("Late answers")),
        ...(records.late_answers.length ? records.late_answers.map((/** @type {any} */ late) => lateBox(late, choose)) : [make("p", { class: "soft" }, t("None."))]),
      ],
      actions: [{ value: null, text: t("Close"), kind: "primary" }],
      onOpen: (_dialog, done) => { close = done; },
    });
    if (!chosen) return;
    await decide(url, ...chosen);
  }
}

function decide(url, what, entry) {
  if (what === "reverse") {
    return askReason({
      title: t("Do not count page leave %(n)s?", { n: entry.number }),
      text: t("It stays on record with your reason but no longer counts. An exam stopped or ended by it continues only when you resume or reopen it."),
      url: `${url}/page-leaves/${entry.number}/reverse`, button: t("Do not count"),
      presets: [t("A system window appeared"), t("Staff worked at the terminal"), t("Input method or keyboard trouble")],
    });
  }
  const taken = what === "take";
  return askReason({
    title: taken ? t("Accept the answers?") : t("Refuse the answers?"), body: { taken },
    text: taken
      ? t("They become the candidate's newest answers to these questions. Earlier ones stay on record.")
      : t("They stay on record, encrypted, but do not count."),
    final: t("I have checked this. The decision is final."),
    url: `/staff/api/late-answers/${entry.id}/decision`, button: taken ? t("Accept the answers") : t("Refuse them"),
    presets: taken ? [t("Network cut before the end, seen by staff"), t("Server failure before the end")] : [t("Typed after the time was up"), t("Origin cannot be proven")],
  });
}
