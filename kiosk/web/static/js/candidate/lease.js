// One window holds the exam. A reload shows the token of the page before it; a second window waits
// until the first is closed, or staff let it take over.

import { byId, make, sleep } from "../common/dom.js";
import { post, setLease } from "../common/api.js";
import { data } from "../common/page.js";

const AGAIN_MS = 3000;
const KEY = `leases-${data.attempt_id}`;
const KEPT = 3;

/** A token that nobody can guess. */
function newToken() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

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
  const lease = newToken();
  const before = JSON.parse(sessionStorage.getItem(KEY) || "[]");
  let lockHeld = false;
  for (;;) {
    lockHeld ||= await alone();
    // Kept before it is asked for: the reply may get lost, and the next page must know it then.
    if (lockHeld) sessionStorage.setItem(KEY, JSON.stringify([lease, ...before].slice(0, KEPT)));
    try {
      const previous = lockHeld ? before : [];
      const taken = await post(`/api/attempts/${data.attempt_id}/lease`, { lease, previous, journal });
      setLease(lease);
      return taken;
    } catch (error) {
      if (error.code !== "lease_held" && !error.passing) throw error;
      byId("item").replaceChildren(make("p", { class: "note bad", role: "alert" }, error.message));
      await sleep(AGAIN_MS);
    }
  }
}
