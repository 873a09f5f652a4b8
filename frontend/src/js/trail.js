/** Arrow keys of the level trail: left and right go to the siblings, and inside the trail up and down change the level. */

import { keyIsTaken } from "./typing.js";

/** @type {Record<string, string>} */
const WAYS = { ArrowLeft: "before", ArrowRight: "after", ArrowUp: "above", ArrowDown: "below" };

/** @param {KeyboardEvent} event */
function onKey(event) {
  const way = WAYS[event.key];
  if (!way || event.shiftKey || keyIsTaken(event)) return;
  const target = /** @type {Element} */ (event.target);
  const inTrail = Boolean(target.closest("[data-trail]"));
  const nowhere = target === document.body || target.id === "main";
  const sideways = way === "before" || way === "after";
  if (!inTrail && !(nowhere && sideways)) return;
  const link = /** @type {HTMLElement | null} */ (document.querySelector(`[data-trail] a[data-way="${way}"]`));
  if (!link) return;
  event.preventDefault();
  link.click();
}

/** Listen where a trail stands on the page. */
export function startTrail() {
  if (document.querySelector("[data-trail]")) document.addEventListener("keydown", onKey);
}
