"""`gridcommons areas load` and `outlines`: areas of another issuer's scheme beside the house's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridcommons.cli.outlines import progress, read_bounded
from gridcommons.cli.speech import complain, say
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.territory.schemes.reading import Edition

BAD_DAY = refusal_kind(
    "schemes.bad_day",
    status=400,
    zh="“{given}”不是日期；请写成2026-01-31这样。",
    en="“{given}” is no day; write it like 2026-01-31.",
)
_SHOWN = 20


def load(
    file: Annotated[Path, typer.Argument(help="GeoJSON (also .zip, .gz), or CSV, with or without a column `wkt`.")],
    scheme: Annotated[str, typer.Option(help="Key of a scheme that the program carries, or a description (.toml).")],
    crs: Annotated[str, typer.Option(help="System of the outlines; a list without outlines needs none.")] = "",
    code_field: Annotated[str, typer.Option(help="Column of the code.")] = "code",
    name_field: Annotated[str, typer.Option(help="Column of the name.")] = "name",
    name_en_field: Annotated[str, typer.Option(help="Column of an English name.")] = "",
    parent_field: Annotated[str, typer.Option(help="Column of the area above, where codes do not tell.")] = "",
    level_field: Annotated[str, typer.Option(help="Column of the level, where neither code nor depth tells.")] = "",
    stands_for_field: Annotated[str, typer.Option(help="Column of the house's own code for the same place.")] = "",
    since: Annotated[str, typer.Option(help="Day from which it holds; today without.")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="A whole edition: what it lacks ends on that day.")] = False,
    leave_out: Annotated[bool, typer.Option("--leave-out", help="Leave faulty rows out, each told.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and tell; load nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Load areas of another scheme with their outlines; twice changes nothing.

    Example: gridcommons areas load goesan.geojson --scheme kr-bjd --crs EPSG:4326 --leave-out
    """
    day = _day(since)
    raw = read_bounded(file)
    from gridcommons.territory.schemes.reading import Fields, find_scheme, read_edition

    facts = find_scheme(scheme)
    from gridcommons.cli.django_setup import setup

    setup()
    from gridcommons.territory.schemes.queries import levels_held

    fields = Fields(code_field, name_field, name_en_field, parent_field, level_field, stands_for_field)
    with progress("areas", quiet=quiet) as tell:
        edition = read_edition(
            raw, file=file.name, scheme=facts, declared=crs, fields=fields, known=levels_held(facts.key),
            leave_out=leave_out, tell=tell,
        )  # fmt: skip
    _tell(edition)
    if not dry_run:
        _load(edition, day, whole=whole)


def _load(edition: Edition, day: date, *, whole: bool) -> None:
    from gridcommons.access.identify import program
    from gridcommons.territory.schemes.actions import load_edition

    done = load_edition(edition=edition, since=day, whole=whole, by=program("areas"), at=datetime.now(UTC))
    say(
        f"新增{done.added}，变动{done.changed}，停用{done.retired}，不变{done.same}；提出对应{done.proposed}处。",
        f"{done.added} added, {done.changed} changed, {done.retired} ended, {done.same} the same; "
        f"{done.proposed} ties proposed.",
    )


def _tell(edition: Edition) -> None:
    from gridcommons.territory.schemes.rules import FAULTS

    for fault in edition.faults[:_SHOWN]:
        words = FAULTS[fault.kind]
        complain(f"略去第{fault.row}行 {fault.code}：{words.zh}", f"Row {fault.row} {fault.code} left out: {words.en}")
    if len(edition.faults) > _SHOWN:
        more = len(edition.faults) - _SHOWN
        complain(f"另有{more}行略去。", f"{more} more rows were left out.")
    say(
        f"读到{len(edition.areas)}个区域；{len(edition.mended)}个边界自相交已修正；"
        f"{edition.overlaps}对同级边界重叠，照发布者的画法保留。",
        f"{len(edition.areas)} areas read; {len(edition.mended)} outlines mended where rings cross; "
        f"{edition.overlaps} pairs of one level overlap and stay as their issuer drew them.",
    )


def _day(text: str) -> date:
    """The day that was given, else today in the country."""
    from zoneinfo import ZoneInfo

    from gridcommons.kit.clock import local_day

    try:
        return date.fromisoformat(text) if text else local_day(datetime.now(UTC), ZoneInfo("Asia/Shanghai"))
    except ValueError as error:
        raise refuse(BAD_DAY, given=text[:20]) from error


def outlines(
    out: Annotated[Path, typer.Argument(help="GeoJSON to write.")],
    scheme: Annotated[str, typer.Option(help="Key of a loaded scheme.")],
    level: Annotated[str, typer.Option(help="Key of one of its levels.")],
) -> None:
    """Write the outlines of a level of a loaded scheme, for `locate` and mapping programs.

    Example: gridcommons areas outlines ri.geojson --scheme kr-bjd --level ri
    """
    import json

    from gridcommons.cli.django_setup import setup

    setup()
    from gridcommons.territory.geojson import as_geojson
    from gridcommons.territory.schemes.queries import areas_of, loaded_scheme, scheme_shapes

    loaded_scheme(scheme)
    names = {area.code: area.name for area in areas_of(scheme, level=level, most=None)[0]}
    shapes = scheme_shapes(scheme, level=level)
    out.write_text(json.dumps(as_geojson(shapes, names, synthetic=False), ensure_ascii=False), encoding="utf-8")
    say(f"写出{len(shapes)}个边界。", f"Wrote {len(shapes)} outlines.")


def reach(areas: typer.Typer) -> None:
    """Add the commands to those of areas."""
    areas.command("load")(load)
    areas.command("outlines")(outlines)
