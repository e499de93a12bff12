// The answer page: brings the parts together.

import { byId, setNote } from "../../common/dom.js";
import { get, post } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { AnswerBuffer } from "../answers/answer-buffer.js";
import { AnswerQueue } from "../answers/answer-queue.js";
import { canSeal, saveFile } from "../answers/sealed-answers.js";
import { PaperView } from "../paper/paper-view.js";
import { spread } from "../messages/news.js";
import { preventForbidden } from "../proctoring/forbidden-actions.js";
import { FrameSender, showWarnings } from "../proctoring/frames.js";
import { PageLeaves } from "../proctoring/page-leaves.js";
import { SignalQueue } from "../proctoring/signal-queue.js";
import { SpeechDetector } from "../proctoring/speech.js";
import { BreakNote } from "./break-note.js";
import { ConnectionStatus } from "./connection-status.js";
import { Countdown } from "./countdown.js";
import { acknowledge, countLeaves, showLeaves, showSignedOut, showTakenOver } from "./exam-dialogs.js";
import { ExamParts } from "./exam-parts.js";
import { offerFullscreen } from "./fullscreen.js";
import { askHandIn } from "./hand-in.js";
import { handOverLate, recall } from "./late-answers.js";
import { takeLease } from "./lease.js";
import { openNotes } from "./notes.js";
import { isHeld, loadAttempt } from "./load-attempt.js";
import { PaperPosition, positionOf } from "./paper-position.js";
import { PauseOverlay } from "./pause-overlay.js";
import { reportLanguage } from "./questions-language.js";
import { savedState } from "./saved-state.js";

const POLL_MS = 5000;
const PAUSED_POLL_MS = 1500;
const ATTEMPT = `/api/attempts/${data.attempt_id}`;

let lease = "";
let leaves = 0;
let atLimit = "end";
/** @type {PaperView | null} */
let paper = null;
/** @type {AnswerQueue | null} */
let queue = null;
/** @type {ReturnType<typeof openNotes>} */
let notes = null;
/** @type {import("./late-answers.js").LateAnswers | null} */
let late = null;
/** @type {import("./paper-position.js").Kept} */
let kept = {};
let over = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextPoll;

const buffer = new AnswerBuffer(data.attempt_id);
const overlay = new PauseOverlay();
const breakNote = new BreakNote();
const parts = new ExamParts();
const connection = new ConnectionStatus(canSeal, () => saveFile(queue?.unsent ?? [], lease));
const countdown = new Countdown(timeUp);
const signals = new SignalQueue(
  (batch) => post(`${ATTEMPT}/conduct`, { signals: batch }, { keepalive: true }),
  { onReply: signalReply, onEnded: finish, onRefused: signalRefused },
);
const signal = (/** @type {string} */ kind, /** @type {string} */ cause = "") => signals.add(kind, cause);
const pageLeaves = new PageLeaves(signal);
document.addEventListener("tool-used", (event) => signal(/** @type {CustomEvent<string>} */ (event).detail));
const frames = new FrameSender({ interval: 1000, signal, onReply: replied, onEnded: finish, onSignedOut: signedOut });
const speech = new SpeechDetector(signal);

/** @type {import("../answers/answer-queue.js").AnswerServer} */
const server = {
  send: (writes) => post(`${ATTEMPT}/answers`, { writes }, { timeout: 15000 }),
  ackedThrough: async () => (await get(`${ATTEMPT}/time`)).acked_through,
};

/** @param {any} reply */
function replied(reply) {
  connection.reached();
  if (!overlay.visible) countdown.set(reply.remaining_s);
}

/** @param {any} reply */
function signalReply(reply) {
  replied(reply);
  if (reply.state !== "in_progress") {
    poll();
    return;
  }
  const more = reply.leaves > leaves || reply.warn;
  leaves = reply.leaves;
  countLeaves(leaves, reply.leave_limit);
  if (more) showLeaves(leaves, reply.leave_limit, atLimit);
}

/** @param {string} code */
function signalRefused(code) {
  if (code === "lease_lost") takenOver();
  else poll();
}

/** Nothing more is sent or watched. */
function halt() {
  over = true;
  queue?.stop();
  notes?.stop();
  signals.stop();
  frames.stop();
  speech.stop();
}

/** The attempt is over; what came too late goes to the invigilator before the page does. */
async function finish() {
  if (over) return;
  halt();
  overlay.hide();
  const unsent = [...(late?.all ?? []), ...(queue?.unsent ?? [])];
  if (unsent.length) await handOverLate(unsent, lease, buffer);
  location.replace(data.pages.ended);
}

/** Ask the server where the attempt is: every few seconds, and when the time is up. */
async function poll() {
  if (over) return;
  try {
    const now = await get(`${ATTEMPT}/time`, { timeout: 8000 });
    connection.reached();
    spread(now);
    recount(now.leaves);
    late?.deliver();
    if (isHeld(now)) hold(now);
    else if (now.state === "in_progress") await proceed(now);
    else await finish();
  } catch (error) {
    if (error.status === 401) await signedOut();
    else if (error.code === "lease_lost") await takenOver();
    else if (error.status === 0) connection.missed();
  }
}

/**
 * Staff may have reversed a page leave. More of them are shown by the reply to the signal, which
 * also opens the dialog.
 * @param {number} now
 */
