/**
 * A page that answers a sent form stands where its answer is: at what is wrong, or at what was asked for. Else whoever filled in a form low
 * on a page is shown its head, where nothing is new.
 */

const WRONG = "#main :is([role='alert'], .gc-wrong):not(.gc-alarm)";
const OWN = "#main [autofocus]:not([role='alert'], [data-answer]), #main [data-clerk]"; // pages that say by themselves where to begin

/**
 * @param {Element} said
 * @returns {HTMLElement | null} the field that something is said of
 */
function controlOf(said) {
  return said.closest(".gc-field")?.querySelector("input:not([type=hidden]), select, textarea") ?? null;
}

/** @param {Element} said */
function unfold(said) {
  for (let fold = said.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
}

/** @param {Element} place */
function isInSight(place) {
  const { top, bottom } = place.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}

/**
 * @param {HTMLElement} place
 * @param {ScrollLogicalPosition} block
 */
function goTo(place, block) {
  const whole = place.closest(".gc-field") ?? place;
  if (!isInSight(whole)) whole.scrollIntoView({ block: whole.clientHeight > window.innerHeight / 2 ? "start" : block });
  if (!place.matches("a, button, input, select, textarea, [tabindex]")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Go to what the page answers. */
export function startAnswered() {
  if (!("posted" in document.documentElement.dataset) || document.querySelector(OWN)) return;
  const answer = /** @type {HTMLElement | null} */ (document.querySelector("#main [data-answer]"));
  if (answer) return goTo(answer, "start");
  const wrong = /** @type {HTMLElement | null} */ (document.querySelector(WRONG));
  if (!wrong) return;
  unfold(wrong);
  goTo(controlOf(wrong) ?? wrong, "center");
}
