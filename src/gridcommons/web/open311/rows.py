"""A row of what is public of a case, as the standard's service request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from gridcommons.cases.transitions import packaged
from gridcommons.kit.clock import w3c
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.web.open311.answers import Value

ZONE: Final = ZoneInfo("Asia/Shanghai")
CLOSED: Final = ("closed", "confirmed", "void", "settled", "merged")
"""What asks for nothing more under this number; a joined request goes on under the number that its note names."""
_COUNTY_WIDTH: Final = CHINA.width("county")


class PublicRow(Protocol):
    """What is public of a case, as `cases.queries.public_cases` gives it."""

    number: str
    matter_key: str
    area_code: str
    state: str
    text: str
    lon: float | None
    lat: float | None
    reported_at: datetime
    changed_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    office_zh: str
    office_en: str
    status_note: str
    lead_number: str
    review_date: date | None


def as_requests(rows: Iterable[PublicRow], catalogue: Catalogue, language: str) -> Value:
    """Service requests in the order of the rows; names and sentences in `language`, the text as it was written."""
    rows = list(rows)
    codes = {code for row in rows for code in (*CHINA.ancestors(row.area_code), row.area_code)}
    names = names_of(codes)
    return [_request(row, catalogue, names, language) for row in rows]


def _request(row: PublicRow, catalogue: Catalogue, names: Mapping[str, AreaFacts], language: str) -> Value:
    matter = catalogue.get(row.matter_key)
    return {
        "service_request_id": row.number,
        "status": "closed" if row.state in CLOSED else "open",
        "status_notes": row.status_note or state_note(row).in_language(language),
        "service_name": matter.name.in_language(language),
        "service_code": row.matter_key,
        "description": row.text,
        "agency_responsible": _office(row).in_language(language),
        "service_notice": _because(row, matter, catalogue).in_language(language),
        "requested_datetime": w3c(row.reported_at, ZONE),
        "updated_datetime": w3c(row.changed_at, ZONE),
        "expected_datetime": w3c(row.due_at, ZONE) if row.due_at else None,
        "address": _address(row.area_code, names, language),
        "address_id": row.area_code,
        "zipcode": None,
        "lat": row.lat,
        "long": row.lon,
        "media_url": None,
    }


def state_note(row: PublicRow) -> Words:
    """The state in words, with the number it is joined with or the date of its review."""
    words = packaged().states[row.state].words
    if row.state == "merged" and row.lead_number:
        return Words(f"与{row.lead_number}是同一件事，请看那一件。", f"Duplicate of {row.lead_number}, which goes on.")
    if row.review_date is not None:
        return Words(
            f"{words.zh}，{row.review_date:%Y-%m-%d}复核", f"{words.en}, to be reviewed on {row.review_date:%Y-%m-%d}"
        )
    return words


def _office(row: PublicRow) -> Words:
    return Words(zh=row.office_zh, en=row.office_en or row.office_zh)


def _address(code: str, names: Mapping[str, AreaFacts], language: str) -> str:
    """The names of the areas from the county down to the grid: a place by name, never a door number."""
    areas = [names[part] for part in (*CHINA.ancestors(code), code) if len(part) >= _COUNTY_WIDTH and part in names]
    if language.startswith("zh"):
        return "".join(area.name_zh for area in areas)
    return ", ".join(area.name_en for area in reversed(areas))


def _because(row: PublicRow, matter: Matter, catalogue: Catalogue) -> Words:
    """Who answers for it and by when, in one sentence."""
    office = _office(row) if row.office_zh else catalogue.department(matter.owner).name
    if row.ended_at is not None:
        state, ended = packaged().states[row.state].words, _moment(row.ended_at)
        return Words(
            zh=f"由{office.zh}负责，{ended}{state.zh}。", en=f"{office.en} answers for it; {state.en} on {ended}."
        )
    if row.due_at is None:
        return taken(matter, catalogue)
    due = _moment(row.due_at)
    return Words(zh=f"由{office.zh}负责，须在{due}前办理。", en=f"{office.en} answers for it; it is due by {due}.")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def taken(matter: Matter, catalogue: Catalogue) -> Words:
    """Who answers for a request that was just taken, and how long it may take."""
    owner, limit = catalogue.department(matter.owner).name, matter.deadline.handle_words()
    return Words(
        zh=f"由{owner.zh}负责，立案后{limit.zh}内办理。",
        en=f"{owner.en} answers for it and has {limit.en} from filing.",
    )
