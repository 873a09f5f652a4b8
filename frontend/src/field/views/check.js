/** A case to check on the spot: what was reported and done, the result with a note and a picture, without a network. */

import { defineComponent, h, onBeforeUnmount, onMounted, reactive } from "vue";
import { begunAt, finishCheck, keepBegun, keepPicture, resultOf } from "../checking.js";
import { caseSeen } from "../filling.js";
import { button, icon, note, way } from "../pieces.js";
import { caseCalled, gridName, state, stillWaits } from "../state.js";
import * as store from "../store.js";
import { sync } from "../sync.js";
import { both, day, moment, t } from "../words.js";

const PAUSE = 400;
const LEAST = 2;
/** @typedef {import("../state.js").Result} Result */
/** @typedef {Parameters<typeof t>[0]} Key */
export const RESULTS = /** @type {[Result, Key, Key, string][]} */ ([
  ["done", "resDone", "resDoneThen", "circle-check"], ["undone", "resUndone", "resUndoneThen", "rotate"],
  ["no_access", "resNoAccess", "resAgain", "lock"], ["not_found", "resNotFound", "resAgain", "map-pin-off"],
]);
/** @param {string} result @returns {Key} */
export const resultWords = (result) => RESULTS.find(([key]) => key === result)?.[1] ?? "empty";

/** @param {import("../state.js").CaseStep} step */
const stepLine = (step) =>
  h("li", { key: step.at + step.what.en }, [
    h("div", [h("strong", both(step.what)), step.who ? ` · ${both(step.who)}` : ""]), step.note ? h("div", { class: "fa-said" }, step.note) : null,
    h("div", { class: "fa-quiet fa-small" }, moment(step.at)),
  ]);

/** @param {import("../state.js").CaseStep[]} steps */
export const steps = (steps) => h("ol", { class: "fa-steps" }, steps.map(stepLine));

/** @param {import("../state.js").Case} one */
const about = (one) => [
  h("h1", both(one.matter)),
  h("p", { class: ["fa-quiet", one.late ? "is-late" : ""] }, `${one.number}${one.late ? ` · ${t("late")}` : one.due ? ` · ${t("until", { day: day(one.due) })}` : ""}`),
  h("p", { class: "fa-said fa-report" }, one.text),
  h("p", [icon("map-pin"), " ", both(gridName(one.area)) || one.area, one.address ? ` · ${one.address}` : ""]),
  one.at ? way(t("onMap"), `#/map/${one.id}`, "map") : null,
];

