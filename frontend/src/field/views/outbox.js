/** What was filled in, with the state of each in words and what can be done; two versions of one form side by side. */

import { h, reactive } from "vue";
import { begunElsewhere, decide, reopenCheck } from "../checking.js";
import { insist, reopen } from "../filling.js";
import { answersOf, wordsOf } from "../papers.js";
import { button, icon, note, nothing, sure, way } from "../pieces.js";
import { caseCalled, formCalled, household, state } from "../state.js";
import * as store from "../store.js";
import { change, forget, sync } from "../sync.js";
import { both, moment, placed, t, written } from "../words.js";
import { drafts } from "./drafts.js";
import { resultWords, steps } from "./check.js";

/** @typedef {import("../state.js").Out} Out */
/** @typedef {Parameters<typeof t>[0]} Key */

const STATES = /** @type {Record<Out["state"], [Key, string, string]>} */ ({
  waiting: ["stWaiting", "device-mobile", ""], received: ["stReceived", "check", "is-good"], kept: ["stKept", "eye", "is-good"],
  conflict: ["stConflict", "alert-triangle", "is-bad"], stuck: ["stStuck", "alert-octagon", "is-bad"],
});
const asked = reactive({ drop: "" });

/** What to do about a form that was not taken. @param {Out} out @returns {Key} */
function todo(out) {
  const known = /** @type {Record<string, Key>} */ ({
    "inbox.closed": "todoClosed", "inbox.unknown_version": "todoVersion", "inbox.too_large": "todoLarge", "photo.too_large": "todoLarge",
    "inbox.outside": "todoForbidden", "inbox.set_aside": "todoAside",
  });
  return known[out.code] ?? "todoOther";
}

/** The household, or the case with its words. @param {Out} out */
const labelOf = (out) => (out.check ? out.label : placed(out.label));

/** @param {Out} out */
const isBusy = (out) => out.state === "waiting" && state.sync === "busy";

/** @param {Out} out @param {{corrects?: string, xml?: string}} [as] */
async function openAgain(out, as) {
  location.hash = `#/fill/${(await reopen(out, as)).id}`;
}

/** @param {Out} out */
async function again(out) {
  await change(out, { state: "waiting", next: 0 });
  await sync(true);
}

/** A result goes back to its case, or to what is known of one that has left the list. @param {Out} out */
async function changeCheck(out) {
  const id = out.check?.case ?? "";
  await reopenCheck(out);
  location.hash = `#/case/${id}`;
}

/** @param {Out} out */
function doings(out) {
  if (out.check && asked.drop !== out.id) return doingsOfCheck(out);
  if (asked.drop === out.id) return sure(t("giveUpSure"), () => forget(out), () => (asked.drop = ""));
  const correct = button(t("correct"), () => openAgain(out), { icon: "pencil" });
  const open = button(t("change"), () => openAgain(out), { icon: "pencil" });
  const drop = button(t("giveUp"), () => (asked.drop = out.id), { kind: "is-quiet", icon: "trash" });
  const row = {
    waiting: [open], received: [correct], kept: [correct],
    conflict: [h("a", { class: "fa-button is-first", href: `#/conflict/${encodeURIComponent(out.id)}` }, [icon("arrows-left-right"), h("span", t("decide"))])],
    stuck: [button(t("again"), () => again(out), { icon: "refresh" }), open, drop],
  }[out.state];
  return h("div", { class: "fa-row" }, row);
}

/** @param {Out} out */
function doingsOfCheck(out) {
  const open = button(t("change"), () => changeCheck(out), { icon: "pencil" });
  const drop = button(t("giveUp"), () => (asked.drop = out.id), { kind: "is-quiet", icon: "trash" });
  const row = {
    waiting: [open], received: [], kept: [],
    conflict: [h("a", { class: "fa-button is-first", href: `#/conflict/${encodeURIComponent(out.id)}` }, [icon("arrows-left-right"), h("span", t("decideCase"))])],
    stuck: [button(t("again"), () => again(out), { icon: "refresh" }), open, drop],
  }[out.state];
  return row.length ? h("div", { class: "fa-row" }, row) : null;
}

