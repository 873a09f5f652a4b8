/** Reads a chart out of the table that a page shows anyway. */

/**
 * @param {string} text
 * @returns {number | null} null for an empty or suppressed cell
 */
export function numberIn(text) {
  const plain = text.replace(/[\s,%]/g, "").replace("−", "-");
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

/**
 * First column: the places on the axis. Each further column: a series under its heading.
 * @param {HTMLTableElement} table
 * @returns {import("./chart-look.js").Shown}
 */
export function seriesOfTable(table) {
  const text = (/** @type {Element | undefined} */ cell) => cell?.textContent?.trim() ?? "";
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map(text);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  return {
    x: rows.map((cells) => text(cells[0])),
    series: heads.slice(1).map((name, column) => ({ name, values: rows.map((cells) => numberIn(text(cells[column + 1]))) })),
  };
}
