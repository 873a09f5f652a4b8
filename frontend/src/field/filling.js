/** Drafts and finished forms: begun, kept while they are filled, finished into the outbox, taken up again. */

import { asCorrection, instanceId, naming } from "./papers.js";
import { smaller } from "./pictures.js";
import { formCalled, household, state, stillWaits } from "./state.js";
import * as store from "./store.js";
import { forget } from "./sync.js";

/** @typedef {import("./state.js").Out} Out */
/** @typedef {import("./state.js").Draft} Draft */
/** @typedef {{xml: string, files: {name: string, blob: Blob}[]}} Filled */

/** Looks noted since the app was opened. @type {Set<string>} */
const noted = new Set();

/** @template T @param {T} value @returns {T} */
const plain = (value) => JSON.parse(JSON.stringify(value));

/**
 * Begin a form, perhaps for a household. It is kept with the first answer: a form that was only opened is no draft.
 * @param {string} key
 * @param {string} [householdId]
 * @returns {Draft | undefined}
 */
export function begin(key, householdId = "") {
  const form = formCalled(key);
  if (!form) return undefined;
  const home = household(householdId);
  /** @type {Draft} */
  const draft = {
    id: crypto.randomUUID(), version: form.id, form: key, name: form.name, household: householdId, label: home?.label ?? "",
    xml: "", files: [], known: home?.known ?? {}, saved: 0, corrects: "", free: !home,
  };
  state.begun = plain(draft);
  return draft;
}

/**
 * Keep what was filled so far.
 * @param {Draft} draft
 * @param {Filled} filled
 */
export async function saveDraft(draft, { xml, files }) {
  const held = plain({ ...draft, xml, files: files.map((one) => one.name), ...about(draft, xml), saved: Date.now() });
  const gone = draft.files.filter((name) => !held.files.includes(name));
  const bytes = await Promise.all(files.map(async ({ name, blob }) => ({ kind: "draftfile", id: `${draft.id}/${name}`, bytes: await blob.arrayBuffer() })));
  await store.exchange(
    [{ kind: "draft", id: held.id, value: held }, ...bytes],
    gone.map((name) => ["draftfile", `${draft.id}/${name}`]),
  );
  state.drafts = [held, ...state.drafts.filter((one) => one.id !== held.id)];
  return held;
}

/**
 * The household that a paper names now, with what is known of it.
 * @param {Draft} draft
 * @param {string} xml
 */
function about(draft, xml) {
  const chosen = /<household>([^<]*)<\/household>/.exec(xml)?.[1].trim() ?? "";
  if (chosen === draft.household) return {};
  const home = household(chosen);
  return { household: chosen, label: home?.label ?? "", known: home?.known ?? {} };
}

/**
 * Finish a form: it leaves the drafts and stands in the outbox in one step.
 * @param {Draft} draft
 * @param {Filled} filled
 */
export async function finish(draft, { xml: filled, files }) {
  const xml = draft.corrects ? naming(filled, draft.corrects) : filled;
  const pictures = await Promise.all(files.map(async ({ name, blob }) => ({ name, bytes: await (await smaller(blob)).arrayBuffer() })));
  /** @type {Out} */
  const out = {
    version: draft.version, form: draft.form, name: draft.name, household: draft.household, label: draft.label, known: draft.known,
    ...about(draft, xml), id: instanceId(xml), xml, files: files.map((one) => one.name), state: "waiting", code: "", message: "",
    made: Date.now(), sent: 0, tries: 0, next: 0, corrects: draft.corrects, settled: false, theirs: null,
  };
  await store.exchange(
    [
      { kind: "out", id: out.id, value: plain(out), waits: true },
      ...pictures.map(({ name, bytes }) => ({ kind: "outfile", id: `${out.id}/${name}`, bytes, waits: true })),
    ],
    [["draft", draft.id], ...draft.files.map((name) => /** @type {[string, string]} */ (["draftfile", `${draft.id}/${name}`]))],
  );
  state.drafts = state.drafts.filter((one) => one.id !== draft.id);
  state.outs = [out, ...state.outs.filter((one) => one.id !== out.id)];
  state.waiting = state.outs.filter(stillWaits).length;
}

