// What waits here, what is on its way, and what headquarters has confirmed; asked every two seconds.

import { byId, make, setNote, setText, show, sleep } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { dayAndTime, label, t, timeOfDay } from "../../common/page.js";
import { checkSession } from "../session.js";
import "./usb-stick.js";
import { CLOCK_WRONG_S, clocks, errorTexts, statement } from "./sync-texts.js";

const POLL_MS = 2000;
const BUSY_POLL_MS = 500;
const KINDS = ["result", "event_log", "evidence"];

const button = byId("sync-now", HTMLButtonElement);
let problemsShown = "";
let asked = false;

function showStatement(sync) {
  const { tone, head, rest } = statement(sync);
  byId("statement").className = `note statement ${tone}`;
  setText(byId("statement-head"), head);
  setText(byId("statement-rest"), rest);
}

/** What headquarters holds beside our receipts, so that a difference can be seen. */
function confirmation(held, receipts) {
  if (held === null) return t("Headquarters has not been asked yet; receipts here: %(n)s", { n: receipts });
  if (held === receipts) return receipts === 0 ? "" : t("receipts here: %(n)s", { n: receipts });
  return t("receipts here: %(n)s; compared again automatically", { n: receipts });
}

function showKind(sync, kind) {
  const { waiting, delivered } = sync.kinds[kind];
  const sending = sync.sending?.kind === kind ? sync.sending : null;
  const going = sending ? Math.min(waiting, sending.total - sending.done) : 0;
  const held = sync.confirmed?.held[kind] ?? null;
  const all = waiting + delivered;
  const number = (/** @type {string} */ step, /** @type {string} */ value) => setText(byId(`${kind}-${step}`), value);
  number("waits", String(waiting - going));
  number("going", String(going));
  number("there", held === null ? "–" : String(held));
  setText(byId(`${kind}-receipts`), confirmation(held, delivered));
  const bar = byId(`${kind}-progress`, HTMLProgressElement);
  bar.max = Math.max(all, 1);
  bar.value = delivered;
  show(bar, all > 0);
  setText(byId(`${kind}-sum`), all === 0 ? t("Nothing so far.") : t("%(n)s of %(total)s have arrived.", { n: delivered, total: all }));
}

function showLink(sync) {
  setText(byId("link-state"), label("sync", sync.state));
  setText(byId("last-contact"), sync.last_contact ? dayAndTime(sync.last_contact) : t("never"));
  const next = sync.next_try ? timeOfDay(sync.next_try) : t("automatically, at all times");
  setText(byId("next-try"), sync.state === "off" ? t("none") : next);
  setText(byId("clock"), clocks(sync.clock_offset_s));
  const wrong = sync.clock_offset_s !== null && Math.abs(sync.clock_offset_s) > CLOCK_WRONG_S;
  setNote(byId("clock-warning"), wrong
    ? t("The clocks differ by more than a minute. Have this machine's clock set before the next exam.") : "");
  show(byId("last-error-box"), sync.errors.length > 0);
  setText(byId("last-error"), errorTexts(sync.errors));
}

function problem(found) {
  const whose = [label("sync_kinds", found.kind), found.admission_no].filter(Boolean).join(" · ");
  const number = found.id.slice(0, 8);
  const todo = found.refused
    ? t("Headquarters refused it. Call headquarters and read out the number %(number)s.", { number })
    : t("It cannot be read here, or the answer to it was not valid. Call support and read out the number %(number)s.", { number });
  const next = found.next_try ? dayAndTime(found.next_try) : t("with the next contact");
  const details = t("Tried %(n)s times; next try: %(at)s", { n: found.tries, at: next });
  return make(
    "li", { class: "stack tight" }, make("strong", {}, whose), make("p", {}, todo),
    make("details", {}, make("summary", { class: "soft small" }, t("Details")),
      make("p", { class: "soft small" }, details),
      make("p", { class: "mono small break" }, found.id),
      make("p", { class: "mono small break" }, found.error.message)),
  );
}

function showProblems(problems) {
  const now = JSON.stringify(problems);
  if (now === problemsShown) return;
  problemsShown = now;
  const list = byId("problems-list");
  const open = [...list.querySelectorAll("details")].map((details) => details.open);
  list.replaceChildren(...problems.map(problem));
  list.querySelectorAll("details").forEach((details, at) => { details.open = Boolean(open[at]); });
  show(byId("problems"), problems.length > 0);
}

function apply(sync) {
  showStatement(sync);
  for (const kind of KINDS) showKind(sync, kind);
  showLink(sync);
  showProblems(sync.problems);
  button.disabled = sync.state === "off" || sync.busy || asked;
  setText(button, sync.busy || asked ? t("Trying …") : t("Try now"));
}

async function refresh() {
  try {
    const sync = await get("/staff/api/sync");
    apply(sync);
    setNote(byId("sync-error"), "");
    return sync.busy;
  } catch (error) {
    checkSession(error);
    setNote(byId("sync-error"), error.message);
    return false;
  }
}

/** Say how a try that somebody asked for came out, once it has. */
async function outcome(before) {
  for (let looks = 0; looks < 60; looks += 1) {
    const sync = await get("/staff/api/sync");
    if (!sync.busy && (sync.last_contact !== before.last_contact || sync.next_try !== before.next_try)) return sync;
    await sleep(BUSY_POLL_MS);
  }
  return get("/staff/api/sync");
}

async function tryNow() {
  asked = true;
  button.disabled = true;
  setText(button, t("Trying …"));
  setText(byId("sync-result"), t("Contacting headquarters …"));
  try {
    const before = await get("/staff/api/sync");
    await post("/staff/api/sync");
    const after = await outcome(before);
    setText(byId("sync-result"), after.state === "online" ? t("Headquarters has answered.") : t("Headquarters did not answer."));
  } catch (error) {
    checkSession(error);
    setText(byId("sync-result"), error.message);
  }
  asked = false;
  await refresh();
}

button.addEventListener("click", tryNow);

for (;;) {
  const busy = await refresh();
  await sleep(busy && !document.hidden ? BUSY_POLL_MS : POLL_MS);
}
