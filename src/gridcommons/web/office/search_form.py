"""What the address of a search asks for: words, filters, the place to go on from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.http.request import QueryDict

from gridcommons.access.queries import OfficeFacts, offices_in
from gridcommons.access.rules import Viewer
from gridcommons.cases.finding.rules import LONGEST, Mark, Wish, parse, without_controls
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import code_or_none
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import children, names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.office.choosing import areas_held
from gridcommons.web.office.tabs import STATES
from gridcommons.web.staff import ZONE

KEPT: Final = ("q", "state", "matter", "area", "from", "to", "with", "order")
FILTERS: Final = ("state", "matter", "area", "from", "to", "with")


@dataclass(frozen=True)
class Asking:
    """A search as the address has it. `after`: the place to go on from; `best`: the best first."""

    text: str
    wish: Wish
    best: bool
    after: Mark | None

    @property
    def is_filtered(self) -> bool:
        """Whether more than words is asked for."""
        wish = self.wish
        return any((wish.states, wish.matter_key, wish.area_code, wish.office_id, wish.first, wish.last))


def read(get: Mapping[str, str]) -> Asking:
    """Read an address; what is nonsense in it does not filter."""
    text = without_controls(get.get("q", "")).strip()[:LONGEST]
    area, state, matter = (get.get(key, "") for key in ("area", "state", "matter"))
    wish = Wish(
        asked=parse(text), states=(state,) if state in dict(STATES) else (),
        matter_key=matter[:40] if matter.isidentifier() else "",
        area_code=code_or_none(area)[:20], office_id=as_uuid(get.get("with", "")),
        first=_start(get.get("from", ""), 0), last=_start(get.get("to", ""), 1),
    )  # fmt: skip
    return Asking(text, wish, get.get("order") == "best", _mark(get.get("after", "")))


def written(mark: Mark) -> str:
    """A place in the order of cases as an address carries it."""
    return f"{mark.at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}_{mark.case_id.hex}"


def _mark(text: str) -> Mark | None:
    moment, _line, one = text.partition("_")
    with suppress(ValueError):
        return Mark(datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC), UUID(hex=one))
    return None


def _start(text: str, days: int) -> datetime | None:
    """The moment at which a day begins, or the one so many days later."""
    with suppress(ValueError, OverflowError):
        return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time(), ZONE)
    return None


def query_of(get: Mapping[str, str], **changes: str) -> str:
    """The address of a search with changes, without the place to go on from."""
    query = QueryDict(mutable=True)
    for key in KEPT:
        value = changes.get(key, get.get(key, ""))
        if value:
            query[key] = value
    for key in ("after", "what"):
        if changes.get(key):
            query[key] = changes[key]
    return query.urlencode()


def county_of(viewer: Viewer, at: datetime) -> str:
    """The county that a viewer serves, in which they find places and staff; empty for nobody's."""
    codes = areas_held(viewer, at)
    return CHINA.cut(codes[0], "county") if codes else ""


def choices(viewer: Viewer, at: datetime, day: date) -> dict[str, list[tuple[str, Words | str]]]:
    """What the filters offer: states, matters, the areas below the viewer's own, the offices of the county."""
    codes = areas_held(viewer, at)
    areas = [*names_of(codes[:1]).values(), *children(codes[0], day)] if codes else []
    return {
        "states": list(STATES),
        "matters": [(matter.key, matter.name) for matter in current() if matter.for_grid],
        "areas": [(area.code, name_of(area)) for area in areas],
        "offices_in_charge": [(str(one.id), _name(one)) for one in _handling(county_of(viewer, at))],
    }


def _handling(county: str) -> list[OfficeFacts]:
    return [one for one in offices_in(county) if one.side == "command"] if county else []


def _name(office: OfficeFacts) -> Words:
    return Words(office.name_zh, office.name_en)
