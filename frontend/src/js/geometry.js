/** Plain sums over GeoJSON: extent, the place of a name, and the step of a value on the ramp. */

import polylabel from "polylabel";

/** Metres of one degree of latitude, everywhere on the ground near enough. */
const DEGREE = 111_320;

/**
 * A point some metres away on the ground, whatever the scale of the map.
 * @param {{lat: number, lng: number}} from
 * @param {number} east @param {number} north in metres
 */
export function moved({ lat, lng }, east, north) {
  const narrow = Math.max(Math.cos((lat * Math.PI) / 180), 0.01);
  return { lat: lat + north / DEGREE, lng: lng + east / (DEGREE * narrow) };
}

/** How exactly a name's place is sought, as a part of the area's extent. */
const EXACT = 0.02;

/**
 * West, south, east, north of all positions, in degrees.
 * @param {import("geojson").FeatureCollection} areas
 * @returns {[number, number, number, number]}
 */
export function boundsOf(areas) {
  const bounds = /** @type {[number, number, number, number]} */ ([Infinity, Infinity, -Infinity, -Infinity]);
  /** @param {any} part */
  const walk = (part) => {
    if (typeof part[0] === "number") {
      bounds[0] = Math.min(bounds[0], part[0]);
      bounds[1] = Math.min(bounds[1], part[1]);
      bounds[2] = Math.max(bounds[2], part[0]);
      bounds[3] = Math.max(bounds[3], part[1]);
    } else part.forEach(walk);
  };
  for (const feature of areas.features) if ("coordinates" in feature.geometry) walk(feature.geometry.coordinates);
  return bounds;
}

/**
 * Bounds with as much again on every side: as far as a map of these areas may be moved.
 * @param {[number, number, number, number]} bounds
 * @returns {[number, number, number, number]}
 */
export function around([west, south, east, north]) {
  const [wide, high] = [east - west, north - south];
  return [west - wide, south - high, east + wide, north + high];
}

/**
 * The upper edges of the steps, from `"10,20,50,100"`.
 * @param {string | undefined} text
 * @returns {number[]}
 */
export function edges(text) {
  return (text ?? "").split(",").filter(Boolean).map(Number);
}

/**
 * The same areas with `step` 1 to 5 by the value's place among the edges; 0 where the value is missing or suppressed.
 * @param {import("geojson").FeatureCollection} areas
 * @param {string | undefined} key
 * @param {number[]} limits
 */
export function withSteps(areas, key, limits) {
  if (!key) return areas;
  const features = areas.features.map((feature) => {
    const value = feature.properties?.[key];
    const step = typeof value === "number" ? 1 + limits.filter((limit) => value > limit).length : 0;
    return { ...feature, properties: { ...feature.properties, step: Math.min(step, 5) } };
  });
  return { ...areas, features };
}

/**
 * Twice the area inside a ring, in square degrees.
 * @param {number[][]} ring
 */
function doubleArea(ring) {
  return Math.abs(ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0));
}

/** Pixels of the world at zoom nought. */
const TILE = 512;

/** The look of a name as `paint.js` draws it: height in pixels, height of a line in letters, longest lines that may be. */
export const NAME = { size: 13, line: 1.1, mosts: [6, 3.4] };

/**
 * How far a name reaches from its middle, in pixels, and the length of line with which that is least. Its corners may
 * lie on the border. `above`: lines that stand over the name.
 * @param {string} name
 * @param {number} above
 */
export function roomFor(name, above = 0) {
  const wide = (/** @type {string} */ text) => [...text].reduce((sum, sign) => sum + (sign >= "\u2e80" ? 1 : 0.55), 0);
  const words = name.split(" ").map(wide);
  const word = words.length > 1 || name < "\u2e80" ? Math.max(...words) : 1;
  const found = NAME.mosts.map((most) => {
    const lines = Math.max(Math.ceil(wide(name) / most), 1);
    const longest = Math.max(wide(name) / lines, word);
    // The map breaks by the true width of the signs: said so narrowly, it makes as many lines as are reckoned with here.
    return { most: lines > 1 ? Math.min(most, longest * 1.1) : most, room: (NAME.size * Math.hypot(longest, (lines + above) * NAME.line) * 0.92) / 2 };
  });
  return found.reduce((best, one) => (one.room < best.room ? one : best));
}

/**
 * One point for the name of each area: deepest inside its largest part, so that islands do not repeat the name.
 * `size` is for drawing the names of large areas first, `from` the zoom from which on the name has room inside.
 * @param {import("geojson").FeatureCollection} areas
 * @returns {import("geojson").FeatureCollection<import("geojson").Point>}
 */
export function namePlaces(areas) {
  const features = areas.features.flatMap(({ geometry, properties }) => {
    if (geometry.type !== "Polygon" && geometry.type !== "MultiPolygon") return [];
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const [size, part] = parts.map((one) => /** @type {const} */ ([doubleArea(one[0]), one])).reduce((a, b) => (b[0] > a[0] ? b : a));
    const narrow = Math.max(Math.cos((part[0][0][1] * Math.PI) / 180), 0.01);
    const found = polylabel(part.map((ring) => ring.map(([lon, lat]) => [lon * narrow, lat])), EXACT * Math.sqrt(size));
    const [x, y] = [found[0] / narrow, found[1]];
    const { room, most } = roomFor(properties?.label ?? properties?.name ?? "", properties?.colour ? 1 : 0);
    const from = Math.log2((room * 360 * narrow) / (TILE * Math.max(found.distance, 1e-9)));
    return [{ type: /** @type {const} */ ("Feature"), properties: { ...properties, size, from, most }, geometry: { type: /** @type {const} */ ("Point"), coordinates: [x, y] } }];
  });
  return { type: "FeatureCollection", features };
}
