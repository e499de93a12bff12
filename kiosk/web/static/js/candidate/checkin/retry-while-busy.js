// While many candidates check in, the server asks for patience; nothing is lost by it.

import { sleep } from "../../common/dom.js";

const BUSY = ["analysis_busy", "too_many_at_once"];

/** Do what `act` does, again and again while the analysis is busy; other errors are thrown. */
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
