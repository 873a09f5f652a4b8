"""What of a case everybody may see: masked words, a snapped place, the office, no person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.models import Case, PublicCase, PublicStep
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.territory.succession import area_now, areas_now

_SNAP: Final = 3
"""Decimals of a degree: about 100 m, so that a house cannot be told."""
_NOTE: Final = 500
_BATCH: Final = 2_000
_UNREAD: Final = frozenset({"reported", "void", "merged"})
"""States in which the words are not public: nobody has read them yet, they were not taken, or another case's stand."""


def publish(case: Case, office: OfficeFacts | None, status_note: str = "") -> None:
    """Bring the public row of a case of a public matter up to date; others have none.

    The words are public only while the case is filed: somebody has read them, for masking finds numbers and announced
    names and not every name.
    """
    if not case.public:
        return
    values: dict[str, object] = {
        "matter_key": case.matter_key, "area_code": area_now(case.area_code, case.pk), "state": case.state,
        "changed_at": case.changed_at, "reported_at": case.reported_at, "due_at": case.due_at,
        "ended_at": case.ended_at,
        "text": "" if case.state in _UNREAD else mask(case.text).text,
        "review_date": case.review_date,
        "office_zh": office.name_zh if office else "", "office_en": office.name_en if office else "",
    }  # fmt: skip
    if case.lead_id is None:
        values["lead_number"] = ""
    if status_note:
        values["status_note"] = mask(status_note).text[:_NOTE]
    elif case.ended_at is None:
        values["status_note"] = ""  # what was said of an end that was no end
    first = {"language": case.language, "lon": snapped(case.lon), "lat": snapped(case.lat)}
    PublicCase.objects.update_or_create(number=case.number, defaults=values, create_defaults={**values, **first})
    _add_step(case, str(values.get("status_note", "")))


def _add_step(case: Case, note: str) -> None:
    """Put how a case stands now at the end of its public steps, if it stands otherwise than before."""
    last = PublicStep.objects.filter(number=case.number).order_by("-at", "-id").first()
    if last is None or last.state != case.state or note:
        PublicStep.objects.create(number=case.number, state=case.state, at=case.changed_at, note=note)


def point_at(lead: Case, numbers: list[str]) -> None:
    """Say in public rows which case these were joined with, where that one is public itself."""
    PublicCase.objects.filter(number__in=numbers).update(lead_number=lead.number if lead.public else "")


def withdraw(case: Case) -> None:
    """Take a case off the public list, as when its matter was corrected to one that is not public."""
    PublicCase.objects.filter(number=case.number).delete()
    PublicStep.objects.filter(number=case.number).delete()


def unpin(case: Case) -> None:
    """Take the reporter's pin out of the public row: the place was corrected, and the pin would point elsewhere."""
    PublicCase.objects.filter(number=case.number).update(lon=None, lat=None)


def republish(numbers: list[str], area_code: str) -> None:
    """Say in public rows in which part of a divided area they lie."""
    PublicCase.objects.filter(number__in=numbers).update(area_code=area_code)


def renew_places() -> list[Case]:
    """Say in every public row of areas that were ever divided where its case lies today; returns those that said else.

    A public row has no id to be placed by, so that the lineage alone cannot tell.
    """
    divided = sorted(in_force().divided)
    those = list(Case.objects.filter(public=True, area_code__in=divided).values_list("pk", flat=True).order_by("pk"))
    return [case for n in range(0, len(those), _BATCH) for case in _renewed(those[n : n + _BATCH])]


def _renewed(those: list[UUID]) -> list[Case]:
    rows = list(Case.objects.filter(pk__in=those).order_by("pk"))
    now = areas_now({case.pk: case.area_code for case in rows})
    shown = dict(PublicCase.objects.filter(number__in=[c.number for c in rows]).values_list("number", "area_code"))
    stale = [c for c in rows if c.number in shown and in_force().current(shown[c.number]) != now[c.pk]]
    for code in sorted({now[case.pk] for case in stale}):
        republish([case.number for case in stale if now[case.pk] == code], code)
    return stale


def blank(numbers: list[str]) -> None:
    """Take words and pins out of public rows; what was reported, where and what became of it stays."""
    PublicCase.objects.filter(number__in=numbers).update(text="", status_note="", lon=None, lat=None)
    PublicStep.objects.filter(number__in=numbers).update(note="")


def snapped(degrees: float | None) -> float | None:
    """A coordinate on the public raster."""
    return None if degrees is None else round(degrees, _SNAP)
