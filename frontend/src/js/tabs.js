/** A line of tabs that is longer than a phone is wide begins where one stands: the own tab lies in view. */

/** Put the tab of the page that is shown into the middle of its line, as far as the line goes. */
export function startTabs() {
  for (const line of document.querySelectorAll(".gc-desk-tabs")) {
    const own = line.querySelector("[aria-current]");
    if (!own) continue;
    const [place, around] = [own.getBoundingClientRect(), line.getBoundingClientRect()];
    line.scrollLeft += place.left - around.left - (around.width - place.width) / 2;
  }
}
