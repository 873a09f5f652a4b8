/**
 * Charts with our tokens. `<figure data-chart>` reads the table that stands inside it, or `data-series-url`; the table
 * stays as the text of the chart. Empty cells are gaps, never zero. See docs/look.md.
 */

import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { optionOf } from "./js/chart-look.js";
import { seriesOfTable } from "./js/chart-table.js";
import { eachOnce, onThemeChange } from "./js/tokens.js";

use([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, LabelLayout, CanvasRenderer]);

/**
 * @param {HTMLElement} place
 * @returns {Promise<import("./js/chart-look.js").Shown>}
 */
async function shownIn(place) {
  const url = place.dataset.seriesUrl;
  if (!url) return seriesOfTable(/** @type {HTMLTableElement} */ (place.querySelector("table")));
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`series: ${answer.status}`);
  return answer.json();
}

/** @param {HTMLElement} place */
async function drawChart(place) {
  const box = /** @type {HTMLElement | null} */ (place.querySelector(".gc-chart-box"));
  const shown = await shownIn(place);
  if (!box) return;
  const hint = document.createElement("div");
  hint.className = "gc-chart-canvas";
  box.append(hint);
  const chart = init(hint, null, { renderer: "canvas" });
  const draw = () => chart.setOption(optionOf(place, shown), true);
  draw();
  onThemeChange(draw);
  new ResizeObserver(() => chart.resize()).observe(box);
}

// Where the numbers do not come, the table on the page is the answer.
eachOnce("[data-chart]", (place) => void drawChart(place).catch(() => place.classList.add("is-plain")));
