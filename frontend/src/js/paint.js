/** The look of a map: fills, borders by level, patterns of the five colours, all from the tokens of the page. */

import { FINER } from "./finer.js";
import { NAME } from "./geometry.js";
import { colours, font } from "./tokens.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */

const NAMES = [
  "paper", "card", "sunk", "ink", "quiet", "rule", "edge", "house-said", "house-wash",
  "ramp-1", "ramp-2", "ramp-3", "ramp-4", "ramp-5", "on-deep", "on-bright",
  "area-a", "area-b", "area-c", "area-d", "area-e", "area-x",
];
const SIZE = 32;
/** An area of whoever looks. @type {any} */
export const MINE = ["==", ["get", "own"], true];

/** How each area colour is drawn over its ground, so that it is known without colour. @type {Record<string, (pen: CanvasRenderingContext2D) => void>} */
const STROKES = {
  A: (pen) => dots(pen),
  B: (pen) => line(pen, 0, 16, 32, 16),
  C: (pen) => line(pen, 16, 0, 16, 32),
  D: (pen) => slant(pen),
  E: (pen) => {
    line(pen, 0, 16, 32, 16);
    line(pen, 16, 0, 16, 32);
  },
  X: (pen) => slant(pen),
};

/** @param {CanvasRenderingContext2D} pen @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen */
function slant(pen) {
  for (const shift of [-SIZE, 0, SIZE]) line(pen, shift, SIZE, shift + SIZE, 0);
}

/** @param {CanvasRenderingContext2D} pen */
function dots(pen) {
  pen.beginPath();
  pen.arc(16, 16, 4, 0, 2 * Math.PI);
  pen.fill();
}

/**
 * One repeating tile.
 * @param {string} ground @param {string} stroke @param {(pen: CanvasRenderingContext2D) => void} draw
 */
function tile(ground, stroke, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.fillStyle = ground;
  pen.fillRect(0, 0, SIZE, SIZE);
  pen.strokeStyle = stroke;
  pen.fillStyle = stroke;
  pen.lineWidth = 2;
  pen.globalAlpha = 0.7;
  draw(pen);
  return pen.getImageData(0, 0, SIZE, SIZE);
}

/**
 * What lies over a colour that is not settled: stripes with nothing between them.
 * @param {string} stroke
 */
function unsure(stroke) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.strokeStyle = stroke;
  pen.lineWidth = 6;
  for (const shift of [-SIZE, 0, SIZE]) line(pen, shift, 0, shift + SIZE, SIZE);
  return pen.getImageData(0, 0, SIZE, SIZE);
}

/**
 * All tiles by name: `A` … `E`, `X` for unknown, `U` over what is not settled.
 * @param {HTMLElement} place
 * @returns {Record<string, ImageData>}
 */
export function patterns(place) {
  const is = colours(place, NAMES);
  /** @type {Record<string, ImageData>} */
  const made = { X: tile(is.card, is.quiet, STROKES.X) };
  made.U = unsure(is.card);
  for (const letter of ["A", "B", "C", "D", "E"]) {
    const stroke = letter === "C" || letter === "D" ? is["on-bright"] : is["on-deep"];
    made[letter] = tile(is[`area-${letter.toLowerCase()}`], stroke, STROKES[letter]);
  }
  return made;
}

/**
 * The five colours by the state of each area, so that another day needs no outline to be drawn anew: a pattern cannot
 * hang on a state, but how much of it is seen can.
 * @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function byState(is) {
  const seen = (/** @type {any} */ test) => /** @type {any} */ (["case", test, 1, 0]);
  /** @type {Layer[]} */
  const layers = [{ id: "areas", type: "fill", source: "areas", paint: { "fill-color": is.card } }];
  for (const letter of ["A", "B", "C", "D", "E", "X"]) {
    const opacity = seen(["==", ["feature-state", "colour"], letter]);
    layers.push({ id: `areas-${letter}`, type: "fill", source: "areas", paint: { "fill-pattern": letter, "fill-opacity": opacity } });
  }
  const opacity = seen(["==", ["feature-state", "unsure"], true]);
  return [...layers, { id: "unsure", type: "fill", source: "areas", paint: { "fill-pattern": "U", "fill-opacity": opacity } }];
}

/**
 * The fill of areas: plain, five steps of a neutral ramp, or the five colours with their patterns.
 * @param {HTMLElement} place @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function fills(place, is) {
  const { value, colour } = place.dataset;
  if (colour && place.dataset.outlinesUrl) return byState(is);
  if (colour) {
    return [
      { id: "areas", type: "fill", source: "areas", paint: { "fill-pattern": ["coalesce", ["image", ["get", colour]], ["image", "X"]] } },
      { id: "unsure", type: "fill", source: "areas", filter: ["==", ["get", "unsure"], true], paint: { "fill-pattern": "U" } },
    ];
  }
  const here = ["case", ["any", ["==", ["get", "here"], true], MINE], is["house-wash"], is.card];
  if (!value) return [{ id: "areas", type: "fill", source: "areas", paint: { "fill-color": /** @type {any} */ (here) } }];
  const ramp = ["match", ["get", "step"], ...[1, 2, 3, 4, 5].flatMap((step) => [step, is[`ramp-${step}`]]), is.card];
  return [
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": /** @type {any} */ (ramp) } },
    { id: "missing", type: "fill", source: "areas", filter: ["==", ["get", "step"], 0], paint: { "fill-pattern": "X" } },
  ];
}

