// The attempt as the server has it, which a page waits for.

import { get } from "../../common/api.js";
import { byId, make, sleep } from "../../common/dom.js";
import { data } from "../../common/page.js";

const AGAIN_MS = 2000;

/**
 * Load the attempt, again until the server replies; without a session go to the sign-in.
 * @returns {Promise<any>}
 */
export async function loadAttempt() {
  for (;;) {
    try {
      return await get(`/api/attempts/${data.attempt_id}`);
    } catch (error) {
      if (error.status === 401) location.assign(data.sign_in_page);
      byId("item").replaceChildren(make("p", { class: "note bad", role: "alert" }, error.message));
      await sleep(AGAIN_MS);
    }
  }
}

/**
 * Whether the paper is covered: the exam is paused, or the candidate is on a toilet break.
 * @param {{ state: string, on_break: object | null }} attempt
 */
export function isHeld({ state, on_break: out }) {
  return state === "paused" || (state === "in_progress" && out !== null);
}
