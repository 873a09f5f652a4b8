"""Cases in words for members of staff: levels, states, life line, clock. Values in, pieces out; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.codes import ZONE
from gridcommons.cases.queries import CasePage, StepLine
from gridcommons.cases.transitions import packaged
from gridcommons.kit.dates import moment_text
from gridcommons.kit.words import Words
from gridcommons.territory.queries import AreaFacts
from gridcommons.web.pieces import Status, Step
from gridcommons.web.program_words import told

LEVELS: Final[Mapping[str, Words]] = {
    "province": Words("省", "Province"),
    "city": Words("市", "City"),
    "county": Words("县（市、区）", "County"),
    "township": Words("乡镇（街道）", "Township"),
    "village": Words("村（社区）", "Village"),
    "grid": Words("网格", "Grid"),
    "microgrid": Words("微网格", "Micro-grid"),
}
_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "reported": ("plain", "circle-dashed"), "filed": ("now", "file-text"), "returned": ("now", "arrow-back-up"),
    "dispatched": ("now", "send"), "handling": ("now", "tool"), "handled": ("now", "clipboard-check"),
    "rework": ("now", "rotate"), "reopened": ("now", "refresh"), "closed": ("done", "circle-check"),
    "confirmed": ("done", "checks"), "settled": ("done", "check"), "void": ("done", "ban"),
    "parked": ("parked", "clock-pause"), "review": ("now", "calendar-due"), "merged": ("parked", "git-merge"),
}  # fmt: skip
_ROLES: Final[Mapping[str, str]] = {
    "reporter": "resident", "finder": "worker", "filer": "office", "dispatcher": "office", "handler": "department",
    "verifier": "verifier", "coordinator": "office", "program": "program",
}  # fmt: skip
_DID: Final[Mapping[str, str]] = {
    "report": "reported", "settle": "settled on the spot", "file": "filed", "void": "not filed",
    "dispatch": "dispatched", "accept": "accepted", "send_back": "sent back", "pass_on": "passed on",
    "feed_back": "reported as done", "rework": "rework asked for", "close": "checked and closed",
    "attempt": "could not be checked", "late_check": "a check that came late",
    "confirm": "confirmed", "reopen": "reopened", "merge": "joined with another case",
    "unmerge": "taken out of the joining", "lead_ended": "the joined case has a result",
    "lead_goes_on": "the joined case was taken up again", "agree": "agreed with the result",
    "leave": "asked to have it handled by itself", "ask_extension": "asked for more time",
    "grant_extension": "more time granted", "refuse_extension": "more time refused", "park": "parked",
    "unpark": "parking ended", "review_due": "the parking is over", "raise": "raised to a higher level",
    "press": "pressed for its filing", "lower": "with the level above no more",
    "part_over": "the part of an assisting office ended with the case",
    "appoint": "appointed", "ask_level": "asked the level that appointed", "involve": "asked to assist",
    "contribute": "assisted", "entrust": "entrusted to the government of the place",
    "name_body": "named the body in charge", "ask_still": "asked whether it is still in order",
    "still_fine": "still in order", "still_wrong": "no longer in order",
}  # fmt: skip
"""Steps as what was done; in Chinese the name of a step says both."""
_DO: Final[Mapping[str, str]] = {"feed_back": "report as done", "rework": "ask for rework"}
"""Steps whose name of the trade says little in English."""
_BACK: Final = frozenset({"send_back", "pass_on", "rework", "reopen", "leave", "still_wrong"})
_MOVED: Final = frozenset({"ask_extension", "grant_extension", "park"})
"""Steps that name a moment."""
_AWAITED: Final[Mapping[str, tuple[str, ...]]] = {
    "reported": ("settle", "file", "void"), "filed": ("dispatch",), "returned": ("dispatch",),
    "reopened": ("dispatch",), "review": ("dispatch", "park"), "dispatched": ("accept", "send_back"),
    "handling": ("send_back", "pass_on", "feed_back"), "rework": ("feed_back",), "handled": ("rework", "close"),
    "parked": ("unpark",),
}  # fmt: skip
_RAISED: Final[Mapping[str, tuple[str, ...]]] = {
    **_AWAITED, **dict.fromkeys(("filed", "returned", "reopened", "review"), ("appoint",)),
}  # fmt: skip
"""By state, what it waits for: the usual steps alone, for of the others there are many."""
POSTS: Final[Mapping[str, Words]] = {
    "head": Words("网格长", "grid head"),
    "full_time": Words("专职网格员", "full-time worker"),
    "part_time": Words("兼职网格员", "part-time worker"),
    "mentor": Words("网格指导员", "grid mentor"),
}
_REPORTER: Final = Words("报告人", "the reporter")


def name_of(area: AreaFacts) -> Words:
    """An area's name in both languages; the Chinese one where there is no other."""
    return area.name


