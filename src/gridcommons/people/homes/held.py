"""What homes hold of a person, as they are told it, and how it is corrected and erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.conf import settings

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.homes import changing, places
from gridcommons.people.homes.joining import join, part
from gridcommons.people.homes.models import Household, Person, Regridding, Residence
from gridcommons.people.homes.rules import KIND_WORDS, NAME_LIMIT, NewPerson
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.identity import check_citizen_number, normalise_phone
from gridcommons.people.rights.registry import CORRECT, ERASE, Asker, Duty, Held, Meant, owes
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import ZONE

_NAME, _PHONE, _NUMBER = Words("姓名", "name"), Words("电话", "phone"), Words("身份证号", "citizen number")
_YEAR, _LIVES = Words("出生年份", "year of birth"), Words("居住登记", "residence")
_KNOW = Words("认得本人、办理本人的事", "to know the person and serve them")
_REACH = Words("联系本人", "to reach the person")
_WHERE = Words("知道谁住在哪里，安排服务和应急", "to know who lives where, for services and in danger")
_GRID = Words("您家所属网格已更正", "the grid of your home was put right")
_SERVES = Words("由住处所在网格的工作人员服务", "to be served by those of the grid where you live")
_OFFICE = Words("社区登记", "written down by the community")
_ENDED = Words("已结束", "ended")
_LOOKED_AT: Final = {"name": _NAME, "number": _NUMBER}
"""What is put right only after the desk has looked."""
_LAST: Final = 4
_DIGITS: Final = 40
"""A citizen number or a phone has fewer signs, however it is spaced."""


def tell(asker: Asker) -> Iterator[Held]:
    """The person's own row, field by field, and where they live and lived."""
    row = Person.objects.filter(pk=asker.person_id).first()
    if row is None:
        return
    opener, own = Opener.now(), frozenset({CORRECT})
    parts = (
        ("name", _NAME, row.name_sealed, _KNOW, own, NAME_LIMIT),
        ("number", _NUMBER, row.number_sealed, _KNOW, own | {ERASE}, _DIGITS),
        ("phone", _PHONE, row.phone_sealed, _REACH, own | {ERASE}, _DIGITS),
    )
    for field, what, sealed, why, may, longest in parts:
        if sealed:
            value = opener.read(sealed, row.pk, field)
            yield Held(
                f"{field}:{row.pk}", what, value, _OFFICE, row.since, None, why, may, code=value, longest=longest,
                looked_at=field in _LOOKED_AT,
            )  # fmt: skip
    if row.birth_year:
        year = str(row.birth_year)
        yield Held(f"year:{row.pk}", _YEAR, year, _OFFICE, row.since, None, _KNOW, frozenset({ERASE}), code=year)
    yield from _lives(row)
    yield from _put_right(asker)


def _lives(row: Person) -> Iterator[Held]:
    for one in Residence.objects.filter(person=row).order_by("days"):
        home = Household.objects.select_related("dwelling").filter(pk=one.household_id).first()
        where, kind = (home.dwelling.address if home else ""), KIND_WORDS[one.kind]
        value = Words(f"{where or _ENDED.zh}（{kind.zh}）", f"{where or _ENDED.en} ({kind.en})")
        may = frozenset({ERASE}) if one.kind == "migrant" or home is None else frozenset()
        yield Held(
            f"residence:{one.pk}", _LIVES, value, _OFFICE, one.days.lower, one.days.upper, _WHERE, may, code=where
        )


def _put_right(asker: Asker) -> Iterator[Held]:
    """That the grid of the home where they live was put right, from where to where, and why."""
    lives = Residence.objects.filter(places.living(asker.today), person_id=asker.person_id).exclude(kind="moved")
    doors = Household.objects.filter(pk__in=list(lives.values_list("household_id", flat=True))).values("dwelling_id")
    rows = list(Regridding.objects.filter(dwelling__in=doors).order_by("made_at"))
    names = names_of({code for row in rows for code in (row.from_code, row.to_code)})
    for row in rows:
        one, other = (names[code].name if code in names else Words(code, code) for code in (row.from_code, row.to_code))
        value = Words(f"{one.zh} → {other.zh}（原因：{row.reason}）", f"{one.en} → {other.en} (because: {row.reason})")
        yield Held(f"grid:{row.pk}", _GRID, value, _OFFICE, local_day(row.made_at, ZONE), None, _SERVES)


def correct(asker: Asker, thing: str, value: str) -> int:
    """A phone is put right by its owner at once; name and number are looked at by the desk.

    Refuses what can be no phone and no citizen number: of a slip one is told at once, not after weeks by the desk.
    """
    kind, _colon, _id = thing.partition(":")
    if kind == "number":
        check_citizen_number(value, today=asker.today, synthetic_only=settings.DEMO)
    if kind != "phone":
        return 0
    row, opener = Person.objects.get(pk=asker.person_id), Opener.now()
    phone = normalise_phone(value, synthetic_only=settings.DEMO)
    row.phone_sealed, row.phone_index = opener.shut(phone, row.pk, "phone"), opener.index_of_phone(phone)
    row.save(update_fields=["phone_sealed", "phone_index"])
    return 1


def means(thing: str) -> Meant | None:
    """A name or citizen number as the desk that looks at it reads it; of the number the last four signs alone."""
    field, _colon, id_ = thing.partition(":")
    row = Person.objects.filter(pk=id_).first() if field in _LOOKED_AT else None
    if row is None:
        return None
    value = Opener.now().read(row.name_sealed if field == "name" else row.number_sealed, row.pk, field)
    last = value[-_LAST:]
    shown = value if field == "name" else Words(f"末四位 {last}", f"ends in {last}") if value else None
    return Meant(_LOOKED_AT[field], shown, row.since)


def put_right(asker: Asker, thing: str, value: str) -> int:
    """What the desk puts right of a person after it has looked: the name or the citizen number."""
    field, _colon, _id = thing.partition(":")
    if field not in _LOOKED_AT:
        return 0
    new = NewPerson(value) if field == "name" else NewPerson("", value)
    changing.correct(places.locked_person(asker.person_id), new, (), asker.today)
    return 1


def erase(asker: Asker, thing: str) -> int:
    """Empty one field, delete one residence, or the person with all of them."""
    kind, _colon, id_ = thing.partition(":")
    if not thing:
        return _erase_person(asker)
    if kind == "residence":
        return _erase_residence(asker, UUID(id_))
    blanks = {"number": ["number_sealed", "number_index"], "phone": ["phone_sealed", "phone_index"],
              "year": ["birth_year"]}.get(kind, [])  # fmt: skip
    rows = Person.objects.filter(pk__in=asker.rows)
    return rows.update(**dict.fromkeys(blanks, None)) if blanks else 0


def _erase_residence(asker: Asker, residence_id: UUID) -> int:
    """With a stay go the doubles of it that a join left with the other rows."""
    row = Residence.objects.filter(pk=residence_id, person_id=asker.person_id).first()
    if row is None:
        return 0
    places.doubles_of_stay(row, asker.doubles).delete()
    row.delete()
    return 1


def _erase_person(asker: Asker) -> int:
    """With the person go the rows that were joined with theirs."""
    gone, _by_table = Person.objects.filter(pk__in=asker.rows).delete()
    return gone


owes(Duty(
    Words("登记信息", "who you are and where you live"), tell, erase, correct=correct, join=join, part=part,
    key="homes", goes_last=True, means=means, put_right=put_right,
))  # fmt: skip
