// While staff compare the candidate's face, small pictures of the camera go to them, one a second.
// The page says so before the first one leaves, and shows what they see. Where the words cannot be
// seen, no picture leaves.

import { make, show, sleep } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data, t } from "../../common/page.js";
import { Camera } from "../devices/camera.js";
import { onNews } from "../messages/news.js";

const PACE_MS = 1000;
const WIDTH = 320;
const HEIGHT = 240;
const JPEG = { headers: { "Content-Type": "image/jpeg" }, timeout: 4000, background: true };

const video = make("video", { muted: true, playsInline: true, "aria-hidden": "true" });
const words = make("div", {});
const note = make("section", { class: "live-note note", role: "status", hidden: true }, video, words);
document.getElementById("main")?.prepend(note);
const camera = new Camera(video);
let wanted = false;
let sending = false;

/** Say who looks; empty while nobody does, so that the words are announced when they come. */
function say() {
  words.replaceChildren(
    make("strong", {}, t("An invigilator is comparing your face")),
    make("p", { class: "small" }, t("The invigilator sees this picture of your camera now. It is not stored.")),
  );
  show(note);
}

/** Whether the words are before the candidate: not under a dialog, and not in a page behind another. */
function seen() {
  return !document.hidden && !document.querySelector("dialog[open]");
}

async function sendWhileWanted() {
  if (sending) return;
  sending = true;
  try {
    say();
    await camera.open();
    while (wanted) {
      await sendOne();
      await sleep(PACE_MS);
    }
  } catch {
    // No camera, or the server is away: staff then have the newest check-in picture.
  } finally {
    camera.close();
    show(note, false);
    words.replaceChildren();
    sending = false;
  }
}

async function sendOne() {
  const picture = await camera.grab({ width: WIDTH, height: HEIGHT });
  if (!seen()) wanted = false; // until the next look at the server
  if (!picture || !wanted) return;
  const reply = await post(`/api/attempts/${data.attempt_id}/live-picture`, picture, JPEG);
  wanted = reply.wanted;
}

onNews((news) => {
  wanted = Boolean(news.live_wanted) && seen();
  if (wanted) sendWhileWanted();
});
window.addEventListener("pagehide", () => camera.close());
