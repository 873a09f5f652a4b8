"""A campaign rehearsed: the county's workers visit every household, by real submissions from phones.

It can be stopped and taken up again: what was sent stands in a file, and a form has the same id whenever it is sent.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Final
from uuid import UUID

from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import account_ids
from gridcommons.access.rules import Viewer
from gridcommons.collection.devices.actions import make_own_device, withdraw_own_device
from gridcommons.collection.devices.queries import own_devices
from gridcommons.collection.inbox.queries import Standing, standing
from gridcommons.collection.visits.closing import close_weeks
from gridcommons.collection.visits.laying import write_changes
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.lake.store import Lake
from gridcommons.outlook.queries import sums_by_child, sums_of
from gridcommons.people.homes.posting import count_homes
from gridcommons.rehearsal.campaign_report import Campaigned, Reached
from gridcommons.rehearsal.campaign_room import DAYS, count_campaign
from gridcommons.rehearsal.doorstep import Blank, Row, address_of, habits, instance_id, said
from gridcommons.rehearsal.housing import members_by_door
from gridcommons.rehearsal.phones import TAKEN, Phone
from gridcommons.rehearsal.residents import official_county
from gridcommons.rehearsal.site import ZONE, Site
from gridcommons.territory.queries import below

Progress = Callable[[Words, int, int], None]
Members = Mapping[tuple[str, str], int]
_JOB: Final = program("demo")
_WORKER: Final = "grid_worker"
_AT_ONCE: Final = 16
_PATIENCE: Final = 300.0
"""Seconds that are waited for one more submission to be understood."""
_PAUSE: Final = 1.0
PHONE: Final = "演练手机"
FETCHING: Final = Words("手机下载表单和住户清单", "phones fetch forms and households")
SENDING: Final = Words("逐户走访并上报", "visiting every household")
READING: Final = Words("读取收到的表单", "reading what came in")
COUNTING: Final = Words("汇总六级数字", "counting over six levels")

OUTSIDE = refusal_kind(
    "rehearsal.outside",
    status=400,
    zh="“{within}”不在“{county}”内，请给出该县的乡镇、村社或网格代码。",
    en="“{within}” does not lie in “{county}”: give the code of a township, village or grid of that county.",
)
NO_WORKERS = refusal_kind(
    "rehearsal.no_workers",
    status=409,
    zh="“{code}”还没有网格员账号：请先用 “gridcommons demo” 填充演示县。",
    en="“{code}” has no grid workers yet: fill the demo county with “gridcommons demo” first.",
)
NO_HOMES = refusal_kind(
    "rehearsal.no_homes",
    status=409,
    zh="“{code}”的网格员手机上没有住户：请先用 “gridcommons demo” 填充演示县。",
    en="The phones of “{code}” list no household: fill the demo county with “gridcommons demo” first.",
)


@dataclass(frozen=True)
class Order:
    """What is asked for. `within`: the area whose grids are visited. `speed`: seconds of the campaign per second, 0
    for as fast as it goes. `day`: on which it began, kept when it is taken up again. `sent`: the file of the households
    that the program has; `done`: the day on which it had all of the county's. `spread`: over how many days the
    doors are called at, up to `day`."""

    url: str
    county: str
    within: str
    seed: int
    speed: float
    day: date
    sent: Path
    done: Path
    spread: int = 1


@dataclass(frozen=True)
class _Carried:
    """A worker's phone with what it fetched. `rows`: households of the one grid it stands for."""

    phone: Phone
    blank: Blank
    rows: tuple[Row, ...]


@dataclass
class _Sent:
    """What came of sending: by status, refusals by their code, how many had been there before."""

    answers: Counter[str] = field(default_factory=Counter)
    before: int = 0


def order_for(*, url: str, county: str, within: str, seed: int, speed: float, folder: Path) -> Order:
    """What is asked for, with the day on which it began: the same as long as its file is there.

    Refuses a county without official figures, and an area outside it.
    """
    official_county(county)
    within = within or county
    CHINA.level_of(within)
    if not within.startswith(county):
        raise refuse(OUTSIDE, within=within, county=county)
    files = {what: folder / f"campaign-{seed}.{what}" for what in ("day", "sent", "done")}
    today = datetime.now(ZONE).date()
    if files["done"].exists() and files["done"].read_text("utf-8").strip() != f"{today}":  # a new one begins
        for file in files.values():
            file.unlink(missing_ok=True)
    if not files["day"].exists():
        files["day"].write_text(f"{today}\n", encoding="utf-8")
    day = date.fromisoformat(files["day"].read_text("utf-8").strip())
    return Order(url, county, within, seed, speed, day, files["sent"], files["done"])