def office_name(office: OfficeFacts | None) -> Words | str:
    """An office's name in both languages, nothing for none."""
    return Words(office.name_zh, office.name_en) if office else ""


def state_words(state: str) -> Words:
    """A state in words."""
    return packaged().states[state].words


def status_of(state: str, *, overdue: bool = False) -> Status:
    """A state as a pill; red only where it is overdue, and then it says so."""
    tone, icon = _TONES[state]
    words = state_words(state)
    if overdue:
        return Status(Words(f"{words.zh}，已超期", f"{words.en}, overdue"), "late", icon)
    return Status(words, tone, icon)


def listed(words: Iterable[Words]) -> Words:
    """Several words as one list."""
    several = list(words)
    return Words("、".join(one.zh for one in several), ", ".join(one.en for one in several))


def step_words(key: str) -> Words:
    """What a step is called on its button."""
    words = packaged().action(key).words
    return Words(words.zh, _DO.get(key, words.en))


def thrown_back(page: CasePage) -> Step | None:
    """The last step that threw an open case back, with its reason, while that still has to be met."""
    since = [line for line in page.steps if line.action in _BACK or line.action == "feed_back"]
    if packaged().states[page.state].end or not since:
        return None
    met = since[-1].action == "feed_back"
    back = [line for line in since if line.action in (_BACK - {"send_back", "pass_on"} if met else _BACK)]
    return _step(back[-1]) if back else None


def either(words: Iterable[Words]) -> Words:
    """Several words as a choice: a, b or c."""
    *before, last = words
    if not before:
        return last
    first = listed(before)
    return Words(f"{first.zh}或{last.zh}", f"{first.en} or {last.en}")


def life_steps(page: CasePage) -> list[Step]:
    """The life line, and who is waited for."""
    steps = [_step(line) for line in page.steps]
    wanted = _AWAITED.get(page.state, ()) if not page.apart.raised_level else _RAISED.get(page.state, ())
    waits = [action for action in packaged().actions_from(page.state) if action.key in wanted]
    if waits and not packaged().states[page.state].end:
        duties = dict.fromkeys(duty for action in waits for duty in action.by)
        who = either(packaged().duties[duty].words for duty in duties)
        did = either(step_words(action.key) for action in waits)
        steps.append(Step(did=did, who=who, role=_ROLES[next(iter(duties))], state="next"))
    return steps


def sent_to(action: Words, office: Words, key: str) -> Words:
    """What was done, and to which office."""
    if key == "dispatch":
        return Words(f"{action.zh}至{office.zh}", f"{action.en} to {office.en}")
    return Words(f"{action.zh}：{office.zh}", f"{action.en}: {office.en}")


def moved_to(did: Words, line: StepLine) -> Words:
    """What was done, with the moment it names and the one that stood before."""
    new, old = (_said(moment) for moment in (line.until, line.before_at))
    if line.action == "park":
        return Words(f"{did.zh}，{new.zh}复核", f"{did.en}, to be reviewed {new.en}")
    was = Words(f"（原为{old.zh}）", f" (it was {old.en})") if line.before_at else Words("", "")
    return Words(f"{did.zh}，至{new.zh}{was.zh}", f"{did.en}, until {new.en}{was.en}")


def _said(moment: datetime | None) -> Words:
    if moment is None:
        return Words("", "")
    day = [moment_text(moment, tongue, zone=ZONE, now=moment) for tongue in ("zh", "en")]
    bare = [text.removesuffix(" 00:00") for text in day]  # a date is no hour of the night
    return Words(*bare)


def _step(line: StepLine) -> Step:
    action = Words(packaged().action(line.action).words.zh, _DID[line.action])
    duty, to = packaged().duties[line.duty].words, office_name(line.to_office)
    did = sent_to(action, to, line.action) if isinstance(to, Words) else action
    if line.until is not None and line.action in _MOVED:
        did = moved_to(did, line)
    who = told(line.name) or (_REPORTER if line.duty == "reporter" else duty)
    return Step(
        did=did, who=who, office=office_name(line.office), role=_ROLES[line.duty], at=line.at, note=told(line.note),
        private=line.private,
    )  # fmt: skip
