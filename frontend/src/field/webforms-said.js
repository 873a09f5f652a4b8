/** What web-forms asks the house for: a word in the reader's language, and a style that the page's policy allows. */

import { tongue } from "./words.js";
import { isOfPage, within } from "./webforms-within.js";
import { WEB_FORMS_WORDS } from "./webforms-words.js";

/** What it says in English to its makers rather than to whoever fills a form. @type {Record<string, string>} */
const PLAINER = { "Condition not satisfied: constraint": "This answer does not fit", "Condition not satisfied: required": "This question needs an answer" };

/**
 * @param {string} english
 * @returns {string}
 */
export function word(english) {
  return (tongue() === "zh" ? WEB_FORMS_WORDS : PLAINER)[english] ?? english;
}

/** @param {number} count */
export function faults(count) {
  if (tongue() === "zh") return `还有${count}题需要改正或填写。`;
  return count === 1 ? "1 question still needs an answer." : `${count} questions still need an answer.`;
}

const MOMENT = "dateTime";
/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** A question for a moment: as the phone's own control has it, and as the paper says it, with the phone's zone. */
export const moment = {
  /** @param {string} kind */
  type: (kind) => (kind === MOMENT ? "datetime-local" : "text"),
  /** @param {string} kind @param {any} value */
  shown(kind, value) {
    if (kind !== MOMENT || !value) return value;
    const at = new Date(String(value));
    if (Number.isNaN(at.getTime())) return "";
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  },
  /** @param {string} kind @param {string} [value] */
  said(kind, value = "") {
    if (kind !== MOMENT || !value) return value;
    const away = -new Date(value).getTimezoneOffset();
    const zone = `${away < 0 ? "-" : "+"}${two(Math.floor(Math.abs(away) / 60))}:${two(Math.abs(away) % 60)}`;
    return `${value.slice(0, 16)}:00.000${zone}`;
  },
};

/**
 * The engine's styles may not reach the page around it: it sets back every element, and the page light.
 * @param {CSSStyleSheet | CSSGroupingRule} sheet
 */
function keepToItself(sheet) {
  for (const rule of /** @type {any[]} */ ([...sheet.cssRules])) {
    if (!rule.selectorText) {
      if (rule.cssRules && rule.constructor.name !== "CSSKeyframesRule") keepToItself(rule);
    } else if (isOfPage(rule.selectorText)) {
      for (const name of [...rule.style]) if (!name.startsWith("--")) rule.style.removeProperty(name);
    } else rule.selectorText = within(rule.selectorText);
  }
}

/**
 * A `<template>` that stands for a `<style>`: what is written into it goes into a constructed sheet of the document,
 * which is no inline style and needs no exception from the policy.
 */
export function style() {
  const element = document.createElement("template");
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let held = "";
  const put = (/** @type {string} */ text) => {
    held = text;
    sheet.replaceSync(text);
    keepToItself(sheet);
  };
  Object.defineProperty(element, "textContent", { get: () => held, set: put });
  Object.defineProperty(element, "innerHTML", { get: () => held, set: put });
  element.appendChild = (node) => {
    put(held + (node.textContent ?? ""));
    return node;
  };
  return element;
}