/** @param {Draft} draft */
export async function dropDraft(draft) {
  await store.exchange([], [["draft", draft.id], ...draft.files.map((name) => /** @type {[string, string]} */ (["draftfile", `${draft.id}/${name}`]))]);
  state.drafts = state.drafts.filter((one) => one.id !== draft.id);
}

/** @param {Draft} draft @returns {Promise<{name: string, blob: Blob}[]>} */
export async function filesOf(draft) {
  return Promise.all(
    draft.files.map(async (name) => ({ name, blob: new Blob([(await store.getBytes("draftfile", `${draft.id}/${name}`)) ?? new ArrayBuffer(0)], { type: "image/jpeg" }) })),
  );
}

/**
 * Open a finished form again. One that was received stays as it is and gets a correction; one that still waits goes back
 * to the drafts.
 * @param {Out} out
 * @param {{xml?: string, corrects?: string}} [as]
 */
export async function reopen(out, as = {}) {
  const isThere = out.state === "received" || out.state === "kept";
  const corrects = as.corrects ?? (isThere ? out.id : out.corrects);
  const isNew = isThere || as.corrects !== undefined;
  const xml = isNew ? asCorrection(as.xml ?? out.xml, corrects).xml : out.xml;
  const files = await Promise.all(out.files.map(async (name) => ({ name, blob: new Blob([(await store.getBytes("outfile", `${out.id}/${name}`)) ?? new ArrayBuffer(0)]) })));
  const home = household(out.household);
  const draft = await saveDraft(
    { id: crypto.randomUUID(), version: out.version, form: out.form, name: out.name, household: out.household, label: out.label, xml, files: [], known: home?.known ?? out.known, saved: 0, corrects, free: true },
    { xml, files },
  );
  if (!isThere) await forget(out);
  return draft;
}

/**
 * Send what was filled in here in place of what stands on the server.
 * @param {Out} out
 */
export async function insist(out) {
  const id = out.theirs?.id;
  if (!id) return;
  const made = asCorrection(out.xml, id);
  const files = await Promise.all(out.files.map(async (name) => ({ kind: "outfile", id: `${made.id}/${name}`, bytes: (await store.getBytes("outfile", `${out.id}/${name}`)) ?? new ArrayBuffer(0), waits: true })));
  const sent = plain({ ...out, id: made.id, xml: made.xml, corrects: id, state: "waiting", theirs: null, tries: 0, next: 0 });
  await store.exchange(
    [{ kind: "out", id: sent.id, value: sent, waits: true }, ...files],
    [["out", out.id], ...out.files.map((name) => /** @type {[string, string]} */ (["outfile", `${out.id}/${name}`]))],
  );
  state.outs = [/** @type {Out} */ (sent), ...state.outs.filter((one) => one.id !== out.id)];
}

/**
 * Note that a household was opened here, once a day for each form: it goes to the record of who looked.
 * @param {string} id
 * @param {string} form
 */
export const seen = (id, form) => note(`${id} ${form}`, { household: id, form });

/** The same of a case. @param {string} id */
export const caseSeen = (id) => note(`case ${id}`, { case: id });

/**
 * @param {string} mark
 * @param {Record<string, string>} about
 */
async function note(mark, about) {
  const at = new Date();
  const once = `${at.toDateString()} ${mark}`;
  if (noted.has(once)) return;
  noted.add(once);
  const day = `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
  const held = (await store.get("seen", "seen")) ?? { day, keys: [] };
  const keys = held.day === day ? held.keys : [];
  if (keys.includes(mark)) return;
  const look = { id: crypto.randomUUID(), ...about, at: at.toISOString() };
  await store.exchange([{ kind: "seen", id: "seen", value: { day, keys: [...keys, mark] } }, { kind: "look", id: look.id, value: look }], []);
}
