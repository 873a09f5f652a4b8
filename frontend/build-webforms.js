/**
 * `@getodk/web-forms` fitted into the house while it is built: its style as a stylesheet without fonts from elsewhere,
 * without rules that it never uses and without any that reaches the page around it; its English words looked up in
 * ours; its styles made at run time adopted instead of written into the page (the policy allows no inline style); and
 * two doors it lacks: the running form, and a draft taken up again. Each change has to find its place exactly; a new
 * version of the package fails the build instead of slipping through.
 */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import postcss from "postcss";
import { isOfPage, isOwn, within } from "./src/field/webforms-within.js";
import { WEB_FORMS_WORDS } from "./src/field/webforms-words.js";

const PACKAGE = /@getodk[\\/]web-forms[\\/]dist[\\/](index|index-\w+|MapBlock-[\w-]+)\.js$/;
/** Where the cut stylesheet lies while building; `web-forms.css` stands for it. */
export const cachedStyle = fileURLToPath(new URL("node_modules/.cache/gridcommons/web-forms.css", import.meta.url));
const WORDS = "/src/field/webforms-said.js";

/** Words that stand alone in many places: only these contexts are the reader's. */
const CONTEXTS = [/label: $/, /title: $/, /header: $/, /null, $/, /createTextVNode\($/, /"(?:mobile|desktop)-only" \}, $/, /strong", \w+, $/, /, _hoisted_[\w$]+, $/];

/** @type {[string, string][]} */
const DOORS = [
  ['emits: ["submit", "submitChunked"]', 'emits: ["submit", "submitChunked", "ready"]'],
  [
    'EA.value = QA.instance?.mode === "edit";',
    'EA.value = QA.instance?.mode === "edit"; if (QA.status !== "FORM_STATE_LOADING") tA("ready", QA, () => BA(QA));',
  ],
  [
    "const rA = resolvableFormInstanceInput(tA.editInstance), oA = await AA.editInstance(rA, nA);",
    "const oA = tA.editInstance.restore ? await AA.restoreInstance({ data: [tA.editInstance.restore] }, nA) : await AA.editInstance(resolvableFormInstanceInput(tA.editInstance), nA);",
  ],
  // What is wrong is named by the page around it, where the thumb is: the engine's own message lay over the title.
  ["(IA.value = !0, dA.value = !0, document.scrollingElement?.scrollTo(0, 0));", "(dA.value = !0);"],
  ['return QA === 0 ? "" : QA === 1 ? "1 question with error." : `${QA} questions with errors.`;', 'return QA === 0 ? "" : __gcFaults(QA);'],
  // Pictures are made smaller here, not in a worker made of a text: the page's policy lets none begin, and it waited for ever.
  ['features: ["js", "wasm", "ww"],', 'features: ["js", "wasm"],'],
  // A moment is chosen in the phone's own calendar and clock; the engine would have it written as text.
  [
    `    }, null, 8, ["id", "required", "disabled", "model-value", "rows"])) : (openBlock(), createBlock(unref(script$u), {
      key: 2,
      id: eA.node.nodeId,
      required: eA.node.currentState.required,
      disabled: eA.node.currentState.readonly,
      "model-value": eA.node.currentState.value,
      "onUpdate:modelValue": AA
    }, null, 8, ["id", "required", "disabled", "model-value"]));`,
    `    }, null, 8, ["id", "required", "disabled", "model-value", "rows"])) : (openBlock(), createBlock(unref(script$u), {
      key: 2,
      id: eA.node.nodeId,
      type: __gcMoment.type(eA.node.valueType),
      required: eA.node.currentState.required,
      disabled: eA.node.currentState.readonly,
      "model-value": __gcMoment.shown(eA.node.valueType, eA.node.currentState.value),
      "onUpdate:modelValue": (value) => AA(__gcMoment.said(eA.node.valueType, value))
    }, null, 8, ["id", "type", "required", "disabled", "model-value"]));`,
  ],
];

/** @returns {import("vite").Plugin} */
export function webForms() {
  const found = new Set();
  return {
    name: "gridcommons-web-forms",
    enforce: "pre",
    buildStart() {
      mkdirSync(dirname(cachedStyle), { recursive: true });
      writeFileSync(cachedStyle, styleOfWebForms());
    },
    transform(code, id) {
      const part = PACKAGE.exec(id);
      if (!part) return null;
      if (part[1] === "index") return { code: withoutStyle(code), map: null };
      let text = code.replaceAll("eval(func)", '(() => { throw new Error("no scripts in text"); })()');
      if (part[1].startsWith("index-")) for (const [from, to] of DOORS) text = once(text, from, to);
      text = text.replaceAll('document.createElement("style")', "__gcStyle()").replaceAll('aA.createElement("style")', "__gcStyle()");
      text = text.replaceAll("'style[data-primevue-style-id=", "'[data-primevue-style-id=");
      text = worded(text, found);
      const said = JSON.stringify(new URL(`.${WORDS}`, import.meta.url).pathname);
      return { code: `import { word as __gcWord, faults as __gcFaults, moment as __gcMoment, style as __gcStyle } from ${said};\n${text}`, map: null };
    },
    buildEnd(error) {
      const lost = Object.keys(WEB_FORMS_WORDS).filter((word) => !found.has(word));
      if (!error && lost.length) throw new Error(`web-forms changed: not found any more: ${lost.join(" | ")}`);
    },
  };
}

const DIST = new URL("node_modules/@getodk/web-forms/dist/", import.meta.url);
/** A short name for one margin or colour, of which the package brings some six thousand and uses twenty. */
const SHORT = /^\.((?:[\w-]|\\.)+?)(?::(?:hover|focus|active))?$/;

/** The package's own stylesheet, without its fonts: the house's type is the phone's own. */
export function styleOfWebForms() {
  const code = readFileSync(new URL("index.js", DIST), "utf8");
  const began = code.indexOf("createTextNode('") + "createTextNode('".length;
  const ends = code.indexOf("')),document.head", began);
  if (began < 20 || ends < began) throw new Error("web-forms changed: its style is not where it was");
  const quoted = code.slice(began, ends).replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"');
  const root = postcss.parse(JSON.parse(`"${quoted}"`));
  root.walkAtRules(/^(font-face|charset)$/, (rule) => void rule.remove());
  const named = namesInScripts();
  root.walkRules((rule) => {
    if (rule.parent?.type === "atrule" && /keyframes$/.test(/** @type {postcss.AtRule} */ (rule.parent).name)) return;
    const used = rule.selectors.filter((one) => !SHORT.test(one) || isOwn(one) || named.has(SHORT.exec(one)?.[1].replaceAll("\\", "") ?? ""));
    if (!used.length) rule.remove();
    else if (isOfPage(rule.selector)) rule.walkDecls(/^(?!--)/, (one) => void one.remove());
    else rule.selector = within(used.join(","));
  });
  root.walkAtRules("media", (rule) => void (rule.nodes?.length || rule.remove()));
  return root.toString();
}

/** Every word that stands in a text of the package's scripts: the names of classes among them. @returns {Set<string>} */
function namesInScripts() {
  const scripts = readdirSync(DIST).filter((name) => name.endsWith(".js") && name !== "index.js");
  return new Set(scripts.flatMap((name) => readFileSync(new URL(name, DIST), "utf8").match(/(?<=["'` ])[\w:-]+(?=["'` ])/g) ?? []));
}

/** @param {string} code */
function withoutStyle(code) {
  const ends = code.indexOf("})();");
  if (!code.startsWith("(function(){") || ends < 0) throw new Error("web-forms changed: its style is not where it was");
  return code.slice(ends + 5);
}

/**
 * @param {string} text
 * @param {string} from
 * @param {string} to
 */
function once(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`web-forms changed: look anew for ${from}`);
  return text.replace(from, () => to);
}

/**
 * @param {string} text
 * @param {Set<string>} found
 */
function worded(text, found) {
  return text.replace(/"(?:[^"\\\n]|\\.)*"/g, (literal, at) => {
    const said = literal.slice(1, -1);
    if (!Object.hasOwn(WEB_FORMS_WORDS, said)) return literal;
    const before = text.slice(Math.max(0, at - 60), at);
    const alone = !/\s\S/.test(said.trim());
    if (alone && !CONTEXTS.some((context) => context.test(before))) return literal;
    found.add(said);
    return `__gcWord(${literal})`;
  });
}
