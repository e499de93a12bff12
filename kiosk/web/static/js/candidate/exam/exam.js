// The answer page: brings the parts together.

import { byId, make, setNote, setText, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { Conduct } from "../proctoring/page-leaves.js";
import { Countdown } from "./countdown.js";
import { canSeal, deliverLate, saveFile } from "../answers/sealed-answers.js";
import { FrameSender, showWarnings } from "../proctoring/frames.js";
import { Journal } from "../answers/answer-buffer.js";
import { takeLease } from "./lease.js";
import { confirmHandIn, countLeaves, handIn, showLate, showLeaves, showTakenOver, tell } from "./exam-dialogs.js";
import { PaperView } from "../paper/paper-view.js";
import { Place } from "./paper-position.js";
import { AnswerQueue } from "../answers/answer-queue.js";
import { Connection, Curtain } from "./pause-overlay.js";
import { Voice } from "../proctoring/speech.js";

const BEAT_MS = 5000;
const PAUSED_BEAT_MS = 1500;

let lease = "";
let leaves = 0;
let atLimit = "end";
let paper = null;
let kept = {};
let queue = null;
let over = false;
let soon = 0;

const journal = new Journal(data.attempt_id);
const curtain = new Curtain();
const connection = new Connection(canSeal, () => saveFile(queue.unsent, lease));
const countdown = new Countdown(timeUp);
const conduct = new Conduct({ onReply: conductReply, onEnded: finish, onRefused: refused });
const frames = new FrameSender({
  interval: 1000, signal: (kind, cause) => conduct.signal(kind, cause), onReply: heard, onEnded: finish, onSignedOut: signedOut,
});
const voice = new Voice((kind, cause) => conduct.signal(kind, cause));

function showSaved({ state, waiting, message }) {
  const box = byId("saved");
  box.dataset.state = state;
  const texts = {
    saved: journal.keeps ? t("All answers saved") : t("All answers saved; unsent ones do not survive a reload here"),
    saving: t("Saving …"),
    waiting: journal.keeps
      ? t("Not saved yet, will be retried: %(n)s", { n: waiting })
      : t("Not saved yet, and not kept here either: %(n)s. Leave this page open and call the invigilator.", { n: waiting }),
  };
  setText(byId("saved-text"), texts[state]);
  box.title = message || "";
}

function heard(reply) {
  connection.heard();
  if (!curtain.drawn) countdown.set(reply.remaining_s);
}

function conductReply(reply) {
  heard(reply);
  if (reply.state !== "in_progress") {
    beat();
    return;
  }
  const more = reply.leaves > leaves || reply.warn;
  leaves = reply.leaves;
  countLeaves(leaves, reply.leave_limit);
  if (more) showLeaves(leaves, reply.leave_limit, atLimit);
}

function refused(code) {
  if (code === "lease_lost") takenOver();
  else beat();
}

/** Nothing more is sent or watched. */
function halt() {
  over = true;
  queue?.stop();
  conduct.stop();
  frames.stop();
  voice.stop();
}

/** The attempt is over; what came too late goes to the invigilator before the page does. */
async function finish() {
  if (over) return;
  halt();
  curtain.open();
  if (queue?.unsent.length) await handOverLate();
  location.replace(data.pages.ended);
}

async function handOverLate() {
  if (!canSeal) {
    await tell(t("The exam has ended"), t("%(n)s answers of yours had not reached the server by then.", { n: queue.unsent.length }));
    return;
  }
  for (let choice = ""; choice !== "go";) {
    const failure = await deliverLate(queue.unsent, lease).then(() => null, (error) => error);
    const known = failure?.code === "late_answers_known";
    if (known || !failure) await journal.update({ entries: [] });
    if (known) return;
    const delivered = failure === null;
    choice = await showLate(queue.unsent.length, delivered);
    if (choice === "file") {
      await saveFile(queue.unsent, lease);
      return;
    }
  }
}

/** Ask the server where the attempt is: every few seconds, and when the time is up. */
async function beat() {
  if (over) return;
  try {
    const now = await get(`/api/attempts/${data.attempt_id}/time`, { timeout: 8000 });
    connection.heard();
    recount(now.leaves);
    if (now.state === "paused") pause(now);
    else if (now.state === "in_progress") await goOn(now);
    else await finish();
  } catch (error) {
    if (error.status === 401) await signedOut();
    else if (error.code === "lease_lost") await takenOver();
    else if (error.status === 0) connection.missed();
  }
}

/** Staff may have reversed a departure; more of them are the conduct reply's to tell. */
function recount(now) {
  if (now >= leaves) return;
  leaves = now;
  countLeaves(leaves, data.leave_limit);
}

function cover(reason, remaining) {
  conduct.hold(true);
  frames.hold(true);
  paper?.hide();
  curtain.draw(reason, remaining);
}

/** Nothing more is written, also while the server, which alone may end the exam, is away. */
async function timeUp() {
  if (over || !paper) return;
  cover("time", 0);
  await queue.flush();
  await beat();
}

function pause(now) {
  cover(now.pause_reason, now.remaining_s);
  clearTimeout(soon);
  soon = setTimeout(beat, PAUSED_BEAT_MS);
  countdown.hold(now.remaining_s);
}

async function goOn(now) {
  const wasDrawn = curtain.drawn;
  countdown.set(now.remaining_s);
  if (!wasDrawn || now.remaining_s === 0) return;
  curtain.open();
  conduct.hold(false);
  frames.hold(false);
  if (paper) paper.show();
  else await fill(await load());
  queue.resume();
}

async function signedOut() {
  if (over) return;
  halt();
  await tell(t("Please sign in again"), t("The invigilator has released this terminal, or the session has ended. Answers that were saved are safe."));
  location.assign(data.sign_in_page);
}

async function takenOver() {
  if (over) return;
  halt();
  await showTakenOver();
  location.reload();
}

async function askHandIn() {
  const open = paper.items.filter((item) => !paper.isAnswered(item));
  const choice = await confirmHandIn(open, paper.items.filter((item) => paper.isFlagged(item)), paper.items.length);
  if (choice === "hand-in") await reallyHandIn();
  else if (choice) paper.go(paper.items.indexOf(choice));
}

async function reallyHandIn() {
  const button = byId("hand-in");
  button.disabled = true;
  try {
    if (!(await queue.flush())) throw new Error(t("Some answers are not saved yet. They will be retried; please hand in a little later."));
    await handIn();
    await finish();
  } catch (error) {
    button.disabled = false;
    if (error.code === "attempt_ended") await finish();
    else await tell(t("Not handed in yet"), error.message);
  }
}

function wireFullscreen() {
  const full = byId("fullscreen");
  const offer = () => show(full, document.fullscreenEnabled && !document.fullscreenElement && !matchMedia("(display-mode: fullscreen)").matches);
  full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => show(full, false)));
  const back = byId("screen-back");
  back.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => show(byId("screen-note"), false)));
  document.addEventListener("fullscreenchange", () => {
    offer();
    show(byId("screen-note"), !document.fullscreenElement && document.fullscreenEnabled);
  });
  offer();
}

