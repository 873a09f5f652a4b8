/**
 * The service worker of the public map of colours: after a first visit the map is read without a network. It keeps
 * what everybody may see and only as it is given to somebody who has not signed in; of no other page anything.
 */

const NAME = "colours-1";
const MOST = 300;

/** What may be kept: the pages of colours, their outlines and days, and the program's own files. @param {URL} url */
function mayKeep(url) {
  if (url.origin !== self.location.origin || url.pathname === "/colours/worker.js") return false;
  return url.pathname === "/colours" || url.pathname.startsWith("/colours/") || url.pathname.startsWith("/static/");
}

/** The page that stands for one that was never loaded. */
const NOT_KEPT = new URL("offline", self.location.href).href;

/** Outlines carry their hash in the address: what was kept is what would be sent. @param {URL} url */
const isFixed = (url) => url.pathname.startsWith("/colours/outlines/");

/** @param {Response} answer */
const isOpen = (answer) => answer.ok && !answer.redirected && !/no-store|private/.test(answer.headers.get("Cache-Control") ?? "");

/** @param {Request | string} request @param {Response} answer */
async function keep(request, answer) {
  if (!isOpen(answer)) return;
  const cache = await caches.open(NAME);
  await cache.put(request, answer);
  const held = await cache.keys();
  const leaving = held.filter((one) => one.url !== NOT_KEPT).slice(0, Math.max(held.length - MOST, 0));
  await Promise.all(leaving.map((one) => cache.delete(one)));
}

/** @param {Request} request */
async function answered(request) {
  const url = new URL(request.url);
  const cache = await caches.open(NAME);
  const held = isFixed(url) ? await cache.match(request.url) : undefined;
  if (held) return held;
  try {
    const answer = await fetch(request);
    await keep(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request.url, { ignoreVary: true });
    if (kept) return kept;
    const instead = request.mode === "navigate" ? await cache.match(NOT_KEPT, { ignoreVary: true }) : undefined;
    if (instead) return new Response(instead.body, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
    throw error;
  }
}

/** @param {string[]} urls */
async function keepAll(urls) {
  const wanted = [...new Set([...urls, NOT_KEPT].map((one) => new URL(one, self.location.href)).filter(mayKeep).map((one) => one.href.split("#")[0]))];
  for (const url of wanted) {
    try {
      await keep(url, await fetch(url, { headers: url.includes("/days/") || url.includes("/static/") ? {} : { Accept: "text/html" } }));
    } catch {
      // the next visit keeps it
    }
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("colours-") && name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);
self.addEventListener("message", (event) => {
  if (event.data?.say === "keep") event.waitUntil(keepAll(event.data.urls).then(() => event.source?.postMessage("kept")));
});
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && mayKeep(new URL(event.request.url))) event.respondWith(answered(event.request));
});
