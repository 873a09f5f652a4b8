/** Small pieces of the views. */

import { h } from "vue";
import { state } from "./state.js";
import { t } from "./words.js";

const ICONS = "/static/built/field/icons.svg";

/** @typedef {import("vue").VNodeChild} Child */

/** @param {string} name */
export const icon = (name) => h("svg", { class: "fa-icon", "aria-hidden": "true" }, [h("use", { href: `${ICONS}#${name}` })]);

/**
 * @param {string} label
 * @param {() => unknown} press
 * @param {{icon?: string, kind?: string, disabled?: boolean}} [more]
 */
export const button = (label, press, more = {}) =>
  h("button", { type: "button", class: ["fa-button", more.kind ?? ""], disabled: more.disabled, onClick: press }, [more.icon ? icon(more.icon) : null, h("span", label)]);

/**
 * @param {string} label
 * @param {string} to
 * @param {string} [name]
 */
export const way = (label, to, name) => h("a", { class: "fa-way", href: to }, [name ? icon(name) : null, h("span", label)]);

/**
 * @param {string} title
 * @param {string} text
 * @param {string} name
 */
export const nothing = (title, text, name) => h("div", { class: "fa-nothing" }, [icon(name), h("h2", title), h("p", text)]);

/** Before the first pack came nothing is known of the day: it is on its way, or waits for a network. */
export const coming = () =>
  state.pack || !state.hasGrid ? null : nothing(t(state.sync === "busy" ? "coming" : "notYet"), t(state.sync === "busy" ? "comingWhat" : "notYetWhat"), state.sync === "busy" ? "refresh" : "cloud-off");

/**
 * @param {string} text
 * @param {"note" | "bad" | "good"} [kind]
 */
export const note = (text, kind = "note") =>
  h("p", { class: ["fa-note", `is-${kind}`], role: kind === "bad" ? "alert" : "status" }, text);

/**
 * A question before something that cannot be undone.
 * @param {string} text
 * @param {() => unknown} yes
 * @param {() => unknown} no
 */
export const sure = (text, yes, no) =>
  h("div", { class: "fa-sure", role: "alertdialog", "aria-label": text }, [
    h("p", text), h("div", { class: "fa-row" }, [button(t("yesDelete"), yes, { kind: "is-danger", icon: "trash" }), button(t("no"), no)]),
  ]);
