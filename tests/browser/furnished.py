"""A county with staff in its main town and cases in every state, for pages to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gridcommons.access.identify import account, program
from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.cases import actions
from gridcommons.cases.codes import ZONE
from gridcommons.cases.counting import count_days
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import with_code
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.matters.queries import current
from gridcommons.matters.rules import route
from gridcommons.people.contacts import Contact
from gridcommons.rehearsal.cast import Cast, gather
from gridcommons.rehearsal.county import build_county
from gridcommons.rehearsal.places import Spot, read_places

TOWN = "331123001"
STAGES = (
    "reported", "filed", "dispatched", "handling", "handled", "closed", "confirmed", "rework", "returned", "reopened",
    "void", "settled",
)  # fmt: skip
MATTERS = ("street_lamps", "roads", "waste_litter", "drains_water_supply", "parking_traffic", "trees_greening")
WORDS = "路口的灯不亮了，晚上看不清路，老人走路很危险。<b>请尽快处理</b> 联系电话13812345678。"


@dataclass
class Furnished:
    """What the pages of the browser tests need to know."""

    code: str
    number: str
    case_id: UUID
    grid: str
    handled_id: UUID


def furnish(now: datetime | None = None) -> Furnished:
    """Build the county and put three dozen cases into its main town, some in each state."""
    now = now or datetime.now(UTC)
    build_county(seed=1, at=now - timedelta(days=60), staff="few")
    start = now - timedelta(days=6)
    cast, places = gather(start), read_places("331123", seed=1)
    spots = [places.at((u / 47 % 1, v / 41 % 1)) for u in range(60) for v in range(60)]
    inside = [spot for spot in spots if spot.grid.startswith(TOWN)]
    made = [_one(n, inside[n * 7 % len(inside)], cast, start + timedelta(hours=3 * n)) for n in range(36)]
    today = local_day(now, ZONE)
    count_days(first=today - timedelta(days=9), last=today, by=program("test"), at=now)
    first, handled = made[5], made[4]
    return Furnished(first.code, first.number, first.case_id, inside[0].grid, handled.case_id)


def _one(n: int, spot: Spot, cast: Cast, at: datetime) -> actions.Reported:
    stage = STAGES[n % len(STAGES)]
    matter = "waste_litter" if stage == "settled" else MATTERS[n % len(MATTERS)]
    worker = cast.of("grid_worker", spot.grid, n)
    by: Viewer = worker if stage == "settled" else (account("resident") if n % 5 == 0 else PUBLIC)
    contact = Contact(name="演示居民", phone="10012345678") if n % 3 == 0 else Contact()
    report = Report(
        matter, WORDS if n % 4 == 0 else _text(matter, n), spot.lon, spot.lat, address=spot.address.zh, contact=contact
    )
    purpose = "service" if stage == "settled" else "own_case"
    channel = "worker" if stage == "settled" else "page"
    made = actions.report_case(report=report, channel=channel, by=by, at=at, purpose=purpose)
    for step in _steps(made, stage, matter, spot, cast, worker, n):
        at += timedelta(minutes=50)
        step(at)
    return made


def _text(matter: str, n: int) -> str:
    return {
        "street_lamps": "小区门口的路灯一闪一闪的，已经一个星期了。",
        "roads": "路面塌了一块，电动车差点摔倒。",
        "waste_litter": "垃圾桶满了没有人收，味道很大。",
        "drains_water_supply": "下雨就积水，井盖也松动了。",
        "parking_traffic": "有车停在消防通道上，进出不方便。",
        "trees_greening": "行道树的枝条快碰到电线了。",
    }[matter] + f"（第{n + 1}次反映）" * (n % 7 == 3)


def _steps(
    made: actions.Reported, stage: str, matter: str, spot: Spot, cast: Cast, worker: Viewer, n: int
) -> list[Callable[[datetime], object]]:
    case = made.case_id
    clerk, sender = cast.of("supervisor", TOWN, n), cast.of("dispatcher", TOWN, n)
    level, kind = route(current().get(matter), area_levels_available=("county", "township", "village", "grid"))[0]
    area = CHINA.cut(spot.grid, level)
    handler, me = cast.handler(f"{area}:{kind}", n), with_code(PUBLIC, made.code)
    whole: list[tuple[str, Callable[[datetime], object]]] = [
        ("filed", lambda at: actions.file_case(case_id=case, by=clerk, at=at)),
        ("dispatched", lambda at: actions.dispatch(case_id=case, to_area=area, to_kind=kind, by=sender, at=at)),
        ("handling", lambda at: actions.accept(case_id=case, by=handler, at=at)),
        ("handled", lambda at: actions.feed_back(case_id=case, evidence="已派人修好，运行正常。", by=handler, at=at)),
        ("closed", lambda at: actions.close(case_id=case, check="到现场看过，已恢复。", by=worker, at=at)),
    ]
    others: dict[str, list[Callable[[datetime], object]]] = {
        "reported": [],
        "void": [lambda at: actions.void(case_id=case, reason="与另一件重复，已合并。", by=clerk, at=at)],
        "settled": [lambda at: actions.settle(case_id=case, evidence="当场清理干净。", by=worker, at=at)],
        "confirmed": [*(f for _s, f in whole), lambda at: actions.confirm(case_id=case, by=me, at=at)],
        "reopened": [*(f for _s, f in whole), lambda at: actions.reopen(case_id=case, reason="又坏了", by=me, at=at)],
        "rework": [
            *(f for _s, f in whole[:4]),
            lambda at: actions.rework(case_id=case, reason="还有一盏不亮", by=worker, at=at),
        ],
        "returned": [
            *(f for _s, f in whole[:2]),
            lambda at: actions.send_back(case_id=case, reason="不属本单位职责", by=handler, at=at),
        ],
    }
    if stage in others:
        return others[stage]
    upto = [name for name, _f in whole].index(stage) + 1
    return [f for _s, f in whole[:upto]]
