/** The households of today's grids, found by their address; one household with what is on record and its forms. */

import { h, reactive } from "vue";
import { seen } from "../filling.js";
import { button, coming, icon, note, nothing, way } from "../pieces.js";
import { formCalled, gridName, household, state } from "../state.js";
import { both, day, isToday, placed, t } from "../words.js";
import { stillDue, when } from "./today.js";

const PAGE = 60;
const byNumber = new Intl.Collator("zh", { numeric: true });
const wish = reactive({ words: "", open: false, due: false, most: PAGE });

/** @param {string} id */
export const filledToday = (id) => state.outs.some((out) => out.household === id && isToday(out.made));

/** @param {import("../state.js").Household} one */
const line = (one) =>
  h("li", { key: one.id }, [
    h("a", { class: "fa-line", href: `#/household/${one.id}` }, [
      h("span", placed(one.label)), filledToday(one.id) ? h("span", { class: "fa-done" }, [icon("check"), t("filledToday")]) : null,
    ]),
  ]);

/** Of those that are due all, whatever was asked for before. */
export function onlyDue() {
  Object.assign(wish, { words: "", open: false, due: true, most: PAGE });
  location.replace("#/households");
}

export function homes() {
  const due = new Set(wish.due ? stillDue().map((one) => one.household) : []);
  const parts = wish.words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (state.pack?.households ?? [])
    .filter((one) => parts.every((part) => `${one.label} ${placed(one.label)}`.toLowerCase().includes(part)) && !(wish.open && filledToday(one.id)) && (!wish.due || due.has(one.id)))
    .sort((a, b) => byNumber.compare(a.label, b.label));
  if (!state.pack?.households.length) return [h("h1", t("households")), coming() ?? nothing(t("homesNone"), t("homesNoneWhat"), "home")];
  return [
    h("h1", t("households")),
    h("div", { class: "fa-field" }, [
      h("label", { for: "fa-find" }, t("find")),
      h("input", { id: "fa-find", type: "search", value: wish.words, autocomplete: "off", onInput: (/** @type {any} */ event) => Object.assign(wish, { words: event.target.value, most: PAGE }) }),
    ]),
    h("label", { class: "fa-tick" }, [h("input", { type: "checkbox", checked: wish.open, onChange: (/** @type {any} */ event) => (wish.open = event.target.checked) }), t("notVisited")]),
    h("label", { class: "fa-tick" }, [h("input", { type: "checkbox", checked: wish.due, onChange: (/** @type {any} */ event) => (wish.due = event.target.checked) }), t("onlyDue")]),
    h("p", { class: "fa-quiet" }, [h("span", { role: "status" }, t("found", { n: found.length })), " · ", t("numberWhat")]),
    found.length ? h("ul", { class: "fa-lines" }, found.slice(0, wish.most).map(line)) : nothing(t("noneFound"), t("noneFoundWhat"), "search"),
    found.length > wish.most ? button(t("more", { n: found.length - wish.most }), () => (wish.most += PAGE)) : null,
  ];
}

/** What is on record, in the words of the forms that ask it. @param {import("../state.js").Household} home */
function known(home) {
  const asked = (state.pack?.forms ?? []).flatMap((form) => form.asked);
  return Object.entries(home.known).map(([fact, [value, asOf]]) => {
    const question = asked.find((one) => one.fact === fact);
    const words = value.split(" ").map((key) => both(question?.choices[key]) || key);
    return h("div", { key: fact }, [h("dt", both(question?.label) || fact), h("dd", [words.join(state.language === "zh" ? "、" : ", "), h("small", t("asOf", { day: day(asOf) }))])]);
  });
}

/**
 * @param {string} form
 * @param {string} home
 */
function fill(form, home) {
  location.hash = `#/begin/${encodeURIComponent(form)}/${home}`;
}

/** A visit that is due at this household: what asks for it, and its form. @param {import("../state.js").Due} due */
function asked(due) {
  const form = formCalled(due.form);
  return h("section", { class: "fa-card fa-stack", key: `due ${due.form}` }, [
    h("h2", t("dueHere")), h("p", both(due.because)), h("p", { class: "fa-quiet" }, when(due)),
    form ? button(both(form.name), () => fill(form.key, due.household), { icon: "clipboard-list", kind: "is-first" }) : null,
  ]);
}

/** @param {string} id */
export function home(id) {
  const one = household(id);
  if (!one) return [way(t("households"), "#/households", "arrow-back-up"), note(t("gone"))];
  void seen(id, "");
  const facts = known(one);
  const due = stillDue().filter((visit) => visit.household === id);
  const others = (state.pack?.forms ?? []).filter((form) => !due.some((visit) => visit.form === form.key));
  return [
    way(t("households"), "#/households", "arrow-back-up"),
    h("h1", placed(one.label)),
    h("p", { class: "fa-quiet" }, both(gridName(one.area))),
    ...due.map(asked),
    facts.length ? h("section", [h("h2", t("knownTitle")), h("dl", { class: "fa-known" }, facts)]) : null,
    h("section", [
      h("h2", t(due.length ? "otherForms" : "fill")),
      h("div", { class: "fa-stack" }, others.map((form) => button(both(form.name), () => fill(form.key, id), { icon: "clipboard-list", kind: "is-wide" }))),
    ]),
    one.at ? way(t("onMap"), `#/map/${id}`, "map-pin") : null,
    h("p", { class: "fa-quiet fa-small" }, t("openedNote")),
  ];
}

export function forms() {
  const held = state.pack?.forms ?? [];
  return [
    h("h1", t("forms")),
    held.length ? h("p", { class: "fa-quiet" }, t("formsWhat")) : coming() ?? nothing(t("formsNone"), t("formsNoneWhat"), "clipboard-list"),
    h("ul", { class: "fa-things" }, held.map((form) =>
      h("li", { key: form.id }, [
        h("button", { type: "button", class: "fa-thing", onClick: () => fill(form.key, "") }, [
          h("span", { class: "fa-thing-what" }, [icon("clipboard-list"), both(form.name)]),
          h("span", { class: "fa-thing-why" }, `${both(form.matter)} · ${t("version", { v: form.version })}`),
        ]),
      ]),
    )),
  ];
}
