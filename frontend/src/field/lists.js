/** The list of households of a form, as the server's `households.csv` has it, made of the pack on the phone. */

/** @typedef {{zh: string, en: string}} Words */
/** @typedef {{fact: string, column: string, choices: Record<string, Words>}} Asked */
/** @typedef {{id: string, area: string, label: string, version: number, known: Record<string, [string, string]>, at: [number, number] | null}} Household */

const FIRST = ["name", "label", "__version", "area"];

/**
 * @param {Asked[]} asked
 * @param {Household[]} households
 */
export function householdList(asked, households) {
  const heads = [...FIRST, ...asked.flatMap(({ column, choices }) => (hasChoices(choices) ? [column, `${column}_zh`, `${column}_en`] : [column]))];
  const rows = households.map((one) => [one.id, one.label, String(one.version), one.area, ...asked.flatMap((question) => cells(question, one))]);
  return `${[heads, ...rows].map((row) => row.map(quoted).join(",")).join("\n")}\n`;
}

/** @param {Record<string, Words>} choices */
const hasChoices = (choices) => Object.keys(choices).length > 0;

/**
 * @param {Asked} question
 * @param {Household} household
 */
function cells({ fact, choices }, household) {
  const value = household.known[fact]?.[0] ?? "";
  if (!hasChoices(choices)) return [value];
  const keys = value.split(/\s+/).filter(Boolean);
  if (keys.length === 0 || keys.some((key) => !Object.hasOwn(choices, key))) return ["", "", ""];
  return [value, keys.map((key) => choices[key].zh).join("、"), keys.map((key) => choices[key].en).join(", ")];
}

/** @param {string} text */
function quoted(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
