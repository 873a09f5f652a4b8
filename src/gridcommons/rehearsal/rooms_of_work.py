"""Rooms of daily work: calls and a hotline's file, orders, a problem with its table, a digest of concerns, a report."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.identify import program, staff_with_role
from gridcommons.access.queries import office_at
from gridcommons.access.rules import PUBLIC
from gridcommons.cases import actions as cases
from gridcommons.cases.codes import ZONE
from gridcommons.cases.concerns import actions as concerns
from gridcommons.cases.concerns.queries import digest_of_week, digests
from gridcommons.cases.concerns.rules import week_of
from gridcommons.cases.filing import Report
from gridcommons.cases.hotline.actions import take_call
from gridcommons.cases.hotline.carrying_out import carry_out, read_file
from gridcommons.cases.hotline.mapping import read_scheme
from gridcommons.cases.hotline.queries import imports
from gridcommons.cases.measuring.counting import post_terms
from gridcommons.cases.opening import Reported
from gridcommons.cases.orders import actions as orders
from gridcommons.cases.orders.queries import order_page, orders_for
from gridcommons.cases.orders.rules import Draft
from gridcommons.cases.problems import actions as problems
from gridcommons.cases.problems.queries import Wanted, problem_page, problems_of_case
from gridcommons.cases.problems.queries import problems as problems_seen
from gridcommons.cases.reports.actions import define_report
from gridcommons.cases.reports.editions import make_due
from gridcommons.cases.reports.queries import schedules
from gridcommons.cases.reports.rules import Draft as ReportDraft
from gridcommons.kit.clock import local_day
from gridcommons.kit.shipped import shipped_text
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.queries import is_counted
from gridcommons.outlook.indicators.terms import term_on
from gridcommons.people.contacts import Contact
from gridcommons.people.identity import synthetic_phone
from gridcommons.rehearsal.places import Spot
from gridcommons.rehearsal.rooms import JOB, PACKAGE, Room, Stage, texts
from gridcommons.territory.names import place_name

_CORNER: Final = (0.5, 0.5)
_PHONES: Final = 880_000
"""Synthetic telephones of the callers, apart from those of the replay."""
_WATER: Final = "water_utility"


def spot_of(stage: Stage, place: tuple[float, float] = _CORNER) -> Spot:
    """A place in the grid that the demo shows."""
    return stage.places.within(stage.grid, place)


def reported(stage: Stage, matter: str, text: str, when: tuple[datetime, datetime], spot: Spot) -> Reported:
    """A resident reports something and the desk files it. `when`: the moments of both."""
    at, filed = when
    report = Report(matter, text, spot.lon, spot.lat, address=spot.address.zh)
    made = cases.report_case(report=report, channel="page", by=PUBLIC, at=at)
    filer = stage.cast.of("supervisor", stage.township, 0)
    cases.file_case(case_id=made.case_id, by=filer, at=filed)
    return made


def sent_on(stage: Stage, case_id: UUID, kind: str, at: datetime) -> None:
    """The command desk sends a case to a department of the county."""
    by = stage.cast.of("dispatcher", stage.township, 0)
    cases.dispatch(case_id=case_id, to_area=stage.county, to_kind=kind, by=by, at=at)


def _calls(stage: Stage) -> None:
    """The clerk writes down a call and somebody at the desk, and the hotline's file of the week is taken over."""
    clerk, spot = stage.who("clerk"), spot_of(stage)
    for number, said in enumerate(texts()["calls"]):
        report = Report(
            said["matter"], said["text"], spot.lon, spot.lat, address=f"{spot.address.zh}（{said['address']}）",
            contact=Contact(name="演示来电人", phone=synthetic_phone(_PHONES + number)), share_with_handler=True,
        )  # fmt: skip
        take_call(report=report, channel=said["channel"], by=clerk, at=stage.ago(minutes=95 - 30 * number))
    mapping = shipped_text(PACKAGE, "rooms_hotline.toml")
    mapping = mapping.replace("{county}", stage.county).replace("{township}", stage.township)
    reading = read_file(_hotline_rows(stage), read_scheme(mapping), stage.now)
    carry_out(reading, by=stage.who("county"), at=stage.ago(minutes=25))


def _hotline_rows(stage: Stage) -> bytes:
    """The file as the hotline would send it, with the days of the past week."""
    out = io.StringIO(newline="")
    heads = ["工单编号", "来电时间", "工单状态", "一级分类", "二级分类", "诉求内容", "办结时间", "乡镇", "村社区",
             "诉求地址", "承办单位", "来电人", "联系电话"]  # fmt: skip
    rows = csv.DictWriter(out, heads, extrasaction="ignore")
    rows.writeheader()
    shipped = shipped_text(PACKAGE, "rooms_hotline.csv")
    for number, row in enumerate(csv.DictReader(io.StringIO(shipped)), start=1):
        rows.writerow(row | _of_row(stage, row, number))
    return out.getvalue().encode()


