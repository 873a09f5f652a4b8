/** Filling a form: the engine in the middle, the house's own controls around it, a draft kept all the while. */

import { defineComponent, h, nextTick, onBeforeUnmount, onMounted, reactive, ref } from "vue";
import { begin, dropDraft, filesOf, finish, saveDraft, seen } from "../filling.js";
import { householdList } from "../lists.js";
import { button, note, sure, way } from "../pieces.js";
import { arrive, noteSoon } from "../place.js";
import { state } from "../state.js";
import * as store from "../store.js";
import { sync } from "../sync.js";
import { both, moment, placed, t } from "../words.js";
import { faultBar, faultList } from "./faults.js";

const PAUSE = 600;
/** Fetch the engine while nothing else is to be done, so that the first form opens as fast as the next. */
export const warm = () => void import("../webforms.js").then(({ prepare }) => prepare()).catch(() => null);
/** What is being filled now: asked to keep its draft before the store closes. @type {{keep: () => Promise<void>} | null} */
let current = null;
export const keepCurrent = async () => current?.keep();

/** @param {string} name */
function typeOf(name) {
  if (name.endsWith(".csv")) return "text/csv; charset=utf-8";
  if (name.endsWith(".xml")) return "text/xml";
  return /[.](jpe?g|png|gif|webp|svg)$/.test(name) ? `image/${name.split(".").at(-1)?.replace("jpg", "jpeg").replace("svg", "svg+xml")}` : "application/octet-stream";
}

/**
 * The households that a form chooses from: the one it was begun at, else all of today. One that left the grids meanwhile
 * stands in the list of its own draft still, so that what was filled in is not lost.
 * @param {import("../state.js").Draft} draft
 */
function listed(draft) {
  const all = state.pack?.households ?? [];
  const own = all.filter((one) => one.id === draft.household);
  /** @type {import("../lists.js").Household[]} */
  const gone = draft.household && !own.length ? [{ id: draft.household, label: draft.label, area: "", version: 1, known: draft.known, at: null }] : [];
  return draft.free ? [...all, ...gone] : [...own, ...gone];
}

