"""A morning in sentences, the same on the page and in the bulletin. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.dates import day_words
from gridcommons.kit.disclosure import THRESHOLD, Mark, Shown
from gridcommons.kit.words import Words
from gridcommons.outlook.deciding.beside import Painted, Warned
from gridcommons.outlook.deciding.handed import FIRST, NEWS, OFFERED, Handed
from gridcommons.outlook.deciding.morning import WEEK, Change, Morning, signal_count

NOT_TOLD: Final = Words("不显示", "not shown")
NOTHING_NEW: Final = Words("没有新情况。", "Nothing new.")
NOT_COUNTED: Final = Words("尚未统计", "not counted yet")
_PER_MILLE: Final = 1_000


def figure_words(shown: Shown | None) -> Words:
    """A figure as it may be read: the number, `<5`, not shown, or not counted yet."""
    if shown is None:
        return NOT_COUNTED
    if shown.value is not None:
        return both(f"{shown.value:,}")
    return both(f"<{THRESHOLD}") if shown.mark is Mark.FEW else NOT_TOLD


def both(text: str) -> Words:
    """The same in both languages: a number."""
    return Words(text, text)


def listed(parts: Iterable[Words], most: int = 3) -> Words:
    """Names one after the other, the rest as a number."""
    held = list(parts)
    shown, rest = held[:most], len(held) - most
    zh, en = "、".join(one.zh for one in shown), ", ".join(one.en for one in shown)
    return Words(f"{zh}等{len(held)}个", f"{en} and {rest} more") if rest > 0 else Words(zh, en)


def change_words(one: Change) -> Words:
    """One figure of yesterday with how it changed: "reported 12 (+3 on the day before)"."""
    now, by = figure_words(one.now), one.difference
    if by is None:
        return Words(f"{one.words.zh}{now.zh}", f"{one.words.en} {now.en}")
    if by == 0:
        return Words(f"{one.words.zh}{now.zh}（与前一天持平）", f"{one.words.en} {now.en} (as the day before)")
    return Words(
        f"{one.words.zh}{now.zh}（比前一天{'多' if by > 0 else '少'}{abs(by):,}）",
        f"{one.words.en} {now.en} ({by:+,} on the day before)",
    )


def handed_words(one: Handed, today: date) -> Words:
    """A count handed in, with its day and the day before."""
    day = day_words(one.day, this_year=today.year)
    now, before = figure_words(one.now), figure_words(one.before)
    name = one.what.name
    if one.before is None:
        return Words(f"{name.zh}：{day.zh}{now.zh}。", f"{name.en.capitalize()}: {now.en} on {day.en}.")
    return Words(
        f"{name.zh}：{day.zh}{now.zh}，前一天{before.zh}。",
        f"{name.en.capitalize()}: {now.en} on {day.en}, {before.en} the day before.",
    )


def news_words(found: Morning) -> tuple[Words, ...]:
    """The counts handed in that are news; that none was is said among what is not known."""
    return tuple(handed_words(one, found.day) for one in found.handed if one.what.key in NEWS)


def changed_words(found: Morning) -> Words:
    """All that changed since the day before, in one sentence."""
    if not found.changes:
        return Words("昨日数字尚未统计。", "Yesterday's figures are not counted yet.")
    said = [change_words(one) for one in found.changes]
    day = day_words(found.yesterday, this_year=found.day.year)
    return Words(f"{day.zh}：{'，'.join(w.zh for w in said)}。", f"{day.en}: {', '.join(w.en for w in said)}.")


def warning_words(one: Warned) -> Words:
    """A warning with its evidence: how many, and how many were to be expected at most."""
    day = day_words(one.day, this_year=one.day.year)
    if one.facts.is_cluster:
        since = day_words(one.facts.start, this_year=one.day.year)
        return Words(
            f"{one.area.name.zh}一带{one.indicator.zh}：{since.zh}起{one.count}，预期{one.bound}",
            f"Around {one.area.name.en}, {one.indicator.en}: {one.count} since {since.en}, {one.bound} expected",
        )
    return Words(
        f"{one.area.name.zh}{one.indicator.zh}：{day.zh}{one.count}，预期上限{one.bound}",
        f"{one.area.name.en}, {one.indicator.en}: {one.count} on {day.en}, at most {one.bound} expected",
    )


def colour_words(found: Sequence[Painted]) -> Words:
    """How many areas stand at which letter, and which changed since yesterday."""
    letters = sorted({one.letter for one in found})
    counts = [(letter, sum(one.letter == letter for one in found)) for letter in letters]
    zh = "，".join(f"{letter}级{n}个" if letter else f"未知{n}个" for letter, n in counts)
    en = ", ".join(f"{n} at {letter}" if letter else f"{n} unknown" for letter, n in counts)
    changed = [one.area.name for one in found if one.changed]
    if not changed:
        return Words(f"{zh}；与昨日相同。", f"{en}; as yesterday.")
    named = listed(changed)
    return Words(f"{zh}；昨日以来变化：{named.zh}。", f"{en}; changed since yesterday: {named.en}.")


def due_words(found: Morning) -> tuple[Words, ...]:
    """What waits for a signature or a review."""
    said = []
    if found.to_sign:
        named = listed(one.area.name for one in found.to_sign)
        said.append(Words(f"待签字的颜色：{named.zh}。", f"Colours to be signed: {named.en}."))
    if found.to_review:
        named = listed(one.area.name for one in found.to_review)
        said.append(Words(f"待复核的颜色：{named.zh}。", f"Colours to be reviewed: {named.en}."))
    return tuple(said)


def capacity_words(found: Morning) -> tuple[Words, ...]:
    """Open and overdue cases, visits made of those due, workers on duty from five on."""
    held, overdue = (figure_words(found.week.now.get(key)) for key in ("open", "overdue"))
    said = [
        Words(f"未办结{held.zh}件，其中超期{overdue.zh}件。", f"Open cases: {held.en}; of them overdue: {overdue.en}.")
        if found.as_of else Words("事项尚未统计。", "Cases are not counted yet.")
    ]  # fmt: skip
    if found.visited is not None:
        reached, homes = (figure_words(found.visited.own.get(key)) for key in ("reached", "homes"))
        said.append(
            Words(f"上一整周走访到户{reached.zh}，共有{homes.zh}户。",
                  f"Households reached last week: {reached.en} of {homes.en}.")
        )  # fmt: skip
    said += [handed_words(one, found.day) for one in found.handed if one.what.key == OFFERED]
    if found.workers is not None:
        said.append(Words(f"在岗网格员{found.workers:,}人。", f"Grid workers serving: {found.workers:,}."))
    return tuple(said)


def signal_words(found: Morning) -> Words:
    """How many signals came in seven days, and where they meet an alarm."""
    own = found.signals.get(found.area.code)
    count = figure_words(signal_count(own, is_exact=found.is_exact))
    if own is None:
        return Words("异常信号尚未统计。", "Signals are not counted yet.")
    said = Words(f"七天内异常信号{count.zh}条", f"Signals in seven days: {count.en}")
    joined = listed(dict.fromkeys(one.area.name for one in found.warnings or () if has_signals(found, one)))
    if not joined.zh:
        return Words(f"{said.zh}。", f"{said.en}.")
    return Words(
        f"{said.zh}；与预警同地同期：{joined.zh}。",
        f"{said.en}; beside a warning: {joined.en}.",
    )


def has_signals(found: Morning, one: Warned) -> bool:
    """Whether signals came from the area of a warning in the same seven days, so far as that may be told."""
    beside = found.signals.get(one.area.code)
    lately = one.day >= found.day - timedelta(days=WEEK)
    return lately and beside is not None and beside.told and beside.count > 0


def unknown_words(found: Morning) -> tuple[Words, ...]:
    """What is not known: what was never counted, what lags, who was silent."""
    said = []
    if found.as_of is None:
        said.append(Words("近日的事项数字还没有统计。", "The figures of the last days are not counted yet."))
    elif found.week.until is not None:
        day = day_words(found.week.until, this_year=found.day.year)
        said.append(Words(f"数字只统计到{day.zh}。", f"Figures are counted up to {day.en}."))
    if found.visited is None:
        said.append(Words("走访尚未统计。", "Visits are not counted yet."))
    if found.warnings is None:
        said.append(Words("预警还没有运行过。", "No detector has looked yet."))
    elif found.warned_until is not None and found.warned_until < found.yesterday:
        day = day_words(found.warned_until, this_year=found.day.year)
        said.append(Words(f"预警只看到{day.zh}。", f"Detectors looked up to {day.en}."))
    if found.colours is None:
        said.append(Words("没有生效的五色图方案。", "No scheme of colours is in force."))
    if late := [one for one in found.handed if one.day < found.yesterday and not one.given]:
        named = listed(one.what.name for one in late)
        said.append(Words(f"昨日还没有报来：{named.zh}。", f"Not handed in for yesterday: {named.en}."))
    for one in found.handed:
        if one.what.key == FIRST and one.given < one.parts:
            said.append(_given_words(one, found))
    if not found.partly and not any(one.what.key in NEWS for one in found.handed):
        said.append(_unheard_words(found))
    if found.silent:
        named = listed(one.name for one in found.silent)
        said.append(
            Words(f"七天没有任何上报（不等于没有情况）：{named.zh}。",
                  f"Silent for seven days (which is not “all well”): {named.en}.")
        )  # fmt: skip
    return tuple(said)


def _given_words(one: Handed, found: Morning) -> Words:
    """From how many parts yesterday's count came, and which are missing where that may be told."""
    name = one.what.name
    said = Words(
        f"报来昨日{name.zh}的下级：{one.given}/{one.parts}个",
        f"Yesterday's {name.en}: from {one.given} of {one.parts} areas",
    )
    lacking = [part for each in found.partly if each.what.key == one.what.key for part in each.lacking]
    if not lacking:
        return Words(f"{said.zh}。", f"{said.en}.")
    named = listed(part.name for part in lacking)
    return Words(f"{said.zh}，缺{named.zh}。", f"{said.en}, not from {named.en}.")


def _unheard_words(found: Morning) -> Words:
    """That no count of cases is known of the whole; of how many counties there are any."""
    if found.heard is None or not found.heard.given:
        return Words("两周内没有报来病例数。", "No count of cases was handed in for two weeks.")
    name, given, all_ = found.area.name, found.heard.given, found.heard.counties
    return Words(
        f"两周内报来病例数的县（市、区）：{given}/{all_}个；{name.zh}没有合计数。",
        f"Cases were handed in for {given} of {all_} counties in two weeks; there is no figure for all of {name.en}.",
    )