async function load() {
  for (;;) {
    try {
      return await get(`/api/attempts/${data.attempt_id}`);
    } catch (error) {
      if (error.status === 401) location.assign(data.sign_in_page);
      byId("item").replaceChildren(make("p", { class: "note bad", role: "alert" }, error.message));
      await sleep(2000);
    }
  }
}

/**
 * What an earlier page of this terminal kept. Answers from before another terminal went on are old:
 * they would overwrite newer ones, so the invigilator gets them.
 */
async function recall(before, continues) {
  const old = [...(before.old || []), ...(continues ? [] : before.entries || [])];
  const entries = continues ? before.entries || [] : [];
  const delivered = !old.length || (canSeal && await deliverLate(old, before.lease || "").then(() => true, (error) => error.code === "late_answers_known"));
  await journal.update({ entries, old: delivered ? [] : old, lease, admission_no: data.admission_no });
  return { ...before, entries, continues };
}

/** Place and flags: this terminal's own where it went on from itself, else as the server has them. */
function placeOf(attempt) {
  if (kept.continues && kept.flags) return { flags: kept.flags, current: kept.current || 0 };
  const index = attempt.items.findIndex((item) => item.id === attempt.current);
  return { flags: attempt.flags, current: Math.max(0, index) };
}

/** Show the paper, with what an earlier page of this terminal could not send. */
async function fill(attempt) {
  ({ leaves, at_limit: atLimit } = attempt);
  countdown.warnAt(attempt.warn_minutes);
  queue = new AnswerQueue(data.attempt_id, journal, attempt.acked_through, {
    onState: showSaved, onReply: heard, onEnded: finish, onPaused: beat, onTakenOver: takenOver,
    onMissed: () => connection.missed(), onSignedOut: signedOut,
    onRefused: (item, message) => tell(t("An answer was not accepted"), `${paper.numberOf(item)}: ${message}`),
  });
  queue.restore(kept.entries);
  const place = new Place(data.attempt_id);
  paper = new PaperView(attempt, { ...attempt.answers, ...queue.values }, placeOf(attempt), queue, (current, flags) => {
    journal.update({ current, flags });
    place.put(attempt.items[current].id, flags);
  });
  byId("hand-in").addEventListener("click", askHandIn);
  byId("hand-in").disabled = false;
  setNote(byId("time-note"), "");
  conduct.watch();
  showWarnings(attempt.warnings);
  window.addEventListener("pagehide", () => queue.flush());
  if (attempt.microphone) voice.run();
  frames.run();
}

async function begin() {
  try {
    const before = await journal.load();
    const taken = await takeLease(before.lease);
    ({ lease } = taken);
    kept = await recall(before, taken.continues);
  } catch (error) {
    if (error.status === 401) location.assign(data.sign_in_page);
    else location.replace(data.pages.ended);
    return;
  }
  const attempt = await load();
  wireFullscreen();
  setInterval(beat, BEAT_MS);
  if (attempt.state === "paused") pause(attempt);
  else if (attempt.state === "in_progress") {
    countdown.set(attempt.remaining_s);
    await fill(attempt);
  } else await finish();
}

await begin();
