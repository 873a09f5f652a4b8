/** Results of cases checked on the spot: begun, kept while they are written, put into the outbox, decided anew. */

import { smaller } from "./pictures.js";
import { state, stillWaits } from "./state.js";
import * as store from "./store.js";
import { forget } from "./sync.js";

/** @typedef {import("./state.js").Out} Out */
/** @typedef {import("./state.js").Case} Case */
/** @typedef {import("./state.js").Checked} Checked */
/** @typedef {{result: Checked["result"] | "", note: string, photo: boolean}} Begun */

const PHOTO = "photo.jpg";
/** @template T @param {T} value @returns {T} */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** What was begun at a case and not finished. @param {string} id @returns {Promise<{begun: Begun, picture: Blob | null}>} */
export async function begunAt(id) {
  const begun = (await store.get("checkdraft", id)) ?? { result: "", note: "", photo: false };
  const bytes = begun.photo ? await store.getBytes("checkphoto", id) : null;
  return { begun, picture: bytes ? new Blob([bytes], { type: "image/jpeg" }) : null };
}

/** @param {string} id @param {Begun} begun */
export const keepBegun = (id, begun) => store.put("checkdraft", id, plain(begun));

/** A picture, made smaller, without what the camera adds. @param {string} id @param {Blob} picked @returns {Promise<Blob>} */
export async function keepPicture(id, picked) {
  const made = await smaller(picked);
  await store.putBytes("checkphoto", id, await made.arrayBuffer());
  return made;
}

/** @param {string} id */
export const dropBegun = (id) => store.exchange([], [["checkdraft", id], ["checkphoto", id]]);

/**
 * Finish a result: what was begun is gone and it stands in the outbox, in one step.
 * @param {Case} one
 * @param {Begun} begun
 * @param {Blob | null} picture
 */
export async function finishCheck(one, begun, picture) {
  const id = crypto.randomUUID();
  /** @type {Out} */
  const out = {
    id, version: "", form: "", name: one.matter, household: "", label: `${one.number} · ${one.text}`, xml: "", files: picture ? [PHOTO] : [], known: {},
    state: "waiting", code: "", message: "", made: Date.now(), sent: 0, tries: 0, next: 0, corrects: "", settled: false, theirs: null,
    check: { case: one.id, result: /** @type {Checked["result"]} */ (begun.result), note: begun.note.trim(), seen: one.seen, late: false },
  };
  await store.exchange(
    [{ kind: "out", id, value: plain(out), waits: true }, ...(picture ? [{ kind: "outfile", id: `${id}/${PHOTO}`, bytes: await picture.arrayBuffer(), waits: true }] : [])],
    [["checkdraft", one.id], ["checkphoto", one.id]],
  );
  await replaceOut(out, "");
}

/** @param {Out} out @param {string} gone */
async function replaceOut(out, gone) {
  state.outs = [out, ...state.outs.filter((one) => one.id !== out.id && one.id !== gone)];
  state.waiting = state.outs.filter(stillWaits).length;
}

/** Open a result again that was not taken yet, where its case is still on the phone. @param {Out} out */
export async function reopenCheck(out) {
  const check = /** @type {Checked} */ (out.check);
  const bytes = out.files.length ? await store.getBytes("outfile", `${out.id}/${out.files[0]}`) : null;
  await store.exchange(
    [{ kind: "checkdraft", id: check.case, value: { result: check.result, note: check.note, photo: Boolean(bytes) } }, ...(bytes ? [{ kind: "checkphoto", id: check.case, bytes }] : [])],
    [],
  );
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
