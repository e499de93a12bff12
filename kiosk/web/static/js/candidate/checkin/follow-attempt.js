// A candidate who repeats the device check or practises: the page goes where the attempt is as soon
// as that is elsewhere, so that nobody is left here when the exam starts. Messages arrive here, too.

import { sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data } from "../../common/page.js";
import { spread } from "../messages/news.js";

const POLL_MS = 2000;
const HERE = ["checked_in", "ready"];

for (;;) {
  await sleep(POLL_MS + Math.random() * 300);
  try {
    const attempt = await get(`/api/attempts/${data.attempt_id}`);
    spread(attempt);
    if (!HERE.includes(attempt.state)) location.assign(data.pages[attempt.state] || "/");
  } catch (error) {
    if (error.status === 401) location.assign("/");
  }
}
