// What every staff page has: the way out, and the sitting's state in the title.

import { byId, findById, setText } from "../common/dom.js";
import { post } from "../common/api.js";
import { data, label } from "../common/page.js";

const TONES = { started: "good", unlocked: "info" };

/** Go to the sign-in when the session has ended. */
export function checkSession(error) {
  if (error.status === 401) location.assign(data.sign_in_page);
}

/** Whether whoever is signed in has a right. */
export function may(right) {
  return data.rights.includes(right);
}

/** Show the sitting's state beside its title. */
export function showState(state) {
  const tag = byId("sitting-state");
  setText(tag, label("sitting_states", state));
  tag.className = `tag ${TONES[state] || ""}`;
}

async function signOut() {
  try {
    await post("/staff/api/sign-out");
  } catch (error) {
    if (error.status !== 401) throw error;
  }
  location.assign(data.sign_in_page);
}

findById("sign-out")?.addEventListener("click", signOut);
