// The page for markers: one answer after the other, by keys, with the next one loaded ahead.

import { draw } from "./marking-answer.js";
import { fits, moved, read, sum, write } from "./marking-points.js";

const root = byId("marking");
const comment = /** @type {HTMLTextAreaElement} */ (byId("comment"));
const referral = byId("referral");
const save = /** @type {HTMLButtonElement} */ (byId("save"));

/** Answers that this page holds: the first is shown, the others are loaded ahead. */
const queue = [];
let shownAt = 0;
let busy = false;

/** @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

function text(name, values = {}) {
  const words = root.querySelector(`#texts [data-name="${name}"]`)?.textContent ?? "";
  return Object.entries(values).reduce((all, [key, value]) => all.replace(`{${key}}`, value), words);
}

function notice(words, kind = "danger") {
  const place = byId("notice");
  place.className = `alert alert-${kind}`;
  place.textContent = words;
  place.hidden = !words;
}

/** @returns {HTMLFormElement} */
function scheme() {
  const forms = [...root.querySelectorAll("form.criteria")];
  const found = forms.find((form) => form instanceof HTMLFormElement && form.dataset.item === queue[0]?.item_id);
  return /** @type {HTMLFormElement} */ (found ?? forms[0]);
}

/** @returns {HTMLInputElement[]} */
function fields() {
  return [...scheme().querySelectorAll("input")];
}

const thousandths = (value) => read(value ?? "") ?? 0;
const step = () => thousandths(scheme().dataset.step);
const isFine = (field) => fits(read(field.value), thousandths(field.dataset.most), step());

function addUp() {
  const total = sum(fields().map((field) => (isFine(field) ? read(field.value) : null)));
  const output = scheme().querySelector(".sum");
  if (output) output.textContent = total === null ? "–" : write(total);
}

// What is sent and what comes back

async function call(address, values) {
  const form = new FormData();
  form.append("csrf", root.dataset.csrf ?? "");
  for (const [name, value] of values) form.append(name, value);
  let reply;
  try {
    reply = await fetch(address, { method: "POST", body: form });
  } catch {
    return { error: { code: "offline", message: text("offline") } };
  }
  const isJson = reply.headers.get("content-type")?.startsWith("application/json");
  return isJson ? reply.json() : { error: { code: "signed_out", message: text("signed-out") } };
}

function count(reply) {
  for (const name of ["marked", "today"]) if (name in reply) byId(name).textContent = reply[name];
}

async function load() {
  const shown = queue.map((answer) => ["shown", answer.lease]);
  const reply = await call(root.dataset.next, [["item", root.dataset.item], ...shown]);
  if (reply.answer && !queue.some((answer) => answer.lease === reply.answer.lease)) queue.push(reply.answer);
  return reply;
}

/** Load one ahead; what it fails with is told when the marker gets there. */
async function loadAhead() {
  if (queue.length === 1) await load();
}

async function showNext() {
  const reply = queue.length ? {} : await load();
  if (reply.error) notice(reply.error.message, "warning");
  show();
  void loadAhead();
}

// What is shown

function show() {
  const answer = queue[0];
  byId("sides").hidden = !answer;
  byId("nothing").hidden = Boolean(answer);
  if (!answer) {
    byId("code").textContent = "–";
    byId("nothing").focus();
    return;
  }
  for (const part of root.querySelectorAll("[data-item]")) {
    if (part instanceof HTMLElement) part.hidden = part.dataset.item !== answer.item_id;
  }
  byId("code").textContent = answer.code;
  byId("words").textContent = answer.words;
  draw(byId("answer"), answer.nodes, text);
  byId("hidden-note").hidden = !byId("answer").querySelector(".redacted");
  fill([], "");
  window.scrollTo(0, 0);
  shownAt = performance.now();
}

function fill(points, words) {
  for (const [number, field] of fields().entries()) {
    field.value = points[number] === undefined ? "" : write(thousandths(points[number]));
    field.removeAttribute("aria-invalid");
  }
  comment.value = words;
  closeReferral();
  addUp();
  fields()[0]?.focus();
  fields()[0]?.select();
}

// What markers do

