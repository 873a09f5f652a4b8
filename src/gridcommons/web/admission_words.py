"""Words of admission for pages: states as chips, steps as a life line, findings by their weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words
from gridcommons.load.admission.queries import Entry
from gridcommons.load.admission.queries import Step as Done
from gridcommons.load.admission.rules import ANSWERS, DESKS, STATES
from gridcommons.matters.linting.question import REFUSING
from gridcommons.territory.queries import names_of
from gridcommons.web.pieces import Status, Step

KINDS: Final = {"matter": Words("事项", "matter"), "form": Words("表单", "form")}
RULES: Final[Mapping[str, Words]] = {
    "barred": Words("禁止询问", "barred"),
    "opaque": Words("看不出含义", "says nothing"),
    "proof": Words("留痕", "proof of presence"),
    "broken": Words("有错误", "broken"),
    "known": Words("已知", "known already"),
    "fact_unknown": Words("事实键不对", "no such fact"),
    "fact_of_a_person": Words("属于个人", "of a single person"),
    "person_named": Words("会写进人名", "invites names"),
    "translation": Words("缺译文", "not translated"),
    "too_long": Words("过长", "too long"),
    "no_limit": Words("没有字数上限", "no limit of signs"),
    "capture": Words("不得必填", "must be optional"),
    "trace": Words("不保存", "not kept"),
}
_TONES: Final = {
    "proposed": ("now", "send"), "piloted": ("now", "eye"), "admitted": ("done", "circle-check"),
    "refused": ("plain", "circle-x"), "withdrawn": ("plain", "arrow-back-up"), "ended": ("done", "ban"),
}  # fmt: skip
_DID: Final = {
    "proposed": Words("提出", "proposed"), "withdraw": Words("撤回", "withdrawn"),
    "agrees": Words("同意", "agrees"), "objects": Words("反对", "objects"),
}  # fmt: skip
_ROLES: Final = {"proposed": "department", "withdraw": "department"}


def status_of(state: str) -> Status:
    """The state of a proposal as a chip."""
    tone, icon = _TONES[state]
    return Status(STATES[state], tone, icon)


def finding_rows(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Findings for a table: weight, rule in words, row, name, what to do."""
    return [
        {
            "refuses": one["rule"] in REFUSING, "rule": RULES.get(one["rule"], Words(one["rule"], one["rule"])),
            "row": one["row"], "name": one["name"], "said": Words(one["message"]["zh"], one["message"]["en"]),
        }
        for one in findings
    ]  # fmt: skip


def entry_words(entry: Mapping[str, Any]) -> dict[str, Words]:
    """What a proposed matter says of itself, in both languages; nothing of a form."""
    texts = ("legal_basis", "purpose", "description")
    return {item: Words(entry[item]["zh"], entry[item]["en"]) for item in texts if item in entry}


def missing_desks(entry: Entry) -> list[Words]:
    """The desks that have yet to review the present edition."""
    done = {step.what.partition(":")[0] for step in entry.steps if step.edition == entry.proposal.edition}
    return [words for desk, words in DESKS.items() if desk not in done] if entry.proposal.state == "proposed" else []


def life_of(entry: Entry) -> list[Step]:
    """The history of a proposal as a life line, with what comes next."""
    areas = names_of(step.area_code for step in entry.steps if step.area_code)
    places = {code: area.name for code, area in areas.items()}
    steps = [_step(step, entry, places) for step in entry.steps]
    steps += [
        Step(words, Words("待评审", "to review"), role="reviewer", state="next") for words in missing_desks(entry)
    ]
    if entry.proposal.state == "proposed":
        steps.append(
            Step(Words("决定", "decision"), Words("县准入评审会", "the county's admission review"), state="next")
        )
    return steps


def _step(step: Done, entry: Entry, places: Mapping[str, Words]) -> Step:
    desk, _, answer = step.what.partition(":")
    if answer:
        did = Words(f"{DESKS[desk].zh}：{_DID[answer].zh}", f"{DESKS[desk].en}: {_DID[answer].en}")
    else:
        did = _DID.get(step.what) or ANSWERS[step.what]
    if step.until:
        did = Words(
            f"{did.zh}，至{day_text(step.until, 'zh', this_year=0)}",
            f"{did.en}, until {day_text(step.until, 'en', this_year=0)}",
        )
    if step.area_code in places and step.area_code != entry.proposal.area_code:
        place = places[step.area_code]
        did = Words(f"{did.zh}（{place.zh}）", f"{did.en} ({place.en})")
    if step.what == "proposed" and step.edition > 1:
        did = Words(f"{did.zh}（第{step.edition}稿）", f"{did.en} (edition {step.edition})")
    if step.drops:
        dropped = ", ".join(step.drops)
        did = Words(f"{did.zh}；同时减去{dropped}", f"{did.en}; {dropped} dropped in the same act")
    role = _ROLES.get(step.what, "reviewer" if answer else "office")
    return Step(did, step.office, role=role, at=step.at, note=step.said)
