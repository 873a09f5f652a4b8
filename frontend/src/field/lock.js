/** Setting a phone up, opening and closing its store, and what happens to it when the phone is lost. */

import * as c from "./crypto.js";
import { signedIn } from "./door.js";
import * as store from "./store.js";

export const MOST_TRIES = 8;
/** A week without a network, and a day more: then the phone opens with the server's half alone. */
export const WEEK = 8 * 24 * 3_600_000;
/** Minutes without a touch, after which the store closes, until the county's own number is known. */
const REST = 10;
/** @param {{rest?: number}} [lock] how long it stays open without a touch */
export const restOf = (lock) => (lock?.rest ?? REST) * 60_000;

/**
 * Make this browser a phone of the signed-in worker.
 * @param {string} name
 * @param {string} passphrase
 */
export async function setUp(name, passphrase) {
  const made = await signedIn("key", { name });
  const [raw, salt, browser] = [c.random(32), c.random(16), await c.browserKey()];
  const pass = await c.stretched(passphrase, salt);
  await store.wipeAll();
  await store.keepLock({
    device: made.id, name: made.name, salt, rounds: c.ROUNDS, browser, tries: 0, contact: Date.now(), revoked: false,
    near: await c.wrapNear(raw, pass, browser), far: await c.wrapFar(raw, pass, c.bytesOf(made.half)),
  });
  store.hold(await c.dataKey(raw));
  await store.put("key", "key", made.key);
  void navigator.storage?.persist?.().catch(() => false); // Firefox asks for leave: nobody waits for the answer
}

/** How the store stands, without opening it. @returns {Promise<"new" | "locked" | "far" | "revoked">} */
export async function standing() {
  const lock = await store.lockOf();
  if (!lock) return "new";
  if (lock.revoked) return "revoked";
  if (lock.near && Date.now() - lock.contact > WEEK) await store.changeLock({ near: null, browser: null });
  return (await store.lockOf())?.near ? "locked" : "far";
}

/**
 * Open the store without a network. Wrong tries are counted; after the last one the phone forgets how to open by itself.
 * @param {string} passphrase
 * @returns {Promise<{isOpen: boolean, left: number}>}
 */
export async function unlock(passphrase) {
  const lock = await store.lockOf();
  if (!lock?.near || !lock.browser) return { isOpen: false, left: 0 };
  await store.changeLock({ tries: lock.tries + 1 }); // counted before it is tried: closing the app in between gains nothing
  try {
    const pass = await c.stretched(passphrase, lock.salt, lock.rounds);
    store.hold(await c.dataKey(await c.unwrapNear(lock.near, pass, lock.browser)));
    await store.changeLock({ tries: 0 });
    return { isOpen: true, left: MOST_TRIES };
  } catch {
    const left = MOST_TRIES - lock.tries - 1;
    if (left <= 0) await store.changeLock({ near: null, browser: null });
    return { isOpen: false, left: Math.max(0, left) };
  }
}

/**
 * Open the store with the server's half, as the signed-in worker. Where its key was withdrawn and released, the phone
 * gets a new key, so that what waits can be sent.
 * @param {string} passphrase
 */
export async function unlockFar(passphrase) {
  const lock = await store.lockOf();
  if (!lock) return false;
  const { half, valid } = await signedIn("half", { device: lock.device });
  const pass = await c.stretched(passphrase, lock.salt, lock.rounds);
  let raw;
  try {
    raw = await c.unwrapFar(lock.far, pass, c.bytesOf(half));
  } catch {
    return false;
  }
  store.hold(await c.dataKey(raw));
  const browser = await c.browserKey();
  const near = await c.wrapNear(raw, pass, browser);
  await store.changeLock({ near, browser, tries: 0, contact: Date.now() });
  if (valid) {
    await store.changeLock({ revoked: false });
    return true;
  }
  const made = await signedIn("key", { name: lock.name });
  await store.put("key", "key", made.key);
  const far = await c.wrapFar(raw, pass, c.bytesOf(made.half));
  await store.changeLock({ device: made.id, far, revoked: false });
  return true;
}

/** The key was withdrawn: all that does not wait goes, the way to open by itself too; what waits stays, sealed. */
export async function revoke() {
  await store.wipeTheRest();
  await store.changeLock({ near: null, browser: null, revoked: true });
  store.hold(null);
}
