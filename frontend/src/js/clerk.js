/**
 * The clerk's page by keyboard alone: Enter in the words and in the place goes on and never files, a number chooses among
 * what is offered, Enter elsewhere files. What is typed is kept in this tab until it was filed, so that a lost connection loses nothing.
 */

const KEPT = "gridcommons.clerk.draft";
const NAMES = ["text", "place", "address", "name", "phone"];

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

/**
 * @param {HTMLFormElement} form
 * @returns {Field[]}
 */
function fields(form) {
  return NAMES.map((name) => /** @type {Field | null} */ (form.querySelector(`[name="${name}"]`))).filter((field) => field !== null);
}

/** @param {HTMLFormElement} form */
function keep(form) {
  const said = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  if (Object.values(said).some(Boolean)) sessionStorage.setItem(KEPT, JSON.stringify(said));
  else sessionStorage.removeItem(KEPT);
}

/**
 * Put back what was typed, unless the server gave the form back filled.
 * @param {HTMLFormElement} form
 */
function putBack(form) {
  const text = sessionStorage.getItem(KEPT);
  if (!text || form.hasAttribute("data-filled") || fields(form).some((field) => field.value)) return;
  const said = JSON.parse(text);
  for (const field of fields(form)) {
    field.value = said[field.name] ?? "";
    if (field.value) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.querySelector("[data-draft-back]")?.removeAttribute("hidden");
}

/** @param {HTMLFormElement} form */
function drop(form) {
  for (const field of fields(form)) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  sessionStorage.removeItem(KEPT);
  form.querySelector("[data-draft-back]")?.setAttribute("hidden", "");
  fields(form)[0]?.focus();
}

/**
 * Where the keyboard goes next: a field, or in a set of choices the one that is chosen, else the first.
 * @param {string | undefined} selector
 * @returns {boolean}
 */
function goOn(selector) {
  const place = /** @type {HTMLElement | null} */ (selector ? document.querySelector(selector) : null);
  const choice = /** @type {HTMLElement | null | undefined} */ (
    place?.querySelector("input[type=radio]:checked") ?? place?.querySelector("input[type=radio]")
  );
  const next = choice ?? (place?.matches("input, textarea") ? place : document.getElementById("id_place"));
  next?.focus();
  return Boolean(next);
}

/** What the places on the page were found for, and whether Enter waits for those of what was typed since. */
const places = { asked: "", shown: "", wanted: false };

/**
 * Enter in the place: the one that was found is taken, several are gone into; with none the page says so and the focus stays.
 * @param {HTMLInputElement} field
 */
function takePlace(field) {
  places.wanted = field.value !== places.shown;
  if (places.wanted) return;
  const found = document.querySelectorAll(`${field.dataset.next} input[type=radio]`);
  const [only] = found;
  if (found.length === 1 && only instanceof HTMLInputElement) {
    if (!only.checked) {
      only.checked = true;
      only.dispatchEvent(new Event("change", { bubbles: true }));
    }
    goOn("#id_address");
  } else if (found.length) goOn(field.dataset.next);
  else if (!field.value.trim()) goOn("#id_address");
}

/**
 * Know what the places on the page were found for: Enter may come before they do.
 * @param {HTMLFormElement} form
 */
function followPlaces(form) {
  const field = /** @type {HTMLInputElement | null} */ (form.querySelector("#id_place[data-next]"));
  if (!field) return;
  places.shown = field.defaultValue;
  field.addEventListener("htmx:beforeRequest", () => { places.asked = field.value; });
  field.addEventListener("htmx:afterRequest", (event) => {
    if (!(/** @type {CustomEvent} */ (event).detail.successful)) places.wanted = false;
  });
  field.addEventListener("input", () => { places.wanted = false; });
  form.querySelector("#spots")?.addEventListener("htmx:afterSettle", () => {
    places.shown = places.asked;
    if (places.wanted && document.activeElement === field) takePlace(field);
  });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  // Chinese is typed through a composer, whose Enter and digits are its own.
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key === "Enter" && !event.shiftKey && target.matches("textarea[data-next]")) {
    if (goOn(target.dataset.next)) event.preventDefault();
    return;
  }
  if (event.key === "Enter" && target instanceof HTMLInputElement && target.matches("#id_place[data-next]")) {
    event.preventDefault();
    takePlace(target);
    return;
  }
  if (event.key === "ArrowDown" && target.matches("#id_place[data-next], textarea[data-next]")) {
    // From a field into what was found for it; in several lines of words the arrow stays an arrow until the last one.
    const words = target instanceof HTMLTextAreaElement && target.value.slice(target.selectionEnd).includes("\n");
    if (!words && document.querySelector(`${target.dataset.next} input[type=radio]`) && goOn(target.dataset.next)) event.preventDefault();
    return;
  }
  const group = /** @type {HTMLElement | null} */ (target.closest("fieldset[data-numbered]"));
  if (!group || !/^[1-9]$/.test(event.key)) return;
  const choice = group.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!(choice instanceof HTMLInputElement)) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  goOn(group.dataset.next);
}

/** Keys with Alt by their place on the keyboard, since with Alt some systems type another sign; the browser's own access keys differ. */
const WITH_ALT = /** @type {Record<string, string>} */ ({ KeyW: "#id_text", KeyP: "#id_place" });

/**
 * Alt with W or P goes to words or place, with F files, wherever the focus is.
 * @param {KeyboardEvent} event
 * @param {HTMLFormElement} form
 */
function onAlt(event, form) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.code === "KeyF") form.requestSubmit();
  else if (WITH_ALT[event.code]) /** @type {HTMLElement | null} */ (form.querySelector(WITH_ALT[event.code]))?.focus();
  else return;
  event.preventDefault();
}

/** Listen on the form; on the page after filing forget what was kept. */
export function startClerk() {
  if (document.querySelector("[data-clerk-done]")) sessionStorage.removeItem(KEPT);
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-clerk]"));
  if (!form) return;
  followPlaces(form);
  putBack(form);
  form.addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => onAlt(event, form));
  form.addEventListener("input", () => keep(form));
  form.querySelector("[data-draft-drop]")?.addEventListener("click", () => drop(form));
  form.addEventListener("submit", (event) => {
    keep(form);
    const lost = !navigator.onLine;
    form.querySelector("[data-offline]")?.toggleAttribute("hidden", !lost);
    if (lost) event.preventDefault();
  });
}