function recount(now) {
  if (now >= leaves) return;
  leaves = now;
  countLeaves(leaves, data.leave_limit);
}

/**
 * @param {string} reason
 * @param {number} remaining
 * @param {HTMLElement | null} more
 */
function cover(reason, remaining, more = null) {
  pageLeaves.pause(true);
  frames.pause(true);
  paper?.hide();
  overlay.show(reason, remaining, more);
}

/** Nothing more is written, also while the server, which alone may end the exam, is away. */
async function timeUp() {
  if (over || !queue) return;
  const part = parts.isLast ? null : parts.open;
  cover(part ? "part" : "time", 0);
  const saved = await flushed();
  // When everything is saved, the next part need not wait for answers that are on their way.
  if (part && saved) await parts.close(part.id, true).catch(() => connection.missed());
  await poll();
}

/** @param {import("../answers/pending-answers.js").Entry} entry to a part that is closed */
function tooLate(entry) {
  late?.add(entry);
  clearTimeout(nextPoll);
  nextPoll = setTimeout(poll);
}

/** Show the part that is open now, if it is another one. */
async function move() {
  const attempt = await loadAttempt();
  const before = parts.open?.id;
  if (attempt.state !== "in_progress" || !paper || over) return;
  parts.show(attempt);
  if (parts.open?.id === before) return;
  paper.replace(attempt);
  countdown.set(attempt.remaining_s);
  queue?.resume();
}

/**
 * The exam is paused, or the candidate is on a toilet break: then the clock runs on.
 * @param {any} now
 */
function hold(now) {
  const out = now.state !== "paused";
  if (out) breakNote.update(now.on_break, (queue?.unsent ?? kept.entries ?? []).length);
  // When the time is up, its own cover stays until the server has ended the exam.
  if (!out) cover(now.pause_reason, now.remaining_s);
  else if (now.remaining_s > 0) cover("break", now.remaining_s, breakNote.element);
  if (out) queue?.flush();
  clearTimeout(nextPoll);
  nextPoll = setTimeout(poll, PAUSED_POLL_MS);
  countdown.set(now.remaining_s, !out);
}

/** @param {any} now */
async function proceed(now) {
  const wasCovered = overlay.visible;
  const moved = paper !== null && now.part !== (parts.open?.id ?? null);
  if (moved) await move();
  else countdown.set(now.remaining_s);
  if (!wasCovered || (now.remaining_s === 0 && !moved)) return;
  overlay.hide();
  pageLeaves.pause(false);
  frames.pause(false);
  if (paper) paper.show();
  else await fill(await loadAttempt());
  queue?.resume();
}

async function signedOut() {
  if (over) return;
  halt();
  await showSignedOut();
  location.assign(data.sign_in_page);
}

async function takenOver() {
  if (over) return;
  halt();
  await showTakenOver();
  location.reload();
}

/** Send everything; resolves to whether all answers are saved. Nobody scores notes: they hold nothing up. */
async function flushed() {
  const [saved] = await Promise.all([queue?.flush(), notes?.flush()]);
  return saved === true;
}

/**
 * Show the paper, with what the page before this one could not send.
 * @param {any} attempt
 */
async function fill(attempt) {
  ({ leaves, at_limit: atLimit } = attempt);
  countdown.warnAt(attempt.warn_minutes);
  parts.show(attempt);
  const answers = new AnswerQueue(server, buffer, attempt.acked_through, {
    onState: savedState(buffer), onReply: replied, onEnded: finish, onPaused: poll, onTakenOver: takenOver,
    onMissed: () => connection.missed(), onSignedOut: signedOut, onLate: tooLate,
    onRefused: (item, message) => acknowledge(t("An answer was not accepted"), `${shown.numberOf(item)}: ${message}`),
  });
  answers.restore(kept.entries);
  const position = new PaperPosition(data.attempt_id);
  const start = positionOf(attempt, kept, parts.open?.id);
  /** @type {PaperView} */
  const shown = new PaperView(attempt, { ...attempt.answers, ...answers.values }, start, answers, (items, current, flags) => {
    buffer.update({ current, flags, part: parts.open?.id });
    position.put(items[current].id, flags);
  });
  [queue, paper] = [answers, shown];
  notes = openNotes(attempt.notes, kept, buffer);
  byId("hand-in").addEventListener("click", () => askHandIn(shown, flushed, parts, finish, poll));
  byId("hand-in", HTMLButtonElement).disabled = false;
  setNote(byId("time-note"), "");
  pageLeaves.watch();
  preventForbidden(signal);
  showWarnings(attempt.warnings);
  for (const event of ["online", "pagehide"]) window.addEventListener(event, () => answers.flush());
  reportLanguage(attempt, signal);
  if (attempt.microphone) speech.run();
  frames.run();
}

async function begin() {
  try {
    const before = await buffer.load();
    const taken = await takeLease(before.lease);
    ({ lease } = taken);
    ({ kept, late } = await recall(buffer, before, lease, taken.continues));
  } catch (error) {
    if (error.status === 401) location.assign(data.sign_in_page);
    else location.replace(data.pages.ended);
    return;
  }
  const attempt = await loadAttempt();
  offerFullscreen();
  setInterval(poll, POLL_MS);
  if (isHeld(attempt)) hold(attempt);
  else if (attempt.state === "in_progress") {
    countdown.set(attempt.remaining_s);
    await fill(attempt);
  } else await finish();
}

await begin();
