// The photograph with the identity card: taken by itself once the card can be read.

import { byId, make, show, sleep } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { label, t } from "../../common/page.js";
import { retryWhileBusy } from "./retry-while-busy.js";

const PACE_MS = 1000;
const ASK_STAFF_AFTER_MS = 15000;
const SIZE = { width: 1280, height: 960 };
const JPEG = { headers: { "Content-Type": "image/jpeg" }, timeout: 30000 };

function pressed(id) {
  return new Promise((resolve) => byId(id).addEventListener("click", resolve, { once: true }));
}

function showAdvice(advice) {
  const note = byId("card-advice");
  note.replaceChildren(make("ul", {}, advice.map((id) => make("li", {}, label("advice", id)))));
  show(note, advice.length > 0);
}

async function send(camera, attemptId, final) {
  const picture = await camera.grab(SIZE);
  if (!picture) throw new Error(t("The camera gives no picture."));
  return post(`/api/attempts/${attemptId}/id-card${final ? "?final=1" : ""}`, picture, JPEG);
}

/** Take pictures until one will do; resolves to the result. Throws ApiError. */
export async function photographCard(camera, attemptId) {
  const began = performance.now();
  let wantsStaff = false;
  let tries = null;
  pressed("card-staff").then(() => { wantsStaff = true; });
  await camera.sharpen(SIZE);
  for (;;) {
    const result = await retryWhileBusy(() => send(camera, attemptId, wantsStaff));
    if (result.outcome !== "card") return result;
    showAdvice(result.advice);
    show(byId("card-staff"), performance.now() - began > ASK_STAFF_AFTER_MS);
    if (tries !== null && result.tries_left < tries) {
      show(byId("card-again"));
      await Promise.race([pressed("card-again"), pressed("card-staff")]);
      show(byId("card-again"), false);
    }
    tries = result.tries_left;
    await sleep(PACE_MS);
  }
}
