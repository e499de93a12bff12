// This browser's terminal: registered once for all modules of a page, so that it gets one number.

import { post } from "../../common/api.js";

/** @type {Promise<any> | null} */
let running = null;

/** The terminal's id, name and token for writes; throws ApiError, and may be asked again. */
export function terminal() {
  const registered = running ?? post("/api/terminal/register").catch((error) => {
    running = null;
    throw error;
  });
  running = registered;
  return registered;
}

/** Write as the terminal, whoever is signed in. */
export async function postAsTerminal(url, body = {}, headers = {}) {
  const { csrf } = await terminal();
  return post(url, body, { headers: { "X-CSRF-Token": csrf, ...headers } });
}
