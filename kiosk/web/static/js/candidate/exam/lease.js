// One window holds the exam. A reload, or a browser that was started again, shows the token of the
// page before it; a second window waits until the first is closed, or staff let it take over.

import { byId, make, sleep } from "../../common/dom.js";
import { post, setLease } from "../../common/api.js";
import { data } from "../../common/page.js";
import { LeaseTokens, proof } from "./lease-tokens.js";

const AGAIN_MS = 3000;

// Tokens may outlast the browser only where windows can be told apart by a lock.
const tokens = new LeaseTokens("locks" in navigator ? localStorage : sessionStorage, data.attempt_id);

/** After the exam nobody needs the tokens. */
export function forgetLeases() {
  tokens.forget();
}

function newToken() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Take the lock that one window of this browser has while it lives; resolves to whether this one has it.
 * Without locks (no secure context) nobody can tell: true.
 * @returns {Promise<boolean>}
 */
async function takeLock() {
  if (!("locks" in navigator)) return true;
  return new Promise((resolve) => {
    navigator.locks.request(`exam-${data.attempt_id}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      // A promise that never settles holds the lock until the page is gone, however it goes.
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}

/**
 * Wait until this page may hold the exam; resolves to its token, and whether `ofBuffer` (the token that
 * the answer buffer was kept under) held it last. Throws ApiError that no waiting helps.
 * @param {string} [ofBuffer]
 * @returns {Promise<{ lease: string, continues: boolean }>}
 */
export async function takeLease(ofBuffer) {
  const lease = newToken();
  const before = tokens.load();
  let lockHeld = false;
  for (;;) {
    lockHeld ||= await takeLock();
    // Stored before it is asked for: the reply may get lost, and then the next page must know the token.
    if (lockHeld) tokens.store([lease, ...before]);
    try {
      const body = { lease, previous: proof(lockHeld, before, ofBuffer), answer_buffer: ofBuffer ?? null };
      const taken = await post(`/api/attempts/${data.attempt_id}/lease`, body);
      setLease(lease);
      return taken;
    } catch (error) {
      if (error.code !== "lease_held" && !error.passing) throw error;
      byId("item").replaceChildren(make("p", { class: "note bad", role: "alert" }, error.message));
      await sleep(AGAIN_MS);
    }
  }
}
