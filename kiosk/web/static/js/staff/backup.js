// The backup page: how old the last backup is, making one now, and what its check found.

import { byId, make, setNote, setText, show, sleep } from "../common/dom.js";
import { get, post } from "../common/api.js";
import { dayAndTime, duration, label, t } from "../common/page.js";
import { checkSession } from "./session.js";

const POLL_MS = 2000;
const BACKUP = "/staff/api/backup";

let shown = "";

async function begin(folder) {
  setNote(byId("backup-error"), "");
  try {
    showView(await post(BACKUP, { folder }));
  } catch (error) {
    checkSession(error);
    setNote(byId("backup-error"), error.message);
  }
}

function place({ folder, usual, is_there: there, same_disk: same, free_mb: free, newest_at: newest }, busy) {
  const facts = [
    usual ? t("Folder of the settings") : t("Stick or second disk"),
    there ? t("%(n)s MB free", { n: free }) : t("is not connected"),
    newest ? t("newest backup %(at)s", { at: dayAndTime(newest) }) : t("no backup yet"),
  ];
  return make("div", { class: "line between" },
    make("div", {}, make("strong", { class: "mono" }, folder), make("p", { class: "soft small num" }, facts.join(" · ")),
      same ? make("p", { class: "note warn" }, t("This is the same disk as the centre's data: if it fails, the backup is lost, too.")) : null),
    make("button", { class: "btn btn-primary", type: "button", disabled: busy || !there, onclick: () => begin(folder) }, t("Back up here")));
}

function showAge({ newest_at: newest, old, every_minutes: every }) {
  const note = byId("backup-age");
  note.className = `note ${old ? "warn" : "good"}`;
  const age = newest ? t("The newest backup is of %(at)s.", { at: dayAndTime(newest) }) : t("There is no backup.");
  const usual = every ? t("The server makes one every %(n)s minutes.", { n: every }) : t("The server makes no backups of its own: set backup.to in kiosk.toml.");
  setNote(note, `${age} ${usual}`);
}

function showRun(run) {
  show(byId("backup-run"), Boolean(run));
  if (!run) return;
  const time = duration(Math.max(0, (Date.now() - Date.parse(run.since)) / 1000));
  const words = run.stage === "proving" ? t("Being checked as a restore would do it: %(folder)s, for %(time)s", { folder: run.folder, time }) : t("Being written: %(folder)s, for %(time)s", { folder: run.folder, time });
  setText(byId("backup-stage"), words);
}

function showLast(last) {
  const note = byId("backup-last");
  show(note, Boolean(last));
  if (!last) return;
  const { proof, error } = last;
  note.className = `note ${error ? "bad" : "good"}`;
  if (error) {
    setText(note, t("%(at)s: it failed. %(why)s", { at: dayAndTime(last.at), why: label("alerts", error) }));
    return;
  }
  const unreadable = proof.unreadable ? t("%(n)s pictures in it are damaged.", { n: proof.unreadable }) : "";
  const held = t("%(at)s: %(file)s (%(megabytes)s MB) can be put back. It holds %(sittings)s sittings, %(attempts)s attempts, %(answers)s answers and %(pictures)s pictures.", { at: dayAndTime(last.at), ...proof });
  setText(note, `${held} ${unreadable}`.trim());
}

function showView(view) {
  showRun(view.run);
  const now = JSON.stringify([view.places, view.last, view.run?.stage, view.old]);
  if (now === shown) return;
  shown = now;
  byId("backup-places").replaceChildren(...view.places.map((folder) => place(folder, Boolean(view.run))));
  show(byId("no-places"), view.places.length === 0);
  show(byId("backup-state"), Boolean(view.run || view.last));
  showAge(view);
  showLast(view.last);
}

for (;;) {
  try {
    showView(await get(BACKUP));
  } catch (error) {
    checkSession(error);
    setNote(byId("backup-error"), error.message);
  }
  await sleep(POLL_MS);
}
