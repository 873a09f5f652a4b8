/** Parts of the build: the stylesheet cut down to what the pages use, and the sprite of the icons named in icons.txt. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import postcss from "postcss";

/**
 * Every word that stands in the sources: a class that is written nowhere cannot be needed. What an earlier build wrote
 * is no source: it would keep alive what it once took in.
 * @param {string[]} folders
 * @returns {Set<string>}
 */
export function wordsIn(folders) {
  const words = new Set();
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || ![".html", ".py", ".js"].includes(extname(entry.name))) continue;
      if (entry.parentPath.replaceAll("\\", "/").includes("/static/built")) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      for (const word of text.match(/[A-Za-z][\w-]*/g) ?? []) words.add(word);
    }
  }
  return words;
}

/**
 * Whether every class that a selector asks for is written somewhere; what `:not()` names is not asked for.
 * @param {string} selector
 * @param {Set<string>} words
 */
export function isUsed(selector, words) {
  const asked = selector.replace(/:not\([^)]*\)/g, "").match(/\.-?[A-Za-z_][\w-]*/g) ?? [];
  return asked.every((name) => words.has(name.slice(1)));
}

/**
 * Write the used part of a stylesheet to `target`.
 * @param {string} source
 * @param {string} target
 * @param {Set<string>} words
 */
export function cutStylesheet(source, target, words) {
  const root = postcss.parse(readFileSync(source, "utf8"));
  root.walkComments((comment) => {
    if (!comment.text.startsWith("!")) comment.remove();
  });
  root.walkRules((rule) => {
    const parent = rule.parent;
    if (parent?.type === "atrule" && /keyframes$/.test(/** @type {any} */ (parent).name)) return;
    const kept = rule.selectors.filter((selector) => isUsed(selector, words));
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
  root.walkAtRules(/^(media|supports)$/, (rule) => {
    if (rule.nodes?.length === 0) rule.remove();
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, root.toString());
}

/**
 * One SVG file with a symbol per icon name; fails on a name that does not exist.
 * @param {string} listFile
 * @param {string} iconFolder
 */
export function sprite(listFile, iconFolder) {
  const names = readFileSync(listFile, "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const svg = readFileSync(join(iconFolder, `${name}.svg`), "utf8").replace(/<!--[\s\S]*?-->/g, "");
    const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
