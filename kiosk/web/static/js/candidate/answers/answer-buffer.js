// The answer buffer: answers that the server has not acknowledged yet, kept over a reload or crash.
//
// In IndexedDB, one buffer per attempt, encrypted with AES-GCM under a key that scripts cannot read out.
// A buffer is deleted when the server has everything in it, never before: whoever signs in meanwhile
// leaves it alone, and what cannot be read is put aside, not overwritten. WebCrypto needs a secure
// context (HTTPS or localhost): elsewhere answers live in memory only, and the page says so.

import { bufferName, forgetMockExams } from "../../common/mock-exam.js";

/**
 * @typedef {import("./kept-record.js").KeptRecord} KeptRecord
 * @typedef {{ iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Sealed
 *
 * @typedef {object} StoredBuffer
 * @property {string} id
 * @property {string} attempt
 * @property {KeptRecord | null} record null: it cannot be read
 */

const KEYS = "keys";
const BUFFERS = "buffers";
const ASIDE = "/aside-";
const READS = 3;
const READ_AGAIN_MS = 200;

/** Whether this browser can keep a buffer at this address. */
const available = Boolean(window.isSecureContext && crypto.subtle && window.indexedDB);

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function database() {
  const opening = indexedDB.open(bufferName, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(KEYS);
    opening.result.createObjectStore(BUFFERS);
  };
  return done(opening);
}

/**
 * @param {string} store
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<any>} act
 */
async function within(store, mode, act) {
  const db = await database();
  try {
    // Strict: "stored" means on the disk, also when the machine loses power in the next second.
    const change = db.transaction(store, mode, { durability: "strict" });
    const result = await done(act(change.objectStore(store)));
    if (mode === "readwrite") await finished(change);
    return result;
  } finally {
    db.close();
  }
}

/**
 * @param {IDBTransaction} change
 * @returns {Promise<void>}
 */
function finished(change) {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = change.onerror = () => reject(change.error);
  });
}

/** The buffer of one attempt: a small record, sealed as a whole. */
export class AnswerBuffer {
  #attempt;
  /** @type {CryptoKey | null} */
  #key = null;
  /** @type {KeptRecord} */
  #record = {};
  #dirty = false;
  /** @type {Promise<boolean> | null} */
  #running = null;
  #failed = false;

  /** @param {string} attemptId */
  constructor(attemptId) {
    this.#attempt = attemptId;
  }

  /** Whether the newest state is kept here over a crash. */
  get keeps() {
    return available && !this.#failed;
  }

  /** @returns {Promise<CryptoKey>} */
  async #ownKey() {
    if (this.#key) return this.#key;
    const stored = await within(KEYS, "readonly", (store) => store.get(this.#attempt));
    const key = stored || await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    if (!stored) await within(KEYS, "readwrite", (store) => store.put(key, this.#attempt));
    this.#key = key;
    return key;
  }

  /** What an earlier page kept; empty when there is nothing or it cannot be read. */
  async load() {
    if (!available) return this.#record;
    try {
      const kept = await readOften(() => within(BUFFERS, "readonly", (store) => store.get(this.#attempt)));
      if (kept) this.#record = await this.#open(kept).catch((error) => this.#putAside(kept, error));
    } catch (error) {
      // What is there is unknown: writing over it might delete the only copy.
      this.#failed = true;
      this.#attempt = `${this.#attempt}${ASIDE}${Date.now()}`;
      console.warn("the answer buffer could not be read:", error.name);
    }
    return this.#record;
  }

  /**
   * @param {Sealed} kept
   * @param {Error} error
   * @returns {Promise<KeptRecord>}
   */
  async #putAside(kept, error) {
    console.warn("the answer buffer could not be opened:", error.name);
    await within(BUFFERS, "readwrite", (store) => store.put(kept, `${this.#attempt}${ASIDE}${Date.now()}`));
    return {};
  }

  /** @param {Sealed} kept */
  async #open(kept) {
    return unseal(kept, await this.#ownKey());
  }

  /**
   * Change the record; resolves to whether it is kept. Changes that come while one is being written
   * are written together afterwards, the newest state only.
   * @param {KeptRecord} changes
   */
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
      console.warn("the answer buffer could not be written:", error.name);
      return false;
    } finally {
      this.#running = null;
    }
  }

  /** @param {string} text */
  async #seal(text) {
    const key = await this.#ownKey();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
    await within(BUFFERS, "readwrite", (store) => store.put({ iv, sealed }, this.#attempt));
  }
}

/**
 * @template T
 * @param {() => Promise<T>} attempt
 */
async function readOften(attempt) {
  for (let left = READS; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS));
    }
  }
}

/**
 * @param {Sealed} kept
 * @param {CryptoKey} key
 * @returns {Promise<KeptRecord>}
 */
async function unseal(kept, key) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

/**
 * All buffers of this browser, whosever they are.
 * @returns {Promise<StoredBuffer[]>}
 */
export async function allBuffers() {
  if (!available) return [];
  await forgetMockExams().catch((error) => console.warn("buffers of mock exams are still here:", error.name));
  /** @type {string[]} */
  const ids = await within(BUFFERS, "readonly", (store) => store.getAllKeys());
  return Promise.all(ids.map(async (id) => {
    const [attempt] = id.split(ASIDE);
    return { id, attempt, record: await read(id, attempt).catch(() => null) };
  }));
}

/**
 * @param {string} id
 * @param {string} attempt
 */
async function read(id, attempt) {
  const kept = await within(BUFFERS, "readonly", (store) => store.get(id));
  return unseal(kept, await within(KEYS, "readonly", (store) => store.get(attempt)));
}

/**
 * Delete one buffer, and its key when nothing else needs it. Only for what the server has.
 * @param {StoredBuffer} buffer
 */
export async function deleteBuffer({ id, attempt }) {
  await within(BUFFERS, "readwrite", (store) => store.delete(id));
  /** @type {string[]} */
  const ids = await within(BUFFERS, "readonly", (store) => store.getAllKeys());
  if (ids.some((other) => other.split(ASIDE)[0] === attempt)) return;
  await within(KEYS, "readwrite", (store) => store.delete(attempt));
}
