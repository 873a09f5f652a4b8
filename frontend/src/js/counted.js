/** How much room a field of free words has: a line below it counts, and says by how much a text is too long. Nothing is cut off. */

const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/g; // rare signs are two in a text of the browser, and one to whoever counts them
const NEAR = 0.9; // from here on the count is read aloud too

/**
 * @param {string} words with signs in braces
 * @param {Record<string, number>} numbers
 */
function filled(words, numbers) {
  const lang = document.documentElement.lang;
  return words.replace(/\{(\w+)\}/g, (_all, name) => (numbers[name] ?? 0).toLocaleString(lang));
}

/** @param {HTMLTextAreaElement | HTMLInputElement} field */
function count(field) {
  const most = Number(field.dataset.most);
  const line = document.createElement("p");
  line.className = "gc-help gc-counted";
  line.setAttribute("role", "status");
  if (field.id) {
    line.id = `${field.id}_counted`;
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
  }
  (field.closest("label") ?? field).after(line); // within a label it would be read as a part of the name
  const tell = () => {
    const n = field.value.length - (field.value.match(PAIRS)?.length ?? 0);
    const over = Math.max(0, n - most);
    const quiet = field instanceof HTMLInputElement && !over; // a line says its limit only once it is too long
    line.setAttribute("aria-live", n > most * NEAR ? "polite" : "off");
    line.textContent = quiet ? "" : filled((over ? field.dataset.over : field.dataset.counted) ?? "", { n, most, over });
    line.classList.toggle("is-over", over > 0);
  };
  field.addEventListener("input", tell);
  tell();
}

/** Count in every field that has words for it. */
export function startCounted() {
  for (const field of document.querySelectorAll("[data-counted][data-most]")) {
    count(/** @type {HTMLTextAreaElement | HTMLInputElement} */ (field));
  }
}
