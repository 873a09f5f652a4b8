/**
 * Grids as tiles out of one archive (PMTiles 3): the directory is read once, then each tile as a range of bytes. For members of
 * staff; nothing of it is kept by the browser.
 */

import { addProtocol } from "maplibre-gl";

const SCHEME = "grids";
const FIRST = 16_384;
const HEAD = 127;

/** @typedef {{ number: number, run: number, length: number, offset: number }} Entry */

/** @param {string} url @param {number} from @param {number} length @returns {Promise<ArrayBuffer>} */
async function bytesOf(url, from, length) {
  const answer = await fetch(url, { headers: { Range: `bytes=${from}-${from + length - 1}` } });
  if (!answer.ok) throw new Error(`grids: ${answer.status}`);
  const body = await answer.arrayBuffer();
  return answer.status === 206 ? body : body.slice(from, from + length);
}

/** @param {ArrayBuffer} pressed @returns {Promise<ArrayBuffer>} */
async function opened(pressed) {
  const stream = new Blob([pressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** @param {ArrayBuffer} body @returns {Entry[]} */
export function directory(body) {
  const bytes = new Uint8Array(body);
  let at = 0;
  const next = () => {
    let [value, weight] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      weight *= 128;
    }
  };
  /** @type {Entry[]} */
  const entries = Array.from({ length: next() }, () => ({ number: 0, run: 0, length: 0, offset: 0 }));
  let number = 0;
  for (const entry of entries) entry.number = number += next();
  for (const entry of entries) entry.run = next();
  for (const entry of entries) entry.length = next();
  entries.forEach((entry, n) => {
    const said = next();
    entry.offset = said === 0 && n > 0 ? entries[n - 1].offset + entries[n - 1].length : said - 1;
  });
  return entries;
}

/** The place of a tile along the curve of Hilbert. @param {number} z @param {number} x @param {number} y */
export function numberOf(z, x, y) {
  let number = (4 ** z - 1) / 3;
  for (let bit = z - 1; bit >= 0; bit--) {
    const half = 2 ** bit;
    const [right, down] = [x & half, y & half];
    number += ((3 * right) ^ down) * half;
    if (!down) {
      if (right) [x, y] = [half - 1 - x, half - 1 - y];
      [x, y] = [y, x];
    }
  }
  return number;
}

/** @param {Entry[]} entries @param {number} number */
function found(entries, number) {
  const one = entries.filter((entry) => entry.number <= number).pop();
  return one && (one.run === 0 || number < one.number + one.run) ? one : undefined;
}

/**
 * Open an archive for the map; what it holds is asked for by ranges.
 * @param {string} url
 * @returns {Promise<import("maplibre-gl").VectorSourceSpecification>}
 */
export async function openGrids(url) {
  const start = await bytesOf(url, 0, FIRST);
  const head = new DataView(start);
  const part = (/** @type {number} */ n) => Number(head.getBigUint64(8 + 8 * n, true));
  const root = directory(await opened(start.slice(part(0), part(0) + part(1))));
  const [leaves, data, degree] = [part(4), part(6), 1e7];
  addProtocol(SCHEME, async ({ url: asked }) => {
    const [z, x, y] = asked.slice(SCHEME.length + 3).split("/").map(Number);
    let entry = found(root, numberOf(z, x, y));
    if (entry?.run === 0) entry = found(directory(await opened(await bytesOf(url, leaves + entry.offset, entry.length))), numberOf(z, x, y));
    if (!entry) return { data: new ArrayBuffer(0) };
    return { data: await opened(await bytesOf(url, data + entry.offset, entry.length)) };
  });
  const side = (/** @type {number} */ n) => head.getInt32(HEAD - 25 + 4 * n, true) / degree;
  return {
    type: "vector",
    tiles: [`${SCHEME}://{z}/{x}/{y}`],
    minzoom: head.getUint8(100),
    maxzoom: head.getUint8(101),
    bounds: [side(0), side(1), side(2), side(3)],
  };
}
