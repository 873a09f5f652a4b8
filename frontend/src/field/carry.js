/**
 * The store's key over a reload of the same tab. A page that goes leaves it to the service worker's memory, the page
 * that comes instead takes it back, once, within half a minute; it is written nowhere, and cannot be taken out of its
 * key object. Only a reload is answered: a page opened anew, another tab or a restarted browser finds nothing.
 */

import { restOf, standing } from "./lock.js";
import * as store from "./store.js";

const TAB = "field-tab";
/** For a worker that has to be started first, on a slow phone; one that is up answers at once, also that it has nothing. */
const PATIENCE = 5_000;

/** What this tab is known by: made anew each time it opens the store, and as long-lived as the tab. */
const tab = () => sessionStorage.getItem(TAB) ?? "";
const keeper = () => navigator.serviceWorker?.controller;

/** The store was opened in this tab. */
export const begin = () => sessionStorage.setItem(TAB, crypto.randomUUID());

/** It was locked: what another page of this tab left is given to nobody. */
export function end() {
  keeper()?.postMessage({ say: "forget", tab: tab() });
  sessionStorage.removeItem(TAB);
}

/**
 * Speak to the service worker while the open store is in sight: a browser ends one that hears nothing for half a minute,
 * and one that has to be started first may come too late for the key. Nothing of the key is in what is said.
 */
export function stay() {
  if (store.isOpen() && document.visibilityState === "visible") keeper()?.postMessage({ say: "stay" });
}

/** Leave the key behind while the page goes. @param {number} touched when the phone was last used */
export function leave(touched) {
  const key = store.heldKey();
  if (key && tab()) keeper()?.postMessage({ say: "hold", tab: tab(), key, touched });
}

const isReload = () => /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0])?.type === "reload";

/**
 * Take the key back after a reload: only where the phone may still open by itself and was used a short while ago.
 * @returns {Promise<number>} when it was last used, nought where there is no key
 */
export async function takeBack() {
  const left = tab() && isReload() ? await asked() : null;
  if (!left || Date.now() - left.touched > restOf(await store.lockOf()) || (await standing()) !== "locked") return 0;
  store.hold(left.key);
  const opens = await store.get("key", "key").then(Boolean, () => false);
  if (!opens) store.hold(null);
  return opens ? left.touched : 0;
}

/** @returns {Promise<{key: CryptoKey, touched: number} | null>} */
function asked() {
  const worker = keeper();
  if (!worker) return Promise.resolve(null);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, PATIENCE, null);
    worker.postMessage({ say: "give", tab: tab() }, [port2]);
  });
}
