/** Results of cases checked on the spot: begun, kept while they are written, put into the outbox, decided anew. */

import { smaller } from "./pictures.js";
import { caseCalled, state, stillWaits } from "./state.js";
import * as store from "./store.js";
import { forget } from "./sync.js";

/** @typedef {import("./state.js").Out} Out */
/** @typedef {import("./state.js").Checked} Checked */
/** @typedef {import("./state.js").Begun} Begun */
/** @typedef {Pick<Begun, "result" | "note" | "photo">} Written */
/** @typedef {{case: string, name: import("./state.js").Out["name"], label: string, seen: string}} About which case a result is of */

const PHOTO = "photo.jpg";
/** What a result has that was begun by an earlier version of the app. */
const NOTHING = { result: "", note: "", photo: false, name: null, label: "", seen: "", saved: 0 };
/** @template T @param {T} value @returns {T} */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** What was begun at cases and not finished, the newest first. */
export async function readBegun() {
  const ids = await store.idsOf("checkdraft");
  const held = await Promise.all(ids.map(async (id) => ({ ...NOTHING, case: id, ...(await store.get("checkdraft", id)) })));
  state.checks = held.sort((a, b) => b.saved - a.saved);
}

/** @param {string} id */
export const begunAt = (id) => state.checks.find((one) => one.case === id);

/** Of which case a result is: as the list of today has it, or as it was begun. @param {string} id @returns {About | null} */
export function aboutCase(id) {
  const [one, begun] = [caseCalled(id), begunAt(id)];
  if (one) return { case: id, name: one.matter, label: `${one.number} · ${one.text}`, seen: one.seen };
  return begun ? { case: id, name: begun.name ?? { zh: "", en: "" }, label: begun.label, seen: begun.seen || id } : null;
}

/** What was begun at cases that are on the list no more: known once a list came, or the worker serves no grid. */
export const begunElsewhere = () => (state.pack || !state.hasGrid ? state.checks.filter((one) => !caseCalled(one.case)) : []);

/** @param {string} id @returns {Promise<Blob | null>} */
export async function begunPicture(id) {
  const bytes = begunAt(id)?.photo ? await store.getBytes("checkphoto", id) : null;
  return bytes ? new Blob([bytes], { type: "image/jpeg" }) : null;
}

/** Keep what was begun; where nothing is written there is nothing to keep. @param {About} about @param {Written} written */
export async function keepBegun(about, written) {
  if (!written.result && !written.note.trim() && !written.photo) return dropBegun(about.case);
  const begun = /** @type {Begun} */ (plain({ ...about, ...written, saved: Date.now() }));
  await store.put("checkdraft", about.case, begun);
  state.checks = [begun, ...without(about.case)];
}

/** @param {string} id */
const without = (id) => state.checks.filter((one) => one.case !== id);

/** A picture, made smaller, without what the camera adds. @param {string} id @param {Blob} picked @returns {Promise<Blob>} */
export async function keepPicture(id, picked) {
  const made = await smaller(picked);
  await store.putBytes("checkphoto", id, await made.arrayBuffer());
  return made;
}

/** @param {string} id */
export async function dropBegun(id) {
  await store.exchange([], [["checkdraft", id], ["checkphoto", id]]);
  state.checks = without(id);
}

/**
 * Finish a result: what was begun is gone and it stands in the outbox, in one step.
 * @param {About} about
 * @param {Written} written
 * @param {Blob | null} picture
 * @param {boolean} [late] whether it is kept beside its case, which is another's by now
 */
export async function finishCheck(about, written, picture, late = false) {
  const id = crypto.randomUUID();
  /** @type {Out} */
  const out = {
    id, version: "", form: "", name: about.name, household: "", label: about.label, xml: "", files: picture ? [PHOTO] : [], known: {},
    state: "waiting", code: "", message: "", made: Date.now(), sent: 0, tries: 0, next: 0, corrects: "", settled: false, theirs: null,
    check: { case: about.case, result: /** @type {Checked["result"]} */ (written.result), note: written.note.trim(), seen: about.seen, late },
  };
  await store.exchange(
    [{ kind: "out", id, value: plain(out), waits: true }, ...(picture ? [{ kind: "outfile", id: `${id}/${PHOTO}`, bytes: await picture.arrayBuffer(), waits: true }] : [])],
    [["checkdraft", about.case], ["checkphoto", about.case]],
  );
  state.checks = without(about.case);
  await replaceOut(out, "");
}

/** @param {Out} out @param {string} gone */
async function replaceOut(out, gone) {
  state.outs = [out, ...state.outs.filter((one) => one.id !== out.id && one.id !== gone)];
  state.waiting = state.outs.filter(stillWaits).length;
}

/** Open a result again that was not taken yet. @param {Out} out */
export async function reopenCheck(out) {
  const check = /** @type {Checked} */ (out.check);
  const bytes = out.files.length ? await store.getBytes("outfile", `${out.id}/${out.files[0]}`) : null;
  const begun = /** @type {Begun} */ (plain({ case: check.case, name: out.name, label: out.label, seen: check.seen, result: check.result, note: check.note, photo: Boolean(bytes), saved: Date.now() }));
  await store.exchange([{ kind: "checkdraft", id: check.case, value: begun }, ...(bytes ? [{ kind: "checkphoto", id: check.case, bytes }] : [])], []);
  state.checks = [begun, ...without(check.case)];
  await forget(out);
}

/**
 * Decide a result whose case has moved on: taken as it stands now (`seen`), or kept beside the case (`late`). It goes
 * under a new id, so that each id means one thing.
 * @param {Out} out
 * @param {{seen?: string, late?: boolean}} how
 */
export async function decide(out, how) {
  const check = { .../** @type {Checked} */ (out.check), ...how };
  const id = crypto.randomUUID();
  const sent = /** @type {Out} */ (plain({ ...out, id, check, state: "waiting", theirs: null, tries: 0, next: 0, code: "", message: "" }));
  const files = await Promise.all(out.files.map(async (name) => ({ kind: "outfile", id: `${id}/${name}`, bytes: (await store.getBytes("outfile", `${out.id}/${name}`)) ?? new ArrayBuffer(0), waits: true })));
  await store.exchange(
    [{ kind: "out", id, value: plain(sent), waits: true }, ...files],
    [["out", out.id], ...out.files.map((name) => /** @type {[string, string]} */ (["outfile", `${out.id}/${name}`]))],
  );
  await replaceOut(sent, out.id);
}

/** What was put into the outbox for a case, the newest first. @param {string} id */
export const resultOf = (id) => state.outs.find((out) => out.check?.case === id);

/** Cases to check still: one whose result the server has is done, also where the pack is older. A try that failed is none. */
export function stillToCheck() {
  return (state.pack?.cases ?? []).filter((one) => {
    const out = state.outs.find((held) => held.check?.case === one.id && held.check.seen === one.seen && !stillWaits(held));
    return !out || out.state === "kept" || !["done", "undone"].includes(out.check?.result ?? "");
  });
}
