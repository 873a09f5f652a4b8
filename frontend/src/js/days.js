/**
 * The colours of areas by day: outlines that are fetched once and kept, and a day as one byte an area in their order.
 * Another day is painted over the same outlines; the table says the same. Where no map is drawn the form loads the day.
 */

/** @typedef {import("geojson").FeatureCollection} Areas */

const NONE = "-";

/** @param {string} url @returns {Promise<Response>} */
async function got(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

/** @param {HTMLElement} place @param {string} day @returns {Promise<string>} */
async function fetchDay(place, day) {
  return (await got((place.dataset.dayUrl ?? "").replace("{day}", day))).text();
}

/**
 * The outlines with the colours of a day; none where no scheme coloured.
 * @param {Areas} outlines @param {string} signs @param {HTMLElement} place
 * @returns {Areas}
 */
function coloured(outlines, signs, place) {
  const [name, page] = [document.documentElement.lang === "en" ? "name_en" : "name_zh", place.dataset.pageUrl ?? ""];
  if (signs.length !== outlines.features.length) throw new Error("this day is of other outlines");
  const features = outlines.features.map((outline, n) => {
    const facts = outline.properties ?? {};
    const letter = signs[n] === NONE ? "" : signs[n].toUpperCase();
    const more = { name: facts[name], label: facts[name], url: page.replace("{code}", facts.code), colour: letter, unsure: letter !== "" && letter !== signs[n] };
    return { ...outline, id: n, properties: { ...facts, ...more } };
  });
  return { type: "FeatureCollection", features };
}

/** @type {WeakMap<HTMLElement, Areas>} */
const held = new WeakMap();

/**
 * What a map of days is drawn from at first.
 * @param {HTMLElement} place
 * @returns {Promise<Areas>}
 */
export async function firstDay(place) {
  const [outlines, signs] = await Promise.all([got(place.dataset.outlinesUrl ?? "").then((answer) => answer.json()), fetchDay(place, place.dataset.day ?? "")]);
  held.set(place, outlines);
  return coloured(outlines, signs, place);
}

/**
 * Put the letters of a day into the table, and leave out what is known of today alone.
 * @param {Areas} areas @param {HTMLFormElement} form @param {string} day
 */
function paintTable(areas, form, day) {
  const letters = new Map(areas.features.map(({ properties }) => [String(properties?.code), properties]));
  for (const row of document.querySelectorAll("tr[data-code]")) {
    const facts = letters.get(row.getAttribute("data-code") ?? "");
    const chip = /** @type {HTMLTemplateElement | null} */ (document.querySelector(`template[data-chip="${facts?.colour || "X"}"]`));
    const striped = /** @type {HTMLTemplateElement | null} */ (facts?.unsure ? document.querySelector("template[data-striped]") : null);
    const parts = [chip, striped].flatMap((one) => (one ? [one.content.cloneNode(true)] : []));
    if (chip) row.querySelector("[data-cell]")?.replaceChildren(...parts);
  }
  const other = day !== form.dataset.loaded;
  document.querySelector("[data-day-table]")?.classList.toggle("is-other-day", other);
  for (const note of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-other-day]"))) note.hidden = !other;
}

/**
 * Listen to the choice of a day.
 * @param {HTMLElement} place
 * @param {(areas: Areas) => Promise<void>} repaint resolves once the colours are seen
 */
export function startDays(place, repaint) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-days]"));
  const choice = /** @type {HTMLSelectElement | null} */ (form?.querySelector("select") ?? null);
  if (!form || !choice) return;
  const button = form.querySelector("button");
  if (button) button.hidden = true;
  let last = 0;
  choice.addEventListener("change", async () => {
    const [day, mine] = [choice.value, ++last];
    // Other areas stood that day: the page of that day brings their outlines.
    if (choice.selectedOptions[0]?.dataset.otherAreas !== undefined) return form.requestSubmit();
    const failed = /** @type {HTMLElement | null} */ (document.querySelector("[data-day-failed]"));
    try {
      const signs = await fetchDay(place, day);
      const outlines = held.get(place);
      if (mine !== last || !outlines) return;
      const areas = coloured(outlines, signs, place);
      paintTable(areas, form, day);
      await repaint(areas);
      if (mine !== last) return;
      place.dataset.day = day;
      if (failed) failed.hidden = true;
    } catch {
      // What is seen stays, and the choice says whose colours those are.
      choice.value = place.dataset.day ?? "";
      if (failed) failed.hidden = false;
    }
  });
}

/**
 * Without a map, the choice of a day loads the page of that day, drawn by the server.
 */
export function startPlainDays() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-days]"));
  form?.querySelector("select")?.addEventListener("change", () => form.requestSubmit());
}

/**
 * Keep the page and its days for reading without a network; only where nobody has signed in.
 */
export async function keepOffline() {
  const kept = /** @type {HTMLElement | null} */ (document.querySelector("[data-keep]"));
  if (!kept || !("serviceWorker" in navigator) || "signedIn" in document.documentElement.dataset) return;
  const tell = () => {
    kept.hidden = navigator.onLine;
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
  await navigator.serviceWorker.register(kept.dataset.keep ?? "", { scope: kept.dataset.scope ?? "" });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const map = /** @type {HTMLElement | null} */ (document.querySelector("[data-map]"));
  const days = [...document.querySelectorAll("form[data-days] option:not([data-other-areas])")].map((one) => (map?.dataset.dayUrl ?? "").replace("{day}", /** @type {HTMLOptionElement} */ (one).value));
  const worker = map?.dataset.worker ?? "";
  active?.postMessage({ say: "keep", urls: [location.href, worker, map?.dataset.outlinesUrl ?? "", ...loaded, ...days].filter(Boolean) });
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data === "kept") kept.dataset.kept = "";
  });
}