def _of_row(stage: Stage, row: dict[str, str], number: int) -> dict[str, str]:
    called = stage.ago(days=float(row["天数"])).astimezone(ZONE)
    ended = called + timedelta(hours=20) if row["工单状态"] == "已办结" else None
    here = row["村社区"] == "本"
    return {
        "工单编号": f"{called:%Y%m%d}{number:010}", "来电时间": f"{called:%Y-%m-%d %H:%M}",
        "办结时间": f"{ended:%Y-%m-%d %H:%M}" if ended else "",
        "乡镇": stage.area(stage.township).name_zh if here else "",
        "村社区": place_name(stage.area(stage.village).name_zh) if here else "",
        "来电人": f"演示居民{number}", "联系电话": synthetic_phone(_PHONES + 10 + number),
    }  # fmt: skip


def _orders(stage: Stage) -> None:
    """One order is answered by a township and sent back by another where there is one; one goes down to a grid."""
    sender, below = stage.who("orders"), stage.who("orders2")
    first = texts()["order_answered"]
    serving = staff_with_role("order_officer", stage.now)
    far = next((viewer for viewer, _grant, _office in serving if viewer.key not in {sender.key, below.key}), None)
    areas = (stage.township, *(far.grants[0].included if far else ()))
    sent = _sent(stage, first, areas, asks="number", days_ago=4)
    part = _part(stage, sent, stage.township)
    orders.acknowledge(part_id=part, by=below, at=stage.ago(days=3))
    orders.answer(part_id=part, number=first["number"], by=below, at=stage.ago(minutes=200))
    if far is not None:
        orders.send_back(part_id=_part(stage, sent, areas[1]), reason=first["returned"], by=far, at=stage.ago(days=2))
    second = texts()["order_below"]
    other = _part(stage, _sent(stage, second, (stage.township,), asks="text", days_ago=2), stage.township)
    orders.acknowledge(part_id=other, by=below, at=stage.ago(days=1.2))
    due = local_day(stage.now, ZONE) + timedelta(days=8)
    orders.break_down(
        part_id=other, areas=[stage.grid], due_date=due, note=second["note"], by=below, at=stage.ago(days=1)
    )


def _sent(stage: Stage, said: dict[str, Any], areas: tuple[str, ...], *, asks: str, days_ago: int) -> UUID:
    draft = Draft(
        area_code=stage.county, areas=areas, matter_key=said["matter"], title=said["title"], text=said["text"],
        asks=asks, due_date=local_day(stage.now, ZONE) + timedelta(days=10), unit=said.get("unit", ""),
    )  # fmt: skip
    sent = orders.send_order(draft=draft, by=stage.who("orders"), at=stage.ago(days=days_ago))
    return UUID(str(sent[0].pk))


def _part(stage: Stage, order: UUID, area: str) -> UUID:
    page = order_page(order_id=order, viewer=stage.who("orders"), at=stage.now)
    return next(part.id for part in page.parts if part.area.code == area)


def _problem(stage: Stage) -> None:
    """One drain is blocked again and again: a problem with owner, seats, a meeting and measures, one of them done."""
    said = texts()["problem"]
    spot = spot_of(stage, (0.6, 0.4))
    made = [_blocked(stage, said, text, 26 - 2 * n, spot) for n, text in enumerate(said["texts"])]
    watcher = program("problems")
    problems.join(by=watcher, at=stage.ago(days=13))
    problems.propose(by=watcher, at=stage.ago(days=13))
    keeper = stage.cast.of("supervisor", stage.township, 0)
    found = next(one for case in made for one in problems_of_case(case_id=case, viewer=keeper, at=stage.now))
    if found.state == "proposed":
        problems.accept(
            problem_id=found.id, owner_area=stage.county, owner_kind=_WATER, cause=said["cause"], note=said["taken_up"],
            by=keeper, at=stage.ago(days=12.5),
        )  # fmt: skip
    _table(stage, said, found.id)


def _blocked(stage: Stage, said: dict[str, Any], text: str, days: int, spot: Spot) -> UUID:
    """A report of the blocked drain, dealt with within a day and checked by somebody else."""
    hour = 1 / 7
    when = stage.ago(days=days), stage.ago(days=days - hour / 2)
    case = reported(stage, said["matter"], text, when, spot).case_id
    sent_on(stage, case, _WATER, stage.ago(days=days - hour))
    by = stage.cast.handler(f"{stage.county}:{_WATER}", 0)
    cases.accept(case_id=case, by=by, at=stage.ago(days=days - 2 * hour))
    cases.feed_back(case_id=case, evidence=said["settled"], by=by, at=stage.ago(days=days - 5 * hour))
    checker = stage.cast.verifier(stage.grid, 0, but=[by.key])
    cases.close(case_id=case, check=said["checked"], by=checker, at=stage.ago(days=days - 9 * hour))
    return case


