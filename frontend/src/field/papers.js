/** Filled forms as XML: what they answer, under which id, what they correct; and how a form words its questions. */

const XFORMS = "http://www.w3.org/2002/xforms";
const OPENROSA = "http://openrosa.org/xforms";

/** @param {string} xml */
export const parsed = (xml) => new DOMParser().parseFromString(xml, "text/xml");

/**
 * @param {Document} paper
 * @param {string} name
 */
const metaOf = (paper, name) =>
  [...paper.getElementsByTagNameNS("*", name)].find((one) => one.parentElement?.localName === "meta");

/** @param {string} xml */
export const instanceId = (xml) => metaOf(parsed(xml), "instanceID")?.textContent?.trim() ?? "";

/**
 * The answers of a paper by path, repeats numbered, in their order; what the form says of itself is left out.
 * @param {string} xml
 * @returns {Map<string, string>}
 */
export function answersOf(xml) {
  /** @type {Map<string, string>} */
  const found = new Map();
  /** @param {Element} node @param {string} path */
  const walk = (node, path) => {
    const children = [...node.children].filter((child) => child.localName !== "meta");
    if (children.length === 0 && path) found.set(path, node.textContent?.trim() ?? "");
    const seen = /** @type {Record<string, number>} */ ({});
    for (const child of children) {
      const number = (seen[child.localName] = (seen[child.localName] ?? 0) + 1);
      const several = children.filter((one) => one.localName === child.localName).length > 1;
      walk(child, `${path}/${child.localName}${several ? `[${number}]` : ""}`);
    }
  };
  walk(parsed(xml).documentElement, "");
  return found;
}

/**
 * The same paper as the correction of another: a new id, the other's named as the one it takes the place of.
 * @param {string} xml
 * @param {string} corrected
 */
export function asCorrection(xml, corrected) {
  return renamed(xml, `uuid:${crypto.randomUUID()}`, corrected);
}

/**
 * The same paper, naming the one it corrects: the engine leaves that out where the form itself does not speak of it.
 * @param {string} xml
 * @param {string} corrected
 */
export const naming = (xml, corrected) => renamed(xml, instanceId(xml), corrected).xml;

/**
 * @param {string} xml
 * @param {string} id
 * @param {string} corrected
 */
function renamed(xml, id, corrected) {
  const paper = parsed(xml);
  const own = metaOf(paper, "instanceID");
  if (!own?.parentElement) throw new Error("a paper without id");
  const former = metaOf(paper, "deprecatedID") ?? own.parentElement.insertBefore(paper.createElementNS(own.namespaceURI ?? OPENROSA, qualified(own, "deprecatedID")), own.nextSibling);
  own.textContent = id;
  former.textContent = corrected;
  return { xml: new XMLSerializer().serializeToString(paper), id };
}

/**
 * @param {Element} like
 * @param {string} name
 */
const qualified = (like, name) => (like.prefix ? `${like.prefix}:${name}` : name);

/**
 * How a form words its questions and choices in a language: by path without numbers of repeats.
 * @param {string} xform
 * @param {"zh" | "en"} language
 */
export function wordsOf(xform, language) {
  const form = parsed(xform);
  const said = translations(form, language);
  const labels = /** @type {Record<string, string>} */ ({});
  const choices = /** @type {Record<string, Record<string, string>>} */ ({});
  const root = `/${[...form.getElementsByTagNameNS(XFORMS, "instance")][0]?.firstElementChild?.localName ?? "data"}`;
  for (const control of form.querySelectorAll("[ref], [nodeset]")) {
    const ref = (control.getAttribute("ref") ?? "").replace(/\s/g, "");
    if (!ref.startsWith(`${root}/`) || control.localName === "bind") continue;
    const path = ref.slice(root.length);
    const label = [...control.children].find((child) => child.localName === "label");
    if (label) labels[path] = textOf(label, said);
    const items = [...control.children].filter((child) => child.localName === "item");
    const lists = [...control.children].filter((child) => child.localName === "itemset");
    choices[path] = Object.fromEntries([...items.map((item) => itemOf(item, said)), ...lists.flatMap((list) => itemsOf(form, list, said))]);
  }
  return { labels, choices };
}

/**
 * @param {Document} form
 * @param {"zh" | "en"} language
 */
function translations(form, language) {
  const held = [...form.getElementsByTagNameNS(XFORMS, "translation")];
  const named = held.find((one) => new RegExp(language === "zh" ? "zh|中文|Chinese" : "en|English", "i").test(one.getAttribute("lang") ?? ""));
  const found = /** @type {Record<string, string>} */ ({});
  for (const text of (named ?? held[0])?.getElementsByTagNameNS(XFORMS, "text") ?? []) {
    const value = [...text.children].find((child) => !child.hasAttribute("form"));
    found[text.getAttribute("id") ?? ""] = value?.textContent?.trim() ?? "";
  }
  return found;
}

/**
 * @param {Element} label
 * @param {Record<string, string>} said
 */
function textOf(label, said) {
  const key = /itext\('([^']+)'\)/.exec(label.getAttribute("ref") ?? "")?.[1];
  return key ? (said[key] ?? "") : (label.textContent?.trim() ?? "");
}

/**
 * @param {Element} item
 * @param {Record<string, string>} said
 * @returns {[string, string]}
 */
function itemOf(item, said) {
  const label = [...item.children].find((child) => child.localName === "label");
  const value = [...item.children].find((child) => child.localName === "value");
  return [value?.textContent?.trim() ?? "", label ? textOf(label, said) : ""];
}

/**
 * @param {Document} form
 * @param {Element} list
 * @param {Record<string, string>} said
 * @returns {[string, string][]}
 */
function itemsOf(form, list, said) {
  const name = /instance\('([^']+)'\)/.exec(list.getAttribute("nodeset") ?? "")?.[1];
  const instance = [...form.getElementsByTagNameNS(XFORMS, "instance")].find((one) => one.getAttribute("id") === name);
  return [...(instance?.getElementsByTagName("item") ?? [])].map((item) => {
    const part = (/** @type {string} */ tag) => [...item.children].find((child) => child.localName === tag)?.textContent?.trim() ?? "";
    return [part("name"), said[part("itextId")] ?? part("label")];
  });
}
