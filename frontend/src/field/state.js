/** What the app shows now. Personal things stand here only while the store is open; locking empties them. */

import { reactive } from "vue";

/** @typedef {import("./lists.js").Words} Words */
/** @typedef {import("./lists.js").Household} Household */
/**
 * @typedef {object} FormInUse
 * @property {string} id
 * @property {string} key
 * @property {string} version
 * @property {string} md5
 * @property {string} kind
 * @property {Words} name
 * @property {Words} matter
 * @property {boolean} lists
 * @property {{name: string, md5: string}[]} files
 * @property {(import("./lists.js").Asked & {path: string, label: Words})[]} asked
 */
/** @typedef {{household: string, area: string, label: string, form: string, because: Words, until: string, appointment: string | null}} Due */
/** @typedef {{what: Words, at: string, note: string, who: Words | null}} CaseStep */
/**
 * @typedef {object} Case
 * @property {string} id
 * @property {string} number
 * @property {Words} matter
 * @property {string} text
 * @property {string} area
 * @property {string} address
 * @property {[number, number] | null} at
 * @property {boolean} late
 * @property {string | null} due
 * @property {Words | null} handler
 * @property {boolean} public
 * @property {CaseStep[]} steps
 * @property {string[]} photos ids of pictures of the report
 * @property {string} seen how far the case has come: told with the result
 */
/** @typedef {"done" | "undone" | "not_found" | "no_access"} Result */
/** @typedef {{case: string, result: Result, note: string, seen: string, late: boolean}} Checked what was seen on the spot */
/** @typedef {{case: string, result: Result | "", note: string, photo: boolean, name: Words | null, label: string, seen: string, saved: number}} Begun what was begun at a case: enough to be finished when the case has left the list */
/** @typedef {{state: Words, steps: CaseStep[], can: Result[]}} CaseNow */
/** @typedef {{code: string, name: Words, synthetic: boolean, geometry: any}} Outline */
/**
 * @typedef {object} Pack
 * @property {string} day
 * @property {string} zone the county's
 * @property {number} lock_minutes
 * @property {number} due_total how many visits are due, also where the phone is not sent all
 * @property {number} case_total the same of cases to check
 * @property {FormInUse[]} forms
 * @property {Household[]} households
 * @property {Due[]} due
 * @property {Case[]} cases
 * @property {{code: string, name: Words}[]} grids
 * @property {Outline[]} ground
 */
/**
 * @typedef {object} Out
 * @property {string} id instance id
 * @property {string} version id of the form's version
 * @property {string} form its key
 * @property {Words} name
 * @property {string} household
 * @property {string} label
 * @property {string} xml
 * @property {string[]} files
 * @property {Record<string, [string, string]>} known what the form was filled on
 * @property {"waiting" | "received" | "kept" | "conflict" | "stuck"} state
 * @property {string} code
 * @property {string} message
 * @property {number} made
 * @property {number} sent
 * @property {number} tries
 * @property {number} next
 * @property {string} corrects
 * @property {boolean} settled a person chose: newer facts hold it back no more
 * @property {Checked} [check] the result of a case checked on the spot, in place of a form
 * @property {{kind: "facts" | "other" | "case", facts?: Record<string, [string, string]>, id?: string, xml?: string, at?: string, others?: boolean, now?: CaseNow | null} | null} theirs
 */
/** @typedef {{id: string, version: string, form: string, name: Words, household: string, label: string, xml: string, files: string[], known: Record<string, [string, string]>, saved: number, corrects: string, free: boolean}} Draft a `free` one was not begun at a household */

export const state = reactive({
  /** @type {"loading" | "new" | "locked" | "far" | "revoked" | "open"} */
  phase: "loading",
  language: /** @type {"zh" | "en"} */ ("zh"),
  view: "today",
  part: "",
  more: "",
  online: navigator.onLine,
  /** @type {"" | "busy" | "away" | "done"} */
  sync: "",
  contact: 0,
  /** @type {Pack | null} */
  pack: null,
  hasGrid: true,
  /** @type {Out[]} */
  outs: [],
  /** @type {Draft[]} */
  drafts: [],
  /** @type {Begun[]} */
  checks: [],
  /** What is open and not written in yet: it becomes a draft with the first answer. @type {Draft | null} */
  begun: null,
  waiting: 0,
  /** Drafts, told while the store is closed. */
  unfinished: 0,
  name: "",
  said: "",
  /** Why it is locked. @type {"away" | "rest" | "hand"} */
  why: "away",
  /** Minutes without a touch after which it locks. */
  rest: 10,
  hasUpdate: false,
  isDemo: false,
});

export function empty() {
  Object.assign(state, { pack: null, outs: [], drafts: [], checks: [], begun: null, said: "", sync: "" });
}

/** @param {string} id @returns {Household | undefined} */
export const household = (id) => state.pack?.households.find((one) => one.id === id);
/** @param {string} key @returns {FormInUse | undefined} */
export const formCalled = (key) => state.pack?.forms.find((one) => one.key === key);
/** @param {string} area */
export const gridName = (area) => state.pack?.grids.find((one) => one.code === area)?.name;
/** @param {string} id */
export const caseCalled = (id) => state.pack?.cases.find((one) => one.id === id);
/** Waits to be sent, or for the worker's decision. @param {Out} out */
export const stillWaits = (out) => ["waiting", "conflict", "stuck"].includes(out.state);
