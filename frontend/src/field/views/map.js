/** The map of the grid, drawn of the outlines in the pack: no picture comes from elsewhere, and it needs no network. */

import { defineComponent, h, reactive, ref } from "vue";
import { stillToCheck } from "../checking.js";
import { coming, icon, nothing } from "../pieces.js";
import { state } from "../state.js";
import { both, placed, t } from "../words.js";
import { kinds, legend, pin } from "./pins.js";

const WIDTH = 1_000;
const MOST_ZOOM = 40;
const NEAR = 14;

/** @typedef {{x: number, y: number}} Point */

/** Degrees to units of the drawing: one scale both ways. */
function frame() {
  const rings = (state.pack?.ground ?? []).flatMap((one) => ringsOf(one.geometry)).flat();
  const points = [...rings, ...(state.pack?.households ?? []).flatMap((one) => (one.at ? [one.at] : []))];
  if (points.length === 0) return null;
  const [xs, ys] = [points.map((one) => one[0]), points.map((one) => one[1])];
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = WIDTH / Math.max((east - west) * squeeze, 1e-6);
  const place = (/** @type {number[]} */ at) => ({ x: (at[0] - west) * squeeze * scale, y: (north - at[1]) * scale });
  return { place, height: Math.max((north - south) * scale, WIDTH / 4) };
}

/** @param {any} geometry @returns {number[][][]} */
function ringsOf(geometry) {
  if (geometry?.type === "Polygon") return geometry.coordinates;
  return geometry?.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
}

/** @param {number[][][]} rings @param {(at: number[]) => Point} place */
const pathOf = (rings, place) =>
  rings.map((ring) => `M${ring.map((at) => { const { x, y } = place(at); return `${x.toFixed(1)} ${y.toFixed(1)}`; }).join("L")}Z`).join("");

/** The middle of a ring's box, and its upper edge: where names stand. @param {number[][][]} rings @param {(at: number[]) => Point} place */
function middle(rings, place) {
  const points = rings.flat().map(place);
  const [xs, ys] = [points.map((one) => one.x), points.map((one) => one.y)];
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2, top: Math.min(...ys) };
}

