/** A case to check on the spot: what was reported and done, the result with a note and a picture, without a network. */

import { defineComponent, h, onBeforeUnmount, onMounted, reactive } from "vue";
import { aboutCase, begunAt, begunPicture, dropBegun, finishCheck, keepBegun, keepPicture, resultOf } from "../checking.js";
import { caseSeen } from "../filling.js";
import { button, icon, note, sure, way } from "../pieces.js";
import { caseCalled, gridName, state, stillWaits } from "../state.js";
import * as store from "../store.js";
import { doorOf, sync } from "../sync.js";
import { both, day, moment, t, written } from "../words.js";

const PAUSE = 400;
const LEAST = 2;
const MOST = 3_800; // as the server takes it
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
    h("div", { class: "fa-quiet fa-small" }, written(step.at)),
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

/**
 * A case that has left the list since something was begun there: why, as far as the server tells, and how it stands.
 * @param {import("../checking.js").About} about
 * @param {import("../state.js").CaseNow | null | undefined} now
 */
const aboutLeft = (about, now) => [
  h("h1", both(about.name) || t("case")),
  about.label ? h("p", { class: "fa-said" }, about.label) : null,
  note(t("caseLeft")),
  h("p", t(now ? "caseLeftMoved" : now === null ? "caseNotYours" : "caseLeftUnknown")),
  now ? h("section", { class: "fa-card fa-stack" }, [h("h2", `${t("theirs")} · ${both(now.state)}`), steps(now.steps.slice(-3))]) : null,
];

export const Check = defineComponent({
  props: { id: { type: String, required: true } },
  setup(props) {
    const one = caseCalled(props.id);
    const of = aboutCase(props.id);
    const view = reactive({ result: /** @type {Result | ""} */ (""), note: "", picture: "", saved: 0, fault: /** @type {Key | ""} */ (""), photos: /** @type {string[]} */ ([]), ready: false, busy: false, dropping: false, now: /** @type {import("../state.js").CaseNow | null | undefined} */ (undefined) });
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
      if (ended || !store.isOpen() || !view.ready || !of) return;
      await keepBegun(of, begun());
      view.saved = view.result || view.note.trim() || picture ? Date.now() : 0;
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
    const signs = () => [...view.note].length;
    const finish = async (late = false) => {
      if (!of || view.busy) return;
      view.fault = !view.result ? "chooseResult" : [...view.note.replace(/\s/g, "")].length < LEAST ? "writeNote" : "";
      if (view.fault || signs() > MOST) return void document.getElementById(view.result ? "fa-note" : "fa-res-done")?.focus();
      [ended, view.busy] = [true, true];
      clearTimeout(timer);
      await finishCheck(of, begun(), picture, late);
      location.hash = "#/outbox";
      void sync();
    };
    const giveUp = async () => {
      ended = true;
      await dropBegun(props.id);
      location.hash = "#/outbox";
    };
    onMounted(async () => {
      if (!of) return;
      const held = begunAt(props.id);
      picture = await begunPicture(props.id);
      Object.assign(view, { result: held?.result ?? "", note: held?.note ?? "", picture: picture ? shownAs(picture) : "", ready: true });
      if (!one) return void doorOf().then((door) => door.caseNow(props.id)).then((now) => (view.now = now), () => {}); // without a network nothing is known of it
      void caseSeen(one.id);
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
        h("span", [h("span", { class: "fa-pick-what" }, [icon(name), t(words)]), one && view.result === key ? h("span", { class: "fa-hint" }, t(then === "resDoneThen" && one.public ? "resDonePublic" : then)) : null]),
      ]);
    const form = () =>
      h("form", { class: "fa-card fa-stack", "data-ready": view.ready ? "" : undefined, onSubmit: (/** @type {Event} */ event) => (event.preventDefault(), finish(!one)) }, [
        h("fieldset", { class: "fa-picks" }, [h("legend", t("resTitle")), ...RESULTS.map(choice)]),
        h("div", { class: "fa-field" }, [
          h("label", { for: "fa-note" }, t("resNote")),
          h("textarea", { id: "fa-note", rows: 3, value: view.note, onInput: (/** @type {any} */ event) => (view.note = event.target.value, later()) }),
          signs() > MOST ? note(t("noteLong", { n: signs(), most: MOST }), "bad") : null,
        ]),
        view.picture
          ? h("div", { class: "fa-stack" }, [h("img", { class: "fa-photo", src: view.picture, alt: t("photoMine") }), button(t("photoDrop"), drop, { kind: "is-quiet", icon: "trash" })])
          : h("div", { class: "fa-file" }, [h("label", { for: "fa-photo", class: "fa-button is-wide" }, [icon("camera"), h("span", t("resPhoto"))]), h("input", { id: "fa-photo", type: "file", accept: "image/*", capture: "environment", onChange: pick })]),
        view.fault ? note(t(view.fault), "bad") : null,
        h("p", { class: "fa-quiet fa-small", role: "status" }, view.saved ? t("saved", { time: moment(view.saved) }) : ""),
        ...(one ? [h("button", { type: "submit", class: "fa-button is-first", disabled: view.busy }, [icon("check"), h("span", t("finish"))])] : leftDoings()),
      ]);
    const leftDoings = () => [
      view.now && view.result && view.now.can.includes(view.result) ? button(t("caseAsNow"), () => finish(), { icon: "check" }) : null,
      h("button", { type: "submit", class: "fa-button is-first", disabled: view.busy }, [icon("send"), h("span", t("caseBeside"))]),
      h("p", { class: "fa-hint" }, t("caseBesideHint")),
      view.dropping ? sure(t("giveUpBegun"), giveUp, () => (view.dropping = false)) : button(t("giveUp"), () => (view.dropping = true), { kind: "is-quiet", icon: "trash" }),
    ];
    return () => {
      if (!of) return [way(t("today"), "#/today", "arrow-back-up"), note(t("caseGone"))];
      if (!one) return [way(t("outbox"), "#/outbox", "arrow-back-up"), ...aboutLeft(of, view.now), form()];
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
