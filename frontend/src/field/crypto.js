/**
 * How the store on the phone is closed.
 *
 * One random key (`data key`) closes everything. It lies wrapped twice, never bare:
 * - `near`: under the passphrase and a key of this browser that cannot be taken out of it: opens without a network;
 * - `far`: under the passphrase and the server's half, given to the signed-in worker alone: opens where `near` is gone.
 * Neither the server's half nor the phone by itself opens anything without the passphrase.
 */

export const ROUNDS = 600_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @typedef {{iv: Uint8Array, data: ArrayBuffer}} Sealed */

/** @param {number} length */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** @param {string} hex */
export const bytesOf = (hex) => new Uint8Array((hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));

/**
 * What the passphrase is worth, as key material: 32 bytes that are kept nowhere.
 * @param {string} passphrase
 * @param {Uint8Array} salt
 * @param {number} rounds
 */
export async function stretched(passphrase, salt, rounds = ROUNDS) {
  const typed = await crypto.subtle.importKey("raw", encoder.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  const made = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: /** @type {BufferSource} */ (salt), iterations: rounds }, typed, 256,
  );
  return new Uint8Array(made);
}

/**
 * A key for wrapping, of the stretched passphrase and one more part.
 * @param {Uint8Array} pass
 * @param {Uint8Array} more
 * @param {string} use
 */
async function wrappingKey(pass, more, use) {
  const both = new Uint8Array([...pass, ...more]);
  const material = await crypto.subtle.importKey("raw", both, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: encoder.encode(`gridcommons field ${use}`) },
    material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
  );
}

/** A key of this browser that no script can take out of it. */
export function browserKey() {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * @param {CryptoKey} key
 * @param {BufferSource} content
 * @param {string} about what it is bound to: a sealed thing put in another's place does not open
 * @returns {Promise<Sealed>}
 */
export async function seal(key, content, about) {
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(about) }, key, content);
  return { iv, data };
}

/**
 * @param {CryptoKey} key
 * @param {Sealed} sealed
 * @param {string} about
 */
export function open(key, sealed, about) {
  const iv = /** @type {BufferSource} */ (sealed.iv);
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(about) }, key, sealed.data);
}

/**
 * @param {CryptoKey} key
 * @param {unknown} value
 * @param {string} about
 */
export const sealValue = (key, value, about) => seal(key, encoder.encode(JSON.stringify(value)), about);

/**
 * @param {CryptoKey} key
 * @param {Sealed} sealed
 * @param {string} about
 */
export const openValue = async (key, sealed, about) => JSON.parse(decoder.decode(await open(key, sealed, about)));

/** @param {Uint8Array} raw */
export function dataKey(raw) {
  return crypto.subtle.importKey("raw", /** @type {BufferSource} */ (raw), { name: "AES-GCM" }, false, ["encrypt", "decrypt"]);
}

/**
 * Wrap the data key for opening without a network.
 * @param {Uint8Array} raw
 * @param {Uint8Array} pass
 * @param {CryptoKey} browser
 */
export async function wrapNear(raw, pass, browser) {
  const inner = await seal(await wrappingKey(pass, new Uint8Array(), "near"), /** @type {BufferSource} */ (raw), "near");
  return { inner: inner.iv, outer: await seal(browser, inner.data, "near") };
}

/**
 * @param {{inner: Uint8Array, outer: Sealed}} near
 * @param {Uint8Array} pass
 * @param {CryptoKey} browser
 */
export async function unwrapNear(near, pass, browser) {
  const data = await open(browser, near.outer, "near");
  return new Uint8Array(await open(await wrappingKey(pass, new Uint8Array(), "near"), { iv: near.inner, data }, "near"));
}

/**
 * Wrap the data key so that the server's half is needed besides the passphrase.
 * @param {Uint8Array} raw
 * @param {Uint8Array} pass
 * @param {Uint8Array} half
 */
export const wrapFar = async (raw, pass, half) =>
  seal(await wrappingKey(pass, half, "far"), /** @type {BufferSource} */ (raw), "far");

/**
 * @param {Sealed} far
 * @param {Uint8Array} pass
 * @param {Uint8Array} half
 */
export const unwrapFar = async (far, pass, half) => new Uint8Array(await open(await wrappingKey(pass, half, "far"), far, "far"));

const SHORTEST = 8;
const DIFFERENT = 5;

/**
 * What is wrong with a passphrase: the key of a sentence, or nothing.
 * @param {string} passphrase
 */
export function passphraseFault(passphrase) {
  const text = passphrase.normalize("NFKC");
  if ([...text].length < SHORTEST) return "passShort";
  if (new Set(text).size < DIFFERENT) return "passSame";
  if (/^\d+$/.test(text) && text.length < 10) return "passDigits";
  const codes = [...text].map((sign) => sign.codePointAt(0) ?? 0);
  const step = codes[1] - codes[0];
  return Math.abs(step) === 1 && codes.every((code, at) => at === 0 || code - codes[at - 1] === step) ? "passRun" : "";
}
