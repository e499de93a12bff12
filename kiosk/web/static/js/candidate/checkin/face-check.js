// The check of the face: picture after picture, and the server says what to do next.

import { byId, make, setText, show, sleep } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { label, t } from "../../common/page.js";
import { retryWhileBusy } from "./retry-while-busy.js";

const PACE_MS = 220;
const JPEG = { headers: { "Content-Type": "image/jpeg" }, timeout: 30000 };

const TEXTS = {
  front: () => t("Look straight into the camera"),
  left: () => t("Turn your head slowly to your left"),
  right: () => t("Turn your head slowly to your right"),
  done: () => t("Comparing …"),
};

function showPrompt(reply) {
  const ask = byId("face-prompt");
  ask.dataset.ask = reply.ask;
  byId("preview").dataset.ask = reply.ask;
  setText(ask, TEXTS[reply.ask]());
  const advice = byId("face-advice");
  setText(advice, reply.advice.length ? label("advice", reply.advice[0]) : "");
  show(advice, reply.advice.length > 0);
  setText(byId("face-time-left"), t("%(n)s s left", { n: Math.ceil(reply.seconds_left) }));
  const dots = Array.from({ length: reply.steps }, (_, n) => make("li", { class: n < reply.step ? "done" : "" }));
  byId("face-steps").replaceChildren(...dots);
}

async function send(camera, attemptId) {
  const picture = await camera.grab();
  if (!picture) throw new Error(t("The camera gives no picture."));
  return post(`/api/attempts/${attemptId}/face-check`, picture, JPEG);
}

/** Run one check; resolves to its result. Throws ApiError. */
export async function checkFace(camera, attemptId) {
  let reply = await retryWhileBusy(() => post(`/api/attempts/${attemptId}/face-check/start`));
  for (;;) {
    showPrompt(reply);
    if (reply.result) return reply.result;
    const started = performance.now();
    reply = await retryWhileBusy(() => send(camera, attemptId));
    await sleep(Math.max(0, PACE_MS - (performance.now() - started)));
  }
}
