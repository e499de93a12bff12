// The readiness page while portraits are being looked at: only what changed is replaced, so that
// reading place and focus stay.

import { byId, sleep } from "../common/dom.js";

const AGAIN_MS = 3000;

async function renewed() {
  const reply = await fetch(location.href, { credentials: "same-origin" });
  if (!reply.ok) return null;
  return new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("findings");
}

while (byId("findings").hasAttribute("data-waiting")) {
  await sleep(AGAIN_MS);
  const now = await renewed().catch(() => null);
  if (now) byId("findings").replaceWith(now);
}
