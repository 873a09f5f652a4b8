/** What stands on the map: each state of a household has a form of its own, and a letter where there is room for it. */

import { h } from "vue";
import { t } from "../words.js";
import { filledToday } from "./homes.js";
import { stillDue } from "./today.js";

/** @typedef {"done" | "asked" | "due" | "plain" | "check"} Kind */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {Parameters<typeof t>[0]} Key */

const LETTERED = 7;
const LETTERS = /** @type {Partial<Record<Kind, Key>>} */ ({ asked: "letterAsked", due: "letterDue", check: "letterCheck" });
const KEYS = /** @type {[Kind, Key][]} */ ([["due", "pinDue"], ["asked", "pinAsked"], ["done", "filledToday"], ["plain", "pinPlain"], ["check", "pinCheck"]]);

/** How each household stands. @returns {(id: string) => Kind} */
export function kinds() {
  const due = new Map(stillDue().map((one) => /** @type {[string, Kind]} */ ([one.household, one.appointment ? "asked" : "due"])).reverse());
  return (id) => (filledToday(id) ? "done" : (due.get(id) ?? "plain"));
}

/** @param {Point} at @param {number} r */
const square = ({ x, y }, r) => `M${x - r} ${y - r}H${x + r}V${y + r}H${x - r}Z`;
/** @param {Point} at @param {number} r */
const diamond = ({ x, y }, r) => `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;

/**
 * One sign. `r`: half its size in pixels; `one`: a pixel in units of the drawing.
 * @param {Kind} kind @param {Point} at @param {number} r @param {number} one @param {{key?: string, here?: boolean}} [more]
 */
export function pin(kind, at, r, one, { key, here = false } = {}) {
  const wide = (kind === "plain" || kind === "done" ? r : kind === "check" ? r * 1.5 : r * 1.15) * one;
  const facts = { class: ["fa-pin", `is-${kind}`, here ? "is-here" : ""], "stroke-width": (here ? 3 : 1.5) * one };
  const form = kind === "plain" || kind === "done" ? h("circle", { ...facts, cx: at.x, cy: at.y, r: wide }) : h("path", { ...facts, d: (kind === "check" ? diamond : square)(at, wide) });
  const letter = LETTERS[kind];
  const inside = kind === "done"
    ? h("path", { class: "fa-tick-in", "stroke-width": Math.max(1.5, r / 3) * one, d: `M${at.x - wide / 2} ${at.y}L${at.x - wide / 10} ${at.y + wide / 2.5}L${at.x + wide / 2} ${at.y - wide / 2.5}` })
    : letter && r >= LETTERED ? h("text", { class: "fa-letter", x: at.x, y: at.y, "font-size": r * 1.5 * one }, t(letter)) : null;
  return h("g", { key }, [form, inside]);
}

/** What the signs mean: those that stand on the map. @param {Set<Kind>} there */
export const legend = (there) =>
  h("ul", { class: "fa-legend" }, KEYS.filter(([kind]) => there.has(kind)).map(([kind, words]) =>
    h("li", { key: kind }, [h("svg", { viewBox: "0 0 28 28", "aria-hidden": "true" }, [pin(kind, { x: 14, y: 14 }, 8, 1)]), t(words)])));
