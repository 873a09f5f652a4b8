/**
 * The pin of the report page: it stands in the middle, the map moves below it. So mouse, thumb and arrow keys do the same.
 * Writes the place into two inputs and asks the server for the name of the grid.
 */

import { isStill } from "./tokens.js";

const SETTLE = 250;
const DIGITS = 6;

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
 * Say where the pin stands, in the server's words.
 * @param {HTMLElement} place @param {string} lat @param {string} lon @param {AbortSignal} signal
 */
async function sayPlace(place, lat, lon, signal) {
  const said = place.parentElement?.querySelector("[data-map-place]");
  const url = place.dataset.locateUrl?.replace("{lat}", lat).replace("{lon}", lon);
  if (!said || !url) return;
  try {
    const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
    const found = answer.ok ? await answer.json() : null;
    said.textContent = found?.name ?? place.dataset.outside ?? "";
  } catch (error) {
    if (!signal.aborted) said.textContent = place.dataset.unanswered ?? "";
  }
}

/**
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} place
 */
export function startPin(map, place) {
  const [lat, lon] = [inputOf(place, "latInput"), inputOf(place, "lonInput")];
  let timer = 0;
  let asking = new AbortController();
  const settle = () => {
    const { lat: y, lng: x } = map.getCenter();
    const [north, east] = [y.toFixed(DIGITS), x.toFixed(DIGITS)];
    if (lat) lat.value = north;
    if (lon) lon.value = east;
    asking.abort();
    asking = new AbortController();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => sayPlace(place, north, east, asking.signal), SETTLE);
  };
  if (lat?.value && lon?.value) map.jumpTo({ center: [Number(lon.value), Number(lat.value)], zoom: Math.max(map.getZoom(), 14) });
  map.on("moveend", settle);
  map.on("click", (event) => map.easeTo({ center: event.lngLat, duration: isStill() ? 0 : 150 }));
  // Untouched, the pin says nothing: a place nobody chose must not be sent.
  if (lat?.value && lon?.value) settle();
}
