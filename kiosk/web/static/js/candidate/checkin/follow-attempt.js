// A candidate who repeats the device check: the page goes where the attempt is as soon as that is
// elsewhere, so that nobody is left here when the exam starts.

import { sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data } from "../../common/page.js";

const POLL_MS = 2000;
const HERE = ["checked_in", "ready"];

for (;;) {
  await sleep(POLL_MS + Math.random() * 300);
  try {
    const { state } = await get(`/api/attempts/${data.attempt_id}`);
    if (!HERE.includes(state)) location.assign(data.pages[state] || "/");
  } catch (error) {
    if (error.status === 401) location.assign("/");
  }
}
