// The server's clock and the time until the planned start, whatever this computer's clock says.

import { byId, setText } from "../../common/dom.js";
import { duration, t, timeOfDay } from "../../common/page.js";

const TICK_MS = 500;

/**
 * What is said of the planned start, `left` seconds before it.
 * @param {number} left
 */
export function untilStart(left) {
  return left > 0
    ? t("The planned start is in %(time)s.", { time: duration(left) })
    : t("The planned time has come. The invigilator starts the exam; you need not do anything.");
}

export class StartCountdown {
  #heard = 0;
  #server = 0;
  #start = 0;

  /** @param {Record<string, any>} told server_time and starts_at, as the server said just now */
  constructor(told) {
    this.follow(told);
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** @param {Record<string, any>} told server_time and starts_at, as the server said just now */
  follow(told) {
    this.#heard = performance.now();
    this.#server = Date.parse(told.server_time);
    this.#start = Date.parse(told.starts_at);
    this.#tick();
  }

  #tick() {
    const now = this.#server + performance.now() - this.#heard;
    setText(byId("clock-now"), timeOfDay(new Date(now).toISOString()));
    setText(byId("until-start"), untilStart((this.#start - now) / 1000));
  }
}