def run_campaign(
    order: Order, *, lake: Lake, progress: Progress, announce: Callable[[str, date], UUID] | None = None
) -> Campaigned:
    """Visit the households of the area; the program must run at the address. Returns what it came to.

    `announce`: opens the county's campaign that these visits belong to, before the first door, and says its id; the
    doors then spread over its days up to the present one.
    """
    now = datetime.now(UTC)
    workers = _workers(order, now)
    count_homes(by=_JOB, at=now, again=True)
    called = announce(order.county, order.day) if announce is not None else None
    order = replace(order, spread=DAYS if called is not None and not order.speed else 1)
    _withdraw(workers.values())  # one that was killed left its keys behind
    keys = [(grid, make_own_device(name=PHONE, by=who, at=now).text) for grid, who in workers.items()]
    try:
        phones = _fetched(order, keys, progress)
        members = _members(order, now)
        began = time.monotonic()
        sent = _send_all(order, phones, members, progress)
        seconds = time.monotonic() - began
    finally:
        _withdraw(workers.values())
    held, read = _read_all(order, progress)
    progress(COUNTING, 0, 1)
    write_changes(lake=lake, by=_JOB, at=datetime.now(UTC))
    close_weeks(lake=lake, by=_JOB, at=datetime.now(UTC))
    if called is not None:
        count_campaign(called)
    progress(COUNTING, 1, 1)
    return Campaigned(
        households=sum(len(one.rows) for one in phones), phones=len(phones), before=sent.before, answers=sent.answers,
        seconds=seconds, understood_seconds=seconds + read, standing=held, reached=_reached(order),
    )  # fmt: skip


def _workers(order: Order, at: datetime) -> dict[str, Viewer]:
    """One worker for each grid that has one, by grid."""
    site = Site(order.county, order.seed, at, _JOB)
    planned: dict[str, str] = {}
    for township in site.townships:
        for hire in site.hires(township.code):
            if hire.role == _WORKER and hire.area_code.startswith(order.within):
                planned.setdefault(hire.area_code, hire.username)
    ids = account_ids(planned.values())
    found = {grid: viewer_of(ids[name]) for grid, name in sorted(planned.items()) if name in ids}
    if not found:
        raise refuse(NO_WORKERS, code=order.within)
    return found


def _members(order: Order, at: datetime) -> Members:
    """How many live behind each door, as they were settled."""
    return members_by_door(Site(order.county, order.seed, at, _JOB).settled)


def _fetched(order: Order, keys: Sequence[tuple[str, str]], progress: Progress) -> list[_Carried]:
    """Every phone fetches its form and its households; a worker of several grids has one phone in each."""
    found: list[_Carried] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for one in pool.map(lambda pair: _carried(order, *pair), keys):
            found.append(one)
            progress(FETCHING, len(found), len(keys))
    if not any(one.rows for one in found):
        raise refuse(NO_HOMES, code=order.within)
    return found


def _carried(order: Order, grid: str, key: str) -> _Carried:
    phone = Phone(order.url, key)
    got = phone.fetch(habits().form)
    return _Carried(phone, Blank.of(got.xform), tuple(row for row in got.rows if row["area"] == grid))


def _in_rounds(phones: Sequence[_Carried]) -> Iterator[tuple[int, _Carried, Row]]:
    """The doors in the order in which they are called at: every worker at the first one, then at the second."""
    for turn, doors in enumerate(zip_longest(*(one.rows for one in phones))):
        for one, row in zip(phones, doors, strict=True):
            if row is not None:
                yield turn, one, row


