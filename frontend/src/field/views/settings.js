/** Language, light and dark, what the phone holds, locking it, and stopping to use it. */

import { h, reactive } from "vue";
import { button, note, sure, way } from "../pieces.js";
import { state } from "../state.js";
import { wipeAll } from "../store.js";
import { moment, speak, t } from "../words.js";

const asked = reactive({ remove: false });
const THEMES = /** @type {const} */ (["system", "light", "dark"]);
const look = reactive({ theme: localStorage.getItem("field-theme") ?? "system" });

/** @param {string} theme */
export function setTheme(theme = look.theme) {
  look.theme = theme;
  localStorage.setItem("field-theme", theme);
  if (theme === "system") delete document.documentElement.dataset.bsTheme;
  else document.documentElement.dataset.bsTheme = theme;
}

/**
 * @param {string} label
 * @param {[string, string][]} values
 * @param {string} now
 * @param {(value: any) => void} choose
 */
const choice = (label, values, now, choose) =>
  h("div", { class: "fa-choice", role: "group", "aria-label": label }, [
    h("span", label), ...values.map(([value, words]) => h("button", { type: "button", key: value, "aria-pressed": value === now, onClick: () => choose(value) }, words)),
  ]);

async function remove() {
  await wipeAll();
  asked.remove = false;
  Object.assign(state, { phase: "new", pack: null, outs: [], drafts: [], waiting: 0 });
  location.hash = "#/today";
}

/** @param {() => Promise<void>} lock */
export function settings(lock) {
  const themes = THEMES.map((theme) => /** @type {[string, string]} */ ([theme, t(`${theme}Theme`)]));
  const held = { households: state.pack?.households.length ?? 0, forms: state.pack?.forms.length ?? 0, drafts: state.drafts.length, waiting: state.waiting };
  return [
    h("h1", t("settings")),
    choice(t("language"), [["zh", "中文"], ["en", "English"]], state.language, speak),
    choice(t("theme"), themes, look.theme, setTheme),
    h("section", { class: "fa-card fa-stack" }, [
      h("h2", `${t("thisPhone")} · ${state.name}`), h("p", t("holds", held)),
      h("p", { class: "fa-quiet" }, state.contact ? t("contact", { time: moment(state.contact) }) : t("syncNever")),
      button(t("lockNow"), lock, { icon: "lock" }), h("p", { class: "fa-hint" }, t("lockAfter", { n: state.rest })),
    ]),
    h("section", { class: "fa-card fa-stack" }, [
      h("p", t("removeWhat")), way(t("myPhones"), "/field/phone", "key"), state.waiting ? note(t("waitingSealed", { n: state.waiting })) : null,
      asked.remove ? sure(t("startOverSure", { n: state.waiting }), remove, () => (asked.remove = false)) : button(t("removeApp"), () => (asked.remove = true), { kind: "is-quiet", icon: "trash" }),
    ]),
  ];
}
