/**
 * Where one was: kept with its entry in the browser's history, so that a reload, the passphrase or the way back lead to
 * the same place: how far down, and in a form the question. Numbers alone; nothing of what was read or written.
 */

import { state } from "./state.js";

/** @typedef {{y: number, question: number, top: number, focus: boolean}} Place */

const PAUSE = 300;
/** @type {Place | null} */
let wanted = null;
let timer = 0;
/** What was at hand last: whoever presses the lock has the lock's own button at hand. @type {Element | null} */
let last = null;

const questions = () => [...document.querySelectorAll(".fa-form[data-ready] .question-container")];
/** How far down the page begins to be seen, below the head. */
const below = () => document.querySelector(".fa-head")?.getBoundingClientRect().bottom ?? 0;

/** @returns {Place} */
function measured() {
  const all = questions();
  if (!document.activeElement?.closest(".fa-head")) last = document.activeElement;
  const inside = last ? all.findIndex((one) => one.contains(last)) : -1;
  const seen = all.findIndex((one) => one.getBoundingClientRect().bottom > below());
  const question = inside >= 0 ? inside : seen;
  return { y: scrollY, question, top: question < 0 ? 0 : all[question].getBoundingClientRect().top, focus: inside >= 0 };
}

/** Note where one is. While a place is still to be found again nothing is noted: it would be lost. */
export function note() {
  clearTimeout(timer);
  if (state.phase === "open" && !wanted) history.replaceState({ ...history.state, place: measured() }, "");
}

/** The same, soon: once for a whole movement. */
export function noteSoon() {
  clearTimeout(timer);
  timer = window.setTimeout(note, PAUSE);
}

/** Look up where one was on the page that is shown next. */
export function lookBack() {
  clearTimeout(timer);
  wanted = history.state?.place ?? null;
}

/** Whether one comes back to a place. */
export const comesBack = () => wanted !== null;

/** Go where one was; a form is there only when it can be filled. */
export function arrive() {
  const place = wanted;
  wanted = null;
  if (!place) return;
  const question = questions()[place.question];
  if (!question) return scrollTo(0, place.y);
  scrollBy(0, question.getBoundingClientRect().top - place.top);
  if (place.focus) controlIn(question)?.focus({ preventScroll: true });
}

/** @param {Element} question @returns {HTMLElement | null} */
export const controlIn = (question) => question.querySelector("input:not([type=hidden]):not([style*='display: none']), textarea, [role=combobox], button, [tabindex='0']");
