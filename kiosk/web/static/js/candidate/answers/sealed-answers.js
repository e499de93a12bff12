// Answers that could not be delivered, sealed to the centre's emergency key as a JWE (RFC 7516):
// sent once the server is there again, or written to a file that staff import.

import { post } from "../../common/api.js";
import { data } from "../../common/page.js";

const ALG = { name: "RSA-OAEP", hash: "SHA-256" };

/** @typedef {import("./pending-answers.js").Entry} Entry */

/** Whether this browser can seal at this address. */
export const canSeal = Boolean(window.isSecureContext && crypto.subtle);

/** @param {Uint8Array | ArrayBuffer} bytes */
function base64url(bytes) {
  const text = Array.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} plain */
async function seal(plain) {
  const jwk = { ...data.emergency_key, alg: "RSA-OAEP-256" };
  const centre = await crypto.subtle.importKey("jwk", jwk, ALG, false, ["wrapKey"]);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const wrapped = await crypto.subtle.wrapKey("raw", key, centre, ALG);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder();
  const head = base64url(text.encode(JSON.stringify({ alg: "RSA-OAEP-256", enc: "A256GCM" })));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: text.encode(head) }, key, text.encode(plain),
  ));
  const [body, tag] = [sealed.slice(0, -16), sealed.slice(-16)];
  return [head, ...[wrapped, iv, body, tag].map(base64url)].join(".");
}

/**
 * @param {Entry[]} entries
 * @param {string} lease
 * @param {{ attempt_id?: string, admission_no?: string }} whose
 */
export function sealAnswers(entries, lease, whose = data) {
  return seal(JSON.stringify({
    format: "emergency-answers/1",
    attempt_id: whose.attempt_id,
    admission_no: whose.admission_no,
    lease,
    written_at: new Date().toISOString(),
    answers: entries.map(({ seq, item, value, at }) => ({ seq, item, value, at })),
  }));
}

/**
 * Let the browser save the emergency file.
 * @param {Entry[]} entries
 * @param {string} lease
 */
export async function saveFile(entries, lease) {
  const file = new Blob([await sealAnswers(entries, lease)], { type: "application/jose" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${data.admission_no}.answers`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/**
 * Send what came too late; staff decide about it.
 * @param {Entry[]} entries
 * @param {string} lease
 */
export async function deliverLate(entries, lease) {
  const file = new Blob([await sealAnswers(entries, lease)], { type: "application/jose" });
  await post(`/api/attempts/${data.attempt_id}/late-answers`, file, { headers: { "Content-Type": "application/jose" } });
}
