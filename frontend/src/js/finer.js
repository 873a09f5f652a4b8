/**
 * Borders of villages and grids below the areas of a map (`data-finer-url="…{code}…{level}"`), fetched area by area when
 * the map is near enough to show them: a county at once would be too much for a phone.
 */

import { namePlaces } from "./geometry.js";

/** @typedef {{source: string, level: string, from: number}} Finer */

/** @type {Finer[]} the source, the level that it holds, and the zoom from which it is shown */
export const FINER = [
  { source: "villages", level: "village", from: 10.5 },
  { source: "grids", level: "grid", from: 12.5 },
];

/**
 * The address of what lies below an area.
 * @param {HTMLElement} place @param {string} code @param {string} level
 */
export function addressOf(place, code, level) {
  return (place.dataset.finerUrl ?? "").replace("{code}", code).replace("{level}", level);
}

/**
 * The empty sources, to be filled as they come.
 * @param {import("maplibre-gl").Map} map
 */
export function addFiner(map) {
  for (const { source } of FINER) {
    for (const id of [source, `${source}-names`]) {
      map.addSource(id, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    }
  }
}

/**
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} place
 */
export function startFiner(map, place) {
  for (const { source, level, from } of FINER) {
    const asked = new Set();
    /** @type {import("geojson").Feature[]} */
    const held = [];
    /** @param {string} code */
    const fetchBelow = async (code) => {
      asked.add(code);
      try {
        const answer = await fetch(addressOf(place, code, level), { headers: { Accept: "application/geo+json, application/json" } });
        if (!answer.ok) return;
        held.push(...(await answer.json()).features);
      } catch {
        asked.delete(code); // asked again when the map moves
        return;
      }
      show(map, source, { type: "FeatureCollection", features: held });
    };
    const look = () => {
      if (map.getZoom() < from) return;
      const codes = map.queryRenderedFeatures({ layers: ["areas"] }).map((area) => String(area.properties.code));
      for (const code of new Set(codes)) if (!asked.has(code)) fetchBelow(code);
    };
    map.on("moveend", look);
    map.on("idle", look);
  }
}

/**
 * @param {import("maplibre-gl").Map} map @param {string} source @param {import("geojson").FeatureCollection} areas
 */
function show(map, source, areas) {
  const [drawn, names] = [map.getSource(source), map.getSource(`${source}-names`)];
  /** @type {import("maplibre-gl").GeoJSONSource} */ (drawn)?.setData(areas);
  /** @type {import("maplibre-gl").GeoJSONSource} */ (names)?.setData(namePlaces(areas));
}
