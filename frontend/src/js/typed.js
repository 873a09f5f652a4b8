/**
 * The way back through pages that answered a sent form. Such a page cannot be shown a second time by the browser ("going back" ends in an
 * error), so it stands in the history as the page with the form, and what was typed is put back into it.
 *
 * What was typed waits in this tab alone, for half an hour at most and for the session that typed it: it goes once the form was taken, under
 * whatever query its page was opened, when this tab shows a page to nobody signed in or to another session, and with the tab.
 *
 * Danger: somebody not signed in is perhaps at a device that many use, and their words are for one office. They wait only where a form says
 * so (`data-typed`), without a phone or an e-mail, for ten minutes at most, and only for whoever goes back or loads the page again: whoever
 * opens the page anew may be the next person, for whom there is nothing.
 */

const KEPT = "gridcommons.typed";
const WHOSE = document.documentElement.dataset.signedIn ?? ""; // nobody signed in
const LIFE = (WHOSE === "" ? 10 : 30) * 60_000;
const NOT_ITS_OWN = ["csrfmiddlewaretoken", "once", "seen", "lat", "lon", "at", "step", "version"]; // hidden fields that change from page to page
const REACHES = ["tel", "email"]; // a way to reach somebody does not wait beside words at a device that many may use
const LEFT_OUT = ["hidden", "password", "file", "submit", "button", "image", "reset"];

/**
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field
 * @typedef {{ whose: string, form: string, about: Record<string, string>, values: [string, string][], at: number, sent: boolean }} Typed
 */

/** @returns {Record<string, Typed>} by the address of the page, without what is too old or of another session */
function kept() {
  try {
    const all = /** @type {[string, Typed][]} */ (Object.entries(JSON.parse(sessionStorage.getItem(KEPT) ?? "{}")));
    return Object.fromEntries(all.filter(([, typed]) => typed.whose === WHOSE && Date.now() - typed.at < LIFE));
  } catch {
    return {};
  }
}

/** @param {Record<string, Typed>} all */
function keep(all) {
  if (!Object.keys(all).length) return sessionStorage.removeItem(KEPT);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    sessionStorage.removeItem(KEPT); // more than a tab may hold: as without this
  }
}

/**
 * @param {HTMLFormElement} form
 * @returns {Field[]} what a person types or chooses
 */
function fields(form) {
  const all = /** @type {Field[]} */ ([...form.elements].filter((one) => one.matches("input, textarea, select")));
  return all.filter((field) => field.name && !LEFT_OUT.includes(field.type));
}

/** @param {Field} field */
const isChoice = (field) => field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");

/** @param {HTMLFormElement} form */
const nameOf = (form) => [new URL(form.action, location.href).pathname, ...new Set(fields(form).map((field) => field.name))].join(" ");

/** @param {Typed} typed */
const actionOf = (typed) => typed.form.split(" ")[0];

/**
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>} what tells it from forms alike: its hidden fields
 */
function aboutOf(form) {
  const hidden = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[type=hidden][name]")]);
  return Object.fromEntries(hidden.filter((one) => !NOT_ITS_OWN.includes(one.name)).map((one) => [one.name, one.value]));
}

/**
 * @param {Typed} typed
 * @returns {HTMLFormElement | undefined} the one form of this page that it was typed into; none where two may be it
 */
function formOf(typed) {
  const alike = [...document.forms].filter((one) => nameOf(one) === typed.form);
  const same = alike.filter((one) => Object.entries(aboutOf(one)).every(([name, value]) => (typed.about[name] ?? value) === value));
  return same.length === 1 ? same[0] : undefined;
}

/**
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
function valuesOf(form) {
  const waiting = fields(form).filter((field) => WHOSE !== "" || !REACHES.includes(field.inputMode));
  return waiting.flatMap((field) => {
    if (isChoice(field)) return /** @type {HTMLInputElement} */ (field).checked ? [[field.name, field.value]] : [];
    if (field instanceof HTMLSelectElement) return [...field.selectedOptions].map((one) => [field.name, one.value]);
    return [[field.name, field.value]];
  }).map(([name, value]) => /** @type {[string, string]} */ ([name, value]));
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} values
 */
function putBack(form, values) {
  const left = [...values];
  for (const field of fields(form)) {
    const given = left.filter(([name]) => name === field.name).map(([, value]) => value);
    if (isChoice(field)) /** @type {HTMLInputElement} */ (field).checked = given.includes(field.value);
    else if (field instanceof HTMLSelectElement) for (const one of field.options) one.selected = given.includes(one.value);
    else {
      const place = left.findIndex(([name]) => name === field.name);
      if (place < 0) continue;
      field.value = left.splice(place, 1)[0][1];
    }
    field.dispatchEvent(new Event(isChoice(field) || field instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
  }
  for (let fold = form.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  const said = document.createElement("p");
  said.className = "gc-quiet gc-small";
  said.setAttribute("role", "status");
  said.textContent = document.documentElement.dataset.typedBack ?? "";
  form.prepend(said);
}

/**
 * A page that answers a sent form takes the address of the page with the form; its own forms go on to where they went.
 * @returns {boolean} whether this page is one
 */
function standAsForm() {
  if (!("posted" in document.documentElement.dataset)) return false;
  const from = document.referrer ? new URL(document.referrer) : null;
  const here = from && from.origin === location.origin && from.pathname !== location.pathname ? from : new URL(location.href);
  if (here.href !== location.href) {
    const forms = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form:not([action])")]);
    for (const form of forms) form.action = location.href;
  }
  history.replaceState(history.state, "", here.href);
  return true;
}

/**
 * @param {HTMLFormElement} form
 * @returns {boolean} whether what is typed into it may wait
 */
function mayWait(form) {
  if (form.querySelector("input[type=password], input[type=file]") || form.matches("[data-clerk]")) return false;
  return WHOSE !== "" || form.matches("[data-typed]");
}

/**
 * @param {boolean} isAnswer
 * @param {boolean} comesBack
 * @returns {Record<string, Typed>} what still waits on this page, by the address of its page
 */
function leftOf(isAnswer, comesBack) {
  const all = Object.entries(kept());
  if (isAnswer || comesBack) return Object.fromEntries(all.map(([page, typed]) => [page, { ...typed, sent: false }]));
  const taken = all.filter(([, typed]) => typed.sent).map(([, typed]) => actionOf(typed));
  const anew = (/** @type {string} */ page) => WHOSE === "" && page.split("?")[0] === location.pathname;
  return Object.fromEntries(all.filter(([page, typed]) => !taken.includes(actionOf(typed)) && !anew(page)));
}

/** Follow the forms that are sent. */
export function startTyped() {
  const isAnswer = standAsForm() && !document.querySelector("#main [data-taken]"); // a receipt is the end of what was typed
  const [way] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const comesBack = way?.type === "back_forward" || way?.type === "reload";
  const left = leftOf(isAnswer, comesBack);
  keep(left);
  const own = left[location.pathname + location.search];
  if (own && comesBack && !isAnswer) {
    const form = formOf(own);
    if (form) putBack(form, own.values);
  }
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method !== "post" || !fields(form).length) return;
    if (!mayWait(form)) return;
    const typed = { whose: WHOSE, form: nameOf(form), about: aboutOf(form), values: valuesOf(form), at: Date.now(), sent: true };
    keep({ ...kept(), [location.pathname + location.search]: typed });
  });
}
