"""The replay: planned requests come in through Open311, and the county's staff act on them until they are closed.

Everything is done as people do it: over HTTP from outside, by the same deeds inside, each by somebody who
holds the duty; only the clock is the plan's.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import find_office
from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.cases import actions
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import case_page, tracked_case, with_code
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.rules import route
from gridcommons.people.identity import synthetic_phone
from gridcommons.rehearsal.cast import Cast
from gridcommons.rehearsal.door import Door
from gridcommons.rehearsal.hours import on_duty
from gridcommons.rehearsal.places import Spot
from gridcommons.rehearsal.plan import PlannedRequest, Stage

Progress = Callable[[int, int], None]
_LEVELS: Final = ("county", "township", "village", "grid")
_CONFIRM: Final = "confirmed"


def _words() -> Raw:
    return shipped("gridcommons.rehearsal", "words.toml", dict)


def said(stage: str, turn: int) -> str:
    """What staff write at a stage."""
    choices: list[str] = _words()[stage]
    return choices[turn % len(choices)]


@dataclass
class Running:
    """One replayed request: its case, where it is, who did what so far."""

    plan: PlannedRequest
    spot: Spot
    case_id: UUID | None = None
    number: str = ""
    code: str = ""
    area_code: str = ""
    office_key: str = ""
    legs_done: int = 0
    refused: list[str] = field(default_factory=list)
    acted: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    through_door: bool = False
    answered: str = ""

    @property
    def turn(self) -> int:
        """A number that spreads the work over staff."""
        return self.plan.serial


@dataclass(frozen=True)
class Event:
    """One thing to do at a moment."""

    at: datetime
    order: int
    running: Running
    what: str

    def __lt__(self, other: Event) -> bool:
        return (self.at, self.order) < (other.at, other.order)


@dataclass
class Replay:
    """All that a replay works with. `speed`: seconds of the plan per second, 0 for as fast as it goes."""

    door: Door
    cast: Cast
    catalogue: Catalogue
    residents: Sequence[Viewer] = ()
    speed: float = 0.0
    by_serial: dict[int, Running] = field(default_factory=dict)

    def run(
        self, plan: Sequence[PlannedRequest], spots: Sequence[Spot], *, until: datetime, stops: Mapping[int, str],
        progress: Progress,
    ) -> None:  # fmt: skip
        """Play all events up to a moment, in the order of time; `stops`: the last stage of some requests, by serial."""
        for request, spot in zip(plan, spots, strict=True):
            self.by_serial[request.serial] = Running(request, spot)
        ways = (_up_to(_events(one), stops.get(serial, "")) for serial, one in self.by_serial.items())
        events = [_in_service(event, until) for way in ways for event in way if event.at <= until]
        heapq.heapify(events)
        total, before = len(events), min((event.at for event in events), default=until)
        for number in range(total):
            event = heapq.heappop(events)
            if self.speed > 0:
                time.sleep((event.at - before).total_seconds() / self.speed)
            before = event.at
            if not event.running.answered:
                self._play(event)
            progress(number + 1, total)

    def _play(self, event: Event) -> None:
        running = event.running
        getattr(self, f"_{event.what}")(running, event.at)
        running.done.append(event.what)

    def _reported(self, running: Running, at: datetime) -> None:
        """A request comes in: by a worker who settles it, by a resident's account, else through Open311.

        What is not for the grid is sent too, and answered with the way to go.
        """
        plan = running.plan
        if not self.catalogue.get(plan.matter).for_grid:
            running.answered = self.door.turned_away(_fields(running), at)
        elif plan.conduct.settled_on_the_spot:
            self._found_by_worker(running, at)
        elif self.residents and plan.serial % 40 < len(self.residents):
            self._by_account(running, self.residents[plan.serial % 40], at)
        else:
            taken = self.door.send(_fields(running), at)
            running.code, running.through_door = taken.code, True
            page = tracked_case(code=taken.code, viewer=with_code(PUBLIC, taken.code), at=at)
            running.case_id, running.number, running.area_code = page.id, page.number, page.area_code

    def _report(self, running: Running, by: Viewer, channel: str, at: datetime) -> None:
        spot, plan = running.spot, running.plan
        report = Report(
            plan.matter, plan.text, spot.lon, spot.lat, area_code=_village(spot), address=_address(running),
            language="zh-hans" if plan.language == "zh" else "en",
        )  # fmt: skip
        purpose = "service" if channel == "worker" else "own_case"
        made = actions.report_case(report=report, channel=channel, by=by, at=at, purpose=purpose)
        running.case_id, running.number, running.code = made.case_id, made.number, made.code
        running.area_code = made.area_code

    def _found_by_worker(self, running: Running, at: datetime) -> None:
        worker = self.cast.of("grid_worker", running.spot.grid, running.turn)
        self._report(running, worker, "worker", at)
        running.acted["finder"] = worker.key

    def _by_account(self, running: Running, resident: Viewer, at: datetime) -> None:
        self._report(running, resident, "page", at)

    def _settled(self, running: Running, at: datetime) -> None:
        worker = self.cast.of("grid_worker", running.spot.grid, running.turn)
        actions.settle(case_id=_case(running), evidence=said("settled", running.turn), by=worker, at=at)

    def _filed(self, running: Running, at: datetime) -> None:
        clerk = self.cast.of("supervisor", _township(running), running.turn)
        running.acted["filer"] = clerk.key
        self._read(running, clerk, "service", at)
        found = running.spot.grid if running.area_code != running.spot.grid else ""
        actions.file_case(case_id=_case(running), area_code=found, note=said("filed", running.turn), by=clerk, at=at)
        running.area_code = running.spot.grid

    def _merged(self, running: Running, at: datetime) -> None:
        original = self.by_serial.get(running.plan.conduct.duplicate_of or 0)
        clerk = self.cast.of("supervisor", _township(running), running.turn)
        number = original.number if original else ""
        try:
            actions.merge(case_id=_case(running), lead=number, by=clerk, at=at)
        except Refusal:  # the other one has ended meanwhile, or lies in the next township
            reason = _words()["merged"].format(number=number or "-")
            actions.void(case_id=_case(running), reason=reason, by=clerk, at=at)

    def _dispatched(self, running: Running, at: datetime) -> None:
        wrong = running.plan.conduct.sent_back_reason is not None and not running.refused
        offices = list(self._offices(running))
        key = offices[1] if wrong and len(offices) > 1 else offices[0]
        self._dispatch(running, key, at)

    def _dispatch(self, running: Running, office_key: str, at: datetime) -> None:
        clerk = self.cast.of("dispatcher", _township(running), running.turn)
        area, kind = office_key.split(":")
        actions.dispatch(case_id=_case(running), to_area=area, to_kind=kind, by=clerk, at=at)
        running.office_key = office_key

    def _offices(self, running: Running) -> Iterator[str]:
        """Keys of the offices that exist, in the order of the matter's routes; a chain's own department first."""
        legs = running.plan.legs
        if running.legs_done < len(legs):
            department = f"{CHINA.cut(running.area_code, 'county')}:{legs[running.legs_done].department}"
            if find_office(*department.split(":")):
                yield department
        levels = [level for level in _LEVELS if len(running.area_code) >= CHINA.width(level)]
        matter = self.catalogue.get(running.plan.matter)
        for level, kind in route(matter, area_levels_available=levels, refused_by=()):
            area = CHINA.cut(running.area_code, level)
            key = f"{area}:{kind}"
            if find_office(area, kind) and key not in running.refused:
                yield key

    def _sent_back(self, running: Running, at: datetime) -> None:
        handler = self.cast.handler(running.office_key, running.turn)
        reason = running.plan.conduct.sent_back_reason or said("passed_on", running.turn)
        actions.send_back(case_id=_case(running), reason=reason, by=handler, at=at)
        running.refused.append(running.office_key)

    def _accepted(self, running: Running, at: datetime) -> None:
        handler = self.cast.handler(running.office_key, running.turn)
        self._read(running, handler, "service", at)
        actions.accept(case_id=_case(running), by=handler, at=at)

    def _passed_on(self, running: Running, at: datetime) -> None:
        handler = self.cast.handler(running.office_key, running.turn)
        actions.pass_on(case_id=_case(running), note=said("passed_on", running.turn), by=handler, at=at)
        running.legs_done += 1
        self._dispatch(running, next(self._offices(running)), at)
        self._accepted(running, at)

    def _handled(self, running: Running, at: datetime) -> None:
        again = "rework" in running.done or "reopened" in running.done
        if running.done[-1] == "reopened":
            self._dispatch(running, running.office_key, at)
            self._accepted(running, at)
        handler = self.cast.handler(running.office_key, running.turn)
        evidence = said("handled_again" if again else "handled", running.turn)
        actions.feed_back(case_id=_case(running), evidence=evidence, by=handler, at=at)

    def _rework(self, running: Running, at: datetime) -> None:
        checker = self._checker(running)
        actions.rework(case_id=_case(running), reason=said("rework", running.turn), by=checker, at=at)

    def _closed(self, running: Running, at: datetime) -> None:
        checker = self._checker(running)
        self._read(running, checker, "verification", at)
        actions.close(case_id=_case(running), check=said("checked", running.turn), by=checker, at=at)

    def _read(self, running: Running, reader: Viewer, purpose: str, at: datetime) -> None:
        """Whoever acts on a case opens it first, and that stands in the ledger for its reporter to read."""
        case_page(case_id=_case(running), viewer=reader, at=at, purpose=purpose)

    def _checker(self, running: Running) -> Viewer:
        return self.cast.verifier(running.spot.grid, running.turn, but=list(running.acted.values()))

    def _reopened(self, running: Running, at: datetime) -> None:
        actions.reopen(case_id=_case(running), reason=said("reopened", running.turn), by=self._reporter(running), at=at)

    def _confirmed(self, running: Running, at: datetime) -> None:
        actions.confirm(case_id=_case(running), by=self._reporter(running), at=at)

    def _reporter(self, running: Running) -> Viewer:
        return with_code(PUBLIC, running.code)


def _case(running: Running) -> UUID:
    assert running.case_id is not None, "a stage before the report"
    return running.case_id


def _village(spot: Spot) -> str:
    return CHINA.cut(spot.grid, "village")


def _address(running: Running) -> str:
    return running.spot.address.in_language(running.plan.language)


def _township(running: Running) -> str:
    return CHINA.cut(running.area_code, "township")


def _events(running: Running) -> Iterator[Event]:
    """What happens to a request: the report, its stages, the accepting between, the legs of a chain, a confirmation."""
    plan = running.plan
    order = plan.serial * 100
    yield Event(plan.at, order, running, "reported")
    for number, stage in enumerate(plan.stages):
        yield Event(stage.at, order + 10 * (number + 1), running, stage.name)
        following = plan.stages[number + 1] if number + 1 < len(plan.stages) else None
        if stage.name == "dispatched" and following is not None and following.name == "handled":
            yield from _work(running, stage, following, order + 10 * (number + 1))
    if plan.stages[-1].name == "closed" and plan.conduct.contact_given and plan.serial % 2:
        yield Event(plan.stages[-1].at, order + 99, running, _CONFIRM)


def _in_service(event: Event, until: datetime) -> Event:
    """The same by day: residents report at any hour, and what follows does so by day, in its order."""
    if event.what == "reported" and not event.running.plan.conduct.settled_on_the_spot:
        return event
    return replace(event, at=on_duty(event.at, WorkingCalendar.packaged(), until))


def _up_to(events: Iterator[Event], stop: str) -> Iterator[Event]:
    """Events up to and with the first of a name; all where none is named."""
    for event in events:
        yield event
        if event.what == stop:
            return


def _work(running: Running, start: Stage, end: Stage, order: int) -> Iterator[Event]:
    """Accepting, and the handing on from leg to leg, between dispatch and feedback."""
    hand_overs = max(len(running.plan.legs) - 1, 0)
    step = (end.at - start.at) / (hand_overs + 2)
    yield Event(start.at + step, order + 1, running, "accepted")
    for number in range(hand_overs):
        yield Event(start.at + step * (number + 2) * 0.999, order + 2 + min(number, 7), running, "passed_on")


def _fields(running: Running) -> dict[str, str]:
    """A request as an Open311 client sends it."""
    plan, spot = running.plan, running.spot
    fields = {"service_code": plan.matter, "description": plan.text, "address_string": _address(running)}
    if spot.lon is not None and spot.lat is not None:
        fields |= {"lat": f"{spot.lat:.6f}", "long": f"{spot.lon:.6f}"}
    else:
        fields |= {"address_id": _village(spot)}
    if plan.conduct.contact_given:
        fields |= {"first_name": f"演示居民{plan.serial}", "phone": synthetic_phone(plan.serial)}
    return fields
