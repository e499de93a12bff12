// At most two writes of this page are on their way at a time, as many as the server accepts from one
// terminal. Background work (camera, sound) uses only one of them: an answer never waits for a picture.

const SLOTS = 2;

let running = 0;
let inBackground = 0;
/** @type {(() => void)[]} */
let waiting = [];

/** @param {boolean} background */
function isFree(background) {
  return running < SLOTS && !(background && inBackground);
}

function wakeAll() {
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
}

/**
 * Run `act` in a free slot, waiting for one if need be.
 * @template T
 * @param {boolean} background
 * @param {boolean} atOnce do not wait: the page is closing
 * @param {() => Promise<T>} act
 */
export async function withSlot(background, atOnce, act) {
  if (!atOnce) {
    // All who wait are woken, and only the first of them finds the slot still free. Between looking and
    // taking there must be no other await.
    while (!isFree(background)) await /** @type {Promise<void>} */ (new Promise((wake) => waiting.push(wake)));
  }
  running += 1;
  if (background) inBackground += 1;
  try {
    return await act();
  } finally {
    running -= 1;
    if (background) inBackground -= 1;
    wakeAll();
  }
}
