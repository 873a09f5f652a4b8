/**
 * The styles of web-forms stay with what it draws: a rule that speaks of any element (its reset, its short names for
 * margins and colours) is told to mean those inside a form, or inside what the engine hangs beside the page: lists and
 * dialogs. A rule that names one of the engine's own classes can meet nothing else and stays as it is.
 */

const INSIDE = ":where(.fa-form, body > :not(#app))";
const OWN = /\.p-|\.odk-|\.ol-|\.geo-|\[data-v-/;

/** The parts of a list of selectors. @param {string} list */
function parts(list) {
  const found = [""];
  let depth = 0;
  for (const sign of list) {
    depth += sign === "(" || sign === "[" ? 1 : sign === ")" || sign === "]" ? -1 : 0;
    if (sign === "," && depth === 0) found.push("");
    else found[found.length - 1] += sign;
  }
  return found.map((part) => part.trim());
}

/** Whether it names a class of the engine's own. @param {string} selector */
export const isOwn = (selector) => OWN.test(selector);

/** Whether a rule speaks of the page itself: there the engine may say nothing but its own variables. @param {string} list */
export const isOfPage = (list) => parts(list).every((part) => /^(:root|:host|html|body)+$/.test(part));

/** The same selectors, meaning nothing outside. @param {string} list */
export const within = (list) => parts(list).map((part) => (isOwn(part) ? part : `${INSIDE} ${part}`)).join(", ");
