/** What was begun and is not finished: the same list on today's page and above the outbox. */

import { h } from "vue";
import { begunElsewhere } from "../checking.js";
import { icon, way } from "../pieces.js";
import { state } from "../state.js";
import { both, moment, placed, t } from "../words.js";

/** @param {import("../state.js").Draft} draft */
const unfinished = (draft) =>
  h("li", { key: draft.id }, [
    h("a", { class: "fa-thing", href: `#/fill/${draft.id}` }, [
      h("span", { class: "fa-thing-what" }, [icon("pencil"), both(draft.name)]),
      draft.label ? h("span", { class: "fa-thing-where" }, placed(draft.label)) : null,
      h("span", { class: "fa-thing-state" }, t("draft", { time: moment(draft.saved) })),
    ]),
  ]);

/** A result begun at a case that has left the list since. @param {import("../state.js").Begun} begun */
const left = (begun) =>
  h("li", { key: `case ${begun.case}` }, [
    h("a", { class: "fa-thing", "data-left": begun.case, href: `#/case/${begun.case}` }, [
      h("span", { class: "fa-thing-what" }, [icon("clipboard-check"), begun.name ? `${t("case")} · ${both(begun.name)}` : t("case")]),
      begun.label ? h("span", { class: "fa-thing-where" }, begun.label) : null,
      h("span", { class: "fa-thing-why" }, t("caseLeft")),
      h("span", { class: "fa-thing-state is-late" }, begun.saved ? `${t("draft", { time: moment(begun.saved) })} · ${t("stConflict")}` : t("stConflict")),
    ]),
  ]);

/** @param {number} [most] the rest stand in the outbox */
export function drafts(most = Number.POSITIVE_INFINITY) {
  const all = [...begunElsewhere().map(left), ...state.drafts.map(unfinished)];
  const hidden = all.length - most;
  return all.length
    ? h("section", [
        h("h2", t("draftsTitle")),
        h("ul", { class: "fa-things" }, all.slice(0, most)),
        hidden > 0 ? way(t("draftsMore", { n: hidden }), "#/outbox", "send") : null,
      ])
    : null;
}
