/** Parts of the field app's build: what the service worker keeps, the icons, the limit of the first load. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync, gzipSync } from "node:zlib";
import { sprite } from "./build-parts.js";

/** Where the page finds the built files; Django serves them under their plain names. */
const FOLDER = "/static/built/field/";

/**
 * @param {string} worker the script of the service worker, with `__FILES__` and `__VERSION__` to fill in
 * @param {string} mark the house's mark
 * @returns {import("vite").Plugin}
 */
export function keptOffline(worker, mark) {
  return {
    name: "gridcommons-kept-offline",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const icons = sprite(fileURLToPath(new URL("field-icons.txt", import.meta.url)), fileURLToPath(new URL("node_modules/@tabler/icons/icons/outline", import.meta.url)));
        /** @type {Record<string, string | Uint8Array>} */
        const own = { "icons.svg": icons, "icon-192.png": icon(192), "icon-512.png": icon(512) };
        for (const [fileName, source] of Object.entries(own)) this.emitFile({ type: "asset", fileName, source });
        // what is emitted here stands in the bundle with one version of the builder and not with another
        const made = { ...Object.fromEntries(Object.values(bundle).map((one) => [one.fileName, "code" in one ? one.code : one.source])), ...own };
        const files = Object.entries(made).map(([name, content]) => [FOLDER + name, hashOf(content)]);
        files.push(["/static/built/mark.svg", hashOf(readFileSync(mark))]);
        files.sort((a, b) => (a[0] < b[0] ? -1 : 1));
        const listed = JSON.stringify(files);
        const script = readFileSync(worker, "utf8");
        if (!script.includes("__FILES__") || !script.includes("__VERSION__")) throw new Error("the service worker lists no files");
        const version = createHash("sha256").update(listed).update(script).digest("hex").slice(0, 16);
        const source = script.replace('"__FILES__"', listed).replace("__VERSION__", version);
        this.emitFile({ type: "asset", fileName: "worker.js", source });
      },
    },
  };
}

/**
 * @param {number} most bytes of all files, each pressed
 * @returns {import("vite").Plugin}
 */
export function withinLimit(most) {
  return {
    name: "gridcommons-within-limit",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const sizes = Object.values(bundle).map((one) => gzipSync("code" in one ? one.code : one.source).length);
        const whole = sizes.reduce((sum, size) => sum + size, 0);
        this.info?.(`first load ${(whole / 1000).toFixed(0)} kB of ${most / 1000} kB`);
        if (whole > most) throw new Error(`The field app is ${whole} bytes pressed, more than ${most}.`);
      },
    },
  };
}

/** @param {string | Uint8Array} content */
function hashOf(content) {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * The mark as a picture for the home screen: four cells of a grid on teal, drawn here so that no picture is kept.
 * @param {number} size
 */
function icon(size) {
  const rows = [];
  const cell = size / 16;
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 3);
    for (let x = 0; x < size; x++) {
      const [u, v] = [x / cell, y / cell];
      const inside = u >= 3.5 && u < 12.5 && v >= 3.5 && v < 12.5;
      const gap = Math.abs(u - 8) < 0.5 || Math.abs(v - 8) < 0.5;
      const own = u < 8 && v >= 8;
      const colour = inside && !gap ? (own ? [0xe8, 0xbe, 0x2f] : [0xfb, 0xfa, 0xf7]) : [0x0f, 0x6b, 0x6b];
      row.set(colour, 1 + x * 3);
    }
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/**
 * @param {string} kind
 * @param {Buffer} data
 */
function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc(body), 8 + data.length);
  return whole;
}

/** @param {Buffer} bytes */
function crc(bytes) {
  let held = 0xffffffff;
  for (const byte of bytes) {
    held ^= byte;
    for (let bit = 0; bit < 8; bit++) held = held & 1 ? (held >>> 1) ^ 0xedb88320 : held >>> 1;
  }
  return (held ^ 0xffffffff) >>> 0;
}
