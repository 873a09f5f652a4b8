/** Reads the colours of the look as the browser has them now, and tells when they change. */

/**
 * The present values of custom properties, resolved to colours by the browser itself.
 * @param {Element} place
 * @param {string[]} names without the leading `--gc-`
 * @returns {Record<string, string>}
 */
export function colours(place, names) {
  const probe = document.createElement("i");
  probe.hidden = true;
  place.append(probe);
  /** @type {Record<string, string>} */
  const found = {};
  for (const name of names) {
    probe.style.color = `var(--gc-${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

/** The font of the page, for what is drawn on a canvas. */
export function font() {
  return getComputedStyle(document.body).fontFamily;
}

/**
 * Call `redraw` whenever light turns dark or the other way.
 * @param {() => void} redraw
 */
export function onThemeChange(redraw) {
  document.addEventListener("gc:theme", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** Whether the system asks for no motion. */
export function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Call `start` once for each element that `selector` finds, now and in what htmx brings later.
 * @param {string} selector
 * @param {(place: HTMLElement) => void} start
 */
export function eachOnce(selector, start) {
  const seen = new WeakSet();
  const look = () => {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))) {
      if (seen.has(place)) continue;
      seen.add(place);
      start(place);
    }
  };
  look();
  document.addEventListener("htmx:load", look);
}
