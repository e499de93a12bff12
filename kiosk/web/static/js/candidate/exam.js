// The answer page: brings the parts together.

import { byId, make, setText, show, sleep } from "../common/dom.js";
import { get } from "../common/api.js";
import { data, t } from "../common/page.js";
import { AnswerQueue } from "./answers.js";
import { Conduct } from "./conduct.js";
import { Countdown } from "./countdown.js";
import { FrameSender, showWarnings } from "./frames.js";
import { isAnswered, pressOption, renderItem } from "./item-view.js";
import { available, Journal, wipeAll } from "./journal.js";
import { Navigator } from "./navigator.js";
import { Voice } from "./voice.js";
import { confirmHandIn, handIn, showLeaves, showTakenOver, tell } from "./notices.js";

const QUIET_MS = 20000;

let items = [];
let answers = {};
let flags = new Set();
let current = 0;
let leaves = 0;
let navigator_ = null;
let queue = null;
let ended = false;
let lastReply = performance.now();

const journal = new Journal(data.attempt_id);
const countdown = new Countdown(() => lookUp());
const conduct = new Conduct({ onReply: conductReply, onEnded: finish });
const windows = new BroadcastChannel(`exam-${data.attempt_id}`);

function showSaved({ state, waiting, message }) {
  const box = byId("saved");
  box.dataset.state = state;
  const texts = {
    saved: available ? t("All answers saved") : t("All answers saved; unsent ones do not survive a reload here"),
    saving: t("Saving …"),
    waiting: t("Not saved yet, will be retried: %(n)s", { n: waiting }),
  };
  setText(byId("saved-text"), texts[state]);
  box.title = message || "";
}

function serverReply(reply) {
  lastReply = performance.now();
  countdown.set(reply.remaining_s);
}

function conductReply(reply) {
  lastReply = performance.now();
  if (["ended", "voided"].includes(reply.state)) {
    finish();
    return;
  }
  if (reply.leaves > leaves || reply.warn) showLeaves(reply.leaves, reply.leave_limit);
  leaves = Math.max(leaves, reply.leaves);
}

/** The attempt is over: nothing more is sent; the journal is wiped on the receipt. */
function finish() {
  if (ended) return;
  ended = true;
  queue?.stop();
  conduct.stop();
  frames.stop();
  voice.stop();
  location.replace(data.pages.ended);
}

/** Ask the server where the attempt is; used when the time is up or nothing was heard for long. */
async function lookUp() {
  try {
    if (queue?.waiting) await queue.flush();
    const attempt = await get(`/api/attempts/${data.attempt_id}`);
    serverReply(attempt);
    if (attempt.state !== "in_progress") finish();
  } catch (error) {
    if (error.status === 401) signedOut();
  }
}

async function signedOut() {
  if (ended) return;
  ended = true;
  queue.stop();
  conduct.stop();
  frames.stop();
  voice.stop();
  await tell(t("Please sign in again"), t("The invigilator has released this terminal, or the session has ended. Answers that were saved are safe."));
  location.assign(data.sign_in_page);
}

const frames = new FrameSender({
  interval: 1000, signal: (kind, cause) => conduct.signal(kind, cause), onEnded: finish, onSignedOut: signedOut,
});

const voice = new Voice((kind, cause) => conduct.signal(kind, cause));

function stateOf(id) {
  return { answered: isAnswered(answers[id]), flagged: flags.has(id) };
}

function answer(item, value, delay) {
  answers[item.id] = value;
  queue.put(item.id, value, delay);
  navigator_.update(items[current].id, stateOf);
}

function go(index) {
  if (index < 0 || index >= items.length) return;
  current = index;
  const item = items[index];
  renderItem(byId("item"), item, answers[item.id], (value, delay) => answer(item, value, delay));
  byId("previous").disabled = index === 0;
  byId("next").disabled = index === items.length - 1;
  byId("flag").setAttribute("aria-pressed", String(flags.has(item.id)));
  navigator_.update(item.id, stateOf);
  byId("main").scrollTop = 0;
  journal.update({ current });
}

function step(by) {
  go(current + by);
  (byId("item").querySelector("input:checked, input, textarea") || byId("main")).focus({ preventScroll: true });
}

function toggleFlag() {
  const { id } = items[current];
  if (!flags.delete(id)) flags.add(id);
  journal.update({ flags: [...flags] });
  byId("flag").setAttribute("aria-pressed", String(flags.has(id)));
  navigator_.update(id, stateOf);
}

async function askHandIn() {
  const open = items.filter((item) => !isAnswered(answers[item.id]));
  const choice = await confirmHandIn(open, items.filter((item) => flags.has(item.id)), items.length);
  if (choice === "hand-in") await reallyHandIn();
  else if (choice) go(items.indexOf(choice));
}

async function reallyHandIn() {
  const button = byId("hand-in");
  button.disabled = true;
  try {
    if (!(await queue.flush())) throw new Error(t("Some answers are not saved yet. They will be retried; please hand in a little later."));
    await handIn();
    await wipeAll();
    finish();
  } catch (error) {
    button.disabled = false;
    if (error.code === "attempt_ended") finish();
    else await tell(t("Not handed in yet"), error.message);
  }
}

function onKey(event) {
  const typing = event.target.matches("textarea, select, input[type=text]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const acts = { n: () => step(1), PageDown: () => step(1), p: () => step(-1), PageUp: () => step(-1), f: toggleFlag };
  const act = acts[event.key] || acts[event.key.toLowerCase()];
  if (act) act();
  else if (/^[1-9]$/.test(event.key)) pressOption(byId("item"), Number(event.key) - 1);
  else return;
  event.preventDefault();
}

function wire() {
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("flag").addEventListener("click", toggleFlag);
  byId("hand-in").addEventListener("click", askHandIn);
  document.addEventListener("keydown", onKey);
  const full = byId("fullscreen");
  const offer = () => show(full, document.fullscreenEnabled && !document.fullscreenElement && !matchMedia("(display-mode: fullscreen)").matches);
  full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => show(full, false)));
  document.addEventListener("fullscreenchange", offer);
  offer();
}

/** One window answers; the newest takes over, the older one stops. */
function claim() {
  windows.onmessage = async () => {
    if (ended) return;
    ended = true;
    queue?.stop();
    conduct.stop();
    frames.stop();
    voice.stop();
    await showTakenOver();
    location.reload();
  };
  windows.postMessage("taken over");
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

async function begin() {
  claim();
  const [attempt, kept] = [await load(), await journal.load()];
  if (attempt.state !== "in_progress") return finish();
  serverReply(attempt);
  ({ items, answers, leaves } = attempt);
  flags = new Set(kept.flags || []);
  queue = new AnswerQueue(data.attempt_id, journal, attempt.acked_through, {
    onState: showSaved, onReply: serverReply, onEnded: finish, onSignedOut: signedOut,
    onRefused: (item, message) => tell(t("An answer was not accepted"), `${numberOf(item)}: ${message}`),
  });
  queue.restore(kept.entries);
  answers = { ...answers, ...queue.values };
  navigator_ = new Navigator(byId("navigator"), attempt.sections, items, go);
  wire();
  go(Math.min(kept.current || 0, items.length - 1));
  conduct.watch();
  showWarnings(attempt.warnings);
  setInterval(() => performance.now() - lastReply > QUIET_MS && lookUp(), QUIET_MS / 4);
  window.addEventListener("pagehide", () => queue.flush());
  if (attempt.microphone) voice.run();
  return frames.run();
}

function numberOf(id) {
  return t("Item %(n)s", { n: items.find((item) => item.id === id)?.number ?? id });
}

await begin();
