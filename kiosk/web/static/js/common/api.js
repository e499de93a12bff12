// Requests to this server, with the session's token; errors as one kind.

import { sleep } from "./dom.js";
import { leaveOtherExam, mockHeader } from "./mock-exam.js";
import { data, t } from "./page.js";
import { withSlot } from "./request-slots.js";

/**
 * @typedef {object} RequestOptions
 * @property {Record<string, string>} [headers]
 * @property {number} [timeout] milliseconds
 * @property {boolean} [keepalive] the browser sends it even if the page closes
 * @property {boolean} [background] leaves one of the two slots to answers
 */

const MAX_REPEATS = 10;

/** @type {HTMLMetaElement | null} */
const csrf = document.querySelector('meta[name="csrf"]');
const token = csrf?.content || "";

let lease = "";

/**
 * Send the token by which this page holds its exam with every request from now on.
 * @param {string} value
 */
export function setLease(value) {
  lease = value;
}

let touched = true;
for (const kind of ["pointerdown", "keydown", "wheel"]) {
  addEventListener(kind, () => { touched = true; }, { capture: true, passive: true });
}

/** Staff pages poll. Only this header keeps their session alive, so that an empty desk signs out. */
function activity() {
  const active = touched;
  touched = false;
  return active ? { "X-Person": "1" } : null;
}

/** A request that failed. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status; 0: the server was not reached
   * @param {string} code stable name of the error
   * @param {string} message text for people
   * @param {number} retryAfter seconds
   */
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

/** @param {Response} response */
async function errorOf(response) {
  /** @type {{ code?: string, message?: string }} */
  let error = {};
  try {
    error = (await response.json()).error || {};
  } catch {
    // Not JSON: a proxy in between has answered.
  }
  if (error.code === "other_exam") leaveOtherExam(Boolean(data.attempt_id));
  const message = error.message || t("The server did not answer as expected.");
  return new ApiError(
    response.status, error.code || "unknown", message, Number(response.headers.get("Retry-After")) || 0,
  );
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} timeout
 */
async function fetchOnce(url, options, timeout) {
  const stop = AbortSignal.timeout ? AbortSignal.timeout(timeout) : undefined;
  try {
    return await fetch(url, { cache: "no-store", credentials: "same-origin", signal: stop, ...options });
  } catch {
    throw new ApiError(0, "network", t("The server of this centre cannot be reached."));
  }
}

/**
 * Send a request and return the JSON of the reply; throws ApiError. The server works on two writes of
 * a terminal at a time. A write that meets those of the page before this one is repeated.
 * @param {string} method
 * @param {string} url
 * @param {any} body JSON, a Blob or a form
 * @param {RequestOptions} options
 * @returns {Promise<any>}
 */
export async function call(method, url, body, { background = false, ...options } = {}) {
  if (method === "GET") return send(method, url, body, options);
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await withSlot(background, Boolean(options.keepalive), () => send(method, url, body, options));
    } catch (error) {
      if (error.code !== "too_many_at_once" || repeats === MAX_REPEATS) throw error;
      await sleep((error.retryAfter || 1) * 1000 * (0.2 + Math.random() * 0.8));
    }
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {any} body
 * @param {RequestOptions} options
 */
async function send(method, url, body, { headers = {}, timeout = 20000, keepalive = false }) {
  /** @type {Record<string, string>} */
  const sent = { ...headers, ...mockHeader, ...(url.startsWith("/staff/") ? activity() : null) };
  let payload = body;
  if (method !== "GET") sent["X-CSRF-Token"] ??= token;
  if (lease) sent["X-Lease"] = lease;
  if (body !== undefined && !(body instanceof Blob) && !(body instanceof FormData)) {
    sent["Content-Type"] = "application/json";
    payload = JSON.stringify(body);
  }
  const response = await fetchOnce(url, { method, headers: sent, body: payload, keepalive }, timeout);
  if (!response.ok) throw await errorOf(response);
  return response.status === 204 ? null : response.json();
}

/**
 * @param {string} url
 * @param {RequestOptions} [options]
 */
export function get(url, options) {
  return call("GET", url, undefined, options);
}

/**
 * Fetch a picture; resolves to null where the server has none now. Throws ApiError.
 * @param {string} url
 * @returns {Promise<Blob | null>}
 */
export async function getPicture(url) {
  const response = await fetchOnce(url, { headers: { ...mockHeader, ...activity() } }, 5000);
  if (!response.ok) throw await errorOf(response);
  return response.status === 204 ? null : response.blob();
}

/**
 * @param {string} url
 * @param {any} body JSON, a Blob or a form
 * @param {RequestOptions} options
 */
export function post(url, body = {}, options = {}) {
  return call("POST", url, body, options);
}

/**
 * Send a file; resolves to the JSON of the reply, throws ApiError.
 * @param {string} url
 * @param {File} file
 * @param {(share: number) => void} progress hears how much has been sent, 0 to 1
 * @returns {Promise<any>}
 */
export function upload(url, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRF-Token", token);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(mockHeader)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => progress(event.total ? event.loaded / event.total : 0));
    request.upload.addEventListener("load", () => progress(1));
    request.addEventListener("error", () => reject(new ApiError(0, "network", t("The server of this centre cannot be reached."))));
    request.addEventListener("load", async () => {
      const answer = new Response(request.response, { status: request.status });
      if (answer.ok) resolve(await answer.json());
      else reject(await errorOf(answer));
    });
    request.send(file.slice(0, file.size, "application/octet-stream"));
  });
}
