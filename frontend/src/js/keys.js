/**
 * Keys of office pages and tables (`table[data-keys]`): j and k move, enter opens, a assigns, x picks, / searches, ? shows the keys.
 * They can be switched off where they disturb (`[data-keys-switch]`); the choice stays in this browser.
 */

import { keyIsTaken } from "./typing.js";

const OFF = "gridcommons.keys.off";

/** @returns {HTMLElement[]} */
function rows() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("table[data-keys] tr[data-row]"))];
}

/** @param {number} by */
function move(by) {
  const all = rows();
  if (all.length === 0) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next].tabIndex = -1;
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

/**
 * Press the thing in the present row that `selector` names.
 * @param {string} selector
 * @returns {boolean}
 */
function press(selector) {
  const row = document.activeElement?.closest("tr[data-row]");
  const thing = /** @type {HTMLElement | null | undefined} */ (row?.querySelector(selector));
  thing?.click();
  return Boolean(thing);
}

/** @param {string} selector */
function goTo(selector) {
  const thing = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  thing?.focus();
  return Boolean(thing);
}

/** The box of this page, or else the page of its own that the header leads to. */
function search() {
  if (goTo("[data-search]")) return true;
  const way = /** @type {HTMLElement | null} */ (document.querySelector("[data-search-page]"));
  way?.click();
  return Boolean(way);
}

/** @returns {HTMLDialogElement | null} */
function list() {
  return document.querySelector("dialog[data-keys-list]");
}

/** The browser keeps the focus inside, closes it on Escape, and gives the focus back to where it was. */
function toggleList() {
  const shown = list();
  if (shown?.open) shown.close();
  else shown?.showModal();
  return Boolean(shown);
}

/** @type {Record<string, () => boolean | void>} */
const DOES = {
  j: () => move(1),
  k: () => move(-1),
  a: () => press("[data-assign]"),
  x: () => press("[data-pick]"),
  "/": search,
  "?": toggleList,
};

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (list()?.open && event.key === "?") {
    toggleList();
    event.preventDefault();
    return;
  }
  if (list()?.open || keyIsTaken(event) || localStorage.getItem(OFF)) return;
  const onRow = document.activeElement?.matches("tr[data-row]");
  const does = event.key === "Enter" && onRow ? () => press("a[data-open]") : DOES[event.key];
  if (does && does() !== false) event.preventDefault();
}

/** Listen, and let the switch turn the keys off and on. */
export function startKeys() {
  if (!document.querySelector("table[data-keys], [data-search-page]")) return;
  document.addEventListener("keydown", onKey);
  document.querySelector("[data-keys-open]")?.addEventListener("click", toggleList);
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-keys-switch]"));
  if (!box) return;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
