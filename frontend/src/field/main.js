/** The field app: what is shown, when it closes, when it speaks with the server. */

import { createApp, h, nextTick } from "vue";
import "./field-app.css";
import { begunElsewhere, readBegun } from "./checking.js";
import * as carry from "./carry.js";
import { restOf, standing } from "./lock.js";
import { button, icon } from "./pieces.js";
import { arrive, comesBack, lookBack, note, noteSoon } from "./place.js";
import { caseCalled, empty, state } from "./state.js";
import * as store from "./store.js";
import { readStore, sync } from "./sync.js";
import { Check } from "./views/check.js";
import { closed, refreshWaiting } from "./views/closed.js";
import { Fill, keepCurrent, warm } from "./views/fill.js";
import { forms, home, homes, onlyDue } from "./views/homes.js";
import { GridMap } from "./views/map.js";
import { conflict, outbox } from "./views/outbox.js";
import { setTheme, settings } from "./views/settings.js";
import { today } from "./views/today.js";
import { chooseLanguage, moment, speak, t } from "./words.js";

const EVERY = 5 * 60_000;
let touched = Date.now();
const IN_FORMS = new Set(["fill", "begin"]);

function route() {
  if (location.hash === "#/households/due") return onlyDue();
  const [view = "", part = "", more = ""] = location.hash.replace(/^#\/?/, "").split("/");
  Object.assign(state, { view: view || "today", part: decodeURIComponent(part), more: decodeURIComponent(more), said: view === "outbox" ? state.said : "" });
  lookBack();
  window.scrollTo(0, 0);
  document.getElementById("main")?.focus({ preventScroll: true });
  if (comesBack() && !IN_FORMS.has(state.view)) void nextTick(arrive); // in a form once it can be filled
}

async function opened(since = Date.now()) {
  const lock = await store.lockOf();
  Object.assign(state, { name: lock?.name ?? "", rest: restOf(lock) / 60_000 });
  carry.begin();
  await readStore();
  await readBegun();
  state.phase = "open";
  route(); // what was begun when it was locked is a draft by now, under another address
  touched = since;
  void sync(true);
  soon(warm);
}

/** Where nothing else is to be done; the passphrase is typed meanwhile. @param {() => void} work */
const soon = (work) => void ("requestIdleCallback" in globalThis ? requestIdleCallback(work, { timeout: 1_500 }) : setTimeout(work, 300));

/** @param {"rest" | "hand"} why */
async function lock(why) {
  note();
  await keepCurrent();
  store.hold(null);
  carry.end();
  state.why = why;
  empty();
  await refreshWaiting();
  state.phase = await standing();
}
const lockByHand = () => lock("hand");

function rest() {
  if (store.isOpen() && Date.now() - touched > state.rest * 60_000) void lock("rest");
}

const TABS = /** @type {const} */ ([["today", "sun"], ["households", "home"], ["map", "map"], ["forms", "clipboard-list"], ["outbox", "send"]]);

/** What waits to be sent, or for the worker: results begun at cases that are another's by now are found there alone. */
const waits = () => state.waiting + begunElsewhere().length;

function tabs() {
  const here = { household: "households", fill: "forms", begin: "forms", conflict: "outbox", case: caseCalled(state.part) ? "today" : "outbox" }[state.view] ?? state.view;
  return h("nav", { class: "fa-tabs", "aria-label": t("app") }, TABS.map(([view, name]) =>
    h("a", { key: view, href: `#/${view}`, "aria-current": view === here ? "page" : undefined }, [
      icon(name), h("span", t(view)), view === "outbox" && waits() ? h("span", { class: "fa-count" }, waits()) : null,
    ]),
  ));
}

function syncWords() {
  if (state.sync === "busy") return t("syncBusy");
  if (!state.online || state.sync === "away") return t("syncAway");
  return state.contact ? t("syncDone", { time: moment(state.contact) }) : t("syncNever");
}

const syncLine = () =>
  h("div", { class: "fa-sync" }, [
    h("span", { role: "status", "data-sync": state.sync }, [icon(state.online && state.sync !== "away" ? "cloud-check" : "cloud-off"), h("span", syncWords())]),
    h("button", { type: "button", disabled: state.sync === "busy", onClick: () => sync(true) }, t("syncNow")),
  ]);

function shown() {
  const views = /** @type {Record<string, () => any>} */ ({
    today, households: homes, forms, outbox, settings: () => settings(lockByHand), household: () => home(state.part), conflict: () => conflict(state.part),
    map: () => h(GridMap, { key: `${state.part} ${state.pack?.day}`, chosen: state.part }), case: () => h(Check, { key: state.part, id: state.part }), fill: () => h(Fill, { key: state.part, id: state.part }),
    begin: () => h(Fill, { key: `${state.part} ${state.more}`, form: state.part, home: state.more }),
  });
  return (views[state.view] ?? today)();
}

const isOpen = () => state.phase === "open";

const head = () =>
  h("header", { class: "fa-head" }, [
    state.isDemo ? h("div", { class: "fa-demo" }, t("demo")) : null,
    h("div", { class: "fa-head-in" }, [
      h("span", { class: "fa-brand" }, t("app")),
      h("div", { class: "fa-tools" }, isOpen()
        ? [h("a", { href: "#/settings", "aria-label": t("settings"), title: t("settings") }, icon("settings")), h("button", { type: "button", "aria-label": t("lock"), title: t("lock"), onClick: lockByHand }, icon("lock"))]
        : [h("button", { type: "button", class: "fa-language", lang: state.language === "zh" ? "en" : "zh-Hans", onClick: () => speak(state.language === "zh" ? "en" : "zh") }, state.language === "zh" ? "English" : "中文")]),
    ]),
    isOpen() ? syncLine() : null,
  ]);

/** @type {ServiceWorker | null} */
let next = null;
const update = () => h("div", { class: "fa-note is-note", role: "status" }, [h("p", t("update")), button(t("updateNow"), () => next?.postMessage("take over"))]);

const App = {
  render: () => [
    head(),
    h("main", { class: ["fa-page", isOpen() ? "" : "is-closed"], id: "main", tabindex: -1 }, [
      state.hasUpdate ? update() : null,
      isOpen() && state.said ? h("p", { class: "fa-note is-good", role: "status" }, state.said) : null,
      ...(isOpen() ? [shown()].flat() : closed(() => opened())),
    ]),
    isOpen() ? tabs() : null,
  ],
};

/** A new version waits until the worker takes it: nothing that is being filled is cut off. */
async function serve() {
  if (!navigator.serviceWorker) return;
  const hadOne = Boolean(navigator.serviceWorker.controller);
  const held = await navigator.serviceWorker.register("worker.js");
  const found = () => {
    next = held.waiting;
    state.hasUpdate = Boolean(next) && hadOne;
  };
  found();
  held.addEventListener("updatefound", () => held.installing?.addEventListener("statechange", found));
  navigator.serviceWorker.addEventListener("controllerchange", async () => {
    if (!hadOne) return;
    await keepCurrent();
    location.reload();
  });
}

async function start() {
  const place = document.getElementById("app");
  if (!place) return;
  state.isDemo = "demo" in place.dataset;
  chooseLanguage();
  setTheme();
  route();
  createApp(App).mount(place);
  await refreshWaiting();
  const since = await carry.takeBack().catch(() => 0);
  if (since) await opened(since);
  else state.phase = await standing();
  performance.mark("app-ready");
  if (state.phase === "locked" || state.phase === "far") soon(warm);
  for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
  addEventListener("pagehide", () => (note(), carry.leave(touched)));
  for (const name of ["scroll", "focusin"]) addEventListener(name, noteSoon, { passive: true });
  new ResizeObserver(([{ target }]) => document.documentElement.style.setProperty("--fa-head", `${target.getBoundingClientRect().height}px`)).observe(/** @type {Element} */ (place.querySelector(".fa-head")));
  addEventListener("hashchange", route);
  addEventListener("online", () => ((state.online = true), void sync(true)));
  addEventListener("offline", () => (state.online = false));
  document.addEventListener("visibilitychange", () => (rest(), carry.stay(), document.visibilityState === "visible" && void sync()));
  setInterval(() => (rest(), carry.stay()), 15_000);
  setInterval(() => void sync(), EVERY);
  await serve().catch((fault) => console.warn("service worker", fault));
}

void start();
