// Answers that the server has not acknowledged yet, kept over a reload or crash.
//
// Encrypted with AES-GCM under a key that scripts cannot read out, one per attempt, in IndexedDB. A
// journal is wiped when the server has everything in it, never before: whoever signs in meanwhile
// leaves it alone, and what cannot be read is put aside, not overwritten. WebCrypto needs a secure context (HTTPS or localhost): elsewhere the queue
// lives in memory only, and the page says so.

const NAME = "exam-journal";
const KEYS = "keys";
const QUEUES = "queues";
const ASIDE = "/aside-";
const READS = 3;

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

/**
 * The journal of one attempt: a small record (`entries`, `old`, `lease`, `admission_no`, `flags`,
 * `current`), sealed as a whole.
 */
export class Journal {
  #attempt;
  #key = null;
  #record = {};
  #dirty = false;
  #running = null;
  #failed = false;

  constructor(attemptId) {
    this.#attempt = attemptId;
  }

  /** Whether the newest state is kept here over a crash. */
  get keeps() {
    return available && !this.#failed;
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
      const kept = await patiently(() => within(QUEUES, "readonly", (store) => store.get(this.#attempt)));
      if (kept) this.#record = await this.#open(kept).catch((error) => this.#putAside(kept, error));
    } catch (error) {
      // Not known what is there: writing over it might delete the only copy.
      this.#failed = true;
      this.#attempt = `${this.#attempt}${ASIDE}${Date.now()}`;
      console.warn("the journal could not be read:", error.name);
    }
    return this.#record;
  }

  async #putAside(kept, error) {
    console.warn("the journal could not be opened:", error.name);
    await within(QUEUES, "readwrite", (store) => store.put(kept, `${this.#attempt}${ASIDE}${Date.now()}`));
    return {};
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
        this.#failed = false;
      }
      return true;
    } catch (error) {
      this.#failed = true;
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

async function patiently(read) {
  for (let left = READS; ; left -= 1) {
    try {
      return await read();
    } catch (error) {
      if (left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** All journals of this browser: `id`, `attempt`, and the `record`, null where it cannot be read. */
export async function journals() {
  if (!available) return [];
  const ids = await within(QUEUES, "readonly", (store) => store.getAllKeys());
  return Promise.all(ids.map(async (id) => {
    const [attempt] = id.split(ASIDE);
    return { id, attempt, record: await read(id, attempt).catch(() => null) };
  }));
}

async function read(id, attempt) {
  const kept = await within(QUEUES, "readonly", (store) => store.get(id));
  const key = await within(KEYS, "readonly", (store) => store.get(attempt));
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

/** What the server has not acknowledged of a record. */
export function unacknowledged(record) {
  return [...(record.old || []), ...(record.entries || [])];
}

/** Delete one journal, and its key when nothing else needs it. Only for what the server has. */
export async function wipe({ id, attempt }) {
  await within(QUEUES, "readwrite", (store) => store.delete(id));
  const ids = await within(QUEUES, "readonly", (store) => store.getAllKeys());
  if (ids.some((other) => other.split(ASIDE)[0] === attempt)) return;
  await within(KEYS, "readwrite", (store) => store.delete(attempt));
}