def _table(stage: Stage, said: dict[str, Any], problem: UUID) -> None:
    keeper, owner = (
        stage.cast.of("supervisor", stage.township, 0),
        stage.cast.handler(f"{stage.county}:{_WATER}", 0),
    )
    one: dict[str, Any] = {"problem_id": problem, "by": keeper}
    problems.invite(office_area=stage.county, office_kind=said["other_office"], at=stage.ago(days=12), **one)
    problems.invite(name=said["body"], kind="body", at=stage.ago(days=12), **one)
    other = office_at(stage.county, said["other_office"])
    seats = problem_page(problem_id=problem, viewer=keeper, at=stage.now).seats
    own = next(seat.id for seat in seats if seat.is_owner)
    body = next(seat.id for seat in seats if seat.name == said["body"])
    invited = next(seat.id for seat in seats if seat.office and seat.office.id == other.id)
    sits = stage.cast.handler(f"{stage.county}:{said['other_office']}", 0)
    yes: dict[str, Any] = {"problem_id": problem, "answer": "yes"}
    problems.reply(seat_id=invited, note=said["other_yes"], by=sits, at=stage.ago(days=11.5), **yes)
    problems.reply(seat_id=body, note=said["body_yes"], by=keeper, at=stage.ago(days=11), **yes)
    met = local_day(stage.ago(days=10), ZONE)
    problems.meet(held_on=met, place=said["place"], present=6, notes=said["meeting"], at=stage.ago(days=10), **one)
    for what, seat, days in (("first", own, 7), ("second", own, 60), ("third", body, 30)):
        due = met + timedelta(days=days)
        problems.plan(
            what=said[f"{what}_measure"], seat_id=seat, due_date=due, at=stage.ago(days=9.5), **one
        )  # fmt: skip
    agreed = problem_page(problem_id=problem, viewer=keeper, at=stage.now).measures
    done = next(measure.id for measure in agreed if measure.what == said["first_measure"])
    problems.finish(
        problem_id=problem, measure_id=done, done=True, note=said["first_done"], by=owner, at=stage.ago(days=2)
    )
    problems.publish(note=said["public_note"], at=stage.ago(days=1), **one)


def _concerns(stage: Stage) -> None:
    """What people said over two weeks: the earlier digest is answered, the later one waits for its answer."""
    said, this_week = texts()["concern"], week_of(local_day(stage.now, ZONE))
    for weeks, when in ((2, "earlier"), (1, "later")):
        week = this_week - timedelta(weeks=weeks)
        for group in said[when]:
            for number, text in enumerate(group["texts"]):
                at = _noon(week + timedelta(days=number % 6))
                concerns.say(area_code=stage.village, subject=group["subject"], text=text, by=PUBLIC, at=at)
        concerns.gather(by=program("concerns"), at=min(_noon(week + timedelta(weeks=1)), stage.now))
    digest = digest_of_week(township_code=stage.township, week=this_week - timedelta(weeks=2))
    by = stage.cast.of("supervisor", stage.township, 0)
    answered = min(_noon(this_week - timedelta(days=4)), stage.now)
    concerns.answer(digest_id=digest.id, summary=said["summary"], answer=said["answer"], by=by, at=answered)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def _report(stage: Stage) -> None:
    """A weekly report for those who work with figures; last week's edition is made at once."""
    last = term_on("week", local_day(stage.now, ZONE)).before()
    if not is_counted(last):
        post_terms([last], by=JOB, at=stage.now)
    draft = ReportDraft(
        name=texts()["report"]["name"], area_code=stage.county, kind="week", form="xlsx",
        receivers=("county", "reader", "dispatcher"), hour=0,
    )  # fmt: skip
    define_report(draft=draft, by=stage.who("county"), at=stage.ago(minutes=15))
    make_due(house="", synthetic=True, by=program("reporting"), at=stage.now)


def _has_open_problem(stage: Stage) -> bool:
    wanted = Wanted(states=("open",), matter_key=texts()["problem"]["matter"])
    return problems_seen(wanted=wanted, viewer=stage.who("supervisor"), at=stage.now).total > 0


def _has_orders(stage: Stage) -> bool:
    return orders_for(viewer=stage.who("orders"), at=stage.now, tab="sent")[1] > 0


def _has_digests(stage: Stage) -> bool:
    return bool(digests(area_code=stage.township))


def _has_reports(stage: Stage) -> bool:
    return bool(schedules(viewer=stage.who("county"), at=stage.now))


ROOMS: Final = (
    Room(Words("热线与窗口", "hotline and desk"), lambda stage: bool(imports(stage.county)), _calls),
    Room(Words("任务", "orders"), _has_orders, _orders),
    Room(Words("共性问题", "problems"), _has_open_problem, _problem),
    Room(Words("居民关切", "what people say"), _has_digests, _concerns),
    Room(Words("定期报告", "reports by schedule"), _has_reports, _report),
)
