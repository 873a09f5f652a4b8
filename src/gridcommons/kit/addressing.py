"""Names in words: those that are known, and the ways in which people are called without an announcing word. Pure.

`kit.masking` hides numbers and names that a word announces; this hides 老王, 王阿姨, 张某, Grandma Li, full names of a
usual form (范冬梅: a family name and signs that are mostly given names) and names that the caller knows. Where such a
form is part of the name of a place it stays: 小王庄, 老李村, 王家桥. It errs towards hiding persons and never hides the
place that somebody has to go to; it is a net, no proof.
The word lists are data (`data/addressing.toml`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from gridcommons.kit.masking import mark_of, mask
from gridcommons.kit.shipped import Raw, shipped

_HAN = "㐀-鿿豈-﫿"
_FEWEST = 2
"""Signs of a name: one alone is a word."""


@dataclass(frozen=True)
class Hidden:
    """Words without names and numbers, and how many stretches were hidden."""

    text: str
    count: int


@dataclass(frozen=True)
class _Lists:
    """The word lists, as sets of signs and alternatives of regular expressions."""

    surname: str
    titled: str
    called: str
    titled_not_after: str
    titled_given_not: str
    before: str
    titles: str
    near_titles: str
    place_ends: str
    after_one: str
    given_not: str
    given: str
    no_names: str
    given_alone: str
    leads: str
    goes_on: str
    near_titles_alone: str
    english_titles: str
    english_places: str
    english_before: str
    english_surnames: str
    english_place_ends: str
    words: tuple[str, ...]
    common: frozenset[str]


def hide_names(text: str, *, known: Collection[str] = (), places: Collection[str] = ()) -> Hidden:
    """Words with numbers, known names and forms of address hidden. `places`: names of areas, which stay whole.

    Idempotent: what was hidden once is not read again.
    """
    masked = mask(text)
    count = sum(one.count for one in masked.findings)
    hits = _apart(_hits(masked.text, known), _kept(masked.text, places))
    if not hits:
        return Hidden(masked.text, count)
    mark, parts, done = mark_of("name", masked.text), list[str](), 0
    for start, end in hits:
        parts += [masked.text[done:start], mark]
        done = end
    rest = hide_names("".join([*parts, masked.text[done:]]), known=known, places=places)
    return Hidden(rest.text, count + len(hits) + rest.count)


def _hits(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Stretches that name somebody."""
    for pattern in _patterns():
        yield from (match.span("hide") for match in pattern.finditer(text))
    folded = _folded(text)
    for name in {_folded(one) for one in known}:
        if len(name) < _FEWEST or name in _lists().common:
            continue
        yield from (match.span() for match in re.finditer(_whole(name), folded))


def _whole(name: str) -> str:
    """A known name, not as a part of another word: of letters by itself, of two signs not before 村 and the like."""
    if name.isascii():
        return f"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])"
    return re.escape(name) + (f"(?![{_lists().place_ends}])" if len(name) == _FEWEST else "")


def _kept(text: str, places: Collection[str]) -> list[tuple[int, int]]:
    """Stretches that are names of places or plain words, whatever stands in them."""
    kept = [*(one for one in places if len(one) > 1), *_lists().words]
    return [match.span() for word in kept if word in text for match in re.finditer(re.escape(word), text)]


def _apart(hits: Iterator[tuple[int, int]], kept: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those outside what is kept, in order; of two that overlap the earlier, the longer."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        inside = any(first <= start and end <= last for first, last in kept)
        if not inside and (not found or start >= found[-1][1]):
            found.append((start, end))
    return found


def _folded(text: str) -> str:
    """Sign for sign, so that places stay places: full-width letters as plain ones, and without capitals."""
    return "".join(one if len(one := unicodedata.normalize("NFKC", sign).casefold()) == 1 else sign for sign in text)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one) for one in (*_called(), *_full_names(), *_english()))


def _no_place() -> str:
    """What must not follow: 小王庄, 王家桥, 小曹娥镇. A village's doctor is no village: 老陈村医."""
    held = _lists()
    return rf"(?!(?!村医)(?:[{held.place_ends}]|家[{held.place_ends}]|[{_HAN}]?{held.after_one}))"


def _lead() -> str:
    """Where a word begins for certain: after no other sign, or after one that leads on to somebody (听, 请, 和)."""
    return rf"(?:(?<![{_HAN}])|(?<=[{_lists().leads}]))"


