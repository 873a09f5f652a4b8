"""Why an area has its colour, as it may be told to whom: everybody hears the rule, never a figure nor its class.

Whoever answers for the figures (may sign there, or serves the place) reads them as they are. All others, officials of
higher levels among them, read the rule that was met and what is not known: a rate, a probability or a count of a
township would be one and the same small figure (charter 4), and the class of a sum over days beside the days that are
released would give the hidden ones away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.reasons import missing_words, said
from gridcommons.outlook.colours.rules import BARE, COMPLETENESS, FEW_PEOPLE, OLD, UNKNOWN
from gridcommons.outlook.colours.scheme import GREY, MEASURES, Condition, Scheme
from gridcommons.outlook.painting.ageing import Seen
from gridcommons.outlook.painting.models import Reading
from gridcommons.outlook.painting.rules import STATE_WORDS, Standing, State, level_of
from gridcommons.outlook.periods import ZONE

_SIGNS: Final = {
    ">=": ("不低于", "at least"), ">": ("高于", "above"), "<=": ("不高于", "at most"), "<": ("低于", "below"),
}  # fmt: skip
_NO_FIGURE: Final = Words(
    "病例数不在这里列出：由公开数据按日发布，小数字隐去",
    "the cases themselves are not told here: open data give them by day, small ones hidden",
)
GREY_WORDS: Final = Words("未知", "unknown")


def level_words(scheme: Scheme, key: str) -> Words:
    """What a level is called; unknown for grey."""
    found = level_of(scheme, key)
    return found.name if found else GREY_WORDS


def reasons_of(scheme: Scheme, reading: Reading, seen: Seen, *, exact: bool) -> tuple[Because, ...]:
    """The reasons of a reading: as they were kept, or without figures; of one too old for the day, only that."""
    if seen.is_stale:
        return tuple(Because(words, scheme.source) for words in seen.reasons())
    if exact:
        return tuple(Because(Words(one["zh"], one["en"]), _source(one["source"])) for one in reading.because)
    return tuple(Because(words, scheme.source) for words in _plain(scheme, reading))


def _source(raw: Mapping[str, str]) -> Words:
    return Words(raw["zh"], raw["en"])


def _plain(scheme: Scheme, reading: Reading) -> Iterator[Words]:
    facts: Mapping[str, Any] = reading.facts
    yield from _of_grey(scheme, facts) if facts["grey"] else _of_colour(scheme, reading, facts)
    if not facts["grey"]:
        yield _NO_FIGURE
    if reading.hatched and not facts["grey"]:
        yield Words("斜线：误差范围跨过分界，或缺少数据", "hatched: the band crosses a cut, or data are missing")
    if facts["missing"] and not facts["grey"] & UNKNOWN and facts["age"] is not None:
        yield missing_words(facts["missing"])


def _of_grey(scheme: Scheme, facts: Mapping[str, Any]) -> Iterator[Words]:
    grey, age = facts["grey"], facts["age"]
    if grey & COMPLETENESS:
        least = said(scheme.grey.completeness_below)
        yield Words(f"报告的网格不到{least}%", f"fewer than {least} % of grids reported")
    if grey & OLD:
        yield (
            Words("从未报告", "nothing was ever reported")
            if age is None
            else Words(f"最近一次报告已过{age}天", f"the last report is {age} days old")
        )
    if grey & FEW_PEOPLE:
        yield Words("人口太少，发生率没有意义", "too few people for a rate")
    if grey & BARE:
        yield Words("检测太少", "too few tests")
    if grey & UNKNOWN:
        yield Words("缺少数据，不足以下结论", "figures are missing, which leaves the level open")


def _of_colour(scheme: Scheme, reading: Reading, facts: Mapping[str, Any]) -> Iterator[Words]:
    places = [one.key for one in scheme.levels]
    if reading.held in places and places.index(reading.held) > facts["certain"]:
        name = level_words(scheme, reading.held)
        yield Words(
            f"保持“{name.zh}”：读数已较低，按规则要满规定天数才降一级",
            f"held at “{name.en}”: the reading is lower, and comes down a level only after the days of the rule",
        )
    rule = next((one for one in scheme.rules if one.key == facts["rule"]), None)
    if rule is not None:
        parts = [_asked(one) for one in rule.when]
        yield Words("，且".join(one.zh for one in parts), " and ".join(one.en for one in parts))
    elif facts["rule"] == "gap":
        yield Words(
            "窗口内有缺报日，不视为无病例", "a day of the window is missing, so it is not taken as free of cases"
        )
    else:
        yield Words("没有一条规则达到更高一级", "no rule for a higher level is met")


def _asked(one: Condition) -> Words:
    zh, en = _SIGNS[one.sign]
    name = MEASURES[one.measure]
    return Words(f"{name.zh}{zh}{said(one.cut)}", f"{name.en}: {en} {said(one.cut)}")


def verdict_of(
    scheme: Scheme, now: Standing, reading: Reading, seen: Seen, *, exact: bool, signer: Words | None = None,
    proposal: bool = False,
) -> Verdict:  # fmt: skip
    """The colour as a decision like any other. `proposal`: of what waits for a signature, not of what stands.

    `signer`: the office that signed or refused.
    """
    level = level_words(scheme, now.proposal if proposal else now.level)
    state = STATE_WORDS[State.WAITING if proposal else now.state]
    first = list(_signed_lower(scheme, now, reading) if proposal else _standing_reason(scheme, now, signer))
    read = reasons_of(scheme, reading, seen, exact=exact)
    known = proposal or now.state is not State.UNKNOWN
    return Verdict(
        answer=Answer.YES if known else Answer.CANNOT_TELL,
        subject=Words(f"{level.zh}（{state.zh}）", f"{level.en} ({state.en})"),
        because=_once(tuple(Because(words, scheme.source) for words in first) + read),
        rule=f"{scheme.label}/{GREY}" if seen.is_stale else reading.rule, version=scheme.version, owner=scheme.owner,
        until=_until(now, reading, seen, proposal=proposal),
        contest=Words(
            f"认为数据有误的，请向{scheme.owner.zh}提出更正，颜色按更正后的数据重算",
            f"if the figures are wrong, tell this office: {scheme.owner.en}; the colour is made anew from it",
        ),
    )  # fmt: skip


def _until(now: Standing, reading: Reading, seen: Seen, *, proposal: bool) -> datetime | None:
    """Until when it holds; None where it is unknown until it is read again."""
    if seen.is_stale:
        return None
    until = reading.review_on if proposal or now.until is None else now.until
    return datetime.combine(until, time(), tzinfo=ZONE).astimezone(UTC)


def _once(reasons: tuple[Because, ...]) -> tuple[Because, ...]:
    """The reasons with their source said at the first of those that share it."""
    told: list[Because] = []
    for one in reasons:
        told.append(Because(one.words) if told and one.source == reasons[0].source else one)
    return tuple(told)


def _signed_lower(scheme: Scheme, now: Standing, reading: Reading) -> Iterator[Words]:
    """Why less is proposed than was read: the reading was refused, and what was signed before has run out."""
    if now.proposal != reading.level:
        read, signed = level_words(scheme, reading.level), level_words(scheme, now.proposal)
        yield Words(
            f"读数为“{read.zh}”，未予签字；此前签字的“{signed.zh}”已到期，请决定是否续签",
            f"“{read.en}” was read and not signed; the signature of “{signed.en}” has run out and is asked for anew",
        )


def _standing_reason(scheme: Scheme, now: Standing, signer: Words | None) -> Iterator[Words]:
    """Why it stands as it does, where that is more than the rule."""
    who = signer or Words("负责人", "an officer")
    if now.state is State.SIGNED:
        yield Words(f"由{who.zh}的具名负责人签字", f"signed by a named officer of: {who.en}")
    if now.state is State.UNKNOWN and now.signed:
        name = level_words(scheme, now.signed)
        yield Words(
            f"此前签字的“{name.zh}”没有撤销，读数恢复后从此继续",
            f"“{name.en}” was signed before and is not revoked: it goes on when figures are read again",
        )
    if now.state is State.REVIEW:
        name = level_words(scheme, now.signed)
        yield Words(
            f"“{name.zh}”的签字已到期，待复核；不会自动转绿",
            f"the signature of “{name.en}” has run out: review is due, and it does not turn green by itself",
        )
    if now.state is State.WAITING:
        yield Words(
            "更高一级须由具名负责人签字；签字前按不需签字的最高一级",
            "a higher level needs a named officer's signature; until then it stands at the highest that needs none",
        )
    if now.state is State.REFUSED:
        name = level_words(scheme, now.refused)
        yield Words(
            f"“{name.zh}”未予签字，由{who.zh}说明理由", f"“{name.en}” was not signed, with reasons by: {who.en}"
        )
