// The file that came back from headquarters by stick.

import { byId, setText, show } from "../../common/dom.js";
import { upload } from "../../common/api.js";
import { label, sentences, t } from "../../common/page.js";
import { checkSession } from "../session.js";
import { errorTexts } from "./sync-texts.js";

const input = byId("stick-file", HTMLInputElement);
const button = byId("choose-stick", HTMLButtonElement);

function showResult(text, tone) {
  const note = byId("stick-result");
  note.className = `note ${tone}`;
  setText(note, text);
  show(note);
}

/** What came of it, in one sentence for each kind. */
function summary({ receipts, notices, announcements, problems }) {
  const kinds = Object.entries(receipts).map(([kind, n]) => `${label("sync_kinds", kind)}: ${n}`);
  const words = [kinds.length ? t("Receipts – %(kinds)s.", { kinds: kinds.join(", ") }) : t("No new receipts.")];
  if (notices) words.push(t("Packages, codes and revocations: %(n)s.", { n: notices }));
  if (announcements) words.push(t("Announcements of headquarters: %(n)s.", { n: announcements }));
  if (problems.length) words.push(t("Not imported: %(why)s", { why: errorTexts(problems) }));
  return sentences(...words);
}

/** @param {File | undefined} file */
async function send(file) {
  if (!file) return;
  button.disabled = true;
  showResult(t("Checking %(name)s …", { name: file.name }), "");
  try {
    const taken = await upload("/staff/api/removable-media", file, (share) => {
      showResult(share < 1
        ? t("Sending %(name)s: %(percent)s percent", { name: file.name, percent: Math.floor(share * 100) })
        : t("Checking %(name)s …", { name: file.name }), "");
    });
    showResult(summary(taken), taken.problems.length ? "warn" : "good");
  } catch (error) {
    checkSession(error);
    showResult(t("Not imported: %(why)s", { why: error.message }), "bad");
  }
  button.disabled = false;
  input.value = "";
}

button.addEventListener("click", () => input.click());
input.addEventListener("change", () => send(input.files?.[0]));
