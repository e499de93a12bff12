// Sittings: exam packages come in here.

import { byId, setText, show } from "../../common/dom.js";
import { get, upload } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { checkSession } from "../session.js";
import { SyncPanel } from "../sync/sync-panel.js";

const drop = byId("drop");
const input = byId("package-file", HTMLInputElement);
const button = byId("choose-package", HTMLButtonElement);

function result(text, tone) {
  const note = byId("import-result");
  note.className = `note ${tone}`;
  setText(note, text);
  show(note);
}

/** @param {File | undefined} file */
async function send(file) {
  if (!file) return;
  button.disabled = true;
  result(t("Checking %(name)s …", { name: file.name }), "");
  try {
    const sitting = await upload("/staff/api/packages", file, (share) => {
      result(share < 1
        ? t("Sending %(name)s: %(percent)s percent", { name: file.name, percent: Math.floor(share * 100) })
        : t("Checking %(name)s …", { name: file.name }), "");
    });
    result(t("Imported: %(title)s, %(n)s candidates. The paper stays locked until the unlock code is given.", {
      title: [...sitting.programme_titles.map((/** @type {Record<string, string>} */ title) => title[data.language]), sitting.title].join(" · "), n: sitting.candidates,
    }), "good");
    setTimeout(() => location.assign(`/staff/sittings/${encodeURIComponent(sitting.id)}/readiness`), 1500);
  } catch (error) {
    checkSession(error);
    result(t("Not imported. %(why)s", { why: error.message }), "bad");
  }
  button.disabled = false;
  input.value = "";
}

button.addEventListener("click", () => input.click());
input.addEventListener("change", () => send(input.files?.[0]));
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  send(event.dataTransfer?.files[0]);
});

const panel = new SyncPanel(byId("sync"));
try {
  panel.show(await get("/staff/api/sync"));
} catch (error) {
  checkSession(error);
}
