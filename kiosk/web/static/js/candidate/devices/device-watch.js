// After the device check: says to the server when camera or microphone has gone from this machine, or
// is back. A terminal that was restarted may have others than before.

import { post } from "../../common/api.js";
import { data } from "../../common/page.js";
import { listDevices } from "./camera.js";

const SETTLE_MS = 1000;
const AGAIN_MS = 10000;

let timer = 0;

async function missing() {
  const kinds = [["camera", "videoinput"], ["microphone", "audioinput"]];
  const counts = await Promise.all(kinds.map(([, kind]) => listDevices(kind)));
  return kinds.filter((_, n) => counts[n].length === 0).map(([name]) => name);
}

async function report() {
  try {
    await post(`/api/attempts/${data.attempt_id}/devices`, { missing: await missing() }, { background: true });
  } catch (error) {
    if (error.passing) soon(AGAIN_MS);
  }
}

function soon(ms) {
  clearTimeout(timer);
  timer = setTimeout(report, ms);
}

if ("mediaDevices" in navigator) {
  navigator.mediaDevices.addEventListener("devicechange", () => soon(SETTLE_MS));
  await report();
}
