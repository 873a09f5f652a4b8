"""From the difference of two editions to the lines of a plan: what is certain is proposed, what is not is asked. Pure.

A list says that an area is gone or new, never why. Whether it was merged, divided or dissolved decides what becomes of
its cases, so somebody who knows has to say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.words import Words
from gridcommons.territory.editions import Difference
from gridcommons.territory.reorganising.rules import ASK, Change, Ground, Target, line_obstacles


@dataclass(frozen=True)
class Drawn:
    """Lines made of a difference. `questions`: by the place of the line. `elsewhere`: rows of other areas.

    `implied`: rows that follow from a line above them: what lies below moves along.
    """

    changes: tuple[Change, ...]
    questions: Mapping[int, Words]
    elsewhere: int
    implied: int


def lines_of(rows: Iterable[Difference], area: str, ground: Ground) -> Drawn:
    """The lines of a plan for an area; `ground` must hold the areas that the rows name."""
    lines: list[tuple[Change, Words | None]] = []
    elsewhere = implied = 0
    whole: list[tuple[str, str]] = []
    for row in sorted(rows, key=lambda row: (len(row.old_code or row.new_code), row.old_code, row.change)):
        codes = [code for code in (row.old_code, row.new_code) if code]
        if not any(within(code, (area,)) for code in codes):
            elsewhere += 1
        elif any(row.old_code.startswith(old) and row.new_code == new + row.old_code[len(old) :] for old, new in whole):
            implied += 1
        else:
            change, question = _line(row, area, ground)
            lines.append((change, question))
            if change.verb in {"move", "recode"}:
                whole.append((row.old_code, row.new_code))
    questions = {place: question for place, (_change, question) in enumerate(lines) if question is not None}
    return Drawn(tuple(change for change, _question in lines), questions, elsewhere, implied)


_VERBS: Mapping[str, str] = {"renamed": "rename", "recoded": "recode", "moved": "move"}


def _line(row: Difference, area: str, ground: Ground) -> tuple[Change, Words | None]:
    old = (row.old_code,) if row.old_code else ()
    into = (Target(row.new_code, row.new_name),) if row.new_code else ()
    if row.change not in _VERBS:
        return Change(ASK, old, into), _why(row)
    if not all(within(code, (area,)) for code in (row.old_code, row.new_code)):
        crosses = Words(
            f"“{row.old_name}”越出本方案的范围（{row.old_code}→{row.new_code}）：请由上一级办理，并删除这一项。",
            f"“{row.old_name}” crosses the border of this plan ({row.old_code} to {row.new_code}): it has to be "
            "planned one level above; remove this line.",
        )
        own = [code for code in (row.old_code, row.new_code) if within(code, (area,))]
        return Change(ASK, tuple(own[:1]), ()), crosses
    return _certain(Change(_VERBS[row.change], old, into), row, ground)


def _certain(change: Change, row: Difference, ground: Ground) -> tuple[Change, Words | None]:
    """The line itself if it can be carried out, else a question that says what stands in its way."""
    if row.change == "moved" and row.old_code == row.new_code:
        said = Words(
            f"“{row.old_name}”换了上级而代码不变：代码决定上级，请确认新代码。",
            f"“{row.old_name}” lies below another area under the same code: the code names the area above, so a new "
            "one is needed.",
        )
        return Change(ASK, change.old, change.into), said
    reasons = [reason.words() for reason in line_obstacles(change, ground)]
    if not reasons:
        return change, None
    said = Words("".join(words.zh for words in reasons), " ".join(words.en for words in reasons))
    return Change(ASK, change.old, change.into), said


def _why(row: Difference) -> Words:
    if row.change == "retired":
        return Words(
            f"“{row.old_name}”（{row.old_code}）在新表中没有了：是合并到了哪里，还是撤销？",
            f"“{row.old_name}” ({row.old_code}) is not in the newer list: was it merged, and into which, or dissolved?",
        )
    level = CHINA.level_of(row.new_code).key
    return Words(
        f"新表中多出“{row.new_name}”（{row.new_code}）：是从哪里分设或合并来的？",
        f"The {level} “{row.new_name}” ({row.new_code}) is new: from which areas was it divided or merged?",
    )
