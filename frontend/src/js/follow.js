/** The map goes to the village or grid that is chosen in the form's list (`data-place-input`), as long as no pin is set. */

import { addressOf } from "./finer.js";
import { boundsOf } from "./geometry.js";
import { isStill } from "./tokens.js";

/**
 * @param {import("maplibre-gl").Map} map @param {string} url
 */
async function goTo(map, url) {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  const areas = answer.ok ? await answer.json() : null;
  if (areas?.features.length) map.fitBounds(boundsOf(areas), { padding: 24, duration: isStill() ? 0 : 150 });
}

/**
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} place
 * @param {() => boolean} isSet whether the pin is set: then the choice in the list does not count
 */
export function startFollow(map, place, isSet) {
  const list = /** @type {HTMLSelectElement | null} */ (document.querySelector(place.dataset.placeInput ?? "[data-none]"));
  const look = () => {
    // Without an answer the map stays where it is, and can be moved by hand.
    if (list?.value && !isSet()) goTo(map, addressOf(place, list.value, "")).catch(() => {});
  };
  list?.addEventListener("change", look);
  look();
}