/** A long list is chosen from by typing, not by going through it. @param {string} xform */
const searched = (xform) => xform.replace(/<select1(?![^>]*appearance=)([^>]*ref="[^"]*\/household")/, '<select1 appearance="minimal autocomplete"$1');

/** A form's paper carries its name in one language: the reader's stands over it. @param {string} xform @param {string} name */
const titled = (xform, name) => xform.replace(/(<(?:\w+:)?title>)[^<]*(<\/(?:\w+:)?title>)/, (_, open, shut) => open + name.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`) + shut);

/**
 * A file of a form: the list of households is made here, the others came with the form.
 * @param {import("../state.js").FormInUse} form
 * @param {string} name
 * @param {import("../state.js").Draft} draft
 */
async function fileOf(form, name, draft) {
  if (name === "households.csv") {
    const now = state.pack?.forms.find((one) => one.id === form.id) ?? form;
    return { content: householdList(now.asked, listed(draft).map((one) => ({ ...one, label: placed(one.label) }))), type: "text/csv; charset=utf-8" };
  }
  const content = await store.getBytes("file", `${form.id}/${name}`);
  return content ? { content, type: typeOf(name) } : null;
}

/** What a paper says and carries, to tell whether anything changed. @param {import("../filling.js").Filled} filled */
const markOf = (filled) => filled.xml + filled.files.map((one) => one.name + one.blob.size).join();

/** A draft by its id, or a form that begins here, perhaps at a household: kept from the first answer on. */
export const Fill = defineComponent({
  props: { id: { type: String, default: "" }, form: { type: String, default: "" }, home: { type: String, default: "" } },
  setup(props) {
    const place = ref(/** @type {HTMLElement | null} */ (null));
    const found = props.id ? state.drafts.find((one) => one.id === props.id) : begin(props.form, props.home);
    const view = reactive({ fault: "", ready: false, saved: found?.xml ? found.saved : 0, saving: false, drop: false, gone: !found, tried: false, here: "" });
    let draft = found;
    let running = /** @type {ReturnType<typeof import("../webforms.js").show> | null} */ (null);
    let timer = 0;
    let ended = false;
    let touched = false;
    let last = "";
    let line = Promise.resolve();

    const keep = () => {
      clearTimeout(timer);
      line = line.then(async () => {
        const filled = await running?.filled();
        if (!filled || !draft || ended || !touched || !store.isOpen()) return;
        const mark = markOf(filled);
        if (mark === last) return;
        last = mark;
        draft = await saveDraft(draft, filled);
        state.begun = null;
        Object.assign(view, { saved: draft.saved, saving: false });
        if (!props.id && state.view === "begin") history.replaceState(history.state, "", `#/fill/${draft.id}`); // to be found again after a restart
      });
      return line;
    };
    const later = () => {
      touched = true;
      clearTimeout(timer);
      timer = window.setTimeout(keep, PAUSE);
    };
    /** A picture is made smaller first: it is looked for again a little later. @param {Event} event */
    const changed = (event) => {
      later();
      if (/** @type {HTMLInputElement} */ (event.target).type === "file") for (const wait of [2_000, 6_000]) setTimeout(keep, wait);
    };
    const hidden = () => void (document.visibilityState === "hidden" && keep());
    /** Which question is at hand. @param {Event} event */
    const touch = (event) => {
      view.here = /** @type {Element} */ (event.target).closest(".question-container")?.id ?? view.here;
      noteSoon();
    };
    /** What is still wanted is told from the first try on. */
    const wanting = () => (view.tried && running ? running.faults() : []);
    const done = () => {
      running?.press();
      view.tried = true;
      if (wanting().length) void nextTick(() => document.getElementById("fa-faults")?.focus());
    };

    /** @param {import("../filling.js").Filled} filled */
    const finished = async (filled) => {
      ended = true;
      clearTimeout(timer);
      await line;
      if (!draft) return;
      await finish(draft, filled);
      const household = /** @type {any} */ (state.outs[0])?.household;
      if (household) await seen(household, draft.form);
      location.hash = "#/outbox";
      void sync();
    };

    onMounted(async () => {
      const held = draft && (await store.get("form", draft.version));
      if (!draft || !held || !place.value) return void (view.gone = true);
      current = { keep };
      document.addEventListener("visibilitychange", hidden);
      try {
        const opened = draft;
        const [{ show }, files] = await Promise.all([import("../webforms.js"), filesOf(opened)]);
        if (!place.value) return;
        running = show(place.value, {
          xform: titled(opened.free ? searched(held.xml) : held.xml, both(opened.name)), household: opened.household, draft: opened.xml ? { xml: opened.xml, files } : null,
          file: (name) => fileOf(held.form, name, opened), failed: (fault) => (view.fault = fault), finished,
          ready: () => {
            view.ready = true;
            performance.mark("form-ready");
            void nextTick(arrive);
            line = line.then(async () => {
              const first = await running?.filled();
              if (first && !touched) last = markOf(first);
            });
          },
        });
      } catch (fault) {
        view.fault = String(fault);
      }
    });
    onBeforeUnmount(() => {
      [current, state.begun] = [null, null];
      document.removeEventListener("visibilitychange", hidden);
      const form = running;
      void keep().finally(() => form?.leave());
    });
    const drop = async () => {
      ended = true;
      if (draft) await dropDraft(draft);
      history.back();
    };
    return () => {
      const faults = wanting();
      return [
        way(t(view.saved ? "leaveForm" : "leave"), props.id ? "#/today" : props.home ? `#/household/${props.home}` : "#/forms", "arrow-back-up"),
        found?.corrects ? note(t("corrects")) : null,
        view.gone ? note(t("formGone"), "bad") : null,
        view.fault ? h("div", [note(t("formFailed"), "bad"), h("p", { class: "fa-quiet" }, view.fault)]) : null,
        !view.gone && !view.fault && !view.ready ? note(t("formOpening")) : null,
        h("div", { ref: place, class: "fa-form", "data-ready": view.ready ? "" : undefined, "aria-label": both(found?.name), onInput: later, onChange: changed, onClick: later, onFocusin: touch }),
        faults.length ? faultBar(faults, view.here) : null,
        view.ready
          ? h("div", { class: "fa-bottom" }, [
              faults.length ? faultList(faults) : null,
              h("p", { class: "fa-quiet fa-small", role: "status" }, view.saved ? t("saved", { time: moment(view.saved) }) : ""),
              button(t("finish"), done, { kind: "is-first", icon: "check" }),
              !view.saved ? null : view.drop ? sure(t("dropSure"), drop, () => (view.drop = false)) : button(t("dropDraft"), () => (view.drop = true), { kind: "is-quiet", icon: "trash" }),
            ])
          : null,
      ];
    };
  },
});