/**
 * Water and roads, where there are any.
 * @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function ground(is) {
  return [
    { id: "water", type: "fill", source: "ground", filter: ["==", ["get", "kind"], "water"], paint: { "fill-color": is["ramp-2"], "fill-opacity": 0.6 } },
    { id: "roads", type: "line", source: "ground", filter: ["==", ["get", "kind"], "road"], paint: { "line-color": is["ramp-3"], "line-width": 1 } },
  ];
}

/** @param {Record<string, string>} is @returns {Layer[]} */
function borders(is) {
  const width = ["match", ["get", "level"], "province", 3, "city", 2.5, "county", 2, "township", 1.5, "village", 1, 0.75];
  const shade = ["match", ["get", "level"], ["province", "city", "county"], is.ink, is.quiet];
  return [
    { id: "borders", type: "line", source: "areas", paint: { "line-width": /** @type {any} */ (width), "line-color": /** @type {any} */ (shade) } },
    { id: "own", type: "line", source: "areas", filter: MINE, layout: { "line-join": "round" }, paint: { "line-width": 4, "line-color": is["house-said"] } },
  ];
}

/**
 * Villages and grids, thinner the smaller they are; grids also as unseen areas, so that the one below a point can be told.
 * @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function finer(is) {
  const [villages, grids] = FINER;
  return [
    { id: "grids", type: "fill", source: grids.source, minzoom: grids.from, paint: { "fill-opacity": 0 } },
    { id: "grid-borders", type: "line", source: grids.source, minzoom: grids.from, paint: { "line-color": is.edge, "line-width": 1.25, "line-dasharray": [3, 2] } },
    { id: "village-borders", type: "line", source: villages.source, minzoom: villages.from, paint: { "line-color": is.quiet, "line-width": 1.25 } },
  ];
}

/**
 * Grids out of their archive: the colour that they were baked with, their borders, and near by their names.
 * @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function tiled(is) {
  const from = { source: "tiles", "source-layer": "grids" };
  const named = document.documentElement.lang === "en" ? "name_en" : "name_zh";
  const label = /** @type {any} */ (nameLayer("tile-names", ["get", named], is));
  delete label.layout["symbol-sort-key"];
  return [
    { id: "tiles", type: "fill", ...from, paint: { "fill-opacity": 0 } },
    { id: "tile-colours", type: "fill", ...from, filter: ["!=", ["get", "colour"], ""], paint: { "fill-pattern": ["coalesce", ["image", ["get", "colour"]], ["image", "X"]] } },
    { id: "tile-unsure", type: "fill", ...from, filter: ["==", ["get", "unsure"], true], paint: { "fill-pattern": "U" } },
    { id: "tile-borders", type: "line", ...from, paint: { "line-color": is.quiet, "line-width": 1, "line-dasharray": [3, 2] } },
    { ...label, ...from, minzoom: 13 },
  ];
}

/**
 * Names of villages, and nearer those of grids instead.
 * @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function finerNames(is) {
  return FINER.map(({ source, from }, i) => ({
    .../** @type {any} */ (nameLayer(`${source}-names`, ["get", "name"], is)),
    minzoom: from,
    maxzoom: FINER[i + 1]?.from ?? 24,
  }));
}

/**
 * The names, or the letters of the five colours with the names that have room; drawn with the page's own font. All of it
 * stands inside its area: beside it, a letter would name the colour of a neighbour.
 * @param {HTMLElement} place @param {Record<string, string>} is
 * @returns {Layer[]}
 */
function names(place, is) {
  const { colour } = place.dataset;
  const letter = ["match", ["get", colour ?? ""], ["A", "B", "C", "D", "E"], ["get", colour ?? ""], "?"];
  const name = ["coalesce", ["get", "label"], ["get", "name"]];
  const text = colour ? ["concat", letter, "\n", name] : name;
  const layer = /** @type {any} */ (nameLayer("names", text, is));
  // Inside its area or not at all: see `fitNames`.
  delete layer.layout["text-variable-anchor"];
  layer.layout["text-max-width"] = ["get", "most"];
  if (colour) {
    const always = { "text-field": letter, "text-allow-overlap": true, "text-ignore-placement": true };
    return [{ ...layer, id: "letters", layout: { ...layer.layout, ...always } }, layer];
  }
  if ("own" in place.dataset) {
    layer.layout["symbol-sort-key"] = ["case", MINE, -1e9, ["-", 0, ["get", "size"]]];
    layer.paint["text-color"] = ["case", MINE, is.ink, is.quiet];
    layer.paint["text-halo-width"] = ["case", MINE, 2.5, 1.6];
  }
  return [layer];
}

/**
 * @param {string} source @param {unknown} text @param {Record<string, string>} is
 * @returns {Layer}
 */
function nameLayer(source, text, is) {
  return {
    id: source,
    type: "symbol",
    source,
    layout: {
      "text-field": /** @type {any} */ (text),
      "text-font": [font()],
      "text-size": NAME.size,
      "text-padding": 1,
      "text-max-width": NAME.mosts[0],
      "text-line-height": NAME.line,
      "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
      "symbol-sort-key": ["-", 0, ["get", "size"]],
    },
    paint: { "text-color": is.ink, "text-halo-color": is.card, "text-halo-width": 1.6 },
  };
}

/**
 * All layers of a map from the bottom up.
 * @param {HTMLElement} place
 * @returns {Layer[]}
 */
export function layersOf(place) {
  const is = colours(place, NAMES);
  return [
    { id: "paper", type: "background", paint: { "background-color": is.paper } },
    ...fills(place, is),
    ...(place.dataset.groundUrl ? ground(is) : []),
    ...(place.dataset.finerUrl ? finer(is) : []),
    ...("grids" in place.dataset ? tiled(is) : []),
    ...borders(is),
    ...names(place, is),
    ...(place.dataset.finerUrl ? finerNames(is) : []),
  ];
}
