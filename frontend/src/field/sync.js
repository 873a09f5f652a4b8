/** Everything between phone and server: looks, the pack, forms, the outbox; each step may be cut off and begun anew. */

import { Door, Refused, Unreached } from "./door.js";
import { revoke } from "./lock.js";
import { answersOf } from "./papers.js";
import { formCalled, household, state, stillWaits } from "./state.js";
import * as store from "./store.js";

/** @typedef {import("./state.js").Out} Out */
const MOST_AT_ONCE = 100;
const MOST_BYTES = 4_000_000;
const MOST_LOOKS = 500;
const LONGEST_REST = 3_600_000;
const KEPT_DAYS = 7 * 24 * 3_600_000;
/** @type {Door | null} */
let door = null;

/** The phone's door, once the store is open. */
export async function doorOf() {
  const key = await store.get("key", "key");
  const language = state.language === "zh" ? "zh-Hans" : "en";
  if (!door || door.base !== `/openrosa/key/${key}` || door.headers["Accept-Language"] !== language) door = new Door(key, language);
  return door;
}

/** What was read before: for when the store opens. */
export async function readStore() {
  const held = await store.get("pack", "pack");
  state.pack = held?.pack ?? null;
  state.outs = (await store.all("out")).sort((a, b) => b.made - a.made);
  state.drafts = (await store.all("draft")).sort((a, b) => b.saved - a.saved);
  state.waiting = state.outs.filter(stillWaits).length;
  state.contact = (await store.lockOf())?.contact ?? 0;
}

/** The call that waits for its turn: whatever is asked meanwhile is done by it. @type {Promise<void> | null} */
let next = null;
let hurried = false;

/**
 * Speak with the server. A call while another one speaks comes after it, so that a form finished meanwhile is sent too.
 * @param {boolean} [now] whether waiting times after failed tries are passed over
 */
export function sync(now = false) {
  if (!store.isOpen()) return Promise.resolve();
  hurried ||= now;
  if (navigator.onLine) state.sync = "busy";
  next ??= navigator.locks.request("gridcommons-field", () => {
    const hurry = hurried;
    [next, hurried] = [null, false];
    return speak(hurry);
  });
  return next;
}

/** @param {boolean} now */
async function speak(now) {
  if (!store.isOpen()) return;
  if (!navigator.onLine) return void (state.sync = "away");
  state.sync = "busy";
  try {
    await contact(now);
    if (state.phase === "open") state.sync = next ? "busy" : "done";
  } catch (fault) {
    if (!store.isOpen()) return;
    if (!(fault instanceof Unreached)) console.warn("sync", fault);
    state.sync = "away";
  }
}

/** @param {boolean} now */
async function contact(now) {
  const door = await doorOf();
  if (!(await door.isValid())) return lost();
  state.contact = Date.now();
  await store.changeLock({ contact: state.contact });
  const faults = [await fault(sendLooks(door)), await fault(fetchPack(door))]; // neither keeps a filled form back
  await holdBack();
  await sendAll(door, now);
  await tidy();
  for (const one of faults) if (one) throw one;
}

/** What a step failed with, if it did. @param {Promise<void>} step */
const fault = (step) => step.then(() => null, (/** @type {unknown} */ one) => one);

async function lost() {
  await revoke();
  Object.assign(state, { pack: null, outs: [], drafts: [], checks: [], sync: "", begun: null, phase: "revoked", ...(await store.counts()) });
}

/** @param {Door} door */
async function sendLooks(door) {
  const all = await store.all("look");
  await sendSome(door, all.filter((one) => !one.case));
  await sendSome(door, all.filter((one) => one.case));
}

/** @param {Door} door @param {any[]} looks all at households, or all at cases */
async function sendSome(door, looks) {
  for (let first = 0; first < looks.length; first += MOST_LOOKS) {
    const some = looks.slice(first, first + MOST_LOOKS);
    try {
      await logLooks(door, some);
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.status !== 400) throw fault;
      for (const one of some) await logLooks(door, [one]).catch(notRefused); // one that is refused holds up no other
    }
  }
}

/** @param {Door} door @param {any[]} looks */
async function logLooks(door, looks) {
  await (looks[0].case ? door.caseLooks(looks) : door.looks(looks));
  await store.exchange([], looks.map((one) => ["look", one.id]));
}

/** @param {unknown} fault */
function notRefused(fault) {
  if (!(fault instanceof Refused)) throw fault;
}

