/** What was begun and is not finished: the same list on today's page and above the outbox. */

import { h } from "vue";
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

/** @param {number} [most] the rest stand in the outbox */
export function drafts(most = Number.POSITIVE_INFINITY) {
  const hidden = state.drafts.length - most;
  return state.drafts.length
    ? h("section", [
        h("h2", t("draftsTitle")),
        h("ul", { class: "fa-things" }, state.drafts.slice(0, most).map(unfinished)),
        hidden > 0 ? way(t("draftsMore", { n: hidden }), "#/outbox", "send") : null,
      ])
    : null;
}
