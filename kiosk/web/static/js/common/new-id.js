// Ids that the page draws, by which the server knows what is sent twice.

/** 32 hexadecimal digits from the browser's random numbers. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
