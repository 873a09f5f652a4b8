"""What the building of the demo county reports: what is there, what was added, what does not add up, the time taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.people.population import Residual

_SHOWN: Final = 0.1
_COUNTED: Final[Mapping[str, Words]] = {
    "province": Words("省", "provinces"),
    "city": Words("市", "cities"),
    "county": Words("县", "counties"),
    "township": Words("乡镇街道", "townships"),
    "village": Words("村和社区", "villages and communities"),
    "grid": Words("网格", "grids"),
    "employed": Words("在编或聘用", "employed"),
    "purchased_service": Words("购买服务", "purchased service"),
    "all_round_social_worker": Words("全科社工", "all-round social workers"),
    "part_time": Words("兼职", "part-time"),
    "volunteer": Words("志愿者", "volunteers"),
    "department": Words("县级机构", "offices of the county"),
    "supervision": Words("网格监督岗", "grid supervision desks"),
    "command": Words("综合指挥室", "command desks"),
    "township_government": Words("乡镇政府（街道办）", "township governments"),
    "township_public_safety": Words("平安法治办", "public safety offices"),
    "township_public_service": Words("公共服务办", "public service offices"),
    "village_committee": Words("村（居）委会", "village and residents' committees"),
    "areas": Words("区划", "areas"),
    "boundaries": Words("边界", "outlines"),
    "figures": Words("人口数字", "figures of areas"),
    "editions": Words("清单版本", "editions"),
    "forms": Words("表单", "forms"),
    "offices": Words("机构", "offices"),
    "accounts": Words("账号", "accounts"),
    "workers": Words("网格队伍", "workers"),
}


@dataclass(frozen=True)
class CountyReport:
    """The demo county as it stands after a call of `build_county`.

    `loaded`: areas in the database by level, all of Zhejiang; `areas`: those of the county. `offices` by kind,
    `workers` by employment. `added`: what this call added. `residuals`: every marginal, and the sums over each level
    in the database, beside the official total. `seconds`: the steps of this call with the time each took.
    """

    county: str
    name: Words
    seed: int
    staff: str
    loaded: Mapping[str, int]
    areas: Mapping[str, int]
    offices: Mapping[str, int]
    accounts: int
    workers: Mapping[str, int]
    residuals: tuple[Residual, ...]
    added: Mapping[str, int]
    seconds: tuple[tuple[Words, float], ...]

    @property
    def residual(self) -> int:
        """The largest difference between an official total and what is there; 0 is the only acceptable value."""
        return max((abs(item.residual) for item in self.residuals), default=0)

    @property
    def total_seconds(self) -> float:
        """How long the call took."""
        return sum(seconds for _step, seconds in self.seconds)

    def lines(self, language: str) -> list[str]:
        """The report for the command line, a statement a line."""
        steps = ", ".join(
            f"{name.in_language(language)} {seconds:.1f}" for name, seconds in self.seconds if seconds >= _SHOWN
        )
        wrong = [item for item in self.residuals if item.residual]
        off = "; ".join(f"{item.item} {item.official} / {item.synthetic}" for item in wrong)
        added = _listed(self.added)
        statements = (
            Words(
                f"{self.name.zh}（{self.county}），种子{self.seed}：居民和网格边界均为合成。",
                f"{self.name.en} ({self.county}), seed {self.seed}: residents and grid outlines are synthetic.",
            ),
            _statement(Words("浙江省", "Zhejiang"), self.loaded),
            _statement(Words("本县", "The county"), self.areas),
            _statement(Words("机构", "Offices"), self.offices),
            _statement(Words("网格队伍", "Workers"), self.workers),
            Words(f"账号：{self.accounts}", f"Accounts: {self.accounts}"),
            Words(f"本次新增：{added.zh}", f"Added now: {added.en}"),
            Words(
                f"与官方总数核对{len(self.residuals)}项，最大差值{self.residual}" + (f"：{off}" if off else ""),
                f"{len(self.residuals)} official totals compared, largest difference {self.residual}"
                + (f": {off}" if off else ""),
            ),
            Words(f"用时{self.total_seconds:.1f}秒（{steps}）", f"Took {self.total_seconds:.1f} s ({steps})"),
        )
        return [statement.in_language(language) for statement in statements]


def _statement(subject: Words, counts: Mapping[str, int]) -> Words:
    listed = _listed(counts)
    total = sum(counts.values())
    return Words(f"{subject.zh}：共{total:,}（{listed.zh}）", f"{subject.en}: {total:,} ({listed.en})")


def _listed(counts: Mapping[str, int]) -> Words:
    found = [(_COUNTED.get(key, Words(key, key)), number) for key, number in counts.items() if number]
    zh = "，".join(f"{name.zh}{number:,}" for name, number in found)
    en = ", ".join(f"{name.en} {number:,}" for name, number in found)
    return Words(zh or "无", en or "none")
