// What only a person can see at check-in: one key for each thing, sent at once.

import { make, setNote, setText } from "../../common/dom.js";
import { call, post } from "../../common/api.js";
import { data, label, t } from "../../common/page.js";
import { checkSession } from "../session.js";

const NAMES = data.orders.findings;
const MARK_KEYS = "123456";
const ALLOW_KEYS = "qwerty"; // right below the digits on the keyboard
const NOTHING_KEY = "0";

function keyed(key, text, props) {
  return make("button", { type: "button", "aria-keyshortcuts": key.toUpperCase(), ...props }, make("kbd", {}, key.toUpperCase()), " ", text);
}

/** One thing: a button that marks it and takes it back, and one that allows it. */
class Line {
  constructor(name, n, list) {
    this.name = name;
    this.mark = keyed(MARK_KEYS[n], label("findings", name), { class: "btn btn-quiet mark", "aria-pressed": "false", onclick: () => list.toggle(this) });
    this.allow = keyed(ALLOW_KEYS[n], t("Allowed"), { class: "btn btn-quiet allow", disabled: true, title: t("Worn for religious or medical reasons"), onclick: () => list.clear(this, "allowed") });
    const allowed = t("Allowed");
    this.allow.setAttribute("aria-label", `${allowed}: ${label("findings", name)}`);
    this.element = make("div", { class: "finding", "data-finding": name }, this.mark, this.allow);
  }

  get open() {
    return this.mark.getAttribute("aria-pressed") === "true";
  }

  set open(value) {
    this.mark.setAttribute("aria-pressed", String(value));
    if (!value && document.activeElement === this.allow) this.mark.focus();
    this.allow.disabled = !value;
  }
}

/** The list of one candidate. `onSeen(state)`: staff are done, and where the attempt stands. */
export class Checklist {
  #url;
  #row;
  #onSeen;
  #lines;
  #queue = Promise.resolve();

  constructor(row, onSeen) {
    this.#row = row;
    this.#url = `/staff/api/attempts/${row.attempt_id}`;
    this.#onSeen = onSeen;
    this.#lines = NAMES.map((name, n) => new Line(name, n, this));
    this.nothing = keyed(NOTHING_KEY, t("Nothing unusual"), { class: "btn btn-primary nothing", onclick: () => this.#nothing() });
    this.note = make("p", { class: "note bad", role: "alert", hidden: true });
    this.status = make("p", { class: "small soft", role: "status" });
    this.element = make(
      "section", { class: "checklist stack tight", role: "group", "aria-labelledby": "checklist-title" },
      make("h3", { id: "checklist-title" }, t("What only a person can check")),
      make("details", { class: "small soft" }, make("summary", {}, t("What the keys do")), t("Automatic checks compare faces and usually notice a covered face or poor light. They cannot recognise hats, dark glasses, earpieces or a phone. Press the key for what you see: the terminal then tells the candidate what to take off. Press it again when it is off.")),
      make("div", { class: "findings" }, this.#lines.map((line) => line.element)),
      make("div", { class: "line" }, this.nothing, this.status), this.note,
    );
    this.#show(row.findings);
  }

  /** What a key does here; false when it is none of ours. */
  press(key) {
    const pressed = key.toLowerCase();
    const line = this.#lines[MARK_KEYS.indexOf(pressed)] || this.#lines[ALLOW_KEYS.indexOf(pressed)];
    if (pressed === NOTHING_KEY) this.nothing.click();
    else if (line) (MARK_KEYS.includes(pressed) ? line.mark : line.allow).click();
    return pressed === NOTHING_KEY || Boolean(line);
  }

  toggle(line) {
    if (line.open) this.clear(line, "taken_off");
    else this.#send(() => call("PUT", `${this.#url}/findings/${line.name}`, {}), t("%(what)s: the candidate was asked to take it off.", { what: label("findings", line.name) }));
  }

  clear(line, outcome) {
    const words = { what: label("findings", line.name) };
    const said = outcome === "allowed" ? t("%(what)s: allowed.", words) : t("%(what)s: taken off.", words);
    this.#send(() => post(`${this.#url}/findings/${line.name}/clear`, { outcome }), said, true);
  }

  #nothing() {
    if (this.#open) setNote(this.note, t("Something still has to be taken off. Press its key when that is done."));
    else this.#send(() => post(`${this.#url}/inspected`, { picture: this.#row.picture }), t("Recorded: checked, nothing unusual."), true);
  }

  /** One after the other, however fast the keys are pressed. */
  #send(act, said, last = false) {
    this.#queue = this.#queue.then(async () => {
      try {
        const reply = await act();
        setNote(this.note, "");
        setText(this.status, said);
        this.#show(reply.findings);
        if (last && !reply.findings.length) this.#onSeen(reply.state);
      } catch (error) {
        checkSession(error);
        setNote(this.note, error.message);
      }
    });
  }

  #show(findings) {
    for (const line of this.#lines) line.open = findings.includes(line.name);
    this.nothing.setAttribute("aria-disabled", String(this.#open)); // disabled, it would drop the focus
  }

  get #open() {
    return this.#lines.some((line) => line.open);
  }
}
