"""Complaints in words: subjects, states, the life line, the answer. Values in, pieces out; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.queries import Line, Page, Taken
from gridcommons.cases.complaints.subjects import ANYBODY
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.pieces import Status, Step

POSTS: Final[Mapping[str, Words]] = {
    "head": Words("网格长", "head of the grid"),
    "full_time": Words("专职网格员", "full-time worker"),
    "part_time": Words("兼职网格员", "part-time worker"),
    "mentor": Words("网格指导员", "mentor"),
    ANYBODY: Words("网格工作人员（不知道是谁）", "somebody of the grid, name not known"),
}
COMPLAINANT: Final = Words("投诉人", "the complainant")
_PROGRAM: Final = Words("程序", "the program")
_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "received": ("now", "inbox"), "in_review": ("now", "scale"), "asked": ("parked", "messages"),
    "passed": ("parked", "send"), "answered": ("done", "circle-check"), "withdrawn": ("plain", "ban"),
}  # fmt: skip
_NEXT: Final[Mapping[str, Words]] = {
    "received": Words("独立复核机构受理", "the independent office takes it on"),
    "in_review": Words("独立复核机构附理由答复", "the independent office answers with reasons"),
    "asked": Words("独立复核机构附理由答复", "the independent office answers with reasons"),
    "passed": Words("转交另一复核机构", "another independent office gets it"),
}


def status_of(state: str) -> Status:
    """A state as a pill."""
    tone, icon = _TONES[state]
    return Status(policy().states[state], tone, icon)


def line_subject(line: Line) -> Words:
    """Whom a complaint is about, without a person: the post and the grid, or the office."""
    area = names_of([line.area_code]).get(line.area_code)
    place = area.name if area else Words(line.area_code, line.area_code)
    if line.post:
        post = POSTS[line.post]
        return Words(f"{place.zh} {post.zh}", f"{post.en}, {place.en}")
    return _named(line.about) if line.about else policy().subjects[line.kind]


def subject_words(page: Page) -> Words:
    """The same for those who read the complaint: with the name that was chosen from the posting."""
    about = line_subject(page.line)
    return Words(f"{page.person} · {about.zh}", f"{page.person} · {about.en}") if page.person else about


def _named(office: OfficeFacts) -> Words:
    return Words(office.name_zh, office.name_en)


def answered(page: Page) -> Words | None:
    """The outcome in words, None before there is one."""
    return policy().outcomes[page.outcome] if page.outcome else None


def life_line(page: Page) -> list[Step]:
    """The steps taken, and what comes next."""
    steps = [_step(one) for one in page.steps]
    coming = _NEXT.get(page.line.state)
    office = _named(page.office) if page.office else ""
    return [*steps, Step(did=coming, who=office, role="reviewer", state="next")] if coming else steps


def _step(one: Taken) -> Step:
    row = policy().actions[one.action]
    did = row.words
    if one.outcome:
        outcome = policy().outcomes[one.outcome]
        did = Words(f"{did.zh}：{outcome.zh}", f"{did.en}: {outcome.en}")
    who = {"complainant": COMPLAINANT, "program": _PROGRAM}.get(row.by) or (_named(one.office) if one.office else "")
    role = {"complainant": "resident", "program": "program"}.get(row.by, "reviewer")
    return Step(did=did, who=who, role=role, at=one.at, note=one.note)
