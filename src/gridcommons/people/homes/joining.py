"""Two rows of one person: residences, numbers and the shield are carried to the row that stays, and put back exactly.

What is filled in is kept as a hash only, and where somebody under threat lives is sealed as by any shield: the record
of a join tells nothing that the rows do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any, Final

from django.db.backends.postgresql.psycopg_any import DateRange

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.homes import places, sheltering
from gridcommons.people.homes.models import Person, Residence
from gridcommons.people.homes.regridding import lie_with_homes
from gridcommons.people.homes.rules import CONSENT, person_key
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.rights.registry import Changed, Joining

_SEALED: Final = {"number": ("number_sealed", "number_index"), "phone": ("phone_sealed", "phone_index")}
_CONSENT: Final = "consent:"
_FAR: Final = date.max
_STANDS, _GONE, _DONE, _OTHER = "as it was left", "gone", "done already", "written anew"

LIVES_TWICE = refusal_kind(
    "homes.lives_twice",
    status=409,
    zh="两条记录同时住在不同的两户，不能合并：请先核实，为其中一处办理迁出，或改为“人户分离”。",
    en="The two live in two households at the same time, so they cannot be joined. Find out which is right and let "
    "them move out of the other, or write “lives elsewhere”.",
)
AWAITS_CONSENT = refusal_kind(
    "homes.awaits_consent",
    status=409,
    zh="其中一条在同一户的登记还在等本人同意，暂不能合并：请等本人答复（最长14天）后再办。",
    en="One of the two waits for the person's consent to a registration in the same household, so they cannot be "
    "joined yet. Wait for the answer, which takes 14 days at most.",
)


def join(joining: Joining) -> list[Changed]:
    """Carry everything of the row that goes; refuses where the two live in two places at once."""
    kept, gone = places.person(joining.kept), places.person(joining.gone)
    changed = [*_residences(kept, gone), *_filled(kept, gone), *_shielded(kept, gone, joining.by.key)]
    changed += [{"what": "parties", "of": "kept", "before": list(kept.parties), "after": _together(kept, gone)}]
    kept.parties = changed[-1]["after"]
    kept.save()
    gone.parties = [*gone.parties, person_key(kept.pk)]
    gone.canonical_id = kept.pk
    gone.save()
    earlier = Person.objects.filter(canonical_id=gone.pk)
    changed += [{"what": "row", "id": str(one)} for one in earlier.values_list("pk", flat=True)]
    for row in earlier:
        row.canonical_id, row.parties = kept.pk, [*row.parties, person_key(kept.pk)]
        row.save(update_fields=["canonical_id", "parties"])
    return changed


def _together(kept: Person, gone: Person) -> list[str]:
    """Who is party to both from now on: codes that wait for consent come along, officers of a shield do not."""
    return [*kept.parties, *(key for key in gone.parties if key.startswith(_CONSENT) and key not in kept.parties)]


def _residences(kept: Person, gone: Person) -> Iterator[Changed]:
    held = list(Residence.objects.filter(person=kept).order_by("days"))
    for row in Residence.objects.filter(person=gone).order_by("days"):
        same = [one for one in held if one.household_id == row.household_id and _meet(one, row)]
        if same:
            changed = list(_widened(same, row))
            _require_one_home(held)
            for one in same:
                one.save(update_fields=["days"])
            yield from changed
            continue
        _require_one_home([*held, row])
        row.person = kept
        row.save(update_fields=["person"])
        held.append(row)
        yield {"what": "residence", "id": str(row.pk), "days": _days(row)}


def _widened(same: list[Residence], double: Residence) -> Iterator[Changed]:
    """The same household twice: stays over both times, one after the other; the double stays with its row, unseen.

    A double that bridges several stays fills the time between them.
    """
    if any(one.kind == CONSENT and one.consent_at is None for one in (*same, double)):
        raise refuse(AWAITS_CONSENT)
    yield {"what": "double", "id": str(double.pk)}
    ends = [one.days.lower for one in same[1:]] + [_last([same[-1], double])]
    begins = [min(same[0].days.lower, double.days.lower)] + [one.days.lower for one in same[1:]]
    for one, first, last in zip(same, begins, ends, strict=True):
        before = _days(one)
        one.days = DateRange(first, last)
        if _days(one) != before:
            yield {"what": "days", "id": str(one.pk), "before": before, "after": _days(one)}


def _last(rows: list[Residence]) -> date | None:
    """The last day of several residences; None where one goes on."""
    last = max(row.days.upper or _FAR for row in rows)
    return None if last == _FAR else last


def _require_one_home(held: list[Residence]) -> None:
    """Refuse where somebody would live in two households at once."""
    lived = [row for row in held if row.kind != "moved"]
    if any(_meet(one, other) for one, other in combinations(lived, 2)):
        raise refuse(LIVES_TWICE)


def _meet(one: Residence, other: Residence) -> bool:
    return (one.days.upper is None or one.days.upper > other.days.lower) and (
        other.days.upper is None or other.days.upper > one.days.lower
    )


def _days(row: Residence) -> list[str | None]:
    return [row.days.lower.isoformat(), row.days.upper.isoformat() if row.days.upper else None]


def _filled(kept: Person, gone: Person) -> Iterator[Changed]:
    """What only the row that goes knew is known of the person."""
    opener = Opener.now()
    for field, (sealed, index) in _SEALED.items():
        blob = getattr(gone, sealed)
        if blob and not getattr(kept, sealed):
            setattr(kept, sealed, opener.shut(opener.read(blob, gone.pk, field), kept.pk, field))
            setattr(kept, index, getattr(gone, index))
            yield {"what": "field", "field": field, "after": _hash(getattr(kept, sealed))}
    if gone.birth_year and not kept.birth_year:
        kept.birth_year = gone.birth_year
        yield {"what": "field", "field": "year", "after": gone.birth_year}


def _hash(blob: bytes | memoryview | None) -> str:
    return hashlib.sha256(bytes(blob)).hexdigest() if blob else ""


def _shielded(kept: Person, gone: Person, officer: str) -> Iterator[Changed]:
    """The stricter wins: if one is under threat, both rows lie nowhere, and whoever joins them answers for it."""
    if not (kept.shielded or gone.shielded):
        return
    opener = Opener.now()
    for of, row in (("kept", kept), ("gone", gone)):
        if not row.shielded:
            away = opener.still_away(row.place_sealed, row.pk)
            row.place_sealed = opener.shut_place(row.area_code, row.parties, row.pk, away)
            row.shielded, row.area_code = True, ""
            row.parties = [person_key(row.pk), *(key for key in row.parties if key.startswith(_CONSENT)), officer]
            row.save()
            sheltering.shelter(row)
            yield {"what": "shield", "of": of}


def part(joining: Joining, changed: list[Changed]) -> int | None:
    """Put back exactly what a join changed, as far as it is left; nothing where a later write stands in the way."""
    kept = places.person(joining.kept)
    gone = Person.objects.filter(pk=joining.gone, canonical_id=kept.pk).first()
    if gone is None:
        return None
    how = [_how_it_is(one, kept, gone) for one in changed]
    if _OTHER in how:
        return None
    gone.canonical_id, gone.parties = None, [key for key in gone.parties if key != person_key(kept.pk)]
    for one, found in reversed(list(zip(changed, how, strict=True))):
        if found == _STANDS:
            _PUTTING[one["what"]](one, kept, gone)
    kept.save()
    gone.save()
    lie_with_homes(kept, gone)
    return how.count(_GONE)


def _how_it_is(one: Changed, kept: Person, gone: Person) -> str:
    """Whether a thing is still as the join left it, is there no more, or was written anew."""
    if one["what"] in {"residence", "days", "double"}:
        return _how_stay_is(one, kept, gone)
    if one["what"] == "field":
        now = kept.birth_year if one["field"] == "year" else _hash(getattr(kept, _SEALED[one["field"]][0]))
        return _STANDS if now == one["after"] else _OTHER if now else _GONE
    if one["what"] == "shield":
        return _STANDS if (kept if one["of"] == "kept" else gone).shielded else _DONE
    if one["what"] == "row":
        return _STANDS if Person.objects.filter(pk=one["id"], canonical_id=kept.pk).exists() else _GONE
    return _STANDS


def _how_stay_is(one: Changed, kept: Person, gone: Person) -> str:
    row = Residence.objects.filter(pk=one["id"], person__in=[kept, gone]).first()
    if row is None:
        return _DONE if one["what"] == "double" else _GONE
    if one["what"] == "double":
        return _STANDS
    now = _days(row) == one["days" if one["what"] == "residence" else "after"]
    return _STANDS if now and row.person_id == kept.pk else _OTHER


def _back_residence(one: Changed, _kept: Person, gone: Person) -> None:
    Residence.objects.filter(pk=one["id"]).update(person=gone)


def _back_days(one: Changed, _kept: Person, _gone: Person) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in one["before"])
    Residence.objects.filter(pk=one["id"]).update(days=DateRange(first, last))


def _back_field(one: Changed, kept: Person, _gone: Person) -> None:
    for name in ("birth_year",) if one["field"] == "year" else _SEALED[one["field"]]:
        setattr(kept, name, None)


def _back_shield(one: Changed, kept: Person, gone: Person) -> None:
    row = kept if one["of"] == "kept" else gone
    sheltering.end(row)


def _back_row(one: Changed, kept: Person, gone: Person) -> None:
    row = Person.objects.get(pk=one["id"])
    row.canonical_id, row.parties = gone.pk, [key for key in row.parties if key != person_key(kept.pk)]
    row.save(update_fields=["canonical_id", "parties"])


def _back_parties(one: Changed, kept: Person, _gone: Person) -> None:
    came = set(one["after"]) - set(one["before"])
    kept.parties = [key for key in kept.parties if key not in came]


_PUTTING: Final[dict[str, Any]] = {
    "residence": _back_residence, "double": _back_residence, "days": _back_days, "field": _back_field,
    "shield": _back_shield, "row": _back_row, "parties": _back_parties,
}  # fmt: skip
