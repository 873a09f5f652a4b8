"""Whether two reports are perhaps about one thing: by distance, by matter, by words; with its reasons. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from gridcommons.cases.limits import Limits, Weights
from gridcommons.kit.codes import CHINA
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words

RULE: Final = "cases.likeness"
_SOURCE: Final = Words("相似事项的提示规则", "the rule for reports that look alike")
_NEAR: Final = Words("事项清单的就近距离", "what counts as near in the list of matters")
_EARTH: Final = 6_371_000
_TELLING: Final = 0.2
"""Words less alike than this are no reason to name."""
_CONTEST: Final = Words(
    "程序只是提示，是否并入由立案员决定；并入错了可以撤销。",
    "The program only points it out: the filer decides, and a wrong joining is taken back.",
)


@dataclass(frozen=True)
class Described:
    """A report as likeness sees it. `group`: the shelf of its matter; `related`: other matters for the same thing."""

    matter: str
    group: str
    area_code: str
    text: str = ""
    lon: float | None = None
    lat: float | None = None
    related: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How like two reports are (0 to 1) and why. `metres`: None where one of them has no point."""

    score: float
    metres: int | None
    words: float
    reasons: tuple[Because, ...]

    def verdict(self, limits: Limits) -> Verdict:
        """The likeness as a decision like any other."""
        return Verdict(
            answer=Answer.YES,
            subject=Words("可能是同一件事", "Perhaps the same thing"),
            because=self.reasons,
            rule=RULE,
            version=limits.version,
            owner=limits.owner,
            contest=_CONTEST,
        )


def like(new: Described, known: Described, *, radius: int, weights: Weights) -> Likeness | None:
    """How like a new report is to a known one, `radius` in metres; None where it is too little to be offered."""
    near, metres, where = _nearness(new, known, radius, weights)
    matter, what = _matter(new, known, weights)
    if not near or not matter:
        return None
    words = likeness_of_words(new.text, known.text)
    score = weights.near * near + weights.matter * matter + weights.words * words
    if score < weights.least:
        return None
    return Likeness(round(score, 3), metres, round(words, 3), (where, what, *_said(words)))


def _said(words: float) -> Iterator[Because]:
    share = round(100 * words)
    if words >= _TELLING:
        yield Because(Words(f"描述的用词有{share}%相同。", f"{share} % of the words are the same."), _SOURCE)


def _nearness(new: Described, known: Described, radius: int, weights: Weights) -> tuple[float, int | None, Because]:
    metres = distance(new, known)
    if metres is not None:
        words = Words(
            f"两处相距约{metres}米；这类事项{radius}米以内算近。",
            f"The two lie about {metres} m apart; for this matter {radius} m count as near.",
        )
        return max(0.0, 1 - metres / radius), metres, Because(words, _NEAR)
    for level, share, zh, en in (
        ("grid", weights.same_grid, "同一网格", "the same grid"),
        ("village", weights.same_village, "同一村、社区", "the same village or community"),
    ):
        long = all(CHINA.depth_at_least(one.area_code, level) for one in (new, known))
        if long and CHINA.cut(new.area_code, level) == CHINA.cut(known.area_code, level):
            words = Words(f"都在{zh}（没有两个定位点可量距离）。", f"Both lie in {en} (without two points to measure).")
            return share, None, Because(words, _SOURCE)
    return 0.0, None, Because(Words("不在一处。", "They lie apart."), _SOURCE)


def _matter(new: Described, known: Described, weights: Weights) -> tuple[float, Because]:
    if new.matter == known.matter:
        return 1.0, Because(Words("是同一类事项。", "The matter is the same."), _SOURCE)
    if new.group == known.group or known.matter in new.related or new.matter in known.related:
        return weights.same_group, Because(Words("是相关的事项。", "The matters are related."), _SOURCE)
    return 0.0, Because(Words("事项不同。", "The matters differ."), _SOURCE)


def distance(one: Described, other: Described) -> int | None:
    """Metres between two points on the sphere, None where one has no point."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    lat1, lat2 = radians(one.lat), radians(other.lat)
    across = sin(radians(other.lon - one.lon) / 2) ** 2
    down = sin((lat2 - lat1) / 2) ** 2
    return round(2 * _EARTH * asin(min(1.0, sqrt(down + cos(lat1) * cos(lat2) * across))))


def likeness_of_words(one: str, other: str) -> float:
    """How alike two texts are: Dice's share of common pairs of signs, 0 to 1; nothing said is like nothing."""
    first, second = _pairs(one), _pairs(other)
    whole = first.total() + second.total()
    return 2 * (first & second).total() / whole if whole else 0.0


def _pairs(text: str) -> Counter[str]:
    """Pairs of neighbouring letters, digits and Han signs of a text, without regard to case, width and blanks."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))
