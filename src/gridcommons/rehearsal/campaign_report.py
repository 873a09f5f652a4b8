"""What a rehearsed campaign came to, as it is told at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from gridcommons.collection.inbox.queries import Standing
from gridcommons.kit.words import Words

_TAKEN: Final = ("201", "202")


@dataclass(frozen=True)
class Reached:
    """Households reached in seven days, of those there are, in one area."""

    name: Words
    reached: int
    homes: int

    def words(self) -> Words:
        """A line."""
        share = f"{self.reached / self.homes:.1%}" if self.homes else "-"
        return Words(
            f"  {self.name.zh} {self.reached}/{self.homes} 户 = {share}",
            f"  {self.name.en}: {self.reached} of {self.homes} = {share}",
        )


@dataclass(frozen=True)
class Campaigned:
    """Households on the phones, what was sent and how it was answered, how it stands, who was reached.

    `seconds`: of sending alone; `understood_seconds`: until the last one was read.
    """

    households: int
    phones: int
    before: int
    seconds: float
    understood_seconds: float
    standing: Standing
    reached: list[Reached]
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """How many were taken now."""
        return sum(self.answers[status] for status in _TAKEN)

    @property
    def share(self) -> float:
        """The share of the households that the program has a form of."""
        refused = sum(self.answers.values()) - self.accepted - self.answers["inbox.other_content"]
        return 1 - refused / self.households if self.households else 0.0

    def lines(self, language: str) -> list[str]:
        """The report, a line each."""
        sent, states = sum(self.answers.values()), self.standing.states
        rate, read = (self.accepted / s if s else 0.0 for s in (self.seconds, self.understood_seconds))
        told = [
            Words(
                f"{self.phones} 部手机、{self.households} 户；"
                f"此前已报 {self.before}，这次上报 {sent}，收下 {self.accepted}",
                f"{self.phones} phones, {self.households} households; {self.before} sent before, {sent} now, "
                f"{self.accepted} accepted",
            ),
            *(self._refused(code, n) for code, n in sorted(self.answers.items()) if code not in _TAKEN),
            Words(
                f"已读取 {states.get('understood', 0)}，待读取 {states.get('received', 0)}，"
                f"待修复 {states.get('held', 0)}，已搁置 {states.get('aside', 0)}",
                f"understood {states.get('understood', 0)}, still to be read {states.get('received', 0)}, "
                f"held {states.get('held', 0)}, set aside {states.get('aside', 0)}",
            ),
            *(Words(f"  待修复原因 {code}：{n}", f"  held for {code}: {n}") for code, n in self.standing.reasons),
            Words("7天内走访到户：", "homes reached in 7 days:"),
            *(one.words() for one in self.reached),
            Words(
                f"上报用时 {self.seconds:.0f} 秒（每秒 {rate:.0f} 份），全部读取完 {self.understood_seconds:.0f} 秒"
                f"（每秒 {read:.0f} 份）",
                f"sending took {self.seconds:.0f} s ({rate:.0f} a second), until all was read "
                f"{self.understood_seconds:.0f} s ({read:.0f} a second)",
            ),
        ]
        return [words.in_language(language) for words in told]

    @staticmethod
    def _refused(code: str, n: int) -> Words:
        return Words(f"  未收 {code}：{n}", f"  not taken, {code}: {n}")
