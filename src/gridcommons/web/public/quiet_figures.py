"""Figures of complaints and mediations: by quarter, county, kind and township, suppressed; open to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.cases.complaints.policy import policy as of_complaints
from gridcommons.cases.complaints.queries import posted_figures as complaints_posted
from gridcommons.cases.mediation.policy import policy as of_mediation
from gridcommons.cases.mediation.queries import posted_figures as mediations_posted
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of, served
from gridcommons.web import formats

_WITHHELD = Words("不显示", "not shown")


class Posted(Protocol):
    """A figure as it may be seen, of either room."""

    @property
    def quarter(self) -> str:
        """The quarter, as `2026Q4`."""

    @property
    def about(self) -> str:
        """What it counts: everything, a kind or an area."""

    @property
    def mark(self) -> str:
        """How it is shown."""

    @property
    def n(self) -> int | None:
        """The figure, where it is shown."""


@dataclass
class Quarter:
    """One quarter of one room: the total, the kinds, the townships."""

    name: Words
    total: Words | str = ""
    kinds: list[tuple[Words, Words | str]] = field(default_factory=list)
    places: list[tuple[Words, Words | str]] = field(default_factory=list)


def quarters(rows: Sequence[Posted], kinds: Mapping[str, Words]) -> list[Quarter]:
    """The figures by quarter, newest first."""
    found: dict[str, Quarter] = {}
    areas = names_of(row.about.removeprefix("area:") for row in rows if row.about.startswith("area:"))
    for row in rows:
        quarter = found.setdefault(row.quarter, Quarter(_quarter(row.quarter)))
        sort, _sep, key = row.about.partition(":")
        if sort == "all":
            quarter.total = _said(row)
        elif sort == "kind":
            quarter.kinds.append((kinds.get(key, Words(key, key)), _said(row)))
        elif key in areas:
            quarter.places.append((areas[key].name, _said(row)))
    return list(found.values())


def _quarter(key: str) -> Words:
    year, number = key.split("Q")
    return Words(f"{year}年第{number}季度", f"Quarter {number} of {year}")


def _said(row: Posted) -> Words | str:
    if row.mark == "exact":
        return str(row.n)
    return formats.SUPPRESSED if row.mark == "few" else _WITHHELD


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """What may be known of them all: how many, of what kind, where; never about whom."""
    area = served()
    code = area.code if area else ""
    context = {
        "area": area,
        "rooms": (
            ("complaints", quarters(complaints_posted(code), of_complaints().subjects), of_complaints().threshold),
            ("mediations", quarters(mediations_posted(code), of_mediation().subjects), of_mediation().threshold),
        ),
    }
    return render(request, "public/quiet_figures.html", context)
