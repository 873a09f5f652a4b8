/**
 * The service worker of the field app: keeps the app's own files, by hash, and answers with them without a network.
 * It keeps nothing that is about anybody; what the phone holds lies sealed in the app's own store. Its memory alone
 * holds the store's key while a page of the app is loaded anew, for half a minute at most.
 */

const VERSION = "__VERSION__";
/** @type {[string, string][]} path and SHA-256 of every file */
const FILES = /** @type {any} */ ("__FILES__");
const SHELL = new URL("./", self.location.href).pathname;
const MANIFEST = `${SHELL}app.webmanifest`;
const KEPT = new Set([...FILES.map(([path]) => path), SHELL, MANIFEST]);
const NAME = `field-app-${VERSION}`;
const scope = /** @type {any} */ (self);

/** @param {ArrayBuffer} content */
async function hashOf(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Fetch one file anew and keep it only if it is the very one that belongs to this version.
 * @param {Cache} cache
 * @param {string} path
 * @param {string} [hash]
 */
async function keep(cache, path, hash) {
  const answer = await fetch(path, { cache: "reload", credentials: "omit" });
  if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
  if (hash && (await hashOf(await answer.clone().arrayBuffer())) !== hash) throw new Error(`${path}: another version`);
  await cache.put(path, answer);
}

async function install() {
  const cache = await caches.open(NAME);
  await Promise.all(FILES.map(([path, hash]) => keep(cache, path, hash)));
  await keep(cache, SHELL);
  await keep(cache, MANIFEST);
}

async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith("field-app-") && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** @param {Request} request */
function keptPath(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return "";
  return KEPT.has(url.pathname) ? url.pathname : "";
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function answered(request, path) {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(request);
}

scope.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
scope.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
/** Keys that pages left behind when they went, by tab. @type {Map<string, {key: CryptoKey, touched: number}>} */
const left = new Map();
const LONGEST = 30_000;

/** @param {{tab: string, key: CryptoKey, touched: number}} said */
function hold({ tab, key, touched }) {
  const mine = { key, touched };
  left.set(tab, mine);
  return new Promise((resolve) => setTimeout(() => resolve(left.get(tab) === mine && left.delete(tab)), LONGEST));
}

/** Given once. @param {string} tab @param {MessagePort} port */
function give(tab, port) {
  port.postMessage(left.get(tab) ?? null);
  left.delete(tab);
}

scope.addEventListener("message", (/** @type {any} */ event) => {
  const said = event.data;
  if (said === "take over") scope.skipWaiting();
  else if (said?.say === "hold") event.waitUntil(hold(said));
  else if (said?.say === "give") give(said.tab, event.ports[0]);
  else if (said?.say === "forget") left.delete(said.tab);
});
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const path = keptPath(event.request);
  if (path) event.respondWith(answered(event.request, path));
});
