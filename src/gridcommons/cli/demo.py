"""`gridcommons demo`: fills the running program with a synthetic county and replays real requests through its doors."""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from gridcommons.cli.holding import DEMO_FILLS, only_one
from gridcommons.cli.places import Places, here
from gridcommons.cli.speech import complain, language
from gridcommons.cli.supervisor import SUPERVISOR
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words

PATIENCE: Final = "GRIDCOMMONS_DEMO_PATIENCE"
"""Seconds that the filling waits for a program that starts at the same time."""
_URL: Final = "http://127.0.0.1:8000"
_FLOOR: Final = 0.95
_FRESH: Final = 20.0
"""Seconds between two signs of life while nothing is counted."""
STEPS: Final = (
    Words("县、乡镇与机构", "the county, its townships and offices"),
    Words("人员和表单", "staff and forms"),
    Words("过去几天的事项", "the past days"),
    Words("合成住户", "synthetic homes"),
    Words("各项工作", "the office's rooms"),
)
"""The steps of the filling, as pages tell them meanwhile."""
_BEFORE: Final = 30
"""Days before the replay begins on which the county stands ready."""

_FAILED: Final = Words("程序出错（见日志）。", "the program failed (see the log).")
_REPLAYED: Final = "demo.replayed"
"""In the folder of what runs: the past days are replayed already, and the filling is not done."""

LATER = refusal_kind(
    "demo.later",
    status=400,
    zh="“{option}”还没有：它随相应的部分一起到来。",
    en="“{option}” does not exist yet: it comes with the part it needs.",
)


class Told:
    """Progress on the terminal, and in a file that the pages read while the demo fills (`fills`)."""

    def __init__(self, places: Places, *, quiet: bool, fills: bool = True) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=quiet)
        self._task, self._total = TaskID(0), -1
        self._file = places.run / "demo.json" if fills else None
        self._broke, self._lined = places.demo_broke, not quiet and not self._bar.console.is_terminal
        self._log = places.demo_log
        self._now: tuple[Words, int, int] | None = None
        self._written = 0.0
        self._step = 0
        self._over = threading.Event()

    def __enter__(self) -> Told:
        self._bar.start()
        if self._file:
            self._broke.unlink(missing_ok=True)
        threading.Thread(target=self._go_on_telling, daemon=True).start()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._over.set()
        self._bar.stop()
        if self._file:
            self._file.unlink(missing_ok=True)
        if self._file and error is not None:
            self._tell_broken(error)

    def _tell_broken(self, error: BaseException) -> None:
        """Where it broke off and how to go on: on standard error, and in a file that pages read until it went on."""
        said = error.words() if isinstance(error, Refusal) else _FAILED
        what, step = STEPS[max(self._step, 1) - 1], max(self._step, 1)
        told = {**said.as_dict(), "step": step, "steps": len(STEPS), "what": what.as_dict()}
        self._broke.write_text(json.dumps(told), encoding="utf-8")
        if SUPERVISOR not in os.environ:  # by hand: what stands on the terminal is kept where the band points to
            with self._log.open("a", encoding="utf-8") as log:
                log.writelines(traceback.format_exception(error))
        complain(
            f"填充在第{step}步（共{len(STEPS)}步，{what.zh}）中断，详见日志：{self._log}。"
            "要接着填充，请运行：gridcommons demo",
            f"Filling broke off at step {step} of {len(STEPS)} ({what.en}); why, stands in its log: {self._log}. To go "
            "on filling, run: gridcommons demo",
        )

    def begin(self, step: int) -> None:
        """A step of the filling begins, which has not counted yet what there is to do."""
        self._step = step
        if self._lined:  # a log shows no bar
            what = STEPS[step - 1]
            complain(f"第{step}步，共{len(STEPS)}步：{what.zh}", f"Step {step} of {len(STEPS)}: {what.en}")
        self._now = None
        self._write(STEPS[step - 1], 0, 0)

    def __call__(self, words: Words, done: int, total: int) -> None:
        """How far a step has come. That all of it is done is not written down: the next one is about to begin."""
        text, self._now = words.in_language(language()), (words, done, total)
        if total != self._total:
            self._task, self._total = self._bar.add_task(text, total=total), total
        self._bar.update(self._task, completed=done, description=text)
        if done < total and time.monotonic() - self._written > 1:
            self._write(words, done, total)

    def _write(self, words: Words, done: int, total: int) -> None:
        if self._file:
            said = {**words.as_dict(), "done": done, "total": total, "step": self._step, "steps": len(STEPS)}
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps(said), encoding="utf-8")
            fresh.replace(self._file)
            self._written = time.monotonic()

    def _go_on_telling(self) -> None:
        """Say that it still works, through parts that count nothing: pages take an old file for a filling killed."""
        while not self._over.wait(_FRESH):
            self._tell_how_far()
            if self._file:
                with suppress(OSError):
                    os.utime(self._file)

    def _tell_how_far(self) -> None:
        """A line of how far it is, where no bar shows it: a long step is not silent."""
        if not self._lined:
            return
        words, done, total = self._now or (STEPS[max(self._step, 1) - 1], 0, 0)
        of = Words(f"：{done:,}/{total:,}", f": {done:,} of {total:,}") if total else Words("…", " …")
        complain(f"{words.zh}{of.zh}", f"{words.en}{of.en}")