async function send(values) {
  if (busy || !queue.length) return;
  busy = true;
  save.disabled = true;
  const seconds = Math.round((performance.now() - shownAt) / 1000);
  const all = [["comment", comment.value], ["seconds", String(seconds)], ...values];
  const reply = await call((root.dataset.give ?? "").replace("LEASE", queue[0].lease), all);
  busy = false;
  save.disabled = false;
  if (reply.error) return refused(reply.error);
  notice("");
  count(reply);
  queue.shift();
  await showNext();
}

function refused(error) {
  notice(error.message);
  // Somebody else has it, or it was replaced: nothing that is typed here can be saved.
  if (error.code !== "hq_marking_not_leased") return;
  queue.shift();
  void showNext();
}

function saveMark() {
  const wrong = fields().filter((field) => !isFine(field));
  for (const field of fields()) field.setAttribute("aria-invalid", String(wrong.includes(field)));
  if (wrong.length) {
    notice(text("points", { step: write(step()) }));
    wrong[0].focus();
    wrong[0].select();
    return;
  }
  void send(fields().map((field) => ["points", write(read(field.value))]));
}

function refer() {
  const chosen = referral.querySelector("input:checked");
  if (chosen instanceof HTMLInputElement) void send([["referred", chosen.value]]);
  else notice(text("reason"));
}

function openReferral() {
  if (!queue.length) return;
  referral.hidden = false;
  byId("acts").hidden = true;
  referral.querySelector("input")?.focus();
}

function closeReferral() {
  referral.hidden = true;
  byId("acts").hidden = false;
  for (const choice of referral.querySelectorAll("input")) choice.checked = false;
}

async function takeBack() {
  if (busy) return;
  busy = true;
  const reply = await call(root.dataset.back, []);
  busy = false;
  if (reply.error) return notice(reply.error.message);
  count(reply);
  queue.unshift(reply.answer);
  show();
  fill(reply.before.points, reply.before.comment);
  notice(text("taken-back"), "info");
}

function toggle(id, button) {
  byId(id).hidden = !byId(id).hidden;
  button.setAttribute("aria-expanded", String(!byId(id).hidden));
}

// Keys

function focusField(from, by) {
  const all = fields();
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(from) + by))];
  next.focus();
  next.select();
}

function inField(field, key) {
  const most = thousandths(field.dataset.most);
  if (key === "ArrowUp" || key === "ArrowDown") return focusField(field, key === "ArrowDown" ? 1 : -1);
  if (key === "f") field.value = write(most);
  else field.value = write(moved(read(field.value), key === "ArrowRight" ? 1 : -1, most, step()));
  field.select();
  addUp();
}

function toggleModel() {
  const model = scheme().querySelector("details.model");
  if (model instanceof HTMLDetailsElement) model.open = !model.open;
}

const LETTERS = {
  c: () => comment.focus(),
  m: toggleModel,
  r: openReferral,
  u: () => void takeBack(),
  "?": () => toggle("keys", byId("help")),
};

function inReferral(event) {
  const choice = referral.querySelector(`input[data-key="${event.key}"]`);
  if (choice instanceof HTMLInputElement) choice.checked = true;
  else if (event.key === "Enter") refer();
  else if (event.key === "Escape") {
    closeReferral();
    fields()[0]?.focus();
  } else return;
  event.preventDefault();
}

function inComment(event) {
  const saving = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (event.key !== "Escape" && !saving) return;
  event.preventDefault();
  if (!saving) fields()[0]?.focus();
  else if (referral.hidden) saveMark();
  else refer();
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.target === comment) return inComment(event);
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (!referral.hidden) return inReferral(event);
  const field = event.target instanceof HTMLInputElement && fields().includes(event.target) ? event.target : null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (field && ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "f"].includes(key)) inField(field, key);
  else if (field && key === "Enter" && !event.repeat) saveMark();
  else if (key in LETTERS && !event.repeat) LETTERS[key]();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
root.addEventListener("input", addUp);
root.addEventListener("focusin", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.name === "points") event.target.select();
});
byId("rest").addEventListener("submit", (event) => {
  event.preventDefault();
  saveMark();
});
for (const form of root.querySelectorAll("form.criteria")) form.addEventListener("submit", (event) => event.preventDefault());
byId("refer").addEventListener("click", openReferral);
byId("refer-now").addEventListener("click", refer);
byId("refer-not").addEventListener("click", closeReferral);
byId("take-back").addEventListener("click", () => void takeBack());
byId("help").addEventListener("click", () => toggle("keys", byId("help")));
byId("again").addEventListener("click", () => void showNext());
void showNext();
