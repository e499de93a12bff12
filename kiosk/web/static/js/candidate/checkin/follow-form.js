// A candidate at the form: the page leaves as soon as staff let the candidate go on without it.

import { sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data } from "../../common/page.js";
import { spread } from "../messages/news.js";

const POLL_MS = 3000;

for (;;) {
  await sleep(POLL_MS + Math.random() * 500);
  try {
    const attempt = await get(`/api/attempts/${data.attempt_id}`);
    spread(attempt);
    if (attempt.state !== "checked_in" || !attempt.form_open) location.assign("/");
  } catch (error) {
    if (error.status === 401) location.assign("/");
  }
}
