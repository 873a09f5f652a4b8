/**
 * Builds the field app apart from the pages: its own entry, web-forms in a part of its own, the service worker with the
 * list of all files by hash. Fails where the first load would grow beyond its limit.
 */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { keptOffline, withinLimit } from "./build-field.js";
import { cachedStyle, webForms } from "./build-webforms.js";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [webForms(), keptOffline(here("src/field/worker.js"), here("public/mark.svg")), withinLimit(2_000_000)],
  resolve: { alias: { "web-forms.css": cachedStyle } },
  define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  css: {
    transformer: "lightningcss",
    lightningcss: { targets: { chrome: 103 << 16, safari: (16 << 16) | (4 << 8), firefox: 102 << 16 } },
  },
  build: {
    outDir: here("../src/gridcommons/web/static/built/field"),
    emptyOutDir: true,
    target: ["chrome103", "safari16.4", "firefox102"],
    modulePreload: false,
    cssCodeSplit: true,
    chunkSizeWarningLimit: 2400,
    rolldownOptions: {
      input: { field: here("src/field/main.js") },
      output: { entryFileNames: "[name].js", chunkFileNames: "part-[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
