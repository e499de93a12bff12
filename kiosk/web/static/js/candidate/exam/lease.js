// One window holds the exam. A reload, or a browser that was started again, shows the token of the
// page before it; a second window waits until the first is closed, or staff let it take over.

import { byId, make, sleep } from "../../common/dom.js";
import { post, setLease } from "../../common/api.js";
import { data } from "../../common/page.js";

const AGAIN_MS = 3000;
const KEY = `leases-${data.attempt_id}`;
const KEPT = 3;

// Where windows can be told apart by a lock, the tokens may outlast the browser.
const store = navigator.locks ? localStorage : sessionStorage;

function tokensBefore() {
  try {
    return JSON.parse(store.getItem(KEY) || "[]");
  } catch {
    return [];
  }
}

function remember(tokens) {
  try {
    store.setItem(KEY, JSON.stringify(tokens.slice(0, KEPT)));
  } catch (error) {
    console.warn("the page's token could not be kept:", error.name);
  }
}

/** After the exam nobody needs the tokens. */
export function forgetLeases() {
  store.removeItem(KEY);
}

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
  const before = tokensBefore();
  let lockHeld = false;
  for (;;) {
    lockHeld ||= await alone();
    // Kept before it is asked for: the reply may get lost, and the next page must know it then.
    if (lockHeld) remember([lease, ...before]);
    try {
      const previous = lockHeld ? [...new Set([...before, journal].filter(Boolean))] : [];
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
