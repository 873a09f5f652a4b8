/** Today: what was not finished; at most twelve things, the rest behind them; the grids one serves. */

import { h, reactive } from "vue";
import { button, coming, icon, note, nothing, way } from "../pieces.js";
import { begunAt, begunElsewhere, resultOf, stillToCheck } from "../checking.js";
import { formCalled, household, state, stillWaits } from "../state.js";
import { both, day, isToday, moment, placed, t } from "../words.js";
import { drafts } from "./drafts.js";

const MOST = 12;
const MOST_DRAFTS = 3;
const PAGE = 60;
const shown = reactive({ most: MOST });

/**
 * What was filled in for a visit today. It answers nothing to an appointment that was made for later.
 * @param {import("../state.js").Due} due
 */
const answersTo = (due) =>
  state.outs.find((out) =>
    out.household === due.household && out.form === due.form && isToday(out.made) && !(due.appointment && new Date(due.appointment).getTime() > out.made));

/** Visits that are due still: one whose form the server has is done, also where the pack is older. */
export function stillDue() {
  return (state.pack?.due ?? []).filter((due) => {
    const out = answersTo(due);
    return !out || stillWaits(out);
  });
}

/** By when, or at which time. @param {import("../state.js").Due} due */
export const when = (due) => (due.appointment ? t("appointment", { time: moment(due.appointment) }) : t("until", { day: day(due.until) }));

/** @param {import("../state.js").Due} due */
function visit(due) {
  const known = household(due.household);
  return h("li", { key: `visit ${due.household} ${due.form}` }, [
    h("a", { class: "fa-thing", href: `#/household/${due.household}` }, [
      h("span", { class: "fa-thing-what" }, [icon("walk"), `${t("visit")} · ${both(formCalled(due.form)?.name)}`]),
      h("span", { class: "fa-thing-where" }, placed(known?.label ?? due.label)),
      h("span", { class: "fa-thing-why" }, both(due.because)),
      h("span", { class: "fa-thing-state" }, answersTo(due) ? t("filledToday") : when(due)),
    ]),
  ]);
}

/** @param {import("../state.js").Case} one */
function check(one) {
  const out = resultOf(one.id);
  const due = one.late ? t("late") : one.due ? t("until", { day: day(one.due) }) : "";
  return h("li", { key: one.id }, [
    h("a", { class: "fa-thing", href: `#/case/${one.id}` }, [
      h("span", { class: "fa-thing-what" }, [icon("clipboard-check"), `${t("case")} · ${both(one.matter)}`]),
      h("span", { class: "fa-thing-where" }, one.text),
      one.address ? h("span", { class: "fa-thing-why" }, one.address) : null,
      h("span", { class: ["fa-thing-state", one.late && !out ? "is-late" : ""] }, out && stillWaits(out) ? t("resWaitsShort") : begunAt(one.id) ? [t("resBegun"), due].filter(Boolean).join(" · ") : out ? `${t("tried", { time: moment(out.made) })}${due ? ` · ${due}` : ""}` : due),
    ]),
  ]);
}

/** How many cases and visits there are to do in all: those, too, that the phone was not sent. @returns {[number, number]} */
function left() {
  const { case_total: cases = 0, due_total: due = 0, cases: sent = [], due: visits = [] } = state.pack ?? {};
  return [Math.max(cases, sent.length) - sent.length + stillToCheck().length, Math.max(due, visits.length) - visits.length + stillDue().length];
}

export function today() {
  const pack = state.pack;
  const [asked, plain] = [stillDue().filter((due) => due.appointment), stillDue().filter((due) => !due.appointment)];
  const things = [...asked.map(visit), ...stillToCheck().map(check), ...plain.map(visit)]; // who named a time, who waits for a check, then the rest
  const hidden = things.length - shown.most;
  const [checks, visits] = left();
  return [
    h("h1", t("today")),
    checks + visits ? h("p", { class: "fa-quiet" }, t("dayCounts", { checks, visits })) : null,
    state.hasGrid ? null : note(t("noGrid")),
    drafts(MOST_DRAFTS),
    things.length && (state.drafts.length || begunElsewhere().length) ? h("h2", t("due")) : null,
    things.length
      ? h("ul", { class: "fa-things" }, things.slice(0, shown.most))
      : coming() ?? nothing(t("todayNone"), t("todayNoneWhat"), "sun"),
    shown.most > MOST ? h("p", { class: "fa-quiet", role: "status" }, t("shownOf", { n: Math.min(shown.most, things.length), all: checks + visits })) : null,
    h("div", { class: "fa-row" }, [
      hidden > 0 ? button(t("more", { n: Math.min(hidden, shown.most > MOST ? PAGE : hidden) }), () => (shown.most += PAGE)) : null,
      shown.most > MOST ? button(t("less"), () => (shown.most = MOST)) : null,
    ]),
    hidden > 0 && shown.most > MOST ? way(t("findDue"), "#/households/due", "search") : null,
    pack?.grids.length ? h("section", [h("h2", t("yourGrids")), h("ul", { class: "fa-plain" }, pack.grids.map((grid) => h("li", [way(both(grid.name), "#/map", "map-pin")])))]) : null,
    h("p", { class: "fa-quiet fa-small" }, t("noCount")),
  ];
}
