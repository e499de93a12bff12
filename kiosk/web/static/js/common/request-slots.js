// At most two writes of this page are on their way at a time; what runs in the background (camera,
// sound) takes one of them at most, so that an answer never waits for a picture.

const AT_ONCE = 2;

let running = 0;
let inBackground = 0;
let waiting = [];

function free(background) {
  return running < AT_ONCE && !(background && inBackground);
}

function wake() {
  const all = waiting;
  waiting = [];
  for (const go of all) go();
}

/** Do what `act` does when its turn comes; `atOnce` does not wait, for a page that is closing. */
export async function withTurn(background, atOnce, act) {
  while (!atOnce && !free(background)) await new Promise((go) => waiting.push(go));
  running += 1;
  if (background) inBackground += 1;
  try {
    return await act();
  } finally {
    running -= 1;
    if (background) inBackground -= 1;
    wake();
  }
}
