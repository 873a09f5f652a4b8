/** The look of a chart: thin axes, no legend box, the name at the end of its line, patterns besides colour. */

import { colours, font, isStill } from "./tokens.js";

/**
 * @typedef {{ name: string, values: (number | null)[], as?: "line" | "bar" }} Series
 * @typedef {{ x: string[], series: Series[], unit?: string, kind?: "line" | "bar" }} Shown
 */

const DASHES = /** @type {const} */ (["solid", "dashed", "dotted"]);

/**
 * @param {Series} series @param {number} index @param {Record<string, string>} is @param {string} kind @param {boolean} alone
 * @param {number} level how many labels stand below this one at the same place
 */
function oneSeries(series, index, is, kind, alone, level) {
  const colour = [is["house-said"], is.ink, is.quiet][index % 3];
  const isLine = (series.as ?? kind) === "line";
  return {
    name: series.name,
    type: isLine ? "line" : "bar",
    data: series.values,
    connectNulls: false,
    symbol: "circle",
    symbolSize: 5,
    showSymbol: series.values.length <= 31,
    itemStyle: { color: colour, borderRadius: isLine ? 0 : [2, 2, 0, 0] },
    lineStyle: { color: colour, width: 2, type: DASHES[index % 3] },
    barMaxWidth: 28,
    barGap: "20%",
    emphasis: { disabled: true },
    labelLayout: { moveOverlap: "shiftY" },
    endLabel: { show: isLine && !alone, formatter: "{a}", color: colour, fontSize: 13, offset: [0, -16 * level] },
  };
}

/**
 * Labels of lines that end at the same figure stand above one another: all of them at nought, most often.
 * @param {Series[]} series @param {number} index
 */
function levelOf(series, index) {
  const end = (/** @type {Series} */ one) => one.values.findLast((value) => value !== null);
  return series.slice(0, index).filter((one) => end(one) === end(series[index])).length;
}

/** @param {Record<string, string>} is @param {Shown} shown */
function axes(is, shown) {
  const label = { color: is.quiet, fontSize: 13, hideOverlap: true };
  return {
    xAxis: { type: "category", data: shown.x, axisLine: { lineStyle: { color: is.edge } }, axisTick: { show: false }, axisLabel: label },
    yAxis: { type: "value", minInterval: 1, splitNumber: 3, splitLine: { lineStyle: { color: is.rule } }, axisLabel: label },
  };
}

/**
 * The whole option of a chart.
 * @param {HTMLElement} place
 * @param {Shown} shown
 */
export function optionOf(place, shown) {
  const is = colours(place, ["ink", "quiet", "rule", "edge", "card", "house-said"]);
  const kind = shown.kind ?? place.dataset.chart ?? "line";
  const alone = shown.series.length === 1;
  return {
    animation: !isStill(),
    animationDuration: 150,
    textStyle: { fontFamily: font(), color: is.ink, fontSize: 13 },
    aria: { enabled: true, decal: { show: kind === "bar" && !alone } },
    grid: { left: 4, right: alone || kind === "bar" ? 8 : 96, top: 16, bottom: 4, containLabel: true },
    // Rich text is drawn on the canvas: the page's policy forbids styles inside written HTML.
    tooltip: { trigger: "axis", renderMode: "richText", transitionDuration: 0, backgroundColor: is.card, borderColor: is.edge, textStyle: { color: is.ink, fontSize: 13 } },
    ...axes(is, shown),
    series: shown.series.map((series, index) => oneSeries(series, index, is, kind, alone, levelOf(shown.series, index))),
  };
}
