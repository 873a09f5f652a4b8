/** Whether keys pressed now belong to something else than our shortcuts. */

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} true while a person types, or holds a modifier, or another handler took the key
 */
export function keyIsTaken(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = /** @type {HTMLElement | null} */ (event.target);
  return Boolean(target?.closest?.("input, textarea, select, [contenteditable], [role='slider'], .gc-map-live"));
}