/** @param {Door} door */
async function fetchPack(door) {
  const held = await store.get("pack", "pack");
  try {
    const came = await door.pack(held?.tag ?? "");
    state.hasGrid = true;
    if (came) {
      await fetchForms(door, came.pack);
      await fetchPhotos(door, came.pack);
      await store.put("pack", "pack", came);
      await store.changeLock({ rest: came.pack.lock_minutes });
      state.rest = came.pack.lock_minutes;
      state.pack = came.pack;
    }
  } catch (fault) {
    if (!(fault instanceof Refused) || fault.status !== 403) throw fault;
    await store.drop("pack", "pack"); // no grid today: nobody's data stay, what was filled in is still sent
    Object.assign(state, { hasGrid: false, pack: null });
  }
}

/**
 * Forms that the phone lacks, and away with those that nothing on the phone needs.
 * @param {Door} door
 * @param {import("./state.js").Pack} pack
 */
async function fetchForms(door, pack) {
  const there = new Set(await store.idsOf("form"));
  for (const form of pack.forms) {
    if (there.has(form.id)) continue;
    for (const file of form.files) await store.putBytes("file", `${form.id}/${file.name}`, await door.file(form.id, file.name));
    await store.put("form", form.id, { xml: await door.form(form.id), form });
  }
  const needed = new Set([...pack.forms.map((one) => one.id), ...state.drafts.map((one) => one.version), state.begun?.version ?? "", ...state.outs.map((one) => one.version)]);
  for (const id of there) if (!needed.has(id)) await store.drop("form", id);
}

/**
 * Pictures of the cases to check, and away with those of cases that are not to be checked any more. One that does not
 * come holds nothing up.
 * @param {Door} door
 * @param {import("./state.js").Pack} pack
 */
async function fetchPhotos(door, pack) {
  const wanted = pack.cases.flatMap((one) => one.photos.map((photo) => /** @type {[string, string]} */ ([one.id, photo])));
  const there = new Set(await store.idsOf("casephoto"));
  for (const [id, photo] of wanted) {
    if (there.delete(`${id}/${photo}`)) continue;
    const bytes = await door.casePhoto(id, photo).catch((fault) => (fault instanceof Refused ? null : Promise.reject(fault)));
    if (bytes) await store.putBytes("casephoto", `${id}/${photo}`, bytes);
  }
  for (const id of there) await store.drop("casephoto", id);
}

/** Hold a waiting form back where the server knows something newer than what it was filled on: a person decides. */
async function holdBack() {
  for (const out of state.outs) {
    if (out.state !== "waiting" || out.settled) continue;
    const facts = newer(out);
    if (Object.keys(facts).length) await change(out, { state: "conflict", theirs: { kind: "facts", facts } });
  }
}

/**
 * Facts of the household that changed on the server since the form was filled, and say something else than the form.
 * @param {Out} out
 * @returns {Record<string, [string, string]>}
 */
export function newer(out) {
  const [now, form] = [household(out.household)?.known, formCalled(out.form)];
  if (!now || !form) return {};
  const answers = answersOf(out.xml);
  return Object.fromEntries(
    form.asked.flatMap(({ fact, path }) => {
      const [then, there] = [out.known[fact], now[fact]];
      const mine = answers.get(path) || (answers.get(`${path}_still`) === "yes" ? (then?.[0] ?? "") : "");
      const changed = there && there[0] !== (then?.[0] ?? "") && there[1] >= (then?.[1] ?? "");
      return mine && changed && there[0] !== mine ? [[fact, there]] : [];
    }),
  );
}

/**
 * @param {Door} door
 * @param {boolean} now
 */
async function sendAll(door, now) {
  const at = Date.now();
  const ready = state.outs.filter((out) => out.state === "waiting" && (now || out.next <= at || out.next > at + LONGEST_REST)).reverse();
  const plain = ready.filter((out) => !out.check && out.files.length === 0);
  for (const some of inBatches(plain)) {
    const answers = await tried(some, () => door.batch(some.map((out) => out.xml)));
    if (answers) for (const [at, out] of some.entries()) await settle(door, out, answers[at]);
    else for (const out of some) await sendOne(door, out);
  }
  for (const out of ready) if (!out.check && out.files.length) await sendOne(door, out);
  await sendChecks(door, ready.filter((out) => out.check));
}

/** @param {Out[]} outs @returns {Out[][]} */
function inBatches(outs) {
  /** @type {Out[][]} */
  const batches = [];
  let bytes = 0;
  for (const out of outs) {
    const last = batches.at(-1);
    if (!last || last.length >= MOST_AT_ONCE || bytes + out.xml.length > MOST_BYTES) {
      batches.push([out]);
      bytes = out.xml.length;
    } else {
      last.push(out);
      bytes += out.xml.length;
    }
  }
  return batches;
}

