"""What is said of an area that the rules did not read yet: it is unknown, and why; of what it came, where it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gridcommons.kit.dates import day_words
from gridcommons.kit.lineage import in_force
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import GREY, Scheme
from gridcommons.outlook.painting.keeping import scheme_of_row
from gridcommons.outlook.painting.models import SchemeInForce, Stood
from gridcommons.outlook.painting.rules import STATE_WORDS, State
from gridcommons.outlook.painting.told import level_words
from gridcommons.territory.queries import AreaFacts, lives_of, names_of
from gridcommons.territory.reorganising.queries import remade


@dataclass(frozen=True)
class Unread:
    """An area that was not read yet, since when, and the verdict that it is unknown."""

    scheme: Scheme
    since: datetime
    verdict: Verdict


def unread_of(row: SchemeInForce, area: AreaFacts, at: datetime) -> Unread:
    """Why an area that a scheme colours has no colour yet."""
    scheme, made = scheme_of_row(row), remade([area.code]).get(area.code)
    level, state = level_words(scheme, GREY), STATE_WORDS[State.UNKNOWN]
    said = [] if made is None else [_came_of(made.olds, made.since)]
    said.append(Words("按规则的第一次读数尚未完成，读数前不显示任何颜色",
                      "the rules have not read it yet; until they do, no colour is shown"))  # fmt: skip
    verdict = Verdict(
        answer=Answer.CANNOT_TELL, subject=Words(f"{level.zh}（{state.zh}）", f"{level.en} ({state.en})"),
        because=tuple(Because(words) for words in said), rule=f"{scheme.label}/{GREY}", version=scheme.version,
        owner=scheme.owner, until=None,
        contest=Words(
            f"认为数据有误的，请向{scheme.owner.zh}提出更正，颜色按更正后的数据重算",
            f"if the figures are wrong, tell this office: {scheme.owner.en}; the colour is made anew from it",
        ),
    )  # fmt: skip
    return Unread(scheme, made.at if made else row.holds_from or at, verdict)


def _came_of(olds: tuple[str, ...], since: date) -> Words:
    names, day = [one.name for one in names_of(olds).values()], day_words(since, this_year=0)
    return Words(
        f"{day.zh}由{'、'.join(one.zh for one in names)}分设或合并而成，原来的颜色和签字不能沿用",
        f"made on {day.en} by dividing or merging {', '.join(one.en for one in names)}: "
        "the colour and signature of before do not hold for it",
    )


@dataclass(frozen=True)
class Former:
    """An area of before with a history of colours, and the day on which it ended; None where it kept its code."""

    area: AreaFacts
    ended: date | None


def formers_of(code: str) -> list[Former]:
    """The areas that one came of by being divided or merged, where these ever stood in a colour."""
    made = remade([code]).get(code)
    olds = [old for old in made.olds if old != code] if made else []
    lives, names = lives_of(olds), names_of(olds)
    return [Former(names[old], lives[old][1]) for old in olds if old in names and _has_stood(old)]


@dataclass(frozen=True)
class Ended:
    """An area that ended: its name and last facts, the first day without it, the areas in which its ground lies."""

    area: AreaFacts
    since: date
    became: tuple[AreaFacts, ...]


def ended_area(code: str) -> Ended | None:
    """An area that was divided, merged or abolished after it stood in a colour; None for any other."""
    lineage = in_force()
    area, life = names_of([code]).get(code), lives_of([code]).get(code)
    gone = life is not None and life[1] is not None and lineage.day is not None and life[1] <= lineage.day
    if area is None or life is None or life[1] is None or not gone or not _has_stood(code):
        return None
    follows = [one for one in names_of(lineage.ever(code) - {code}).values() if one.level == area.level]
    return Ended(area, life[1], tuple(follows))


def goes_on_as(code: str) -> str:
    """The code under which an area goes on that was re-coded or moved; empty where it stands, or ended."""
    now = in_force().follow(code)
    return now if now != code else ""


def _has_stood(code: str) -> bool:
    return Stood.objects.filter(area_code__in=in_force().known_as(code)).exists()
