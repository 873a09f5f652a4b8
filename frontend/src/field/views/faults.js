/** What a form still wants before it is done: its questions by name, each a way to it; one line leads to the next. */

import { h, reactive } from "vue";
import { icon } from "../pieces.js";
import { controlIn } from "../place.js";
import { t } from "../words.js";

/** @typedef {import("../webforms.js").Fault} Fault */

/** @param {Fault} fault */
const placeOf = (fault) => document.getElementById(`${fault.id}_container`);

/** How far the page is scrolled, in steps: the bar is drawn anew while one scrolls past the question. */
const scrolled = reactive({ step: 0 });
const STEP = 24;
addEventListener("scroll", () => (scrolled.step = Math.round(scrollY / STEP)), { passive: true });

/** Where a question lies from what is seen of the page; nothing while it is in sight. @param {Fault} fault */
function wayTo(fault) {
  const box = placeOf(fault)?.getBoundingClientRect();
  if (!box || scrolled.step < 0) return "";
  const top = document.querySelector(".fa-head")?.getBoundingClientRect().bottom ?? 0;
  const bottom = document.querySelector(".fa-tabs")?.getBoundingClientRect().top ?? innerHeight;
  return box.bottom <= top ? "up" : box.top >= bottom ? "down" : "";
}

/** Show a question at the top of the page, unfolding what it lies in, ready to be answered. @param {Fault} fault */
function goTo(fault) {
  const place = placeOf(fault);
  if (!place) return;
  for (let panel = place.closest(".p-panel"); panel; panel = panel.parentElement?.closest(".p-panel") ?? null) {
    const fold = /** @type {HTMLElement | null} */ (panel.querySelector(":scope > .p-panel-header [aria-expanded=false]"));
    fold?.click();
  }
  requestAnimationFrame(() => {
    place.scrollIntoView({ block: "start" });
    controlIn(place)?.focus({ preventScroll: true });
  });
}

/** The first one behind a question, else the first of all. @param {Fault[]} faults @param {string} here */
export function nextOf(faults, here) {
  const from = here ? document.getElementById(here) : null;
  const behind = from && faults.find((one) => Number(from.compareDocumentPosition(placeOf(one) ?? from)) & Node.DOCUMENT_POSITION_FOLLOWING);
  return behind || faults[0];
}

/** @param {Fault[]} faults */
export const faultList = (faults) =>
  h("section", { class: "fa-faults", id: "fa-faults", tabindex: -1, "aria-labelledby": "fa-faults-title" }, [
    h("h2", { id: "fa-faults-title" }, t("faults", { n: faults.length })),
    h("ol", { class: "fa-plain" }, faults.map((one) =>
      h("li", { key: one.id }, h("button", { type: "button", class: "fa-fault", onClick: () => goTo(one) }, [h("strong", one.label), h("span", one.what)])),
    )),
  ]);

/** @param {Fault[]} faults @param {string} here the question that was last touched */
export function faultBar(faults, here) {
  const next = nextOf(faults, here);
  const way = wayTo(next);
  return h("div", { class: "fa-fault-bar", "data-way": way }, [
    h("button", { type: "button", class: "fa-fault", onClick: () => goTo(next) }, [
      icon("alert-triangle"), h("span", t("faultNext", { n: faults.length, question: next.label })), way ? icon(`arrow-${way}`) : null,
    ]),
  ]);
}