/**
 * Note a failed try with each form, so that the next one comes later.
 * @template T
 * @param {Out[]} outs
 * @param {() => Promise<T>} work
 */
async function tried(outs, work) {
  try {
    return await work();
  } catch (fault) {
    for (const out of outs) await later(out);
    throw fault;
  }
}

/** Try again, the later the more often it failed. @param {Out} out */
const later = (out) => change(out, { tries: out.tries + 1, next: Date.now() + Math.min(2 ** out.tries * 15_000, LONGEST_REST) });

/**
 * @param {Door} door
 * @param {Out} out
 */
async function sendOne(door, out) {
  const files = await Promise.all(
    out.files.map(async (name) => ({ name, blob: new Blob([(await store.getBytes("outfile", `${out.id}/${name}`)) ?? new ArrayBuffer(0)]) })),
  );
  await settle(door, out, await tried([out], () => door.submit(out.xml, files)));
}

/** Each alone: one that the server fails at keeps back no other. @param {Door} door @param {Out[]} checks */
async function sendChecks(door, checks) {
  if (!checks.length) return;
  const faults = [];
  for (const out of checks) faults.push(await fault(sendCheck(door, out)));
  faults.push(await fault(fetchPack(door))); // what was checked is on today's list no more
  for (const one of faults) if (one) throw one;
}

/**
 * @param {Door} door
 * @param {Out} out
 */
async function sendCheck(door, out) {
  const check = /** @type {import("./state.js").Checked} */ (out.check);
  const [name] = out.files;
  const photo = name ? await inWriting((await store.getBytes("outfile", `${out.id}/${name}`)) ?? new ArrayBuffer(0)) : "";
  const answer = await tried([out], () => door.check({ id: out.id, ...check, photo, at: new Date(out.made).toISOString() }));
  if (answer.code.startsWith("case.")) {
    const now = await door.caseNow(check.case);
    return change(out, { code: answer.code, message: answer.message, sent: Date.now(), state: "conflict", theirs: { kind: "case", now } });
  }
  return settle(door, out, answer);
}

/** Bytes as base64 text. @param {ArrayBuffer} bytes @returns {Promise<string>} */
const inWriting = (bytes) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });

/**
 * What became of a form, by what the server said.
 * @param {Door} door
 * @param {Out} out
 * @param {{status: number, code: string, message: string}} answer
 */
async function settle(door, out, { status, code, message }) {
  const facts = { code, message, sent: Date.now() };
  if (status === 201 || status === 202) {
    const left = out.household && state.pack && !household(out.household);
    return change(out, { ...facts, state: status === 202 || left ? "kept" : "received", theirs: null });
  }
  if (status === 409 && (code === "inbox.not_current" || code === "inbox.other_content")) {
    const theirs = await current(door, code === "inbox.not_current" ? out.corrects : out.id);
    if (theirs) return change(out, { ...facts, state: "conflict", theirs: { kind: "other", ...theirs } });
  }
  if (status === 403 && !(await door.isValid())) return lost();
  if (status >= 500) return later(out); // the server's own fault: nothing is wrong with the form
  return change(out, { ...facts, state: "stuck" });
}

/**
 * @param {Door} door
 * @param {string} id
 */
async function current(door, id) {
  try {
    const { id: now, xml, received_at: at, others } = await door.own(id);
    return { id: now, xml, at, others };
  } catch (fault) {
    if (fault instanceof Refused) return null;
    throw fault;
  }
}

/**
 * @param {Out} out
 * @param {Partial<Out>} changes
 */
export async function change(out, changes) {
  Object.assign(out, changes);
  await store.put("out", out.id, JSON.parse(JSON.stringify(out)), stillWaits(out));
  for (const name of out.files) {
    const bytes = await store.getBytes("outfile", `${out.id}/${name}`);
    if (bytes) await store.putBytes("outfile", `${out.id}/${name}`, bytes, stillWaits(out));
  }
  state.waiting = state.outs.filter(stillWaits).length;
}

/** @param {Out} out */
export async function forget(out) {
  await store.exchange([], [["out", out.id], ...out.files.map((name) => /** @type {[string, string]} */ (["outfile", `${out.id}/${name}`]))]);
  state.outs = state.outs.filter((one) => one.id !== out.id);
  state.waiting = state.outs.filter(stillWaits).length;
}

/** What was received a week ago leaves the phone. */
async function tidy() {
  for (const out of [...state.outs]) if (!stillWaits(out) && out.sent < Date.now() - KEPT_DAYS) await forget(out);
}