export const Check = defineComponent({
  props: { id: { type: String, required: true } },
  setup(props) {
    const one = caseCalled(props.id);
    const view = reactive({ result: /** @type {Result | ""} */ (""), note: "", picture: "", saved: 0, fault: /** @type {Key | ""} */ (""), photos: /** @type {string[]} */ ([]), ready: false, busy: false });
    let picture = /** @type {Blob | null} */ (null);
    let timer = 0;
    let ended = false;
    const urls = /** @type {string[]} */ ([]);
    /** @param {Blob} blob */
    const shownAs = (blob) => {
      urls.push(URL.createObjectURL(blob));
      return urls[urls.length - 1];
    };
    const begun = () => ({ result: view.result, note: view.note, photo: Boolean(picture) });
    const keep = async () => {
      clearTimeout(timer);
      if (ended || !store.isOpen() || !view.ready) return;
      await keepBegun(props.id, begun());
      view.saved = Date.now();
    };
    const later = () => {
      view.fault = "";
      clearTimeout(timer);
      timer = window.setTimeout(keep, PAUSE);
    };
    /** @param {Event} event */
    const pick = async (event) => {
      const file = /** @type {HTMLInputElement} */ (event.target).files?.[0];
      if (!file) return;
      if (!file.type.startsWith("image/")) return void (view.fault = "notPicture");
      picture = await keepPicture(props.id, file);
      view.picture = shownAs(picture);
      await keep();
    };
    const drop = async () => {
      picture = null;
      view.picture = "";
      await store.drop("checkphoto", props.id);
      await keep();
    };
    const finish = async () => {
      if (!one || view.busy) return;
      view.fault = !view.result ? "chooseResult" : [...view.note.replace(/\s/g, "")].length < LEAST ? "writeNote" : "";
      if (view.fault) return void document.getElementById(view.result ? "fa-note" : "fa-res-done")?.focus();
      [ended, view.busy] = [true, true];
      clearTimeout(timer);
      await finishCheck(one, begun(), picture);
      location.hash = "#/outbox";
      void sync();
    };
    onMounted(async () => {
      if (!one) return;
      void caseSeen(one.id);
      const held = await begunAt(one.id);
      picture = held.picture;
      Object.assign(view, { result: held.begun.result, note: held.begun.note, picture: picture ? shownAs(picture) : "", ready: true });
      for (const photo of one.photos) {
        const bytes = await store.getBytes("casephoto", `${one.id}/${photo}`);
        if (bytes) view.photos.push(shownAs(new Blob([bytes], { type: "image/jpeg" })));
      }
    });
    onBeforeUnmount(() => {
      void keep();
      for (const url of urls) URL.revokeObjectURL(url);
    });
    /** @param {[Result, Key, Key, string]} row */
    const choice = ([key, words, then, name]) =>
      h("label", { key, class: ["fa-pick", view.result === key ? "is-on" : ""] }, [
        h("input", { type: "radio", id: `fa-res-${key}`, name: "result", value: key, checked: view.result === key, onChange: () => (view.result = key, later()) }),
        h("span", [h("span", { class: "fa-pick-what" }, [icon(name), t(words)]), view.result === key ? h("span", { class: "fa-hint" }, t(then === "resDoneThen" && one?.public ? "resDonePublic" : then)) : null]),
      ]);
    const form = () =>
      h("form", { class: "fa-card fa-stack", "data-ready": view.ready ? "" : undefined, onSubmit: (/** @type {Event} */ event) => (event.preventDefault(), finish()) }, [
        h("fieldset", { class: "fa-picks" }, [h("legend", t("resTitle")), ...RESULTS.map(choice)]),
        h("div", { class: "fa-field" }, [
          h("label", { for: "fa-note" }, t("resNote")),
          h("textarea", { id: "fa-note", rows: 3, maxlength: 3_800, value: view.note, onInput: (/** @type {any} */ event) => (view.note = event.target.value, later()) }),
        ]),
        view.picture
          ? h("div", { class: "fa-stack" }, [h("img", { class: "fa-photo", src: view.picture, alt: t("photoMine") }), button(t("photoDrop"), drop, { kind: "is-quiet", icon: "trash" })])
          : h("div", { class: "fa-file" }, [h("label", { for: "fa-photo", class: "fa-button is-wide" }, [icon("camera"), h("span", t("resPhoto"))]), h("input", { id: "fa-photo", type: "file", accept: "image/*", capture: "environment", onChange: pick })]),
        view.fault ? note(t(view.fault), "bad") : null,
        h("p", { class: "fa-quiet fa-small", role: "status" }, view.saved ? t("saved", { time: moment(view.saved) }) : ""),
        h("button", { type: "submit", class: "fa-button is-first", disabled: view.busy }, [icon("check"), h("span", t("finish"))]),
      ]);
    return () => {
      if (!one) return [way(t("today"), "#/today", "arrow-back-up"), note(t("caseGone"))];
      const out = resultOf(one.id);
      const waits = out && stillWaits(out);
      return [
        way(t("today"), "#/today", "arrow-back-up"), ...about(one),
        view.photos.length ? h("ul", { class: "fa-photos" }, view.photos.map((url, at) => h("li", { key: url }, h("a", { href: url, target: "_blank" }, h("img", { class: "fa-photo", src: url, alt: t("photoOf", { n: at + 1 }) }))))) : null,
        waits ? h("div", { class: "fa-card fa-stack" }, [h("p", t("resWaits")), way(t("outbox"), "#/outbox", "send")]) : form(),
        h("section", [h("h2", t("caseSteps")), one.handler ? h("p", { class: "fa-quiet" }, t("caseBy", { who: both(one.handler) })) : null, steps(one.steps)]),
        h("p", { class: "fa-quiet fa-small" }, t("caseLook")),
      ];
    };
  },
});
