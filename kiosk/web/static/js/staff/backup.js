// The backup page: how old the last backup is, making one now, and what its check found.

import { byId, make, setNote, setText, show, sleep } from "../common/dom.js";
import { get, post } from "../common/api.js";
import { dayAndTime, duration, label, sentences, t } from "../common/page.js";
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
    usual ? t("Folder from the settings") : t("USB stick or second disk"),
    there ? t("%(n)s MB free", { n: free }) : t("is not connected"),
    newest ? t("latest backup %(at)s", { at: dayAndTime(newest) }) : t("no backup yet"),
  ];
  return make("div", { class: "line between" },
    make("div", {}, make("strong", { class: "mono" }, folder), make("p", { class: "soft small num" }, facts.join(" · ")),
      same ? make("p", { class: "note warn" }, t("This is the same disk as the centre's data: if it fails, the backup is lost too.")) : null),
    make("button", { class: "btn btn-primary", type: "button", disabled: busy || !there, onclick: () => begin(folder) }, t("Back up here")));
}

function showAge({ newest_at: newest, old, before_closing: before, every_minutes: every }) {
  const note = byId("backup-age");
  note.className = `note ${old || before ? "warn" : "good"}`;
  const age = newest ? t("Latest backup: %(at)s.", { at: dayAndTime(newest) }) : t("There is no backup.");
  const usual = every ? t("The server makes a backup every %(n)s minutes.", { n: every }) : t("Automatic backups are off. Set backup.to in kiosk.toml to switch them on.");
  const lacks = before ? t("It was made before the last sitting was closed: make another.") : "";
  setNote(note, sentences(age, lacks, usual));
}

function showRun(run) {
  show(byId("backup-run"), Boolean(run));
  if (!run) return;
  const time = duration(Math.max(0, (Date.now() - Date.parse(run.since)) / 1000));
  const words = run.stage === "proving" ? t("Being checked with a trial restore: %(folder)s, for %(time)s", { folder: run.folder, time }) : t("Being written: %(folder)s, for %(time)s", { folder: run.folder, time });
  setText(byId("backup-stage"), words);
}

function showLast(last) {
  const note = byId("backup-last");
  show(note, Boolean(last));
  if (!last) return;
  const { proof, error } = last;
  note.className = `note ${error ? "bad" : "good"}`;
  if (error) {
    setText(note, t("%(at)s: backup failed. %(why)s", { at: dayAndTime(last.at), why: label("alerts", error) }));
    return;
  }
  const unreadable = proof.unreadable ? t("%(n)s pictures in it are damaged.", { n: proof.unreadable }) : "";
  const held = t("%(at)s: %(file)s (%(megabytes)s MB) can be restored. It contains %(sittings)s sittings, %(attempts)s attempts, %(answers)s answers and %(pictures)s pictures.", { at: dayAndTime(last.at), ...proof });
  setText(note, sentences(held, unreadable));
}

function showView(view) {
  showRun(view.run);
  const now = JSON.stringify([view.places, view.last, view.run?.stage, view.old, view.before_closing]);
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
