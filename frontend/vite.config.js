/** Builds what the browser loads: app (style, htmx, small behaviours), map and charts apart, the icons, the worker of the map. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { cutStylesheet, sprite, wordsIn } from "./build-parts.js";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const cutTabler = here("node_modules/.cache/gridcommons/tabler.css");

/**
 * htmx without its one eval: attributes that hold scripts are refused instead of run.
 * @returns {import("vite").Plugin}
 */
function withoutEval() {
  return {
    name: "gridcommons-without-eval",
    transform(code, id) {
      if (!/htmx[.]esm[.]js$/.test(id)) return null;
      if (!code.includes("return eval(str)")) throw new Error("htmx changed: look for its eval anew");
      return { code: code.replace("return eval(str)", 'throw new Error("no scripts in attributes")'), map: null };
    },
  };
}

/** @returns {import("vite").Plugin} */
function besides() {
  return {
    name: "gridcommons-besides",
    buildStart() {
      const words = wordsIn([here("../src/gridcommons"), here("src")]);
      cutStylesheet(here("node_modules/@tabler/core/dist/css/tabler.css"), cutTabler, words);
    },
    generateBundle() {
      const icons = sprite(here("icons.txt"), here("node_modules/@tabler/icons/icons/outline"));
      this.emitFile({ type: "asset", fileName: "icons.svg", source: icons });
      const worker = readFileSync(here("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"), "utf8");
      this.emitFile({
        type: "asset",
        fileName: "maplibre-worker.js",
        source: worker.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"),
      });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [withoutEval(), besides()],
  resolve: { alias: { "tabler-used.css": cutTabler } },
  css: {
    transformer: "lightningcss",
    lightningcss: { targets: { chrome: 103 << 16, safari: (15 << 16) | (4 << 8), firefox: 102 << 16 } },
  },
  build: {
    outDir: here("../src/gridcommons/web/static/built"),
    emptyOutDir: true,
    target: ["chrome103", "safari15.4", "firefox102"],
    modulePreload: false,
    chunkSizeWarningLimit: 1400,
    rolldownOptions: {
      input: { app: here("src/app.js"), map: here("src/map.js"), charts: here("src/charts.js"), replay: here("src/replay.js") },
      output: {
        // Plain names: Django's static storage gives the hashes.
        entryFileNames: "[name].js",
        chunkFileNames: "part-[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
