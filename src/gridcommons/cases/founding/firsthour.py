"""The steps of a county's first hour, ticked by what stands in the database and by nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gridcommons.cases.founding.choices import TOWNSHIP_NEEDS, lists
from gridcommons.kit.words import Words

_SHOWN: Final = 5


@dataclass(frozen=True)
class County:
    """What stands of a county. `offices`: kinds open by township; `lacking_roles`: those that nobody can log in as."""

    townships: Mapping[str, Words] = field(default_factory=dict)
    villages: int = 0
    villages_without_grids: int = 0
    grids: int = 0
    outlined: int = 0
    grids_without_head: int = 0
    offices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    lacking_roles: Mapping[str, Sequence[Words]] = field(default_factory=dict)
    this_year: int = 0
    calendar_known: frozenset[int] = frozenset()
    calendar_provisional: frozenset[int] = frozenset()
    calendar_own: bool = False
    published: bool = False
    edition: str = ""
    taken: int = 0
    switched_off: int = 0
    keys: int = 0
    tried: frozenset[str] = frozenset()
    not_arrived: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, what stands, what is missing, where to go (the name of an address)."""

    key: str
    title: Words
    done: bool
    stands: Words
    missing: tuple[Words, ...] = ()
    way: str = ""
    needed: bool = True


def steps_of(county: County) -> tuple[Step, ...]:
    """All steps in the order in which they are taken."""
    return (
        _areas(county), _boundaries(county), _offices(county), _staff(county), _calendar(county), _matters(county),
        _keys(county), _trial(county),
    )  # fmt: skip


def _areas(county: County) -> Step:
    missing = []
    if not county.townships:
        missing.append(Words("还没有乡镇（街道）", "there is no township yet"))
    if county.villages_without_grids or not county.grids:
        n = county.villages_without_grids
        missing.append(Words(f"{n}个村（社区）还没有网格", f"villages without a grid: {n}"))
    stands = Words(
        f"{len(county.townships)}个乡镇（街道），{county.villages}个村（社区），{county.grids}个网格",
        f"{len(county.townships)} townships, {county.villages} villages, {county.grids} grids",
    )
    return Step("areas", Words("区划和网格", "Areas and grids"), not missing, stands, tuple(missing), "office-move-in")


def _boundaries(county: County) -> Step:
    """None are needed: then a place is chosen by name."""
    stands = Words(
        f"{county.grids}个网格中{county.outlined}个有边界；没有边界的，报告时按村（社区）名称选地点",
        f"{county.outlined} of {county.grids} grids have an outline; without one a place is chosen by its village",
    )
    done = bool(county.grids) and county.outlined == county.grids
    return Step("boundaries", Words("边界", "Boundaries"), done, stands, needed=False)


def _offices(county: County) -> Step:
    names = {one.key: one.words for one in lists()["office_kinds"]}
    missing = []
    for code, name in county.townships.items():
        lacking = [names[kind] for kind in TOWNSHIP_NEEDS if kind not in county.offices.get(code, frozenset())]
        if lacking:
            zh, en = "、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking)
            missing.append(Words(f"{name.zh}缺：{zh}", f"{name.en} lacks: {en}"))
    whole = len(county.townships) - len(missing)
    stands = Words(
        f"{len(county.townships)}个乡镇（街道）中{whole}个有监督、指挥和属地政府",
        f"{whole} of {len(county.townships)} townships have supervision, command and government",
    )
    done = bool(county.townships) and not missing
    title = Words("各乡镇的机构：谁监督，谁指挥", "Offices per township: who supervises, who commands")
    return Step("offices", title, done, stands, _shortened(missing), "office-move-in")


def _staff(county: County) -> Step:
    missing = []
    for code, roles in county.lacking_roles.items():
        name = county.townships.get(code, Words(code, code))
        zh, en = "、".join(one.zh for one in roles), ", ".join(one.en for one in roles)
        missing.append(Words(f"{name.zh}没有可登录的{zh}", f"{name.en}: nobody can log in as {en}"))
    if county.grids_without_head:
        n = county.grids_without_head
        missing.append(Words(f"{n}个网格没有网格长", f"grids without a head: {n}"))
    active, invited = county.states.get("active", 0), county.states.get("invited", 0)
    waiting = county.states.get("none", 0)
    stands = Words(
        f"{active:,}人在用，{invited:,}人已邀请，{waiting:,}人未邀请",
        f"{active:,} active, {invited:,} invited, {waiting:,} not invited",
    )
    done = bool(county.townships) and active > 0 and not missing
    return Step("staff", Words("能登录的人员", "Staff with logins"), done, stands, _shortened(missing), "office-people")


def _calendar(county: County) -> Step:
    year, missing = county.this_year, []
    for one in (year, year + 1):
        if one not in county.calendar_known:
            missing.append(Words(f"没有{one}年的安排", f"the year {one} is not in it"))
    if year in county.calendar_provisional:
        missing.append(Words(f"{year}年的安排是暂定的", f"the year {year} is provisional"))
    own = county.calendar_own
    stands = (
        Words("本县自己的日历", "the county's own")
        if own
        else Words("随程序的全国日历", "the national one, as shipped")
    )
    return Step(
        "calendar", Words("工作日历", "Working calendar"), not missing, stands, tuple(missing), "office-move-in"
    )


def _matters(county: County) -> Step:
    missing = () if county.published else (Words("事项清单还没有公布", "the list of matters is not published"),)
    stands = Words(
        f"版本{county.edition}，{county.taken}项受理，{county.switched_off}项有停用",
        f"edition {county.edition}; {county.taken} taken, {county.switched_off} switched off somewhere",
    )
    return Step("matters", Words("事项清单", "Matters"), county.published, stands, missing, "office-matters")


def _keys(county: County) -> Step:
    stands = Words(f"{county.keys}个有效密钥", "1 valid key" if county.keys == 1 else f"{county.keys} valid keys")
    title = Words("Open311接口密钥（接入其他系统时才要）", "Keys of Open311, if other systems report")
    missing = () if county.keys else (Words("还没有接口密钥", "no key yet"),)
    return Step("keys", title, bool(county.keys), stands, missing, "office-keys", needed=False)


def _trial(county: County) -> Step:
    left = [name for code, name in county.townships.items() if code not in county.tried]
    missing = [Words(f"{name.zh}还没有试办", f"not tried yet in {name.en}") for name in left]
    missing += [Words(f"没有收到：{said.zh}", f"It did not arrive: {said.en}") for said in county.not_arrived.values()]
    done = bool(county.townships) and not missing
    stands = Words(
        f"{len(county.tried)}个乡镇（街道）试办过，试办的已全部撤回" if county.tried else "还没有试办",
        f"tried in {len(county.tried)} townships; every trial was taken back"
        if county.tried
        else "nothing was tried yet",
    )
    return Step("trial", Words("第一件试办", "A first case, tried and taken back"), done, stands, _shortened(missing))


def _shortened(missing: Sequence[Words]) -> tuple[Words, ...]:
    more = len(missing) - _SHOWN
    rest = (Words(f"……另有{more}处", f"... and {more} more"),) if more > 0 else ()
    return (*missing[:_SHOWN], *rest)
