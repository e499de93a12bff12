// Answers that the server has not acknowledged yet, kept over a reload or crash.
//
// Encrypted with AES-GCM under a key that scripts cannot read out, one per attempt, in IndexedDB;
// wiped on the receipt. WebCrypto needs a secure context (HTTPS or localhost): elsewhere the queue
// lives in memory only, and the page says so.

const NAME = "exam-journal";
const KEYS = "keys";
const QUEUES = "queues";

/** Whether this browser can keep a journal at this address. */
export const available = Boolean(window.isSecureContext && crypto.subtle && window.indexedDB);

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function database() {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(KEYS);
    opening.result.createObjectStore(QUEUES);
  };
  return done(opening);
}

async function within(store, mode, act) {
  const db = await database();
  try {
    const change = db.transaction(store, mode, { durability: "strict" });
    const result = await done(act(change.objectStore(store)));
    if (mode === "readwrite") await finished(change);
    return result;
  } finally {
    db.close();
  }
}

function finished(change) {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = change.onerror = () => reject(change.error);
  });
}

/** The journal of one attempt: a small record (`entries`, `flags`, `current`), sealed as a whole. */
export class Journal {
  #attempt;
  #key = null;
  #record = {};
  #dirty = false;
  #running = null;

  constructor(attemptId) {
    this.#attempt = attemptId;
  }

  async #ownKey() {
    if (this.#key) return this.#key;
    this.#key = await within(KEYS, "readonly", (store) => store.get(this.#attempt));
    if (this.#key) return this.#key;
    this.#key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await within(KEYS, "readwrite", (store) => store.put(this.#key, this.#attempt));
    return this.#key;
  }

  /** What an earlier page kept; empty when there is nothing or it cannot be read. */
  async load() {
    if (!available) return this.#record;
    try {
      const kept = await within(QUEUES, "readonly", (store) => store.get(this.#attempt));
      if (kept) this.#record = await this.#open(kept);
    } catch (error) {
      console.warn("the journal could not be read:", error.name);
    }
    return this.#record;
  }

  async #open(kept) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, await this.#ownKey(), kept.sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  /** Change the record; resolves to whether it is kept. The newest state wins. */
  async update(changes) {
    Object.assign(this.#record, changes);
    if (!available) return false;
    this.#dirty = true;
    this.#running ??= this.#drain();
    return this.#running;
  }

  async #drain() {
    try {
      while (this.#dirty) {
        this.#dirty = false;
        await this.#seal(JSON.stringify(this.#record));
      }
      return true;
    } catch (error) {
      console.warn("the journal could not be written:", error.name);
      return false;
    } finally {
      this.#running = null;
    }
  }

  async #seal(text) {
    const key = await this.#ownKey();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
    await within(QUEUES, "readwrite", (store) => store.put({ iv, sealed }, this.#attempt));
  }
}

/** Wipe every journal and its key, but for the attempt `keep`. */
export async function wipeAll(keep = null) {
  if (!available) return;
  for (const store of [QUEUES, KEYS]) {
    const ids = await within(store, "readonly", (objects) => objects.getAllKeys());
    for (const id of ids.filter((one) => one !== keep)) {
      await within(store, "readwrite", (objects) => objects.delete(id));
    }
  }
}
