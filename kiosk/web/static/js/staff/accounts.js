// Accounts of staff, who must wait after wrong entries, and the own password.

import { byId, findById, make, setNote, show, sleep } from "../common/dom.js";
import { get, post } from "../common/api.js";
import { data, dayAndTime, label, t, timeOfDay } from "../common/page.js";
import { sheet } from "../common/sheet.js";
import { checkSession, may } from "./session.js";

const POLL_MS = 3000;

/** Do something; a sentence says that it is done, or why it could not be. */
async function change(url, body, done) {
  setNote(byId("accounts-error"), "");
  setNote(byId("accounts-status"), "");
  try {
    await post(url, body);
    setNote(byId("accounts-status"), done);
  } catch (error) {
    checkSession(error);
    setNote(byId("accounts-error"), error.message);
  }
  await refresh();
}

function at(account, what) {
  return `/staff/api/accounts/${encodeURIComponent(account.username)}/${what}`;
}

/** Ask before an account is signed out everywhere; one's own loses what only the chief may give back. */
async function askChange(account, text, button, run) {
  const own = account.username === data.username;
  const go = await sheet({
    title: t("Change the account %(name)s?", { name: account.username }),
    content: [make("p", { class: own ? "note warn" : "" }, own ? t("This is your own account: you are signed out, and only another chief invigilator can undo it.") : text)],
    actions: [{ value: false, text: t("Cancel"), kind: "primary" }, { value: true, text: button, kind: "danger" }],
  });
  if (go) return run();
  shown = "";
  return refresh();
}

function roleField(account) {
  const roles = Object.entries(data.labels.roles).map(([role, name]) => make("option", { value: role, selected: role === account.role }, name));
  return make("select", {
    class: "form-select", "aria-label": t("Role of %(name)s", { name: account.username }),
    onchange: ({ target: { value: role } }) => askChange(
      account, t("The account is signed out everywhere, and signs in again as: %(role)s.", { role: label("roles", role) }), t("Change the role"),
      () => change(at(account, "role"), { role }, t("The role of %(name)s was changed.", { name: account.username })),
    ),
  }, roles);
}

function lockButton(account) {
  const name = account.username;
  return account.locked_at
    ? make("button", { class: "btn btn-quiet", type: "button", onclick: () => change(at(account, "unlock"), {}, t("%(name)s can sign in again.", { name })) }, t("Unlock the account"))
    : make("button", { class: "btn btn-quiet", type: "button", onclick: () => askChange(
      account, t("The account is signed out everywhere and cannot sign in until a chief invigilator unlocks it."), t("Lock the account"),
      () => change(at(account, "lock"), {}, t("%(name)s is locked and signed out.", { name })),
    ) }, t("Lock the account"));
}

function row(account) {
  const state = account.locked_at
    ? make("span", { class: "tag bad" }, t("Locked since %(at)s", { at: dayAndTime(account.locked_at) }))
    : make("span", { class: "tag good" }, t("Can sign in"));
  return make("tr", {},
    make("th", { scope: "row" }, account.username), make("td", {}, roleField(account)), make("td", {}, roomsOf(account)), make("td", {}, state),
    make("td", {}, make("div", { class: "line action-list" },
      make("button", { class: "btn btn-quiet", type: "button", onclick: () => askPassword(account) }, t("New password")),
      account.role === "invigilator" && make("button", { class: "btn btn-quiet", type: "button", onclick: () => askRooms(account) }, t("Rooms")),
      lockButton(account))));
}

/** The rooms to which an invigilator is limited; a chief acts everywhere. */
function roomsOf(account) {
  if (account.role === "chief_invigilator") return t("All rooms");
  return account.rooms.map(roomCalled).join(t(", ")) || t("All rooms");
}

function roomCalled(id) {
  return rooms.find((room) => room.id === id)?.name ?? id;
}

async function askRooms(account) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const offered = [...new Set([...rooms.map((room) => room.id), ...account.rooms])];
  const boxes = offered.map((id) => make("input", { type: "checkbox", class: "form-check-input", value: id, checked: account.rooms.includes(id) }));
  await sheet({
    title: t("Rooms of %(name)s", { name: account.username }),
    content: [
      make("p", {}, t("The account sees and acts on candidates and terminals of these rooms only. Without a tick it has all rooms.")),
      ...boxes.map((box) => make("label", { class: "line" }, box, make("span", {}, roomCalled(box.value)))), note,
    ],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "done", text: t("Save"), kind: "primary", check: sending(at(account, "rooms"), () => ({ rooms: boxes.filter((box) => box.checked).map((box) => box.value) }), note) },
    ],
  });
  await refresh();
}