/** @param {Out} out */
function one(out) {
  const [key, name, tone] = STATES[out.state];
  const left = out.state === "waiting" && out.household && state.pack && !household(out.household);
  return h("li", { key: out.id, class: "fa-card fa-stack", "data-out": out.id, "data-state": out.state }, [
    h("div", [h("strong", out.check ? `${t("case")} · ${both(out.name)}` : both(out.name)), out.label ? h("div", labelOf(out)) : null]),
    out.check ? h("p", { class: "fa-said" }, `${t(resultWords(out.check.result))}：${out.check.note}`.replace("：", state.language === "zh" ? "：" : ": ")) : null,
    h("p", { class: ["fa-state", tone], role: "status" }, [icon(name), h("span", t(isBusy(out) ? "stWaitingNow" : out.check && out.state === "kept" ? "stBeside" : key))]),
    h("p", { class: "fa-quiet fa-small" }, [
      t("made", { time: written(out.made) }), out.files.length ? ` · ${t("pictures", { n: out.files.length })}` : "",
      out.state === "waiting" && out.next > Date.now() ? ` · ${t("retryAt", { time: moment(out.next) })}` : "",
    ]),
    left ? note(t("handedOver")) : null,
    out.state === "stuck" ? h("div", [out.message ? h("p", out.message) : null, h("p", t(out.check ? "todoCheck" : todo(out)))]) : null,
    doings(out),
  ]);
}

export function outbox() {
  return [
    h("h1", t("outbox")),
    drafts(),
    (state.drafts.length || begunElsewhere().length) && state.outs.length ? h("h2", t("finishedTitle")) : null,
    state.outs.length ? h("ul", { class: "fa-plain fa-stack" }, state.outs.map(one)) : nothing(t("outNone"), t("outNoneWhat"), "inbox"),
  ];
}

const words = reactive(/** @type {{id: string, labels: Record<string, string>, choices: Record<string, Record<string, string>>}} */ ({ id: "", labels: {}, choices: {} }));

/** @param {Out} out */
async function loadWords(out) {
  const id = `${out.version} ${state.language}`;
  if (words.id === id) return;
  words.id = id;
  const held = await store.get("form", out.version);
  if (held) Object.assign(words, wordsOf(held.xml, state.language));
}

/**
 * @param {string} path
 * @param {string} value
 */
function said(path, value) {
  const plain = path.replace(/\[\d+\]/g, "");
  if (!value) return t("empty");
  if (plain === "/household") return placed(household(value)?.label ?? value);
  return value.split(" ").map((key) => words.choices[plain]?.[key] || key).join(state.language === "zh" ? "、" : ", ");
}

/** @param {Out} out @returns {[string, string, string][]} path, mine, theirs */
function pairs(out) {
  const mine = answersOf(out.xml);
  if (out.theirs?.kind === "facts") {
    const form = formCalled(out.form);
    return Object.entries(out.theirs.facts ?? {}).map(([fact, [value]]) => {
      const path = form?.asked.find((one) => one.fact === fact)?.path ?? fact;
      const own = mine.get(path) || (mine.get(`${path}_still`) === "yes" ? (out.known[fact]?.[0] ?? "") : "");
      return [path, own, value];
    });
  }
  const theirs = answersOf(out.theirs?.xml ?? "<data/>");
  return [...new Set([...mine.keys(), ...theirs.keys()])].map((path) => [path, mine.get(path) ?? "", theirs.get(path) ?? ""]);
}

/** @param {Out} out */
function choices(out) {
  const done = async () => {
    state.said = t("decided");
    location.hash = "#/outbox";
    await sync(true);
  };
  if (out.theirs?.kind === "facts") {
    return [
      button(t("sendAnyway"), async () => (await change(out, { state: "waiting", settled: true, theirs: null }), await done()), { kind: "is-first" }),
      button(t("fillAgain"), () => openAgain({ ...out, state: "waiting" })), h("p", { class: "fa-hint" }, t("fillAgainHint")),
      button(t("keepTheirs"), async () => (await forget(out), await done())), h("p", { class: "fa-hint" }, t("keepTheirsHint")),
    ];
  }
  return [
    button(t("sendMine"), async () => (await insist(out), await done()), { kind: "is-first" }), h("p", { class: "fa-hint" }, t("sendMineHint")),
    button(t("keepTheirs"), async () => (await forget(out), await done())), h("p", { class: "fa-hint" }, t("keepTheirsHint")),
  ];
}

