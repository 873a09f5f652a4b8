/**
 * The days of a past epidemic without loading each one: `<div data-replay>` holds two maps of tiles, a table, a slider
 * and, as JSON, the letters of all days. Without this script the slider's form and the links do the same.
 */

import { eachOnce, isStill } from "./js/tokens.js";

const PACE = 350;
const STILL_PACE = 1200;

/** @typedef {{days: string[], then: string[], now: string[], thenUnsure: string[], nowUnsure: string[]}} Told */

/** The sign on a tile. @param {string} letter */
const signOf = (letter) => (letter === "X" ? "?" : letter);

/**
 * @param {SVGElement} map
 * @param {string} letters
 * @param {string} unsure
 */
function paintTiles(map, letters, unsure) {
  for (const place of map.querySelectorAll("g[data-n]")) {
    const n = Number(place.getAttribute("data-n"));
    const tile = /** @type {SVGRectElement} */ (place.querySelector(".gc-area"));
    tile.setAttribute("class", `gc-area is-colour-${letters[n].toLowerCase()}`);
    place.querySelector(".gc-unsure")?.remove();
    if (unsure[n] === "1" && letters[n] !== "X") {
      const over = /** @type {SVGRectElement} */ (tile.cloneNode());
      over.setAttribute("class", "gc-unsure");
      tile.after(over);
    }
    const sign = place.querySelector(".gc-tile-letter");
    if (sign) sign.textContent = signOf(letters[n]);
  }
}

/** @param {HTMLElement} place */
function start(place) {
  const told = /** @type {Told} */ (JSON.parse(place.querySelector("#replay-days")?.textContent ?? "null"));
  const slider = /** @type {HTMLInputElement | null} */ (place.querySelector("input[type=range]"));
  const play = /** @type {HTMLButtonElement | null} */ (place.querySelector("[data-play]"));
  const words = /** @type {HTMLElement | null} */ (place.querySelector("[data-play-words]"));
  const output = place.querySelector("[data-day]");
  if (!told || !slider || !play || !words || !output) return;
  const loaded = Number(slider.value);
  const pause = words.dataset.pause ?? "";
  const began = words.textContent ?? "";
  let timer = 0;

  /** @param {number} n */
  const show = (n) => {
    const day = Math.min(Math.max(n, 0), told.days.length - 1);
    slider.value = String(day);
    slider.setAttribute("aria-valuetext", told.days[day]);
    output.textContent = told.days[day];
    for (const side of /** @type {("then" | "now")[]} */ (["then", "now"])) {
      const map = /** @type {SVGElement | null} */ (place.querySelector(`[data-tiles="${side}"]`));
      if (map) paintTiles(map, told[side][day], told[`${side}Unsure`][day]);
      for (const row of place.querySelectorAll("tr[data-n]")) {
        const letter = told[side][day][Number(row.getAttribute("data-n"))];
        const chip = /** @type {HTMLTemplateElement | null} */ (place.querySelector(`template[data-chip="${letter}"]`));
        const cell = row.querySelector(`[data-cell="${side}"]`);
        if (chip && cell) cell.replaceChildren(chip.content.cloneNode(true));
      }
    }
    tellStale(place, day, loaded);
  };
  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
    words.textContent = began;
  };
  const toggle = () => {
    if (timer) return stop();
    if (Number(slider.value) >= told.days.length - 1) show(0);
    play.setAttribute("aria-pressed", "true");
    words.textContent = pause;
    timer = window.setInterval(() => {
      const next = Number(slider.value) + 1;
      if (next >= told.days.length) stop();
      else show(next);
    }, isStill() ? STILL_PACE : PACE);
  };

  play.hidden = false;
  play.addEventListener("click", toggle);
  slider.addEventListener("input", () => {
    stop();
    show(Number(slider.value));
  });
  slider.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    toggle();
  });
  for (const step of place.querySelectorAll("[data-step]")) {
    step.addEventListener("click", (event) => {
      event.preventDefault();
      stop();
      show(Number(slider.value) + Number(step.getAttribute("data-step")));
    });
  }
}

/**
 * The reasons in the table are of the day that was loaded: of any other, say so and where they are.
 * @param {HTMLElement} place
 * @param {number} day
 * @param {number} loaded
 */
function tellStale(place, day, loaded) {
  const note = /** @type {HTMLElement | null} */ (place.querySelector("[data-stale]"));
  const link = /** @type {HTMLAnchorElement | null} */ (place.querySelector("[data-load]"));
  const address = new URL(window.location.href);
  address.searchParams.set("n", String(day));
  window.history.replaceState(null, "", address);
  if (note) note.hidden = day === loaded;
  if (link) link.href = address.href;
  for (const why of place.querySelectorAll("[data-why]")) why.classList.toggle("gc-quiet", day !== loaded);
}

eachOnce("[data-replay]", start);
