"""`gridcommons areas draw`: a layer of boundaries handed in on the machine: read, mended, told, kept as a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import say
from gridcommons.kit.errors import refuse

if TYPE_CHECKING:
    from gridcommons.territory.outlines.preparing import Prepared

REPORT: Final = ("kind", "codes", "square_metres", "lon", "lat", "to_decide")


def draw(
    file: Annotated[Path, typer.Argument(help="GeoJSON (also .zip, .gz), or CSV with a column `wkt`.")],
    crs: Annotated[str, typer.Option(help="Its system: EPSG code, WGS84, CGCS2000, GCJ-02 or BD-09.")] = "",
    code_field: Annotated[str, typer.Option(help="Property or column with the area's code.")] = "code",
    source: Annotated[str, typer.Option(help="Who surveyed or gave it, and when.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write what was found to this CSV.")] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="The outlines are drawn, not surveyed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what was found; keep nothing.")] = False,
    adopt: Annotated[str, typer.Option(help="Let it hold at once: the authority and number of its document.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Hand a layer of boundaries in: a draft that an officer adopts in the office, or --adopt on this machine.

    Example: gridcommons areas draw townships.geojson --crs EPSG:4490 --source "survey of 2026" --dry-run
    """
    raw = read_bounded(file)
    from gridcommons.territory.outlines.refusals import NO_SOURCE
    from gridcommons.territory.systems import system_of

    system_of(crs)
    if not dry_run and not source.strip():
        raise refuse(NO_SOURCE)
    from gridcommons.cli.django_setup import setup

    setup()
    from gridcommons.kit.clock import local_day
    from gridcommons.territory.outlines.preparing import area_over, prepare
    from gridcommons.territory.succession import ZONE

    now = datetime.now(UTC)
    with progress("outlines", quiet=quiet) as tell:
        made = prepare(raw, name=file.name, declared=crs, code_field=code_field, day=local_day(now, ZONE), tell=tell)
    _tell(made)
    if report is not None:
        _write_report(report, made)
    if dry_run:
        say("没有保存任何内容。", "Nothing was kept.")
        return
    area = area_over(made.codes("changed", "new", "same"), local_day(now, ZONE))
    _keep(made, area, source, now, synthetic=synthetic, authority=adopt)


def _keep(made: Prepared, area: str, source: str, now: datetime, *, synthetic: bool, authority: str) -> None:
    from django.db import transaction

    from gridcommons.access.identify import program
    from gridcommons.territory.outlines.actions import adopt, hand_in

    by = program("areas")
    with transaction.atomic():
        draft = hand_in(area_code=area, prepared=made, source=source, synthetic=synthetic, by=by, at=now)
        if authority:
            adopt(draft_id=draft.pk, authority=authority, by=by, at=now)
    if authority:
        say(f"已采用，可在 /office/areas/outlines/{draft.pk} 查看或恢复。",
            f"Adopted; see it, or put it back, at /office/areas/outlines/{draft.pk}")  # fmt: skip
    else:
        say(f"已存为待批图层：/office/areas/outlines/{draft.pk}",
            f"Kept as a draft for an officer to adopt: /office/areas/outlines/{draft.pk}")  # fmt: skip


def _tell(made: Prepared) -> None:
    from collections import Counter

    from gridcommons.territory.outlines.rules import FINDINGS, KINDS

    kinds = Counter(row.kind for row in made.rows)
    for kind, n in kinds.items():
        say(f"{KINDS[kind].zh}：{n}", f"{n} {KINDS[kind].en}")
    found = Counter((one.kind, one.open) for one in made.layer.whole.findings)
    for (kind, undecided), n in sorted(found.items()):
        zh, en = ("（需要人来决定）", " (somebody has to decide)") if undecided else ("", "")
        say(f"{FINDINGS[kind].zh}{zh}：{n}", f"{n} × {FINDINGS[kind].en}{en}")
    if made.layer.offset is not None:
        off = made.layer.offset.metres
        say(f"与已有边界的中位偏差约{off}米。", f"It lies about {off} m off the known outlines (median).")


def _write_report(path: Path, made: Prepared) -> None:
    from gridcommons.cli.tables import write_rows

    rows = (
        (one.kind, " ".join(one.codes), one.square_metres, one.lon, one.lat, one.open)
        for one in made.layer.whole.findings
    )
    write_rows(str(path), REPORT, rows)


def read_bounded(file: Path) -> bytes:
    """A file that is no larger than a layer may be; refuses a larger one before reading it."""
    from gridcommons.cli.tables import NO_FILE
    from gridcommons.territory.layerfile import MOST_BYTES, refuse_size

    try:
        if file.stat().st_size > MOST_BYTES:
            refuse_size(file.name)
        return file.read_bytes()
    except OSError as error:
        raise refuse(NO_FILE, name=file, said=error.strerror) from error


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; none where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def reach(areas: typer.Typer) -> None:
    """Add the command to those of areas."""
    areas.command("draw")(draw)
