// One window holds the exam. A reload shows the token of the page before it; a second window waits
// until the first is closed, or staff let it take over.

import { byId, make, sleep } from "../common/dom.js";
import { post, setLease } from "../common/api.js";
import { data } from "../common/page.js";

const AGAIN_MS = 3000;
const KEY = `lease-${data.attempt_id}`;

/** Whether no other window of this browser has the exam open; where that cannot be told, true. */
function alone() {
  if (!navigator.locks) return true;
  return new Promise((resolve) => {
    navigator.locks.request(`exam-${data.attempt_id}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}

/**
 * Wait until this page may hold the exam; resolves to its token, and whether `journal` (the token
 * that the journal was kept under) held it last. Throws ApiError that no waiting helps.
 */
export async function takeLease(journal = null) {
  let lockHeld = false;
  for (;;) {
    lockHeld ||= await alone();
    try {
      const previous = lockHeld ? sessionStorage.getItem(KEY) : null;
      const taken = await post(`/api/attempts/${data.attempt_id}/lease`, { previous, journal });
      sessionStorage.setItem(KEY, taken.lease);
      setLease(taken.lease);
      return taken;
    } catch (error) {
      if (error.code !== "lease_held" && !error.passing) throw error;
      byId("item").replaceChildren(make("p", { class: "note bad", role: "alert" }, error.message));
      await sleep(AGAIN_MS);
    }
  }
}
