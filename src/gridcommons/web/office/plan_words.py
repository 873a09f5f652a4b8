"""A plan in words: its lines, what it touches, drawings before and after, rows of its export. Values in, pieces out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import shapely

from gridcommons.kit.numbers import little
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.territory.cutting import Outline
from gridcommons.territory.queries import names_of
from gridcommons.territory.reorganising.actions import WORDS as STATES
from gridcommons.territory.reorganising.preview import EFFECTS, SECTIONS, BecameRow, Preview
from gridcommons.territory.reorganising.queries import HandOverFacts, PlanFacts, PlanLine
from gridcommons.territory.reorganising.rules import ASK, VERBS, Target
from gridcommons.territory.reorganising.touching import Touched
from gridcommons.web.case_words import POSTS, name_of
from gridcommons.web.csv_heads import heads
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.office.areas import short_names
from gridcommons.web.pieces import say
from gridcommons.web.program_words import of_both

_LETTERS: Final = 18
"""How high names on a drawing are, in its units: about 13 px as it is shown."""
_QUESTION: Final = Words("待确认", "to be answered")
_ICONS: Final = {
    "split": "git-branch", "merge": "git-merge", "move": "arrow-right", "recode": "id", "rename": "pencil",
    "retire": "ban", ASK: "help-circle",
}  # fmt: skip


@dataclass(frozen=True)
class LineWords:
    """One line of a plan as people read it."""

    id: UUID
    icon: str
    verb: Words
    takes: tuple[Words, ...]
    gives: tuple[Words, ...]
    question: Words | str


def line_words(line: PlanLine) -> LineWords:
    """A line with the names that its codes have, or had when it took force."""
    names = {code: name_of(area) for code, area in names_of(line.change.old).items()} | dict(line.old_names)
    takes = tuple(_coded(names.get(code, Words(code, code)), code) for code in line.change.old)
    verb = VERBS.get(line.change.verb, _QUESTION)
    gives = tuple(_target(target) for target in line.change.into)
    return LineWords(line.id, _ICONS[line.change.verb], verb, takes, gives, of_both(line.question))


def _coded(name: Words, code: str) -> Words:
    return Words(f"{name.zh}（{code}）", f"{name.en} ({code})")


def _target(target: Target) -> Words:
    share = _share(target.share)
    parts = len(target.parts)
    zh, en = (f"，含{parts}个下级区划", f", {parts} areas below") if parts else ("", "")
    return Words(f"{target.name}（{target.code}{zh}）{share.zh}", f"{target.name} ({target.code}{en}){share.en}")


def _share(share: float | None) -> Words:
    if share is None:
        return Words("", "")
    few, text = little(share, 1), f" {100 * share:.0f}%"
    return Words(f" {few.zh}", f" {few.en}") if few else Words(text, text)


def became_words(preview: Preview) -> list[tuple[BecameRow, Words | str, Words | str]]:
    """What becomes of each area, with the names that both have: an area that goes on under its name keeps them all."""
    names = {code: name_of(area) for code, area in names_of({row.old.code for row in preview.rows if row.old}).items()}
    kept = {words.zh: words for words in names.values()}
    found: list[tuple[BecameRow, Words | str, Words | str]] = []
    for row in preview.rows:
        old = names.get(row.old.code, row.old.name) if row.old else ""
        new = row.new.name if row.new else ""
        found.append((row, old, old if isinstance(old, Words) and old.zh == new else kept.get(new, new)))
    return found


TouchedLine = tuple[Words, Words, str, str]
"""Effect, what, how many in words, and the code it is about."""


@dataclass(frozen=True)
class Section:
    """What a plan touches of one kind: lines, where many are alike one for all of them, and each of those by name."""

    title: Words
    lines: tuple[TouchedLine, ...]
    named: tuple[TouchedLine, ...] = ()


def sections(preview: Preview) -> list[Section]:
    """All that is touched, kind by kind; a kind of which nothing is touched is left out."""
    return [
        Section(title, tuple(_lines(found)), tuple(_touched(one) for one in found if one.group))
        for key, title in SECTIONS.items()
        if (found := preview.section(key))
    ]


def _lines(touched: Iterable[Touched]) -> Iterator[TouchedLine]:
    """A line for each thing, and one for all of a group."""
    groups: Counter[tuple[str, Words]] = Counter()
    for one in touched:
        if one.group is None:
            yield _touched(one)
        else:
            groups[one.effect, one.group] += 1
    for (effect, group), n in groups.items():
        yield EFFECTS[effect], group, f"{n:,}", ""


def _touched(one: Touched) -> tuple[Words, Words, str, str]:
    n = "<5 / …" if one.few else "" if one.n is None else f"{one.n:,}"
    return EFFECTS[one.effect], one.what, n, one.area


def before_and_after(preview: Preview, tongue: str) -> tuple[Sketch | None, Sketch | None]:
    """Drawings of the outlines concerned as they stand and as they will be; None where nothing is drawn."""
    names = {node.code: node.name for row in preview.rows for node in (row.old, row.new) if node is not None}
    same = {code: area for code, area in names_of(names).items() if area.name_zh == names[code]}
    names = short_names(names | {code: say(name_of(area), tongue) for code, area in same.items()}, tongue)
    old = _drawn(_leaves(preview.before), names, say(Words("调整前的边界", "Outlines before"), tongue))
    return old, _drawn(_leaves(preview.after), names, say(Words("调整后的边界", "Outlines after"), tongue))


def _leaves(shapes: Iterable[tuple[str, Outline]]) -> dict[str, Outline]:
    """Outlines without those that hold another one of the list."""
    known = dict(shapes)
    return {code: shape for code, shape in known.items() if not any(c != code and c.startswith(code) for c in known)}


def _drawn(shapes: Mapping[str, Outline], names: Mapping[str, str], label: str) -> Sketch | None:
    groups = {code: step for step, code in enumerate(sorted({code[:9] for code in shapes}), start=1)}
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {
                "code": code, "name": names.get(code, code), "level": "grid", "group": 1 + groups[code[:9]] % 5,
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for code, shape in shapes.items()
    ]  # fmt: skip
    if not features:
        return None
    return sketch(features, value="group", edges=(1, 2, 3, 4), name=label, width=480, height=320, letters=_LETTERS)


@dataclass(frozen=True)
class HandedLine:
    """One hand-over list in words."""

    facts: HandOverFacts
    giver: Words
    taker: Words
    total: int | None
    posts: tuple[Words, ...]


def hand_over_lines(rows: Iterable[HandOverFacts], told: Callable[[int], int | None]) -> list[HandedLine]:
    """Hand-over lists with names; `told` decides which totals may be told."""
    lists = list(rows)
    codes = {code for row in lists for code in (row.from_code, row.to_code, *(p.partition(":")[0] for p in row.posts))}
    names = {code: name_of(area) for code, area in names_of(codes).items()}
    return [
        HandedLine(
            row, names.get(row.from_code, Words(row.from_code, row.from_code)),
            names.get(row.to_code, Words(row.to_code, row.to_code)), told(row.total),
            tuple(_post(post, names) for post in row.posts),
        )
        for row in lists
    ]  # fmt: skip


def _post(post: str, names: Mapping[str, Words]) -> Words:
    code, _colon, kind = post.partition(":")
    grid, duty = names.get(code, Words(code, code)), POSTS.get(kind, Words(kind, kind))
    return Words(f"{grid.zh}：{duty.zh}", f"{grid.en}: {duty.en}")


_HEADS: Final = ("verb", "old_code", "old_name", "new_code", "new_name", "share", "on_day", "plan", "state")


def export_rows(plan: PlanFacts, preview: Preview, tongue: str) -> Iterator[tuple[Cell, ...]]:
    """The rows of a plan's export: a heading, then what becomes of each area; lines where it cannot be reckoned."""
    yield tuple(heads(_HEADS, tongue))
    tail: tuple[Cell, ...] = (plan.on_day, plan.title, STATES[plan.state].in_language(tongue))
    if preview.rows:
        yield from ((*_became(row, tongue), *tail) for row in preview.rows)
        return
    for line in plan.lines:
        for old in line.change.old or ("",):
            for target in line.change.into or (Target("", ""),):
                name = line.old_names.get(old, Words("", "")).zh
                verb = VERBS.get(line.change.verb, _QUESTION).in_language(tongue)
                yield (verb, old, name, target.code, target.name, target.share, *tail)


def _became(row: BecameRow, tongue: str) -> tuple[Cell, ...]:
    old, new = row.old, row.new
    verb = "retire" if new is None else "split" if row.share is not None else "rename" if _same(row) else "move"
    return (
        VERBS[verb].in_language(tongue), old.code if old else "", old.name if old else "", new.code if new else "",
        new.name if new else "", row.share,
    )  # fmt: skip


def _same(row: BecameRow) -> bool:
    return row.old is not None and row.new is not None and row.old.code == row.new.code
