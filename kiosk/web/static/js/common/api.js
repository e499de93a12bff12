// Requests to this server, with the session's token; errors as one kind.

import { sleep } from "./dom.js";
import { t } from "./page.js";
import { withTurn } from "./request-slots.js";

const AGAIN_TIMES = 10;

let token = document.querySelector('meta[name="csrf"]')?.content || "";

let lease = "";

/** The token by which this page holds its exam goes with every request from now on. */
export function setLease(value) {
  lease = value;
}

/** Use another session's token from now on. */
export function setToken(value) {
  token = value;
}

let somebody = true;
for (const kind of ["pointerdown", "keydown", "wheel"]) {
  addEventListener(kind, () => { somebody = true; }, { capture: true, passive: true });
}

/** Staff pages read by themselves; the server is told when somebody is at the page. */
function person() {
  const touched = somebody;
  somebody = false;
  return touched ? { "X-Person": "1" } : {};
}

/** What went wrong: HTTP `status` (0: not reached), stable `code`, text for people. */
export class ApiError extends Error {
  constructor(status, code, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed a little later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function problem(response) {
  let error = {};
  try {
    error = (await response.json()).error || {};
  } catch {
    error = {};
  }
  const message = error.message || t("The server did not answer as expected.");
  return new ApiError(
    response.status, error.code || "unknown", message, Number(response.headers.get("Retry-After")) || 0,
  );
}

async function fetchOnce(url, options, timeout) {
  const stop = AbortSignal.timeout ? AbortSignal.timeout(timeout) : undefined;
  try {
    return await fetch(url, { cache: "no-store", credentials: "same-origin", signal: stop, ...options });
  } catch {
    throw new ApiError(0, "network", t("The server of this centre cannot be reached."));
  }
}

/**
 * Send and return the JSON of the answer; throws ApiError. The server works on two writes of a
 * terminal at a time: so no more are sent, and one that meets others of an earlier page comes again.
 * `background`: leaves one of the two places to the rest.
 */
export async function call(method, url, body, { background = false, ...options } = {}) {
  if (method === "GET") return send(method, url, body, options);
  for (let times = 0; ; times += 1) {
    try {
      return await withTurn(background, options.keepalive, () => send(method, url, body, options));
    } catch (error) {
      if (error.code !== "too_many_at_once" || times === AGAIN_TIMES) throw error;
      await sleep((error.retryAfter || 1) * 1000 * (0.2 + Math.random() * 0.8));
    }
  }
}

async function send(method, url, body, { headers = {}, timeout = 20000, keepalive = false }) {
  const sent = { ...headers, ...(url.startsWith("/staff/") ? person() : {}) };
  let payload = body;
  if (method !== "GET") sent["X-CSRF-Token"] ??= token;
  if (lease) sent["X-Lease"] = lease;
  if (body !== undefined && !(body instanceof Blob) && !(body instanceof FormData)) {
    sent["Content-Type"] = "application/json";
    payload = JSON.stringify(body);
  }
  const response = await fetchOnce(url, { method, headers: sent, body: payload, keepalive }, timeout);
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

/** Read JSON. */
export function get(url, options) {
  return call("GET", url, undefined, options);
}

/** Write JSON, a Blob or a form. */
export function post(url, body = {}, options = {}) {
  return call("POST", url, body, options);
}

/** Send a file and tell how much of it has gone (0 to 1); returns the JSON, throws ApiError. */
export function upload(url, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRF-Token", token);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => progress(event.total ? event.loaded / event.total : 0));
    request.upload.addEventListener("load", () => progress(1));
    request.addEventListener("error", () => reject(new ApiError(0, "network", t("The server of this centre cannot be reached."))));
    request.addEventListener("load", async () => {
      const answer = new Response(request.response, { status: request.status });
      if (answer.ok) resolve(await answer.json());
      else reject(await problem(answer));
    });
    request.send(file.slice(0, file.size, "application/octet-stream"));
  });
}