export const GridMap = defineComponent({
  props: { chosen: { type: String, default: "" } },
  setup(props) {
    const drawing = frame();
    const box = ref(/** @type {SVGSVGElement | null} */ (null));
    const own = new Set((state.pack?.grids ?? []).map((one) => one.code));
    const homes = drawing ? (state.pack?.households ?? []).flatMap((one) => (one.at ? [{ one, at: drawing.place(one.at) }] : [])) : [];
    const checks = drawing ? stillToCheck().flatMap((one) => (one.at ? [{ one, at: drawing.place(one.at) }] : [])) : [];
    const things = [...checks.map(({ one, at }) => ({ id: one.id, label: `${t("case")} · ${both(one.matter)} · ${one.text.slice(0, 40)}`, href: `#/case/${one.id}`, at })), ...homes.map(({ one, at }) => ({ id: one.id, label: placed(one.label), href: `#/household/${one.id}`, at }))];
    const height = drawing?.height ?? WIDTH;
    const view = reactive({ x: 0, y: 0, zoom: 1, here: /** @type {string[]} */ (props.chosen ? [props.chosen] : []) });
    /** @type {Map<number, Point>} */
    const fingers = new Map();
    let moved = 0;

    const unit = () => WIDTH / view.zoom / Math.max(box.value?.clientWidth ?? WIDTH, 1);
    /** @param {number} factor @param {Point} [at] */
    const zoom = (factor, at = { x: view.x + WIDTH / view.zoom / 2, y: view.y + height / view.zoom / 2 }) => {
      const next = Math.min(Math.max(view.zoom * factor, 1), MOST_ZOOM);
      const share = view.zoom / next;
      Object.assign(view, { x: at.x - (at.x - view.x) * share, y: at.y - (at.y - view.y) * share, zoom: next });
      within();
    };
    const within = () => {
      view.x = Math.min(Math.max(view.x, 0), WIDTH - WIDTH / view.zoom);
      view.y = Math.min(Math.max(view.y, 0), height - height / view.zoom);
    };
    /** @param {PointerEvent | WheelEvent} event @returns {Point} */
    const pointOf = (event) => {
      const frame = box.value?.getBoundingClientRect();
      return { x: view.x + (event.clientX - (frame?.left ?? 0)) * unit(), y: view.y + (event.clientY - (frame?.top ?? 0)) * unit() };
    };
    /** @param {Point} at */
    const pick = (at) => {
      const reach = NEAR * unit();
      const near = things.filter((home) => Math.hypot(home.at.x - at.x, home.at.y - at.y) <= reach);
      near.sort((a, b) => Math.hypot(a.at.x - at.x, a.at.y - at.y) - Math.hypot(b.at.x - at.x, b.at.y - at.y));
      view.here = near.slice(0, 30).map((home) => home.id);
    };
    const down = (/** @type {PointerEvent} */ event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 1) moved = 0;
      box.value?.setPointerCapture(event.pointerId);
    };
    const move = (/** @type {PointerEvent} */ event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      moved += Math.hypot(now.x - before.x, now.y - before.y);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const [wide, was] = [Math.hypot(now.x - other.x, now.y - other.y), Math.hypot(before.x - other.x, before.y - other.y)];
        if (was > 0) zoom(wide / was, pointOf(event));
      } else {
        view.x -= (now.x - before.x) * unit();
        view.y -= (now.y - before.y) * unit();
        within();
      }
      fingers.set(event.pointerId, now);
    };
    const up = (/** @type {PointerEvent} */ event) => {
      if (fingers.delete(event.pointerId) && fingers.size === 0 && moved < 8) pick(pointOf(event));
    };
    const wheel = (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.25 : 0.8, pointOf(event));
    };
    const keys = (/** @type {KeyboardEvent} */ event) => {
      const step = WIDTH / view.zoom / 8;
      const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
      if (event.key === "+" || event.key === "=") zoom(1.5);
      else if (event.key === "-") zoom(1 / 1.5);
      else if (!dx && !dy) return;
      event.preventDefault();
      view.x += dx;
      view.y += dy;
      within();
    };
    const whole = () => {
      Object.assign(view, { x: 0, y: 0, zoom: 1 });
    };
    /** The worker's own grids, with a little around them. */
    const ownGrids = () => {
      const points = drawing ? shapes.filter(({ one }) => own.has(one.code)).flatMap(({ rings }) => rings.flat().map(drawing.place)) : [];
      if (points.length === 0) return;
      const [xs, ys] = [points.map((one) => one.x), points.map((one) => one.y)];
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const zoom = Math.min(Math.max(0.85 * Math.min(WIDTH / (right - left), height / (bottom - top)), 1), MOST_ZOOM);
      Object.assign(view, { zoom, x: (left + right - WIDTH / zoom) / 2, y: (top + bottom - height / zoom) / 2 });
    };

    const shapes = drawing ? (state.pack?.ground ?? []).map((one) => ({ one, rings: ringsOf(one.geometry) })).sort((a, b) => Number(own.has(a.one.code)) - Number(own.has(b.one.code))) : [];
    const paths = drawing ? shapes.map(({ one, rings }) => h("path", { key: one.code, class: ["fa-area", own.has(one.code) ? "is-own" : ""], d: pathOf(rings, drawing.place) })) : [];
    const chosen = things.find((thing) => thing.id === props.chosen);
    ownGrids();
    if (chosen) {
      const zoom = Math.min(view.zoom * 3, MOST_ZOOM);
      Object.assign(view, { zoom, x: chosen.at.x - WIDTH / zoom / 2, y: chosen.at.y - height / zoom / 2 });
    }
    within();
    /** Many pins are small until one looks closer. */
    const size = () => Math.min(9, Math.max(2.5, (60 * view.zoom) / Math.sqrt(homes.length + 1) / 2));
    const kindOf = kinds();
    const there = new Set([...homes.map(({ one }) => kindOf(one.id)), ...(checks.length ? [/** @type {const} */ ("check")] : [])]);
    const without = (state.pack?.households.length ?? 0) - homes.length;

    return () => {
      if (!drawing) return [h("h1", t("map")), coming() ?? nothing(t("mapEmpty"), t("mapEmptyWhat"), "map")];
      const one = unit();
      /** Names of other grids are pale, in their middle, and stand only nearer by; that of one's own above its outline, clear of the signs. */
      const names = shapes.filter(({ one }) => own.has(one.code) || view.zoom > 2).map(({ one: area, rings }) => {
        const at = middle(rings, drawing.place);
        const mine = own.has(area.code);
        const y = mine ? Math.max(at.top - 12 * one, view.y + 14 * one) : at.y;
        const text = mine ? t("myGrid", { name: both(area.name) }) : both(area.name);
        const wide = (0.5 * [...text].reduce((sum, sign) => sum + (sign >= "\u2e80" ? 1 : 0.62), 0) * 15 + 4) * one;
        const x = mine ? Math.max(Math.min(at.x, view.x + WIDTH / view.zoom - wide - 60 * one), view.x + wide) : at.x;
        return h("text", { key: area.code, x, y, class: ["fa-name", mine ? "is-own" : ""], "font-size": (mine ? 15 : 12) * one, "stroke-width": (mine ? 5 : 3) * one }, text);
      });
      const isHere = (/** @type {string} */ id) => view.here.includes(id);
      const pins = homes.map(({ one: home, at }) => pin(kindOf(home.id), at, isHere(home.id) ? Math.max(size(), 8) : size(), one, { key: home.id, here: isHere(home.id) }));
      const marks = checks.map(({ one: check, at }) => pin("check", at, isHere(check.id) ? 9 : 7, one, { key: check.id, here: isHere(check.id) }));
      const here = view.here.flatMap((id) => things.filter((thing) => thing.id === id));
      return [
        h("h1", t("map")),
        h("p", { class: "fa-quiet fa-small" }, t("mapWhat")),
        legend(there),
        h("div", { class: "fa-map" }, [
          h("svg", {
            ref: box, viewBox: `${view.x} ${view.y} ${WIDTH / view.zoom} ${height / view.zoom}`, tabindex: 0, role: "application", "aria-label": `${t("map")}: ${t("pins", { n: homes.length })}`,
            onPointerdown: down, onPointermove: move, onPointerup: up, onPointercancel: (/** @type {PointerEvent} */ event) => fingers.delete(event.pointerId), onWheel: wheel, onKeydown: keys,
          }, [...paths, ...pins, ...marks, ...names]),
          h("div", { class: "fa-map-tools" }, [
            h("button", { type: "button", "aria-label": t("zoomIn"), title: t("zoomIn"), onClick: () => zoom(1.6) }, icon("plus")),
            h("button", { type: "button", "aria-label": t("zoomOut"), title: t("zoomOut"), onClick: () => zoom(1 / 1.6) }, icon("minus")),
            h("button", { type: "button", "aria-label": t("whole"), title: t("whole"), onClick: whole }, icon("focus-centered")),
          ]),
        ]),
        h("p", { class: "fa-quiet fa-small" }, [t("pins", { n: homes.length }), without ? ` · ${t("noPoint", { n: without })}` : "", state.pack?.ground.some((area) => area.synthetic) ? ` · ${t("synthetic")}` : ""]),
        h("div", { role: "status" }, here.length ? [h("h2", t(here.every((thing) => thing.href.startsWith("#/household")) ? "homesHere" : "thingsHere", { n: here.length })), h("ul", { class: "fa-lines" }, here.map((thing) => h("li", { key: thing.id }, h("a", { class: "fa-line", href: thing.href }, h("span", thing.label)))))] : []),
      ];
    };
  },
});