function passwordField(text) {
  const input = make("input", { id: "new-password", class: "form-control", type: "password", autocomplete: "new-password", maxLength: 1024 });
  return { input, box: make("div", { class: "field" }, make("label", { for: "new-password" }, text), input) };
}

/** A check for a sheet's action: sends the body; what is refused shows in the note. */
function sending(url, body, note) {
  return async () => {
    setNote(note, "");
    try {
      await post(url, body());
      return true;
    } catch (error) {
      checkSession(error);
      setNote(note, error.message);
      return false;
    }
  };
}

async function askPassword(account) {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const password = passwordField(t("New password (at least 10 characters)"));
  await sheet({
    title: t("New password for %(name)s", { name: account.username }),
    content: [make("p", {}, t("The account is signed out everywhere.")), password.box, note],
    actions: [
      { value: null, text: t("Cancel") },
      { value: "done", text: t("Set the password"), kind: "primary", check: sending(at(account, "password"), () => ({ password: password.input.value }), note) },
    ],
    onOpen: () => password.input.focus(),
  });
  await refresh();
}

async function addAccount() {
  const note = make("div", { class: "note bad", role: "alert", hidden: true });
  const name = make("input", { id: "new-name", class: "form-control", autocomplete: "off", spellcheck: false, autocapitalize: "none", maxLength: 40 });
  const roles = Object.entries(data.labels.roles).reverse().map(([role, text]) => make("option", { value: role }, text));
  const role = make("select", { id: "new-role", class: "form-select" }, roles);
  const password = passwordField(t("Password (at least 10 characters)"));
  await sheet({
    title: t("Add an account"),
    content: [
      make("div", { class: "field" }, make("label", { for: "new-name" }, t("User name")), name),
      make("div", { class: "field" }, make("label", { for: "new-role" }, t("Role")), role), password.box, note,
    ],
    actions: [
      { value: null, text: t("Cancel") },
      {
        value: "done", text: t("Add"), kind: "primary",
        check: sending("/staff/api/accounts", () => ({ username: name.value, role: role.value, password: password.input.value }), note),
      },
    ],
    onOpen: () => name.focus(),
  });
  await refresh();
}

function wait(found) {
  const clearable = found.kind === "candidate" ? may("invigilate") : may("accounts");
  const kind = found.kind === "candidate" ? "candidate" : "staff";
  return make("div", { class: "line wait" },
    make("span", { class: "tag" }, label("waits", found.kind)), make("strong", { class: "num" }, found.account),
    make("span", { class: "soft small" }, t("at %(place)s, %(n)s wrong entries, locked until %(until)s", { place: found.place, n: found.failures, until: timeOfDay(found.until) })),
    clearable ? make("button", { class: "btn btn-quiet ms-auto", type: "button", onclick: () => change(`/staff/api/waits/${kind}`, { account: found.account }, t("%(name)s can try again now.", { name: found.account })) }, t("Allow another try now")) : null);
}

function changeLine(found) {
  const what = [label("account_acts", found.kind), found.username, label("roles", found.detail)].filter(Boolean).join(" · ");
  return make("li", {}, make("span", { class: "num soft" }, dayAndTime(found.at)), ` ${what} `, make("span", { class: "soft" }, t("by %(name)s", { name: found.by })));
}

let shown = "";
/** @type {{ id: string, name: string }[]} of all sittings that are not over */
let rooms = [];

async function refresh() {
  const { waits } = await get("/staff/api/waits");
  const { accounts, acts, rooms: known } = may("accounts") ? await get("/staff/api/accounts") : { accounts: [], acts: [], rooms: [] };
  rooms = known;
  const now = JSON.stringify([waits, accounts, acts, rooms]);
  if (now === shown) return;
  shown = now;
  byId("waits").replaceChildren(...waits.map(wait));
  show(byId("no-waits"), waits.length === 0);
  findById("accounts")?.replaceChildren(...accounts.map(row));
  findById("account-changes")?.replaceChildren(...acts.map(changeLine));
}

findById("add-account")?.addEventListener("click", addAccount);

byId("own-password").addEventListener("submit", async (event) => {
  event.preventDefault();
  setNote(byId("accounts-error"), "");
  try {
    await post("/staff/api/own-password", { present: byId("present", HTMLInputElement).value, password: byId("next", HTMLInputElement).value });
    location.assign(data.sign_in_page);
  } catch (error) {
    setNote(byId("accounts-error"), error.message);
    byId("accounts-error").scrollIntoView({ block: "center" });
  }
});

for (;;) {
  try {
    await refresh();
  } catch (error) {
    checkSession(error);
    setNote(byId("accounts-error"), error.message);
  }
  await sleep(POLL_MS);
}
