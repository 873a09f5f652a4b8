/** The form engine, loaded when the first form is opened: an app of its own inside the page. */

import "web-forms.css";
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h, shallowRef } from "vue";
import { PRIME_WORDS } from "./prime-words.js";
import { t, tongue } from "./words.js";

/**
 * @typedef {object} Opened
 * @property {string} xform
 * @property {(name: string) => Promise<{content: BodyInit, type: string} | null>} file
 * @property {{xml: string, files: {name: string, blob: Blob}[]} | null} draft
 * @property {string} household chosen at once, where the form asks for one
 * @property {(fault: string) => void} failed
 * @property {() => void} ready
 * @property {(filled: import("./filling.js").Filled) => void} finished
 */

/** @param {FormData} data @returns {Promise<import("./filling.js").Filled>} */
async function filledOf(data) {
  const paper = /** @type {File} */ (data.get("xml_submission_file"));
  const files = [...data.entries()].filter(([name]) => name !== "xml_submission_file");
  return { xml: await paper.text(), files: files.map(([name, blob]) => ({ name, blob: /** @type {File} */ (blob) })) };
}

/** @param {NonNullable<Opened["draft"]>} draft */
function dataOf({ xml, files }) {
  const data = new FormData();
  data.set("xml_submission_file", new File([xml], "xml_submission_file", { type: "text/xml" }));
  for (const { name, blob } of files) data.set(name, new File([blob], name, { type: blob.type || "image/jpeg" }));
  return data;
}

/**
 * @param {any} root
 * @param {string} household
 */
function choose(root, household) {
  const node = root.currentState.children.find((/** @type {any} */ one) => one.nodeType === "select" && one.currentState.reference.endsWith("/household"));
  if (node && node.currentState.valueOptions.some((/** @type {any} */ one) => one.value === household)) node.selectValues([household]);
}

/** @param {any} root */
function speak(root) {
  const wanted = tongue() === "zh" ? /zh|中文|chinese/i : /\(?en\)?|english/i;
  const language = root.languages.find((/** @type {any} */ one) => !one.isSyntheticDefault && wanted.test(one.language));
  if (language) root.setLanguage(language);
}

/** @typedef {{id: string, label: string, what: string}} Fault a question not answered as it has to be: its element, its words, what is wrong */

/**
 * Questions in their order, each with its words; of several alike the words say which one it is.
 * @param {any[]} nodes
 * @param {string} [before]
 * @returns {Generator<{node: any, label: string}>}
 */
function* questions(nodes, before = "") {
  for (const [at, node] of nodes.entries()) {
    const own = node.currentState.label?.asString?.trim() ?? "";
    const of = node.nodeType === "repeat-instance" ? [before, at + 1].filter(Boolean).join(" ") : node.nodeType.startsWith("repeat-range") ? own : before;
    if (node.currentState.children) yield* questions(node.currentState.children, of);
    else yield { node, label: [before, own].filter(Boolean).join(" · ") };
  }
}

/** @param {any} root @returns {Fault[]} */
function faultsOf(root) {
  const wrong = new Map(root.validationState.violations.map((/** @type {any} */ one) => [one.nodeId, one]));
  return [...questions(root.currentState.children)].flatMap(({ node, label }) => {
    const found = wrong.get(node.nodeId);
    return found ? [{ id: node.nodeId, label: label || String(found.reference).replace(/.*\//, ""), what: found.violation.message?.asString ?? "" }] : [];
  });
}

/**
 * Names for the engine's controls that come without one: a date or a number is called what its question asks.
 * @param {HTMLElement} place
 */
function nameControls(place) {
  for (const control of place.querySelectorAll("input:not([type=hidden]):not([aria-label]), textarea:not([aria-label])")) {
    const input = /** @type {HTMLInputElement} */ (control);
    if (input.labels?.length || document.getElementById(input.getAttribute("aria-labelledby") ?? "")) continue;
    const question = input.closest(".question-container")?.querySelector("label, legend, .control-text");
    const words = question?.textContent?.replace(/[*\s]+/g, " ").trim();
    if (words) input.setAttribute("aria-label", words);
  }
  for (const menu of place.querySelectorAll(".button-menu:not([aria-label])")) menu.setAttribute("aria-label", t("moreActions"));
}

/**
 * Show a form in an element; the answer lets the page finish it, look at it, and take it away.
 * @param {HTMLElement} place
 * @param {Opened} opened
 */
export function show(place, opened) {
  /** @type {{root: any, press: () => void} | null} */
  let running = null;
  const props = shallowRef({
    formXml: opened.xform,
    fetchFormAttachment: async (/** @type {URL} */ url) => {
      const name = decodeURIComponent(String(url).split("/").at(-1) ?? "");
      const found = await opened.file(name);
      return found ? new Response(found.content, { headers: { "Content-Type": found.type } }) : new Response("", { status: 404 });
    },
    missingResourceBehavior: "BLANK",
    ...(opened.draft ? { editInstance: { restore: dataOf(opened.draft) } } : {}),
    onReady: (/** @type {any} */ form, /** @type {() => void} */ press) => {
      if (form.status === "FORM_STATE_FAILURE") return opened.failed(String(form.error?.message ?? form.error));
      if (running) return;
      running = { root: form.root, press };
      speak(form.root);
      if (opened.household && !opened.draft) choose(form.root, opened.household);
      opened.ready();
    },
    onSubmit: async (/** @type {any} */ payload) => opened.finished(await filledOf(payload.data[0])),
  });
  const app = createApp({ render: () => h(OdkWebForm, props.value) });
  app.use(webFormsPlugin);
  const prime = app.config.globalProperties.$primevue;
  if (tongue() === "zh") Object.assign(prime.config.locale, PRIME_WORDS);
  app.mount(place);
  const watching = new MutationObserver(() => nameControls(place));
  watching.observe(place, { childList: true, subtree: true });
  return {
    press: () => running?.press(),
    faults: () => (running ? faultsOf(running.root) : []),
    filled: async () => {
      if (!running) return null;
      const payload = await running.root.prepareInstancePayload({ payloadType: "monolithic" });
      return filledOf(payload.data[0]);
    },
    leave: () => {
      watching.disconnect();
      app.unmount();
    },
  };
}

/** A form of one question, to open while the worker types the passphrase. */
const SMALL = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>-</h:title><model><instance><data id="-" version="1"><a/><b/><orx:meta><orx:instanceID/></orx:meta></data></instance><instance id="l"><list><item><name>x</name><label>-</label></item></list></instance><bind nodeset="/data/a" type="string" relevant="1 = 1"/><bind nodeset="/data/b" type="string" required="true()" relevant="/data/a = ''"/><bind nodeset="/data/orx:meta/orx:instanceID" type="string" jr:preload="uid"/></model></h:head><h:body><input ref="/data/a"><label>-</label></input><select1 ref="/data/b"><label>-</label><itemset nodeset="instance('l')/list/item"><value ref="name"/><label ref="label"/></itemset></select1></h:body></h:html>`;
let isPrepared = false;

/** Open and leave a small form out of sight: parser, controls and styles are then made before the first real one. */
export function prepare() {
  if (isPrepared) return;
  isPrepared = true;
  const leave = () => setTimeout(() => form.leave(), 0);
  const form = show(document.createElement("div"), {
    xform: SMALL, file: async () => null, draft: null, household: "", failed: leave, ready: leave, finished: () => undefined,
  });
}
