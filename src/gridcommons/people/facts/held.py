"""What facts hold of a person, as they are told it, and how it is corrected, held back and erased.

A value is shown back only to who gave it: of what somebody else said they read that it is held, since when, for what
and until when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from gridcommons.access.queries import OfficeFacts, posts_of
from gridcommons.kit.words import Words
from gridcommons.people.facts.erasing import Going, alone, bury, going_of, steady
from gridcommons.people.facts.joining import join, part
from gridcommons.people.facts.keys import FactKey, fact_keys
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.objecting import forget_objector, object_to, objection_to, take_back
from gridcommons.people.facts.rules import OWN, Told
from gridcommons.people.facts.writing import value_of, write_all
from gridcommons.people.homes.own import left_empty_by
from gridcommons.people.homes.places import around_person, seen
from gridcommons.people.rights.registry import ALLOW, CORRECT, ERASE, OBJECT, Against, Asker, Duty, Held, Meant, owes

_SOURCE_WORDS = {
    "form": Words("表单", "a form"), "visit": Words("上门走访", "a visit"), OWN: Words("居民本人", "a resident"),
    "office": Words("单位记录", "an office"), "system": Words("业务系统", "another system"),
}  # fmt: skip
_OF_AN_OFFICE = frozenset({"visit", "office"})
_YOURSELF = Words("您本人", "yourself")
_OBJECTED = Words(
    "立即停止使用：没有人再看得到，手机和表单里不再出现，统计也不再计入。内容仍然保存。",
    "It is used no more, at once: nobody reads it, no phone and no form shows it, no count includes it. It stays "
    "stored.",
)
_STILL = Words(
    "您的反对就此撤回；所涉及的另一人仍有反对，仍不使用。",
    "Your own objection ends; somebody else it is about objects still, so it is used no more than before.",
)
_ALLOWED = Words("为您服务的工作人员可以重新看到和使用。", "Those who serve your home read and use it again.")


def tell(asker: Asker) -> Iterator[Held]:
    """The facts in force about the person, and about the household and dwelling where they live."""
    rows = [row for row in _in_force(asker).order_by("key", "as_of") if row.key in fact_keys()]
    posts = posts_of({row.made_by for row in rows})
    for row in rows:
        post = posts.get(row.made_by)
        yield _held(row, fact_keys()[row.key], asker, post.office if post else None)


def _in_force(asker: Asker) -> QuerySet[Fact, Fact]:
    return Fact.objects.filter(_theirs(asker), superseded_at__isnull=True)


def _theirs(asker: Asker) -> Q:
    return Q(subject_id__in=around_person(asker.person_id, asker.today)) | Q(given_by__in=asker.keys)


def _source(row: Fact, office: OfficeFacts | None) -> Words:
    """How it came to be known, and by which office, never by whom."""
    way = _SOURCE_WORDS[row.source]
    if office is None or row.source not in _OF_AN_OFFICE:
        return way
    return Words(f"{way.zh}（{office.name_zh}）", f"{way.en} ({office.name_en or office.name_zh})")


def _held(row: Fact, key: FactKey, asker: Asker, office: OfficeFacts | None) -> Held:
    own, law, objection = row.given_by in asker.keys, _law(row, asker), objection_to(row, asker)
    code = value_of(row.pk, row.value, row.value_sealed) if own else ""
    return Held(
        f"fact:{row.pk}", key.words, _words(key, code) if own else None,
        _YOURSELF if own else _source(row, office), row.as_of, row.forget_on, key.why,
        frozenset({CORRECT, ERASE, ALLOW if objection and objection.is_open else OBJECT}), key.type, key.choices, code,
        row.held_back, f"submission:{row.said_in}" if row.said_in else "", against=(law,) if law else (),
        objected=_OBJECTED, allowed=_STILL if objection and objection.others else _ALLOWED,
        by_you=objection is None or objection.mine,
    )  # fmt: skip


def _words(key: FactKey, code: str) -> Words | str:
    if not key.choices:
        return code
    chosen = [key.choice(name) for name in code.split()]
    return Words("、".join(one.zh for one in chosen), ", ".join(one.en for one in chosen))


def _one(asker: Asker, thing: str) -> Fact | None:
    """The fact that a key names; where another was told since the person read it, the one in force in its place."""
    kind, _colon, id_ = thing.partition(":")
    named = Fact.objects.filter(_theirs(asker), pk=id_).first() if kind == "fact" else None
    if named is None or named.superseded_at is None:
        return named
    return _in_force(asker).filter(subject_id=named.subject_id, key=named.key).first() or named


def against(asker: Asker, thing: str) -> Iterator[Against]:
    """What a law wants kept for a time, of this fact or of all that the person could have erased."""
    row = _one(asker, thing)
    rows = [row] if row else list(_erasable(asker).filter(superseded_at__isnull=True)) if not thing else []
    yield from (law for one in rows if (law := _law(one, asker)) is not None)


def _law(row: Fact, asker: Asker) -> Against | None:
    """What law wants a fact kept today, and until when."""
    key = fact_keys().get(row.key)
    until = row.as_of + key.kept_by_law if key else date.min
    if key is None or until <= asker.today:
        return None
    why = Words(f"{key.words.zh}须依法保存（{key.law.zh}）", f"{key.words.en} is kept by law ({key.law.en})")
    return Against(why, until)


def _erasable(asker: Asker) -> QuerySet[Fact, Fact]:
    """What goes with a person: facts about them, and what they said.

    Their household's own facts stay with it, unless nobody else lives there: then they speak of that person alone.
    """
    homes = _homes_alone(asker)
    own = Q(subject_kind="person", subject_id__in=asker.rows) | Q(subject_kind="household", subject_id__in=homes)
    return Fact.objects.filter(own | Q(given_by__in=asker.keys))


def _homes_alone(asker: Asker) -> set[UUID]:
    """The households of the person where nobody else lives."""
    return seen("household", left_empty_by(asker.rows, asker.today))


def correct(asker: Asker, thing: str, value: str) -> int:
    """The person says it otherwise: their word is in force at once, and is theirs."""
    steady()
    row = _one(asker, thing)
    if row is None:
        return 0
    told = Told(row.subject_kind, row.subject_id, row.key, value, OWN, asker.today, asker.key)
    return write_all([told], by=asker.by.key, purpose=row.purpose, at=asker.at).number


def hold_back(asker: Asker, thing: str) -> int:
    """The person objects: nobody reads or uses it any more until they say otherwise.

    What others said of it before is held back too: it may come into force again.
    """
    row = _one(asker, thing)
    return object_to(row, asker) if row is not None else 0


def allow(asker: Asker, thing: str) -> int:
    """The person takes their objection back: what is known is used again, and what others said of it before."""
    row = _one(asker, thing)
    return take_back(row, asker) if row is not None else 0


def means(thing: str) -> Meant | None:
    """A fact as the desk reads it that looks at an objection: what is known, as of which day."""
    kind, _colon, id_ = thing.partition(":")
    row = Fact.objects.filter(pk=id_).first() if kind == "fact" else None
    key = fact_keys().get(row.key) if row else None
    if row is None or key is None:
        return None
    return Meant(key.words, _words(key, value_of(row.pk, row.value, row.value_sealed)), row.as_of, key.type)


def erase(asker: Asker, thing: str) -> int:
    """Delete a fact with all that was said before under its key, or all that goes with the person."""
    rows, going = _goes(asker, thing)
    bury(going, asker.at)
    if not thing:
        forget_objector(asker)
    return rows.delete()[0]


def said_in(asker: Asker) -> set[UUID]:
    """The submissions in which something stands that is known of the person or their home."""
    forms = Fact.objects.filter(_theirs(asker), said_in__isnull=False).values_list("said_in", flat=True)
    return {one for one in forms if one is not None}


def said_oneself(asker: Asker) -> dict[tuple[UUID, str], Words | str]:
    """What the person said themselves and stands in a form: by the form and the key, in words."""
    rows = _in_force(asker).filter(given_by__in=asker.keys, said_in__isnull=False)
    known = ((row, fact_keys().get(row.key)) for row in rows)
    return {
        (row.said_in, row.key): _words(key, value_of(row.pk, row.value, row.value_sealed))
        for row, key in known
        if key is not None and row.said_in is not None
    }


def goes(asker: Asker, thing: str) -> list[Going]:
    """What goes when a thing, or everything, is erased: for parts above, where the same words stand in their papers."""
    return _goes(asker, thing)[1]


def _goes(asker: Asker, thing: str) -> tuple[QuerySet[Fact, Fact], list[Going]]:
    """The facts that go; nobody writes one until they are gone."""
    kind, _colon, _id = thing.partition(":")
    if thing and kind != "fact":
        return Fact.objects.none(), []
    alone()
    row = _one(asker, thing)
    if row is not None:
        rows = Fact.objects.filter(subject_id=row.subject_id, key=row.key)
        return rows, going_of(rows, {row.subject_id})
    if thing:
        return Fact.objects.none(), []
    rows, homes = _erasable(asker), _homes_alone(asker)
    return rows, going_of(rows, {*asker.rows, *homes}, homes)


owes(Duty(
    Words("了解到的情况", "what is known of you and your home"), tell, erase, against, correct, hold_back, join, part,
    key="facts", means=means, allow=allow,
))  # fmt: skip
