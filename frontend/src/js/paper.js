/** Buttons that copy a text (`data-copy="#id"`) and that print the page (`data-print`). */

/** @param {HTMLElement} button */
async function copy(button) {
  const text = document.querySelector(button.dataset.copy ?? "")?.textContent?.trim() ?? "";
  const said = button.querySelector("span") ?? button;
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = button.dataset.copied ?? said.textContent;
  } catch {
    // Without the right to write there, mark the text, so that one key copies it.
    const place = document.querySelector(button.dataset.copy ?? "");
    if (place) getSelection()?.selectAllChildren(place);
  }
}

/** Listen for both kinds of buttons. */
export function startPaper() {
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest?.("[data-copy]"));
    if (button) copy(button);
    if (target.closest?.("[data-print]")) window.print();
  });
}
