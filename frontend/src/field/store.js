/**
 * The store on the phone: a few plain facts about the lock, and rows that are ciphertext from end to end.
 *
 * Of a row only its kind, its id (random) and whether it waits to be sent can be read while the store is closed: enough
 * to say how many forms wait, and to wipe what does not wait.
 */

import Dexie from "dexie";
import { open, openValue, seal, sealValue } from "./crypto.js";

/** @typedef {import("./crypto.js").Sealed} Sealed */
/**
 * @typedef {object} Lock
 * @property {string} device id of the phone's key
 * @property {string} name
 * @property {Uint8Array} salt
 * @property {number} rounds
 * @property {{inner: Uint8Array, outer: Sealed} | null} near
 * @property {CryptoKey | null} browser
 * @property {Sealed} far
 * @property {number} tries wrong ones since the last right one
 * @property {number} contact when the server last answered, by the phone's clock
 * @property {boolean} revoked
 * @property {number} [rest] minutes without a touch after which it locks, as the county has it
 */
/** @typedef {{kind: string, id: string, waits: number, sealed: Sealed}} Row */

const db = new Dexie("gridcommons-field");
db.version(1).stores({ lock: "name", rows: "[kind+id], kind, waits" });

/** @type {CryptoKey | null} */
let key = null;

export const isOpen = () => key !== null;
/** The key itself, to be left to the next page of this tab. */
export const heldKey = () => key;
/** @param {CryptoKey | null} held */
export const hold = (held) => void (key = held);

function held() {
  if (!key) throw new Error("the store is closed");
  return key;
}

/** @returns {Promise<Lock | undefined>} */
export const lockOf = async () => (await db.table("lock").get("lock"))?.lock;

/** @param {Lock} lock */
export const keepLock = (lock) => db.table("lock").put({ name: "lock", lock });

/** @param {Partial<Lock>} changes */
export async function changeLock(changes) {
  const lock = await lockOf();
  if (lock) await keepLock({ ...lock, ...changes });
}

/**
 * @param {string} kind
 * @param {string} id
 * @param {unknown} value
 * @param {boolean} [waits]
 */
export async function put(kind, id, value, waits = false) {
  const sealed = await sealValue(held(), value, `${kind}:${id}`);
  await db.table("rows").put({ kind, id, waits: waits ? 1 : 0, sealed });
}

/**
 * @param {string} kind
 * @param {string} id
 * @param {BufferSource} bytes
 * @param {boolean} [waits]
 */
export async function putBytes(kind, id, bytes, waits = false) {
  const sealed = await seal(held(), bytes, `${kind}:${id}`);
  await db.table("rows").put({ kind, id, waits: waits ? 1 : 0, sealed });
}

/**
 * @param {string} kind
 * @param {string} id
 * @returns {Promise<any>}
 */
export async function get(kind, id) {
  const row = /** @type {Row | undefined} */ (await db.table("rows").get([kind, id]));
  return row && openValue(held(), row.sealed, `${kind}:${id}`);
}

/**
 * @param {string} kind
 * @param {string} id
 */
export async function getBytes(kind, id) {
  const row = /** @type {Row | undefined} */ (await db.table("rows").get([kind, id]));
  return row && open(held(), row.sealed, `${kind}:${id}`);
}

/**
 * @param {string} kind
 * @returns {Promise<any[]>}
 */
export async function all(kind) {
  const rows = /** @type {Row[]} */ (await db.table("rows").where("kind").equals(kind).toArray());
  return Promise.all(rows.map((row) => openValue(held(), row.sealed, `${kind}:${row.id}`)));
}

/** @param {string} kind @returns {Promise<string[]>} */
export async function idsOf(kind) {
  const keys = await db.table("rows").where("kind").equals(kind).primaryKeys();
  return keys.map((one) => /** @type {any} */ (one)[1]);
}

/**
 * @param {string} kind
 * @param {string} id
 */
export const drop = (kind, id) => db.table("rows").delete([kind, id]);

/** How many forms wait to be sent: told even while the store is closed. */
export const waiting = () => db.table("rows").where("waits").equals(1).filter((row) => row.kind === "out").count();

/** What is kept sealed and not sent: told even while the store is closed. */
export const counts = async () => ({ waiting: await waiting(), unfinished: await db.table("rows").where("kind").anyOf("draft", "checkdraft").count() });

const OWED = new Set(["look", "draft", "draftfile", "checkdraft", "checkphoto"]);

/** Forget all that does not wait to be sent; what was begun, and looks that are still to be told of, stay sealed too. */
export const wipeTheRest = () => db.table("rows").where("waits").equals(0).filter((row) => !OWED.has(row.kind)).delete();

/** @param {string} kind */
export const wipeKind = (kind) => db.table("rows").where("kind").equals(kind).delete();

/** Forget everything, the lock too: the phone is as new. */
export async function wipeAll() {
  key = null;
  await db.table("rows").clear();
  await db.table("lock").clear();
}

/**
 * Several writes at once or none: a form is never half in the outbox.
 * @param {() => Promise<void>} work
 */
export const together = (work) => db.transaction("rw", db.table("rows"), work);

/**
 * Seal rows first (that takes no part in a transaction), then put and drop them in one.
 * @param {{kind: string, id: string, value?: unknown, bytes?: BufferSource, waits?: boolean}[]} puts
 * @param {[string, string][]} drops
 */
export async function exchange(puts, drops) {
  const rows = await Promise.all(
    puts.map(async ({ kind, id, value, bytes, waits }) => ({
      kind, id, waits: waits ? 1 : 0,
      sealed: bytes ? await seal(held(), bytes, `${kind}:${id}`) : await sealValue(held(), value, `${kind}:${id}`),
    })),
  );
  await together(async () => {
    await db.table("rows").bulkPut(rows);
    await db.table("rows").bulkDelete(/** @type {any} */ (drops));
  });
}
