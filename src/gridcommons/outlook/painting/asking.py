"""What is asked of whoever acts here: a reason without persons, an office that serves the area, a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gridcommons.access.hands import hand_of, office_to
from gridcommons.access.pairs import missing_between
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import NO_DEED, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.outlook.colours.scheme import GIVEN, Scheme
from gridcommons.outlook.painting.inputs import coloured_areas
from gridcommons.outlook.painting.rules import NO_LEVEL, NO_REASON, PERSON_IN_REASON, REASON_LENGTH
from gridcommons.outlook.reported.listing import listing

LEVELS = ("city", "county", "township")
"""Areas that are ever coloured: villages and grids are too small for a rate."""

UNKNOWN = refusal_kind(
    "colour.unknown",
    status=404,
    zh="没有找到这一条：它可能已被新的读数取代，或从未存在。请回到清单。",
    en="There is nothing here: it was replaced by a newer one, or never was. Go back to the list.",
)
NO_OFFICE = refusal_kind(
    "colour.no_office",
    status=403,
    zh="只有任职于负责这一片的机构、并且授权中写明机构的人，才能办理。请由当地机构的人办理。",
    en="This is done by an officer whose grant names an office that serves this area. Hand it to the office there.",
)
NO_INPUT = refusal_kind(
    "colour.no_input",
    status=400,
    zh="方案“{scheme}”不用“{measure}”，或没有这项每日数字“{indicator}”。请从清单中选择。",
    en="The scheme “{scheme}” does not ask for “{measure}”, or there is no daily count “{indicator}”. Choose from "
    "the list.",
)


def clean_reason(text: str, *, limit: int = REASON_LENGTH) -> str:
    """A reason in order: there is one, and it names no person."""
    said = clean_text(text, limit=limit)
    if not said:
        raise refuse(NO_REASON)
    if mask(said).findings:
        raise refuse(PERSON_IN_REASON)
    return said


def user_of(by: Viewer) -> UUID:
    """The account that acts; the program and the public have none."""
    if by.user_id is None:
        raise refuse(NO_DEED)
    return by.user_id


def office_of_officer(by: Viewer, deed: str, area_code: str, at: datetime) -> OfficeFacts:
    """The office in which an officer acts; refuses whoever serves none that the area lies with."""
    found = office_to(user_of(by), deed, at)
    office = offices([found]).get(found) if found else None
    if office is None or not in_force().covers(area_code, (office.area_code,), ()):
        raise refuse(NO_OFFICE)
    return office


def confirmed_by(asker: UUID, office: UUID, by: Viewer, deed: str, at: datetime) -> UUID:
    """The office of the second person; refuses the same person, office or line, with everything in the way."""
    user = user_of(by)
    if reasons := missing_between(hand_of(asker, at, office), hand_of(user, at)):
        raise Refusal(reasons)
    found = office_to(user, deed, at)
    if found is None:
        raise refuse(NO_OFFICE)
    return found


def require_colourable(area_code: str, level: str) -> None:
    """Refuse a level that is never coloured, or of which there is no area here."""
    if level not in LEVELS or not coloured_areas(area_code, level):
        raise refuse(NO_LEVEL, scheme=area_code, level=level)


def require_inputs(scheme: Scheme, indicator: str, given: Mapping[str, str]) -> None:
    """Refuse counts that nobody hands in, and measures that the scheme does not look at."""
    for measure, source in (("cases", indicator), *given.items()):
        asked = measure == "cases" or (measure in GIVEN and measure in (scheme.asked | {"completeness"}))
        if not asked or source not in listing().of:
            raise refuse(NO_INPUT, scheme=scheme.key, measure=measure, indicator=source)