def demo(
    county: Annotated[str, typer.Option(help="Code of the county to build.")] = "331123",
    days: Annotated[int, typer.Option(min=1, max=366, help="Days to replay, up to yesterday.")] = 14,
    per_day: Annotated[float | None, typer.Option(help="Requests a day; without it, all of the extract.")] = None,
    requests: Annotated[Path | None, typer.Option(help="A larger file of requests, in NYC 311 columns.")] = None,
    seed: Annotated[int, typer.Option(help="Makes the run repeatable.")] = 1,
    speed: Annotated[
        float, typer.Option(min=0.0, help="Seconds of the demo per second; 0 for as fast as it goes.")
    ] = 0.0,
    campaign: Annotated[
        bool,
        typer.Option(
            help="Open the county's campaign of the past 7 days, and let the workers of a filled county visit every "
            "household for it, by real submissions."
        ),
    ] = False,
    within: Annotated[str, typer.Option(help="With --campaign: only the grids below this area of the county.")] = "",
    outbreak: Annotated[bool, typer.Option(hidden=True, help="Comes with the emergency parts.")] = False,
    story: Annotated[str, typer.Option(hidden=True, help="Comes with later parts.")] = "",
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
) -> None:
    """Fill the running program with the demo county and replay real requests; or, once filled, visit every household.

    Example: gridcommons demo --days 14 --seed 1
    """
    for option, asked in (("--outbreak", outbreak), ("--story", story)):
        if asked:
            raise refuse(LATER, option=option)
    if campaign:
        _visit_all(county, within, seed, speed, quiet=quiet)
        return
    from gridcommons.cli.django_setup import setup

    places = here().make()
    setup(places, start=False)
    with only_one(places, "demo.lock", DEMO_FILLS):
        _check(county, days, per_day, requests, seed)
        _tell_filled(places)
        places.demo_mark.touch()
        with Told(places, quiet=quiet) as told:
            lines, share = _fill(told, places.run / _REPLAYED, county, days, per_day, requests, seed, speed)
        (places.run / "demo.done").write_text(f"{days} {seed}\n")
        (places.run / _REPLAYED).unlink(missing_ok=True)
    for line in lines:
        typer.echo(line)
    if share < _FLOOR:
        raise typer.Exit(1)


def _visit_all(county: str, within: str, seed: int, speed: float, *, quiet: bool) -> None:
    """`--campaign`: opened, then until every household was called at; it goes on where it stopped."""
    from gridcommons.cli.django_setup import setup

    places = here().make()
    setup(places, start=False)
    from gridcommons.lake.store import Lake
    from gridcommons.rehearsal.campaign import order_for, run_campaign
    from gridcommons.rehearsal.campaign_room import open_campaign
    from gridcommons.rehearsal.door import Door

    with only_one(places, "demo.lock", DEMO_FILLS):
        order = order_for(url=_address(), county=county, within=within, seed=seed, speed=speed, folder=places.run)
        Door(order.url, "").require_demo(float(os.environ.get(PATIENCE, "0")))
        with Told(places, quiet=quiet, fills=False) as told:
            found = run_campaign(order, lake=Lake(places.data / "lake"), progress=told, announce=open_campaign)
    for line in found.lines(language()):
        typer.echo(line)
    if found.share < _FLOOR:
        raise typer.Exit(1)