def _send_all(order: Order, phones: Sequence[_Carried], members: Members, progress: Progress) -> _Sent:
    """Send what was not sent before, many at once; each line of the file is a household that the program has."""
    done = set(order.sent.read_text("utf-8").split()) if order.sent.exists() else set()
    doors = [(turn, one, row) for turn, one, row in _in_rounds(phones) if row["name"] not in done]
    total, began = sum(len(one.rows) for one in phones), time.monotonic()
    sent = _Sent(before=total - len(doors))
    with ThreadPoolExecutor(_AT_ONCE) as pool, order.sent.open("a", encoding="utf-8", buffering=1) as file:
        answers = pool.map(lambda door: _at_door(order, began, members, *door), doors)
        for number, (household, what) in enumerate(answers, start=sent.before + 1):
            sent.answers[what] += 1
            if what.isdecimal() or what == _OTHER:
                file.write(f"{household}\n")
                done.add(household)
            progress(SENDING, number, total)
    if order.within == order.county and done.issuperset(row["name"] for one in phones for row in one.rows):
        order.done.write_text(f"{datetime.now(ZONE).date()}\n", encoding="utf-8")
    return sent


_OTHER: Final = "inbox.other_content"
"""What a form is answered that was sent before, when less was known: it is there, and stays as it was."""


def _at_door(
    order: Order, began: float, members: Members, turn: int, one: _Carried, row: Row
) -> tuple[str, str]:  # fmt: skip
    """One door: the household, and `201`, `202` or the code of a refusal."""
    how = habits()
    if order.speed:
        time.sleep(max(0.0, began + turn * how.minutes_between * 60 / order.speed - time.monotonic()))
    ids = instance_id(order.seed, order.day, how.form, row["name"])
    today = datetime.now(ZONE).date() if order.spread == 1 else _day_of(order, turn, len(one.rows))
    there = members.get((row["area"], address_of(row)), 0)
    answers = {**said(one.blank, row, seed=order.seed, today=today, how=how, members=there), "instanceID": ids}
    answer = one.phone.send(one.blank.filled(answers))
    return row["name"], f"{answer.status}" if answer.status in TAKEN else answer.code or f"http.{answer.status}"


def _day_of(order: Order, turn: int, doors: int) -> date:
    """On which day a grid's door is called at: its doors one after the other over all days."""
    return order.day - timedelta(days=order.spread - 1 - turn * order.spread // doors)


def _withdraw(workers: Iterable[Viewer]) -> None:
    """Withdraw the keys of these workers' rehearsal phones: none of them outlives the campaign."""
    now = datetime.now(UTC)
    for who in workers:
        for held in own_devices(who, now):
            if held.name == PHONE and held.is_valid:
                withdraw_own_device(key_id=held.id, reason="演练结束", by=who, at=now)


def _read_all(order: Order, progress: Progress) -> tuple[Standing, float]:
    """Wait until the program has read what came; returns how it stands and the seconds of waiting."""
    began = moved = time.monotonic()
    left = -1
    while True:
        found = standing(form_key=habits().form, under=order.within, viewer=_JOB, at=datetime.now(UTC))
        waiting = found.states.get("received", 0)
        progress(READING, sum(found.states.values()) - waiting, sum(found.states.values()))
        if waiting != left:
            left, moved = waiting, time.monotonic()
        if not waiting or time.monotonic() - moved > _PATIENCE:
            return found, time.monotonic() - began
        time.sleep(_PAUSE)


def _reached(order: Order) -> list[Reached]:
    """Households reached on the campaign's day's week, by township, or by what lies below the area asked for."""
    today = datetime.now(ZONE).date()
    level = "township" if order.within == order.county else _next_level(order.within)
    names = {area.code: Words(area.name_zh, area.name_en) for area in below(order.within, level)}
    sums = sums_by_child(order.within, level, today, today)
    lines = [Reached(names[code], sums.get(code, {}).get("reached", 0), sums.get(code, {}).get("homes", 0))
             for code in sorted(names)]  # fmt: skip
    whole = sums_of(order.within, today, today)
    return [*lines, Reached(Words("合计", "together"), whole.get("reached", 0), whole.get("homes", 0))]


def _next_level(code: str) -> str:
    """The level below an area's own."""
    keys = [level.key for level in CHINA.levels]
    return keys[min(keys.index(CHINA.level_of(code).key) + 1, len(keys) - 1)]
