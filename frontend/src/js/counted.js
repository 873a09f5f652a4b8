/** How much room a field has: a line below it counts what is written, and says what of a pasted text did not fit. */

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
  const most = field.maxLength;
  const line = document.createElement("p");
  line.className = "gc-help gc-counted";
  line.setAttribute("role", "status");
  field.after(line);
  let cut = 0;
  const tell = () => {
    const over = Math.max(0, field.value.length - most);
    const words = cut ? field.dataset.cut : over ? field.dataset.over : field.dataset.counted;
    line.textContent = filled(words ?? "", { n: field.value.length, most, cut: cut || over });
    line.classList.toggle("is-over", cut + over > 0);
  };
  field.addEventListener("beforeinput", (event) => {
    const input = /** @type {InputEvent} */ (event);
    const text = (input.data ?? input.dataTransfer?.getData("text/plain") ?? "").replaceAll("\r\n", "\n");
    const kept = field.value.length - ((field.selectionEnd ?? 0) - (field.selectionStart ?? 0));
    cut = input.inputType.startsWith("insertFrom") ? Math.max(0, kept + text.length - most) : 0;
  });
  field.addEventListener("input", tell);
  tell();
}

/** Count in every field that has words for it. */
export function startCounted() {
  for (const field of document.querySelectorAll("[data-counted][maxlength]")) {
    count(/** @type {HTMLTextAreaElement | HTMLInputElement} */ (field));
  }
}
