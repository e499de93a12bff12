// What the tools keep on this terminal for an attempt: display, highlights, struck options.

const PREFIXES = ["exam-display-", "exam-marks-", "exam-struck-"];

/**
 * Forget what other attempts have left here, as when a candidate moved to another terminal.
 * @param {Pick<Storage, "removeItem"> & object} storage
 * @param {string} attemptId whose things stay; "" for nobody's
 */
export function forgetOthers(storage, attemptId) {
  for (const key of Object.keys(storage)) {
    const prefix = PREFIXES.find((start) => key.startsWith(start));
    if (prefix && key !== prefix + attemptId) storage.removeItem(key);
  }
}
