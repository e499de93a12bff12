// Keeps the picture of the exam day fresh: every part that has changed is replaced, and nothing
// else, so that focus, scroll and what somebody types stay. Asks nothing while nobody looks.

const EVERY = 15_000;
const PATIENCE = 10_000;

const live = /** @type {HTMLElement} */ (document.getElementById("live"));
const away = /** @type {HTMLElement} */ (document.getElementById("away"));

let updatedAt = Date.now();
let asking = false;
/** @type {number | undefined} */
let timer;

/** @param {HTMLElement} fresh */
function show(fresh) {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.id : "";
  const top = window.scrollY;
  for (const part of live.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
    if (next && next.innerHTML !== part.innerHTML) replace(part, next);
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (window.scrollY !== top) window.scrollTo({ top, behavior: "instant" });
}

/** @param {Element} part @param {Element} next */
function replace(part, next) {
  const { scrollLeft, scrollTop } = part;
  part.replaceChildren(...next.childNodes);
  part.scrollLeft = scrollLeft;
  part.scrollTop = scrollTop;
}

/** @param {string | undefined} text */
function tell(text) {
  // Only a change is written: a status is read aloud each time that its text is set.
  if (away.textContent !== (text ?? "")) away.textContent = text ?? "";
  away.hidden = !text;
}

/** @returns {Promise<boolean>} whether to go on asking */
async function ask() {
  const reply = await fetch(live.dataset.address ?? "", { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) {
    tell(away.dataset.signedOut);
    return false;
  }
  if (!reply.ok) throw new Error(`status ${reply.status}`);
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").body;
  show(fresh);
  updatedAt = Date.now();
  tell(undefined);
  return true;
}

async function update() {
  window.clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  let more = true;
  try {
    more = await ask();
  } catch {
    const age = String(Math.floor((Date.now() - updatedAt) / 60_000));
    tell(away.dataset.away?.replace("%(age)s", age));
  }
  asking = false;
  if (more) timer = window.setTimeout(update, EVERY);
}

document.addEventListener("visibilitychange", update);
timer = window.setTimeout(update, EVERY);

export {};
