/** Filling a form: the engine in the middle, the house's own controls around it, a draft kept all the while. */

import { defineComponent, h, onBeforeUnmount, onMounted, reactive, ref } from "vue";
import { dropDraft, filesOf, finish, saveDraft, seen } from "../filling.js";
import { householdList } from "../lists.js";
import { button, note, sure, way } from "../pieces.js";
import { state } from "../state.js";
import * as store from "../store.js";
import { sync } from "../sync.js";
import { both, moment, t } from "../words.js";

const PAUSE = 600;
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
 * A file of a form: the list of households is made here, the others came with the form.
 * @param {import("../state.js").FormInUse} form
 * @param {string} name
 */
async function fileOf(form, name) {
  if (name === "households.csv") {
    const now = state.pack?.forms.find((one) => one.id === form.id) ?? form;
    return { content: householdList(now.asked, state.pack?.households ?? []), type: "text/csv; charset=utf-8" };
  }
  const content = await store.getBytes("file", `${form.id}/${name}`);
  return content ? { content, type: typeOf(name) } : null;
}

export const Fill = defineComponent({
  props: { id: { type: String, required: true } },
  setup(props) {
    const place = ref(/** @type {HTMLElement | null} */ (null));
    const found = state.drafts.find((one) => one.id === props.id);
    const view = reactive({ fault: "", ready: false, saved: found?.xml ? found.saved : 0, saving: false, drop: false, gone: !found });
    let draft = found;
    let running = /** @type {ReturnType<typeof import("../webforms.js").show> | null} */ (null);
    let timer = 0;
    let ended = false;
    let last = "";
    let line = Promise.resolve();

    const keep = () => {
      clearTimeout(timer);
      line = line.then(async () => {
        const filled = await running?.filled();
        if (!filled || !draft || ended || !store.isOpen()) return;
        const mark = filled.xml + filled.files.map((one) => one.name + one.blob.size).join();
        if (mark === last) return;
        last = mark;
        draft = await saveDraft(draft, filled);
        Object.assign(view, { saved: draft.saved, saving: false });
      });
      return line;
    };
    const later = () => {
      clearTimeout(timer);
      timer = window.setTimeout(keep, PAUSE);
    };
    const hidden = () => void (document.visibilityState === "hidden" && keep());

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
        const [{ show }, files] = await Promise.all([import("../webforms.js"), filesOf(draft)]);
        if (!place.value) return;
        running = show(place.value, {
          xform: held.xml, household: draft.household, draft: draft.xml ? { xml: draft.xml, files } : null,
          file: (name) => fileOf(held.form, name), failed: (fault) => (view.fault = fault), finished,
          ready: () => {
            view.ready = true;
            performance.mark("form-ready");
            setTimeout(keep, PAUSE);
          },
        });
      } catch (fault) {
        view.fault = String(fault);
      }
    });
    onBeforeUnmount(() => {
      current = null;
      document.removeEventListener("visibilitychange", hidden);
      const form = running;
      void keep().finally(() => form?.leave());
    });
    const drop = async () => {
      ended = true;
      if (draft) await dropDraft(draft);
      history.back();
    };
    return () => [
      way(t("leaveForm"), "#/today", "arrow-back-up"),
      found?.corrects ? note(t("corrects")) : null,
      view.gone ? note(t("formGone"), "bad") : null,
      view.fault ? h("div", [note(t("formFailed"), "bad"), h("p", { class: "fa-quiet" }, view.fault)]) : null,
      !view.gone && !view.fault && !view.ready ? note(t("formOpening")) : null,
      h("div", { ref: place, class: "fa-form", "data-ready": view.ready ? "" : undefined, "aria-label": both(found?.name), onInput: later, onChange: later, onClick: later }),
      view.ready
        ? h("div", { class: "fa-bottom" }, [
            h("p", { class: "fa-quiet fa-small", role: "status" }, view.saved ? t("saved", { time: moment(view.saved) }) : ""),
            button(t("finish"), () => running?.press(), { kind: "is-first", icon: "check" }),
            view.drop ? sure(t("dropSure"), drop, () => (view.drop = false)) : button(t("dropDraft"), () => (view.drop = true), { kind: "is-quiet", icon: "trash" }),
          ])
        : null,
    ];
  },
});
