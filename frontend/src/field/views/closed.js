/** Before the store is open: setting the phone up, the passphrase, signing in where that is needed, a withdrawn key. */

import { h, reactive } from "vue";
import { passphraseFault } from "../crypto.js";
import { Refused, Unreached, signedIn } from "../door.js";
import { setUp, standing, unlock, unlockFar } from "../lock.js";
import { button, note, sure } from "../pieces.js";
import { state } from "../state.js";
import { counts, wipeAll } from "../store.js";
import { t } from "../words.js";

/** @typedef {Parameters<typeof t>[0]} Key */

const form = reactive({ name: "", pass: "", again: "", fault: "", busy: false, who: "", why: "", account: "", asked: "", over: false });
const login = () => `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;

/** @param {unknown} fault */
function told(fault) {
  if (fault instanceof Refused && (fault.code === "web.sign_in_first" || fault.status === 0)) {
    form.account = "none";
    return t(state.phase === "new" ? "signInWhat" : "signInThen");
  }
  return fault instanceof Refused ? fault.message : fault instanceof Unreached ? t("needNet") : String(fault);
}

/** @param {() => Promise<void>} work */
async function busy(work) {
  if (form.busy) return;
  Object.assign(form, { fault: "", busy: true });
  try {
    await work();
  } catch (fault) {
    form.fault = told(fault);
  } finally {
    form.busy = false;
  }
}

async function askWho() {
  Object.assign(form, { asked: state.phase, account: "" });
  try {
    form.who = (await signedIn("me")).name;
    form.account = "there";
  } catch (fault) {
    form.account = fault instanceof Unreached ? "away" : fault instanceof Refused && fault.code === "web.not_a_worker" ? "other" : "none";
    form.why = fault instanceof Refused ? fault.message : "";
  }
}

/** @param {() => Promise<void>} opened */
const start = (opened) =>
  busy(async () => {
    const fault = form.name.trim() ? passphraseFault(form.pass) : "noName";
    if (fault || form.pass !== form.again) {
      form.fault = t(/** @type {Key} */ (fault || "passDiffers"));
      return;
    }
    await setUp(form.name.trim(), form.pass);
    await entered(opened);
  });

/** @param {() => Promise<void>} opened */
async function entered(opened) {
  Object.assign(form, { pass: "", again: "", fault: "", over: false });
  await opened();
  Object.assign(form, { asked: "", account: "" }); // whoever closes it next may be signed in no more
}

/** @param {() => Promise<void>} opened */
const openNear = (opened) =>
  busy(async () => {
    const { isOpen, left } = await unlock(form.pass);
    if (isOpen) return entered(opened);
    form.pass = "";
    if (left === 0) state.phase = await standing();
    form.fault = left ? t("wrong", { n: left }) : "";
  });

/** @param {() => Promise<void>} opened */
const openFar = (opened) =>
  busy(async () => {
    if (await unlockFar(form.pass)) return entered(opened);
    form.pass = "";
    form.fault = t("wrongFar");
  });

/**
 * @param {Key} label
 * @param {"pass" | "again" | "name"} name
 * @param {string} [hint]
 */
function field(label, name, hint) {
  const type = name === "name" ? "text" : "password";
  const auto = name === "name" ? "off" : state.phase === "new" ? "new-password" : "current-password";
  return h("div", { class: "fa-field" }, [
    h("label", { for: `fa-${name}` }, t(label)),
    hint ? h("p", { class: "fa-hint", id: `fa-${name}-hint` }, hint) : null,
    h("input", {
      id: `fa-${name}`, type, autocomplete: auto, value: form[name], maxlength: name === "name" ? 60 : 200, "aria-describedby": hint ? `fa-${name}-hint` : undefined,
      onInput: (/** @type {any} */ event) => (form[name] = event.target.value),
    }),
  ]);
}

/**
 * @param {Child[]} parts
 * @param {() => unknown} submit
 * @param {Key} label
 * @typedef {import("vue").VNodeChild} Child
 */
const sheet = (parts, submit, label) =>
  h("form", { class: "fa-card fa-stack", novalidate: true, onSubmit: (/** @type {Event} */ event) => (event.preventDefault(), submit()) }, [
    ...parts,
    form.fault ? note(form.fault, "bad") : null,
    h("button", { class: "fa-button is-first", disabled: form.busy }, form.busy ? t(state.phase === "new" ? "setting" : "opening") : t(label)),
  ]);

/** @param {() => Promise<void>} opened */
function fresh(opened) {
  if (form.asked !== state.phase) void askWho();
  const account = {
    "": note(t("loading")), away: note(t("needNet"), "bad"),
    none: h("div", { class: "fa-card fa-stack" }, [h("h2", t("signInFirst")), h("p", t("signInWhat")), h("a", { class: "fa-button is-first", href: login() }, t("signIn"))]),
    other: h("div", { class: "fa-card fa-stack" }, [note(t("notWorker", { why: form.why }), "bad"), h("a", { class: "fa-button", href: "/accounts/logout/" }, t("otherAccount"))]),
    there: sheet(
      [h("p", { class: "fa-quiet" }, t("signedInAs", { name: form.who })), field("newName", "name", t("newNameHint")), field("pass", "pass", t("passRules")), field("passAgain", "again"),
        h("ul", { class: "fa-points" }, [h("li", t("triesRule")), h("li", t("passLost"))])],
      () => start(opened), "setUp",
    ),
  }[form.account];
  return [h("h1", t("newTitle")), h("p", t("newWhat")), account];
}

function startOver() {
  if (!form.over) return button(t("startOver"), () => (form.over = true), { kind: "is-quiet", icon: "trash" });
  return sure(t("startOverSure", { n: state.waiting }), async () => {
    await wipeAll();
    Object.assign(form, { over: false, fault: "", pass: "", asked: "", account: "" });
    Object.assign(state, { phase: "new", waiting: 0 });
  }, () => (form.over = false));
}

const WHY = /** @type {Record<typeof state.why, Key>} */ ({ away: "lockedAway", rest: "lockedRest", hand: "locked" });

/** Whether this browser, at this address, can close what it keeps. */
const isFit = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB && navigator.locks && document.adoptedStyleSheets);

const sealed = () => {
  const said = [state.waiting ? t("waitingSealed", { n: state.waiting }) : "", state.unfinished ? t("draftsSealed", { n: state.unfinished }) : ""].filter(Boolean);
  return said.length ? note(said.join(state.language === "zh" ? "" : " ")) : null;
};

/** @param {() => Promise<void>} opened */
export function closed(opened) {
  if (!isFit()) return [h("h1", t("newTitle")), note(t("needsHttps"), "bad")];
  if (state.phase === "loading") return [note(t("loading"))];
  if (state.phase === "new") return fresh(opened);
  if (state.phase === "locked") return [h("h1", t("lockedTitle")), h("p", `${t(WHY[state.why], { n: state.rest })}${history.state?.place ? t("backThere") : ""}`), sealed(), sheet([field("pass", "pass")], () => openNear(opened), "open"), startOver()];
  if (form.asked !== state.phase && state.online) void askWho();
  const words = /** @type {[Key, Key]} */ (state.phase === "far" ? ["farTitle", "farWhat"] : ["revokedTitle", "revokedWhat"]);
  const signIn = form.account === "none" ? h("div", { class: "fa-card fa-stack" }, [h("p", t("signInThen")), h("a", { class: "fa-button is-first", href: login() }, t("signIn"))]) : null;
  return [h("h1", t(words[0])), h("p", t(words[1])), sealed(), signIn ?? sheet([field("pass", "pass")], () => openFar(opened), "farOpen"), startOver()];
}

export async function refreshWaiting() {
  Object.assign(state, await counts());
}
