/**
 * The pin of the report page: set by a tap or Enter, dragged, or moved by the arrow keys a fixed way on the ground.
 * Before that there is none: a place that nobody chose must neither look chosen nor be sent.
 * Writes the place into two inputs, and says the name of the grid: at once where its borders are here, else as the server
 * answers.
 */

import { Marker } from "maplibre-gl";
import { moved } from "./geometry.js";
import { startFollow } from "./follow.js";
import { isStill } from "./tokens.js";

const SETTLE = 250;
const DIGITS = 6;
/** Metres of one press of an arrow key, alone and with Shift. */
const STEP = 20;
const LEAP = 200;
/** The zoom from which a person can tell one house from the next; farther out the map comes nearer when the pin is set. */
const NEAR = 14;
/** The part of the map's width and height at its edge from which the map follows the pin. */
const EDGE = 0.12;

/** @type {Record<string, [number, number]>} east and north of an arrow key */
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** @typedef {{lat: number, lng: number}} Point */

/**
 * @param {HTMLElement} place
 * @param {string} key
 * @returns {HTMLInputElement | null}
 */
function inputOf(place, key) {
  const selector = place.dataset[key];
  return selector ? document.querySelector(selector) : null;
}

/**
 * The server's words for a point.
 * @param {HTMLElement} place @param {Point} at @param {AbortSignal} signal
 * @returns {Promise<string | null>} null where the question was given up
 */
async function named(place, at, signal) {
  const url = place.dataset.locateUrl?.replace("{lat}", at.lat.toFixed(DIGITS)).replace("{lon}", at.lng.toFixed(DIGITS));
  try {
    const answer = await fetch(url ?? "", { signal, headers: { Accept: "application/json" } });
    const found = answer.ok ? await answer.json() : null;
    return found?.name ?? place.dataset.outside ?? "";
  } catch {
    return signal.aborted ? null : place.dataset.unanswered ?? "";
  }
}

/**
 * The name of the grid below a point, as far as its borders were fetched.
 * @param {import("maplibre-gl").Map} map @param {Point} at
 * @returns {string}
 */
function nameHere(map, at) {
  if (!map.getLayer("grids")) return "";
  return map.queryRenderedFeatures(map.project(at), { layers: ["grids"] })[0]?.properties.name ?? "";
}

/**
 * Whether a point lies on the areas that the map shows.
 * @param {import("maplibre-gl").Map} map @param {Point} at
 */
function isOnAreas(map, at) {
  return map.queryRenderedFeatures(map.project(at), { layers: ["areas"] }).length > 0;
}

/**
 * Bring the map to the pin where it is too far out or the pin stands at its edge.
 * @param {import("maplibre-gl").Map} map @param {Point} at
 */
function follow(map, at) {
  const { x, y } = map.project(at);
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const inside = x > EDGE * width && x < (1 - EDGE) * width && y > 2 * EDGE * height && y < (1 - EDGE) * height;
  if (inside && map.getZoom() >= NEAR) return;
  map.easeTo({ center: at, zoom: Math.max(map.getZoom(), NEAR), duration: isStill() ? 0 : 150 });
}

/**
 * The sign that stands on the map.
 * @param {HTMLElement} place
 */
function signOf(place) {
  const sign = document.createElement("div");
  sign.className = "gc-map-pin";
  const drawn = place.querySelector("template[data-map-sign]");
  if (drawn instanceof HTMLTemplateElement) sign.append(drawn.content.cloneNode(true));
  return sign;
}

/** The pin of one map: where it stands, and what is said of that. */
class Pin {
  /** @param {import("maplibre-gl").Map} map @param {HTMLElement} place */
  constructor(map, place) {
    this.map = map;
    this.place = place;
    this.lat = inputOf(place, "latInput");
    this.lon = inputOf(place, "lonInput");
    this.said = place.parentElement?.querySelector("[data-map-place]");
    this.label = place.querySelector("[data-map-said]");
    this.away = /** @type {HTMLElement | null | undefined} */ (place.parentElement?.querySelector("[data-map-clear]"));
    this.unset = this.said?.textContent ?? "";
    this.sign = new Marker({ element: signOf(place), anchor: "bottom", draggable: true });
    this.isSet = false;
    this.timer = 0;
    this.asking = new AbortController();
  }

  /** @param {Point} at */
  put(at) {
    this.sign.setLngLat(at);
    if (!this.isSet) this.sign.addTo(this.map);
    this.isSet = true;
    this.write();
    // Outside there is nothing to see: the map stays with its areas.
    if (isOnAreas(this.map, at)) follow(this.map, at);
  }

  /** Keep the place in the form and say its name. */
  write() {
    const at = this.sign.getLngLat();
    if (this.lat) this.lat.value = at.lat.toFixed(DIGITS);
    if (this.lon) this.lon.value = at.lng.toFixed(DIGITS);
    this.tell();
    this.away?.toggleAttribute("hidden", false);
    this.say(nameHere(this.map, at) || (this.place.dataset.asking ?? ""));
    this.stopAsking();
    const { signal } = this.asking;
    this.timer = window.setTimeout(async () => this.say((await named(this.place, at, signal)) ?? ""), SETTLE);
  }

  /** Take the pin away again: nothing is chosen. */
  clear() {
    this.stopAsking();
    this.sign.remove();
    this.isSet = false;
    if (this.lat) this.lat.value = "";
    if (this.lon) this.lon.value = "";
    this.away?.toggleAttribute("hidden", true);
    this.say(this.unset);
    this.tell();
  }

  /** Let the page know that the place changed, as it would of a field that is typed into. */
  tell() {
    this.lat?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  stopAsking() {
    window.clearTimeout(this.timer);
    this.asking.abort();
    this.asking = new AbortController();
  }

  /** @param {string} words */
  say(words) {
    if (this.said && words) this.said.textContent = words;
    if (this.label && words) this.label.textContent = this.isSet ? words : "";
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && this.isSet) {
      const [east, north] = arrow.map((way) => way * (event.shiftKey ? LEAP : STEP));
      this.put(moved(this.sign.getLngLat(), east, north));
    } else if (event.key === "Enter" && event.target === this.map.getCanvas()) this.put(this.map.getCenter());
    else return;
    // The map's own keys must not move it as well.
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} place
 */
export function startPin(map, place) {
  const pin = new Pin(map, place);
  map.keyboard.disableRotation();
  map.on("click", (event) => pin.put(event.lngLat));
  pin.sign.on("drag", () => pin.say(nameHere(map, pin.sign.getLngLat())));
  pin.sign.on("dragend", () => pin.write());
  pin.away?.addEventListener("click", () => pin.clear());
  map.getContainer().addEventListener("keydown", (event) => pin.onKey(event), true);
  const [y, x] = [Number(pin.lat?.value), Number(pin.lon?.value)];
  if (pin.lat?.value && pin.lon?.value && Number.isFinite(x + y) && Math.abs(y) <= 90) pin.put({ lat: y, lng: x });
  startFollow(map, place, () => pin.isSet);
}
