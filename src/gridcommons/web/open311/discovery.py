"""Discovery: where the door is, what it speaks, how to get a key, and what it takes beyond the standard."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings

from gridcommons.kit.clock import w3c
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue, shipped_catalogue
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import CONTENT_TYPES, Answer, Value
from gridcommons.web.open311.jurisdictions import jurisdictions
from gridcommons.web.open311.rows import ZONE

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"


def _said() -> Raw:
    return shipped("gridcommons.web.open311", "discovery.toml", dict)


def discovery(request: HouseRequest, language: str) -> Answer:
    """Where the door is and what it speaks; answered even before the list of matters is published."""
    changeset, said = _changeset(shipped_catalogue()), _said()
    endpoint: Value = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri("/open311/v2"),
        "changeset": changeset,
        "type": "test" if settings.DEMO else "production",
        "formats": [kind.partition(";")[0] for kind in CONTENT_TYPES.values()],
    }
    body = {
        "changeset": changeset,
        "contact": Words(**said["contact"]).in_language(language),
        "key_service": Words(**said["key_service"]).in_language(language),
        "endpoints": [endpoint],
        "extensions": [_extension(row, language) for row in said["extension"]],
        "jurisdictions": [
            {"jurisdiction_id": area.code, "name": area.name.in_language(language)} for area in jurisdictions()
        ],
    }
    return Answer("discovery", body)


def _extension(row: dict[str, Any], language: str) -> Value:
    return {
        "name": row["name"], "calls": row["calls"], "parameters": ",".join(row["parameters"]),
        "description": Words(**row["words"]).in_language(language),
    }  # fmt: skip


def _changeset(catalogue: Catalogue) -> str:
    """The day on which the newest matter came into force."""
    newest = max(matter.valid_from for matter in catalogue)
    return w3c(datetime(newest.year, newest.month, newest.day, tzinfo=ZONE), ZONE)