def _check(county: str, days: int, per_day: float | None, larger: Path | None, seed: int) -> None:
    from gridcommons.cases.codes import ZONE
    from gridcommons.kit.clock import local_day
    from gridcommons.rehearsal.story import require_possible

    require_possible(
        url=_address(), county=county, days=days, seed=seed, today=local_day(datetime.now(UTC), ZONE), larger=larger,
        per_day=per_day, patience=float(os.environ.get(PATIENCE, "0")),
    )  # fmt: skip


def _tell_filled(places: Places) -> None:
    """Say on standard error that the demo was here before, and what is done now."""
    if (places.run / _REPLAYED).exists():
        complain(
            "上次填充中断。过去几天的事项已经重放，不再重放；现在填充其余部分。",
            "The filling broke off before. The past days are replayed and stay as they are; what is left is filled.",
        )
    elif places.demo_broke.exists():
        complain(
            "上次填充在重放完成之前中断，现在从头再来；已有的保留。",
            "The filling broke off before the past days were replayed; it begins anew, and what is there stays.",
        )
    elif (places.run / "demo.done").exists():
        complain(
            "演示数据此前已填充过；这些天的事项将再重放一遍，加在原有数据之上。",
            "The demo filled this before; the days are replayed once more, on top of it.",
        )


def _fill(
    told: Told,
    replayed: Path,
    county: str,
    days: int,
    per_day: float | None,
    larger: Path | None,
    seed: int,
    speed: float,
) -> tuple[list[str], float]:
    from gridcommons.access.identify import program
    from gridcommons.cases.codes import ZONE
    from gridcommons.kit.calendar import WorkingCalendar
    from gridcommons.kit.clock import local_day
    from gridcommons.people.homes.posting import count_homes
    from gridcommons.rehearsal.county import build_county
    from gridcommons.rehearsal.hours import at_desk
    from gridcommons.rehearsal.housing import house_county
    from gridcommons.rehearsal.lived_in import live_in
    from gridcommons.rehearsal.story import replay_days
    from gridcommons.web.demo_accounts import DEMO_ACCOUNTS

    began, now = time.monotonic(), datetime.now(UTC)
    since = at_desk(now - timedelta(days=days + _BEFORE), WorkingCalendar.packaged())
    told.begin(1)
    build_county(county=county, seed=seed, at=since, progress=told, staff="few")
    told.begin(2)
    built = build_county(county=county, seed=seed, at=since, progress=told, staff="all")
    played = None
    if not replayed.exists():
        told.begin(3)
        played = replay_days(
            url=_address(), county=county, days=days, seed=seed, now=now, larger=larger,
            progress=told, per_day=per_day, speed=speed,
        )  # fmt: skip
        replayed.touch()
    told.begin(4)
    house_county(county, seed=seed, at=since, progress=told)
    told.begin(5)
    first = local_day(now, ZONE) - timedelta(days=days)
    shown = [one.username for one in DEMO_ACCOUNTS]
    live_in(county, shown, url=_address(), since=first, progress=told)  # it calls at households
    count_homes(by=program("demo"), at=datetime.now(UTC), again=True)
    if played is None:
        return built.lines(language()), 1.0
    played.seconds = time.monotonic() - began
    return [*built.lines(language()), *played.lines_in(language())], played.closed_share


def _address() -> str:
    """`GRIDCOMMONS_URL`, else where the program of this data folder runs."""
    kept = here().address
    return os.environ.get("GRIDCOMMONS_URL") or (kept.read_text("utf-8") if kept.exists() else _URL)


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)
