"""May this enter the grid, and whose is it? Pure: catalogue and day go in, a verdict with its reasons comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import UNKNOWN, Catalogue
from gridcommons.matters.matter import Barrier, Matter
from gridcommons.matters.phrases import character_spans, cleaned, han, token_spans, tokens
from gridcommons.matters.routing import propose_route, route
from gridcommons.matters.search import Hit, stem
from gridcommons.matters.wording import CLOCK_NAMES, KIND_NAMES, edition_of

__all__ = ["Admission", "admit_report", "judge_report", "judge_search", "propose_route", "require_admitted", "route"]

CHINA_TIME: Final = timezone(timedelta(hours=8))
CLEAR_SCORE: Final = 2.4
"""A text must reach this search score to be understood: about one whole keyword."""
CLEAR_LEAD: Final = 1.15
"""The best entry must beat the next one by this factor; otherwise the reporter chooses."""
OFFERED: Final = 3
ADMIT_RULE: Final = "matters.admit"
SUBJECT: Final = Words(zh="是否属于网格事项？", en="Is this a matter for the grid?")
RETIRED = refusal_kind(
    "matter.retired",
    status=410,
    zh="“{name}”目前不接收新的报告（有效期{first}至{last}）。{way}",
    en="“{name_en}” takes no new reports at present (valid {first} to {last}). {way_en}",
)
NOT_FOR_GRID = refusal_kind(
    "matter.not_for_grid",
    status=422,
    zh="“{name}”不由网格办理。{way}",
    en="“{name_en}” is not for the grid. {way_en}",
)
VITALITY = refusal_kind(
    "matter.vitality",
    status=422,
    zh="“{name}”属于居民自己的事，不进网格。{way}",
    en="“{name_en}” belongs to residents themselves and does not enter the grid. {way_en}",
)
BARRED = refusal_kind(
    "matter.barred",
    status=422,
    zh="“{name}”在负面清单上，不得成为网格任务。{way}",
    en="“{name_en}” is on the negative list and may never be a task of the grid. {way_en}",
)
UNCLEAR = refusal_kind(
    "matter.unclear",
    status=422,
    zh="还不能判断这是哪类事项。{way}",
    en="It is not clear yet which matter this is. {way_en}",
)
_ELSEWHERE: Final = Words(
    zh="请拨打12345政务服务便民热线，或到村（居）服务窗口办理。",
    en="Call the public service line 12345 or go to your village or community desk.",
)


@dataclass(frozen=True)
class Admission:
    """A verdict with what a program needs beside it: the matter meant (if any) and, unless yes, the refusal's reason.

    `guesses`: on "cannot tell", the keys of the matters nearest to the text, best first.
    `barrier`: on a no, the entry of the negative list or of residents' own life that stands against it.
    """

    verdict: Verdict
    matter: Matter | None = None
    refusal: Reason | None = None
    guesses: tuple[str, ...] = ()
    barrier: Barrier | None = None


def admit_report(
    *,
    catalogue: Catalogue,
    on: date,
    matter_key: str | None = None,
    text: str = "",
    language: str = "zh",
    zone: tzinfo = CHINA_TIME,
) -> Verdict:
    """May this enter the grid on that day, and whose is it? By the key chosen, else by the reporter's own words.

    Refuses only an unknown key (`matter.unknown`); every other answer is a verdict with the way to go.
    """
    return judge_report(
        catalogue=catalogue, on=on, matter_key=matter_key, text=text, language=language, zone=zone
    ).verdict


def judge_report(
    *,
    catalogue: Catalogue,
    on: date,
    matter_key: str | None = None,
    text: str = "",
    language: str = "zh",
    zone: tzinfo = CHINA_TIME,
) -> Admission:
    """As `admit_report`, with the matter meant and the refusal that a door would raise."""
    if matter_key is not None:
        return _judge_key(matter_key, catalogue, on, zone)
    return _judge_text(text, language, catalogue, on, zone)


def judge_search(*, catalogue: Catalogue, on: date, text: str, language: str = "zh") -> Admission:
    """As `judge_report` by words, for somebody who looks for a thing rather than reports it.

    Who names a subject that is never asked (religion, votes, petitions), and no matter beside it, is told so.
    """
    judged = judge_report(catalogue=catalogue, on=on, text=text, language=language)
    if judged.verdict.answer is not Answer.CANNOT_TELL or any(hit.matched for hit in catalogue.hits(text, language)):
        return judged
    subject = _subject(text, catalogue)
    return _stopped(subject, catalogue) if subject else judged


def require_admitted(
    *,
    catalogue: Catalogue,
    on: date,
    matter_key: str | None = None,
    text: str = "",
    language: str = "zh",
) -> Matter:
    """The matter admitted, or the refusal: unknown, retired, not for the grid, vitality, barred, unclear."""
    judged = judge_report(catalogue=catalogue, on=on, matter_key=matter_key, text=text, language=language)
    if judged.refusal is not None or judged.matter is None:
        raise Refusal((judged.refusal or Reason(UNKNOWN, (("key", str(matter_key)),)),))
    return judged.matter


def _judge_key(key: str, catalogue: Catalogue, on: date, zone: tzinfo) -> Admission:
    barrier = catalogue.barrier(key)
    if barrier is not None:
        return _stopped(barrier, catalogue)
    return _judge_matter(catalogue.get(key), catalogue, on, zone)


def _judge_text(text: str, language: str, catalogue: Catalogue, on: date, zone: tzinfo) -> Admission:
    """Barred tasks first, then the nearest entry if it is clearly the nearest."""
    barrier = _barred_task(text, catalogue)
    if barrier is not None:
        return _stopped(barrier, catalogue)
    hits = catalogue.hits(text, language)
    if not _clear(hits):
        return _unclear([hit.key for hit in hits if hit.key in catalogue][:OFFERED], catalogue)
    return _judge_key(hits[0].key, catalogue, on, zone)


def _clear(hits: list[Hit]) -> bool:
    """Whether the best hit is good enough and well ahead of the next."""
    if not hits or hits[0].score < CLEAR_SCORE:
        return False
    return len(hits) == 1 or hits[0].score >= CLEAR_LEAD * hits[1].score


def _barred_task(text: str, catalogue: Catalogue) -> Barrier | None:
    """The first entry of the negative list whose words stand in the text."""
    plain = cleaned(text)
    chinese, english = han(plain), tokens(plain)
    for entry in catalogue.negative:
        in_chinese = any(character_spans(word, chinese) for word in entry.words_zh)
        if in_chinese or any(token_spans(tokens(word), english) for word in entry.words_en):
            return entry
    return None


def _subject(text: str, catalogue: Catalogue) -> Barrier | None:
    """The first entry of the negative list whose subject is named in the text."""
    plain = cleaned(text)
    chinese, english = han(plain), [stem(word) for word in tokens(plain)]
    for entry in catalogue.negative:
        in_chinese = any(character_spans(word, chinese) for word in entry.subjects_zh)
        if in_chinese or any(token_spans([stem(w) for w in tokens(word)], english) for word in entry.subjects_en):
            return entry
    return None


def _judge_matter(matter: Matter, catalogue: Catalogue, on: date, zone: tzinfo) -> Admission:
    if not matter.for_grid:
        return _elsewhere(matter, catalogue)
    if not matter.collects_on(on):
        return _retired(matter, catalogue)
    verdict = _verdict(
        catalogue, Answer.YES, _admitted_reasons(matter, catalogue), matter=matter, until=_end(matter, zone)
    )
    return Admission(verdict, matter=matter)


def _admitted_reasons(matter: Matter, catalogue: Catalogue) -> tuple[Because, ...]:
    """On which list and by which law, whose it is, by when, and what to do first when there is danger."""
    owner, first = catalogue.department(matter.owner), catalogue.department(matter.routes[0].office)
    listed = KIND_NAMES[matter.kind]
    filed, handled = matter.deadline.file_words(), matter.deadline.handle_words()
    source = matter.legal_basis
    reasons = [
        Because(
            Words(
                zh=f"“{matter.name.zh}”在{listed.zh}上：{matter.purpose.zh}",
                en=f"“{matter.name.en}” is on the {listed.en}: {matter.purpose.en}",
            ),
            source,
        ),
        Because(_whose(owner.name, first.name), catalogue.owner),
        Because(
            Words(
                zh=f"须在{filed.zh}内立案，{handled.zh}内办理。",
                en=f"It must be filed within {filed.en} and handled within {handled.en}.",
            ),
            CLOCK_NAMES[matter.deadline.clock],
        ),
    ]
    if matter.call_first is not None:
        reasons.insert(0, Because(matter.call_first, source))
    return tuple(reasons)


def _whose(owner: Words, first: Words) -> Words:
    """Who answers for it, and who gets it first if that is somebody else."""
    if owner == first:
        return Words(zh=f"由{owner.zh}负责并办理。", en=f"{owner.en} is responsible and handles it.")
    return Words(
        zh=f"由{owner.zh}负责，先派往{first.zh}。",
        en=f"{owner.en} is responsible; it goes to {first.en} first.",
    )


def _retired(matter: Matter, catalogue: Catalogue) -> Admission:
    first, last = matter.valid_from.isoformat(), matter.review_date.isoformat()
    because = Because(
        Words(
            zh=f"“{matter.name.zh}”的有效期为{first}至{last}，未经复审不得接收新的报告。",
            en=f"“{matter.name.en}” is valid from {first} to {last}; without a review it takes no new reports.",
        ),
        Words(zh="章程第1条", en="Charter 1"),
    )
    facts = (*_named(matter.name), ("first", first), ("last", last))
    return _refused(RETIRED, facts, because=because, way=_ELSEWHERE, catalogue=catalogue, matter=matter)


def _elsewhere(matter: Matter, catalogue: Catalogue) -> Admission:
    owner = catalogue.department(matter.owner)
    because = Because(
        Words(
            zh=f"“{matter.name.zh}”由{owner.name.zh}直接受理，网格不经手。",
            en=f"“{matter.name.en}” is dealt with by {owner.name.en} directly; the grid has no part in it.",
        ),
        matter.legal_basis,
    )
    facts = _named(matter.name)
    return _refused(
        NOT_FOR_GRID, facts, because=because, way=matter.way or _ELSEWHERE, catalogue=catalogue, matter=matter
    )


def _stopped(barrier: Barrier, catalogue: Catalogue) -> Admission:
    """No: the negative list, or residents' own life."""
    code = BARRED if barrier in catalogue.negative else VITALITY
    because = Because(barrier.reason, barrier.source)
    refused = _refused(code, _named(barrier.name), because=because, way=barrier.way, catalogue=catalogue)
    return replace(refused, barrier=barrier)