/** A case that moved on while its result was on the way: how it stands now beside what was seen there. @param {Out} out */
function caseConflict(out) {
  const check = /** @type {import("../state.js").Checked} */ (out.check);
  const now = out.theirs?.now ?? null;
  const seen = caseCalled(check.case)?.seen;
  const after = async () => {
    state.said = t("decided");
    location.hash = "#/outbox";
    await sync(true);
  };
  return [
    way(t("outbox"), "#/outbox", "arrow-back-up"),
    h("h1", t("caseMoved")),
    h("p", [h("strong", both(out.name)), ` · ${out.label}`]),
    h("p", t(now ? "caseMovedWhat" : "caseNotYours")),
    h("section", { class: "fa-card fa-stack" }, [h("h2", t("mine")), h("p", h("strong", t(resultWords(check.result)))), h("p", { class: "fa-said" }, check.note), h("p", { class: "fa-quiet fa-small" }, [t("made", { time: written(out.made) }), out.files.length ? ` · ${t("pictures", { n: out.files.length })}` : ""])]),
    now ? h("section", { class: "fa-card fa-stack" }, [h("h2", `${t("theirs")} · ${both(now.state)}`), steps(now.steps.slice(-3))]) : null,
    h("div", { class: "fa-stack" }, [
      ...(now?.can.includes(check.result) && seen ? [button(t("caseAsNow"), async () => (await decide(out, { seen }), await after()), { kind: "is-first" }), h("p", { class: "fa-hint" }, t("caseAsNowHint"))] : []),
      button(t("caseBeside"), async () => (await decide(out, { late: true }), await after()), { kind: now?.can.includes(check.result) && seen ? "" : "is-first" }), h("p", { class: "fa-hint" }, t("caseBesideHint")),
      button(t("keepTheirs"), async () => (await forget(out), await after())), h("p", { class: "fa-hint" }, t("keepTheirsHint")),
    ]),
  ];
}

/** @param {string} id */
export function conflict(id) {
  const out = state.outs.find((one) => one.id === id);
  if (out?.theirs?.kind === "case") return caseConflict(out);
  if (!out?.theirs) return [way(t("outbox"), "#/outbox", "arrow-back-up"), note(t("decided"))];
  void loadWords(out);
  const all = pairs(out);
  const differing = all.filter(([, mine, theirs]) => mine !== theirs);
  const facts = out.theirs.kind === "facts";
  const there = t(out.theirs.others ? "mineBefore" : "theirs"); // what another hand wrote is shown on no phone
  return [
    way(t("outbox"), "#/outbox", "arrow-back-up"),
    h("h1", t("conflictTitle")),
    h("p", [h("strong", both(out.name)), out.label ? ` · ${placed(out.label)}` : ""]),
    h("p", t(facts ? "conflictFacts" : out.theirs.others ? "conflictOthers" : "conflictOther")),
    h("table", { class: "fa-pair" }, [
      h("thead", h("tr", [h("th", { scope: "col" }, t("question")), h("th", { scope: "col" }, t("mine")), h("th", { scope: "col" }, out.theirs.at ? `${there} · ${written(out.theirs.at)}` : there)])),
      h("tbody", differing.map(([path, mine, theirs]) => {
        const plain = path.replace(/\[\d+\]/g, "");
        return h("tr", { key: path }, [h("th", { scope: "row" }, words.labels[plain] || plain.slice(1)), h("td", said(path, mine)), h("td", said(path, theirs))]);
      })),
    ]),
    all.length > differing.length ? h("p", { class: "fa-quiet fa-small" }, t("same", { n: all.length - differing.length })) : null,
    h("div", { class: "fa-stack" }, choices(out)),
  ];
}