def _called() -> tuple[str, ...]:
    """老王, 阿王, 王阿姨, 李小明医生, 张某, 赵总; a blank between is none, where a word begins for certain."""
    held, place, lead = _lists(), _no_place(), _lead()
    given = rf"(?:(?![{held.given_not}])[{_HAN}]){{0,2}}"
    titled = rf"(?<![{held.titled_not_after}]){held.titled}"
    rarer = rf"(?:(?![{held.given_not}{held.titled_given_not}])[{_HAN}]){{0,2}}"
    anybody = rf"(?:{held.surname}|{held.titled})"
    return (
        rf"(?P<hide>[{held.before}](?:{held.called})){place}",
        rf"{lead}(?P<hide>[{held.before}]\s(?:{held.called})){place}",
        rf"{lead}(?P<hide>阿(?:{held.called})){place}",
        rf"(?P<hide>(?:{held.surname}){given})(?={held.titles})",
        rf"{lead}(?P<hide>{anybody}{rarer})(?=\s{held.titles})",
        rf"(?P<hide>(?:{held.surname})(?:{held.near_titles})){place}",
        rf"(?P<hide>{titled}{rarer})(?={held.titles})",
        rf"(?P<hide>{titled}(?:{held.near_titles})){place}",
        rf"{lead}(?P<hide>{anybody}){held.near_titles_alone}{place}",
    )


def _full_names() -> tuple[str, ...]:
    """范冬梅 anywhere; 王芳 where a word begins for certain and something that a person does follows, or nothing."""
    held, place = _lists(), _no_place()
    titled = rf"(?<![{held.titled_not_after}]){held.titled}"
    return (
        rf"(?!{held.no_names})(?P<hide>(?:{held.surname}|{titled})[{held.given}]{{2}}){place}",
        rf"{_lead()}(?P<hide>(?:{held.surname})[{held.given_alone}])(?=[^{_HAN}\w]|$|{held.goes_on}){place}",
    )


_SYLLABLE = (
    "(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    "(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|ia|ie|iu|in|ua|uo|ui|un|ue|er|[aeiouv]))"
)
"""One sign's reading in letters, without tones."""


def _english() -> tuple[str, ...]:
    """Grandma Li, Auntie Chen Mei, Old Wang, Zhang Wei, Xiaoming Wang; not Uncle Wang Road, not Zhang Wu Village."""
    held = _lists()
    street = rf"{held.english_places}\b"
    place = rf"(?:[A-Z][a-z]+\s)?(?:{street}|{held.english_place_ends}\b)"
    name = rf"(?!{street})[A-Z][a-z]+\b"
    family = rf"(?:{held.english_surnames})\b"
    given = rf"(?!{street}|{held.english_place_ends}\b)(?=[A-Z])(?i:{_SYLLABLE}{{1,2}})(?:-(?i:{_SYLLABLE}))?\b"
    return (
        rf"\b{held.english_titles}\s(?P<hide>{name}(?:\s{name})?)(?!\s{street})",
        rf"\b{held.english_before}\s(?P<hide>{family})(?!\s{place})",
        rf"\b(?P<hide>{family}\s{given}(?:\s{given})?)(?!\s{place})",
        rf"\b(?P<hide>{given}\s{family})(?!\s{place})",
    )


def _alternatives(words: list[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


def _lists() -> _Lists:
    return shipped("gridcommons.kit", "addressing.toml", _read)


def _read(raw: Raw) -> _Lists:
    surname = f"{_alternatives(raw['surnames_of_two'])}|[{raw['surnames']}]"
    return _Lists(
        surname, f"[{raw['surnames_titled']}]", f"{surname}|[{raw['surnames_called']}]", raw["titled_not_after"],
        raw["titled_given_not"], raw["before"], _alternatives(raw["titles"]), _alternatives(raw["near_titles"]),
        raw["place_ends"], _alternatives(raw["after_one"]), raw["given_not"],
        raw["given"], _alternatives(raw["no_names"]), raw["given_alone"], raw["leads"],
        _alternatives(raw["goes_on"]), raw["near_titles_alone"],
        _alternatives(raw["english_titles"]), _alternatives(raw["english_places"]),
        _alternatives(raw["english_before"]), _alternatives(raw["english_surnames"]),
        _alternatives(raw["english_place_ends"]),
        tuple(raw["words"]), frozenset(raw["common"]),
    )  # fmt: skip
