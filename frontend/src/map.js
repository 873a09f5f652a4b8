/**
 * Maps with our own geometry as the only background.
 *
 * `<div data-map data-areas-url="…">`: a GeoJSON FeatureCollection whose properties may hold `code`, `name`, `level`
 * (province … grid), `url`, and what `data-value` or `data-colour` names. See docs/look.md. The drawing that the server put
 * inside stays until the map is ready, and for good where no map can be drawn.
 */

import { AttributionControl, Map as Chart, NavigationControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import { firstDay, keepOffline, startDays, startPlainDays } from "./js/days.js";
import { addFiner, startFiner } from "./js/finer.js";
import { openGrids } from "./js/grids.js";
import { around, boundsOf, edges, namePlaces, withSteps } from "./js/geometry.js";
import { layersOf, MINE, patterns } from "./js/paint.js";
import { startPin } from "./js/pin.js";
import { eachOnce, isStill, onThemeChange } from "./js/tokens.js";

/** @typedef {import("geojson").FeatureCollection} Areas */

/**
 * @param {HTMLElement} place
 * @returns {Promise<Areas>}
 */
async function fetchAreas(place) {
  const answer = await fetch(place.dataset.areasUrl ?? "", { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`areas: ${answer.status}`);
  return answer.json();
}

/**
 * @param {HTMLElement} place
 * @returns {Record<string, string>} the map's own words, in the language of the page
 */
function wordsOf(place) {
  const { zoomIn = "+", zoomOut = "−", mapName = "", pinName = "", gestures = "", gesturesTouch = "" } = place.dataset;
  return {
    "NavigationControl.ZoomIn": zoomIn,
    "NavigationControl.ZoomOut": zoomOut,
    "Map.Title": mapName,
    "Marker.Title": pinName,
    "CooperativeGesturesHandler.WindowsHelpText": gestures,
    "CooperativeGesturesHandler.MacHelpText": gestures,
    "CooperativeGesturesHandler.MobileHelpText": gesturesTouch,
  };
}

/**
 * Name under the pointer, and a click that follows the area's link. A map with a pin says the pin's place instead.
 * @param {Chart} map
 * @param {HTMLElement} place
 */
function startHover(map, place) {
  if ("pin" in place.dataset) return;
  const said = place.querySelector("[data-map-said]");
  const named = document.documentElement.lang === "en" ? "name_en" : "name_zh";
  map.on("mousemove", "areas", (event) => {
    const finest = ["tiles", "grids", "areas"].filter((layer) => map.getLayer(layer));
    const facts = map.queryRenderedFeatures(event.point, { layers: finest })[0]?.properties ?? {};
    const value = place.dataset.value ? facts[place.dataset.value] : undefined;
    if (said) said.textContent = value === undefined || value === null ? facts.name ?? facts[named] ?? "" : `${facts.name}: ${value}`;
    map.getCanvas().style.cursor = facts.url ? "pointer" : "";
  });
  map.on("mouseleave", "areas", () => {
    if (said) said.textContent = "";
    map.getCanvas().style.cursor = "";
  });
  map.on("click", "areas", (event) => {
    const url = event.features?.[0]?.properties?.url;
    if (url) window.location.assign(url);
  });
}

/**
 * Put sources and layers in, or put them in anew in other colours.
 * @param {Chart} map
 * @param {HTMLElement} place
 * @param {Areas} areas
 */
function paint(map, place, areas) {
  for (const [name, image] of Object.entries(patterns(place))) {
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, image, { pixelRatio: 2 });
  }
  for (const layer of map.getStyle().layers) map.removeLayer(layer.id);
  if (!map.getSource("areas")) {
    map.addSource("areas", { type: "geojson", data: areas });
    map.addSource("names", { type: "geojson", data: place.dataset.outlinesUrl ? withPlaces(areas) : namePlaces(areas) });
    if (place.dataset.outlinesUrl) tellStates(map, areas);
    if (place.dataset.finerUrl) addFiner(map);
    if (place.dataset.groundUrl) map.addSource("ground", { type: "geojson", data: place.dataset.groundUrl });
  }
  for (const layer of layersOf(place)) map.addLayer(layer);
  fitNames(map);
}

/**
 * Names only where their area has room for them, more the nearer one looks, and that of one's own area; the others are told by the pointer and the
 * list. Letters of the five colours always stand, alone where the name has no room.
 * @param {Chart} map
 */
function fitNames(map) {
  const has = /** @type {any} */ (["<=", ["get", "from"], map.getZoom()]);
  const alone = map.getLayer("letters");
  map.setFilter("names", alone ? has : ["any", MINE, has]);
  if (alone) map.setFilter("letters", ["!", has]);
}

/**
 * Put other colours over the same outlines, and wait until they are seen.
 * @param {Chart} map @param {Areas} areas
 * @returns {Promise<void>}
 */
async function repaint(map, areas) {
  tellStates(map, areas);
  /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (map.getSource("names"))?.setData(withPlaces(areas));
  await new Promise((seen) => {
    const look = () => {
      if (!map.isSourceLoaded("areas") || !map.isSourceLoaded("names")) return;
      map.off("render", look);
      seen(undefined);
    };
    map.on("render", look);
  });
}

/**
 * Grids for members of staff, under the names; a browser that cannot open them, or a network that fails, shows the map without.
 * @param {Chart} map @param {HTMLElement} place @param {Areas} areas
 */
async function addGrids(map, place, areas) {
  if (!place.dataset.gridsUrl || !("DecompressionStream" in window)) return;
  map.addSource("tiles", await openGrids(new URL(place.dataset.gridsUrl, location.href).href));
  place.dataset.grids = "";
  paint(map, place, areas);
  showGrids(map, place);
}

/** Grids bear the colours of one night: of another day their borders alone are shown. @param {Chart} map @param {HTMLElement} place */
function showGrids(map, place) {
  const choice = /** @type {HTMLSelectElement | null} */ (document.querySelector("form[data-days] select"));
  const seen = (choice?.value ?? place.dataset.day) === place.dataset.gridsDay ? "visible" : "none";
  for (const layer of ["tile-colours", "tile-unsure"]) if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", seen);
}

/** The colour of each area as its state. @param {Chart} map @param {Areas} areas */
function tellStates(map, areas) {
  for (const { id, properties } of areas.features) {
    if (id !== undefined) map.setFeatureState({ source: "areas", id }, { colour: properties?.colour, unsure: properties?.unsure });
  }
}

/** Where names stand, by code: it is sought once, as outlines stay. @type {Map<string, any>} */
const places = new Map();

/** @param {Areas} areas */
function withPlaces(areas) {
  const unknown = areas.features.filter(({ properties }) => !places.has(properties?.code));
  for (const one of namePlaces({ ...areas, features: unknown }).features) places.set(one.properties?.code, one);
  const features = areas.features.flatMap(({ properties }) => {
    const one = properties?.colour ? places.get(properties.code) : undefined;
    return one ? [{ ...one, properties: { ...one.properties, ...properties } }] : [];
  });
  return /** @type {Areas} */ ({ type: "FeatureCollection", features });
}

/** @param {HTMLElement} place */
async function areasOf(place) {
  if (place.dataset.outlinesUrl) return firstDay(place);
  return withSteps(await fetchAreas(place), place.dataset.value, edges(place.dataset.edges));
}

/** @param {HTMLElement} place */
async function drawMap(place) {
  const areas = await areasOf(place);
  const box = document.createElement("div");
  box.className = "gc-map-live";
  place.append(box);
  const map = new Chart({
    container: box,
    style: { version: 8, sources: {}, layers: [] },
    bounds: boundsOf(areas),
    ...("pin" in place.dataset ? { maxBounds: around(boundsOf(areas)) } : {}),
    fitBoundsOptions: { padding: { top: 16, bottom: 16, left: 16, right: 52 } },
    attributionControl: false,
    // What is printed is what stands on the screen, the chosen day among it.
    canvasContextAttributes: { preserveDrawingBuffer: true },
    cooperativeGestures: !("pin" in place.dataset),
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: isStill() ? 0 : 120,
    locale: wordsOf(place),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  if (place.dataset.credit) map.addControl(new AttributionControl({ customAttribution: place.dataset.credit }));
  map.on("load", () => {
    paint(map, place, areas);
    map.on("zoomend", () => fitNames(map));
    startHover(map, place);
    if (place.dataset.finerUrl) startFiner(map, place);
    if ("pin" in place.dataset) startPin(map, place);
    if (place.dataset.outlinesUrl) {
      startDays(place, (other) => {
        showGrids(map, place);
        return repaint(map, other);
      });
    }
    addGrids(map, place, areas).catch(() => {});
    place.classList.add("is-drawn");
    onThemeChange(() => {
      paint(map, place, areas);
      showGrids(map, place);
    });
  });
}

eachOnce("[data-map]", (place) => {
  setWorkerUrl(place.dataset.worker ?? new URL(/* @vite-ignore */ "./maplibre-worker.js", import.meta.url).href);
  drawMap(place).catch(() => {
    // The drawing from the server stays, with its links: nothing is lost but zooming.
    place.querySelector(".gc-map-live")?.remove();
    place.classList.add("is-plain");
    if (place.dataset.outlinesUrl) startPlainDays();
  });
  if (place.dataset.outlinesUrl) keepOffline().catch(() => {});
});