def _unclear(keys: list[str], catalogue: Catalogue) -> Admission:
    """Cannot tell: offer the nearest matters, or the clerk; a report is never lost for want of a word."""
    names = [catalogue.get(key).name for key in keys]
    near = Words(zh="、".join(name.zh for name in names), en=", ".join(name.en for name in names))
    way = Words(
        zh=(f"您是指：{near.zh}？" if names else "") + "请从事项名单中选择，或请工作人员帮您选择。",
        en=(f"Did you mean: {near.en}? " if names else "")
        + "Choose from the list of matters, or ask the clerk to choose.",
    )
    because = Because(
        Words(
            zh="这段话没有明确对应名单上的某一事项。", en="These words point clearly to no single matter of the list."
        ),
        catalogue.owner,
    )
    verdict = _verdict(catalogue, Answer.CANNOT_TELL, (because,), way=way)
    return Admission(verdict, refusal=Reason(UNCLEAR, (("way", way.zh), ("way_en", way.en))), guesses=tuple(keys))


def _refused(
    code: str,
    facts: tuple[tuple[str, str], ...],
    *,
    because: Because,
    way: Words,
    catalogue: Catalogue,
    matter: Matter | None = None,
) -> Admission:
    """A no with the way to go, as a verdict and as the reason of a refusal."""
    verdict = _verdict(catalogue, Answer.NO, (because,), matter=matter, way=way)
    reason = Reason(code, (*facts, ("way", way.zh), ("way_en", way.en)))
    return Admission(verdict, matter=matter, refusal=reason)


def _verdict(
    catalogue: Catalogue,
    answer: Answer,
    because: tuple[Because, ...],
    *,
    matter: Matter | None = None,
    way: Words | None = None,
    until: datetime | None = None,
) -> Verdict:
    return Verdict(
        answer=answer,
        subject=_said(matter, catalogue) if matter is not None and answer is Answer.YES else SUBJECT,
        because=because,
        rule=ADMIT_RULE,
        version=edition_of(catalogue, matter),
        owner=catalogue.owner,
        contest=catalogue.contest,
        until=until,
        way=way,
    )


def _said(matter: Matter, catalogue: Catalogue) -> Words:
    """The yes as a sentence of its own: that it is for the grid, and whose."""
    owner = catalogue.department(matter.owner).name
    return Words(zh=f"属于网格事项，由{owner.zh}负责", en=f"A matter for the grid; {owner.en} is responsible")


def _named(name: Words) -> tuple[tuple[str, str], ...]:
    return ("name", name.zh), ("name_en", name.en)


def _end(matter: Matter, zone: tzinfo) -> datetime:
    """The end of the review date in the area's zone, as a UTC moment."""
    return datetime.combine(matter.review_date + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
