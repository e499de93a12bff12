// The form of one item. It works without this file; here are the comforts: rows that change
// without a reload, a live preview, buttons that insert markup, Ctrl+S, a warning before leaving.

import { follow } from "./item-translations.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const PAUSE = 400; // milliseconds without typing before the preview is asked for

const form = /** @type {HTMLFormElement} */ (document.getElementById("item-form"));
const preview = element("preview");
const kind = /** @type {HTMLSelectElement} */ (element("type"));

let target = /** @type {HTMLTextAreaElement} */ (element("stem"));
let unsaved = form.dataset.unsaved === "yes";
let added = 0;
let timer = 0;
let asked = 0;

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** Marks the form as changed and asks for the preview when nothing was typed for a moment. */
function changed() {
  unsaved = true;
  sum();
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
}

async function show() {
  const number = ++asked;
  const body = new FormData(form);
  body.delete("picture");
  const reply = await fetch(String(form.dataset.preview), { method: "POST", body });
  // A later request may have been answered first.
  if (reply.ok && number === asked) preview.innerHTML = await reply.text();
}

/** Shows the fields of the chosen type. */
function fit() {
  for (const part of form.querySelectorAll("[data-for]")) {
    const types = String(/** @type {HTMLElement} */ (part).dataset.for).split(" ");
    part.toggleAttribute("hidden", !types.includes(kind.value));
  }
  for (const key of keys()) key.type = kind.value === "multiple_choice" ? "checkbox" : "radio";
}

function keys() {
  return /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[data-key]"));
}

function letters() {
  form.querySelectorAll("[data-letter]").forEach((place, number) => {
    place.textContent = LETTERS[number] ?? "";
  });
  follow(form, LETTERS);
}

function sum() {
  let total = 0;
  for (const field of form.querySelectorAll("[data-marks]")) {
    total += Number(/** @type {HTMLInputElement} */ (field).value) || 0;
  }
  element("sum").textContent = String(Number(total.toFixed(2)));
}

/**
 * Adds an empty row: a copy of the last one under a new name.
 * @param {HTMLElement} list
 * @param {number} most
 */
function add(list, most) {
  const last = /** @type {HTMLElement | null} */ (list.lastElementChild);
  if (!last || list.children.length >= most) return;
  const row = /** @type {HTMLElement} */ (last.cloneNode(true));
  const hidden = /** @type {HTMLInputElement} */ (row.querySelector("input[type=hidden]"));
  const old = hidden.value;
  // The server gives new rows numbers from 1 on.
  const token = `new${1000 + ++added}`;
  for (const field of row.querySelectorAll("input, textarea, button")) {
    const input = /** @type {HTMLInputElement} */ (field);
    input.name = input.name.replace(`-${old}`, `-${token}`);
    if (input.type === "checkbox" || input.type === "radio") input.checked = false;
    else if (input.type !== "submit") input.value = "";
    if (input.dataset.key !== undefined) input.value = token;
  }
  hidden.value = token;
  list.append(row);
  letters();
  changed();
  /** @type {HTMLElement} */ (row.querySelector("textarea, input:not([type=hidden])")).focus();
}

/** @param {HTMLElement} row */
function remove(row) {
  const list = /** @type {HTMLElement} */ (row.parentElement);
  if (list.children.length === 1) {
    for (const field of row.querySelectorAll("textarea, input:not([type=hidden])")) {
      const input = /** @type {HTMLInputElement} */ (field);
      if (input.type !== "checkbox" && input.type !== "radio") input.value = "";
    }
  } else row.remove();
  letters();
  changed();
}

/** @param {HTMLElement} row */
function raise(row) {
  row.previousElementSibling?.before(row);
  letters();
  changed();
  /** @type {HTMLElement} */ (row.querySelector("[data-up]")).focus();
}

/**
 * Puts text where the cursor is, around what is selected.
 * @param {string} before
 * @param {string} after
 */
function insert(before, after = "") {
  const { selectionStart: start, selectionEnd: end } = target;
  const inner = target.value.slice(start, end);
  target.setRangeText(before + inner + after, start, end, "end");
  const place = start + before.length + inner.length;
  if (after) target.setSelectionRange(place, place);
  target.focus();
  changed();
}

/** @param {string} heading */
function table(heading) {
  const { value, selectionStart: at } = target;
  const start = at && value[at - 1] !== "\n" ? "\n" : "";
  insert(`${start}| ${heading} 1 | ${heading} 2 |\n| --- | --- |\n|  |  |\n|  |  |\n`);
}

async function picture() {
  const field = /** @type {HTMLInputElement} */ (element("picture"));
  const alt = /** @type {HTMLInputElement} */ (element("alt"));
  const fault = element("picture-fault");
  fault.textContent = "";
  if (!field.files?.length) return field.click();
  const body = new FormData();
  body.set("csrf", String(new FormData(form).get("csrf")));
  body.set("picture", field.files[0]);
  const reply = await fetch(String(form.dataset.pictures), { method: "POST", body });
  const told = reply.headers.get("Content-Type")?.startsWith("application/json")
    ? await reply.json()
    : { message: `${reply.status}` };
  if (!reply.ok) {
    fault.textContent = told.message;
    return undefined;
  }
  insert(`![${alt.value.replace(/[[\]\n]/g, "")}](${told.name})`);
  field.value = "";
  alt.value = "";
  return undefined;
}

form.addEventListener("input", changed);
form.addEventListener("focusin", ({ target: field }) => {
  if (field instanceof HTMLTextAreaElement) target = field;
});
kind.addEventListener("change", () => {
  fit();
  changed();
});

form.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  const row = /** @type {HTMLElement} */ (button.closest("[data-row]"));
  const { wrap, add: list, most, table: heading } = button.dataset;
  const acts = [
    [wrap, () => insert(`<${wrap}>`, `</${wrap}>`)],
    [button.dataset.formula !== undefined, () => insert("$", "$")],
    [heading, () => table(String(heading))],
    [button.dataset.picture !== undefined, openPictures],
    [button.id === "insert-picture", picture],
    [list, () => add(element(String(list)), Number(most))],
    [button.dataset.remove !== undefined, () => remove(row)],
    [button.dataset.up !== undefined, () => raise(row)],
  ];
  const act = acts.find(([applies]) => applies)?.[1];
  if (typeof act !== "function") return;
  event.preventDefault();
  act();
});

function openPictures() {
  const details = /** @type {HTMLDetailsElement} */ (element("pictures"));
  details.open = true;
  element("picture").focus();
}

form.addEventListener("submit", () => {
  unsaved = false;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form.requestSubmit(/** @type {HTMLButtonElement} */ (element("save")));
});

for (const part of form.querySelectorAll(".tools")) part.removeAttribute("hidden");
for (const part of form.querySelectorAll("[data-plain]")) part.setAttribute("hidden", "");
fit();
