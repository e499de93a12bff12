// The wait for the start: look every two seconds, go on by itself.

import { byId, setNote, show, sleep } from "../../common/dom.js";
import { get } from "../../common/api.js";
import { data } from "../../common/page.js";
import { spread } from "../messages/news.js";
import { StartCountdown } from "./start-countdown.js";

const POLL_MS = 2000;
const countdown = new StartCountdown(data);

async function look() {
  try {
    const attempt = await get(`/api/attempts/${data.attempt_id}`);
    spread(attempt);
    setNote(byId("waiting-error"), "");
    countdown.follow(attempt);
    for (const much of ["some", "all"]) show(byId(`translated-${much}`), attempt.translated === much);
    const page = data.pages[attempt.state];
    if (page && page !== location.pathname) location.assign(page);
  } catch (error) {
    if (error.status === 401) location.assign(data.sign_in_page);
    else setNote(byId("waiting-error"), error.message);
  }
}

for (;;) {
  await sleep(POLL_MS + Math.random() * 300);
  await look();
}
