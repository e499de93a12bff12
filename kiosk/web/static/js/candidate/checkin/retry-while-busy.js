// While many candidates check in, the analysis is busy: nothing is lost, the request is repeated.

import { sleep } from "../../common/dom.js";

const BUSY = ["analysis_busy", "too_many_at_once"];

/**
 * Run `act` until the analysis is not busy; other errors are thrown.
 * @template T
 * @param {() => Promise<T>} act
 */
export async function retryWhileBusy(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!BUSY.includes(error.code)) throw error;
      await sleep((error.retryAfter || 1) * 1000 * (0.5 + Math.random()));
    }
  }
}
