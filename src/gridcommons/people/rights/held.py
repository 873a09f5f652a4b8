"""What the part itself owes beside its rooms: contacts left with reports, private logins, guardians, requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import Q

from gridcommons.kit.words import Words
from gridcommons.people.contacts import SealedContact, open_contact
from gridcommons.people.homes.own import homes_of
from gridcommons.people.keys import contact_keys
from gridcommons.people.models import ReporterContact
from gridcommons.people.rights.joining import join, part
from gridcommons.people.rights.models import FormerPerson, Guardian, PrivateLogin, Request
from gridcommons.people.rights.news import TAKEN_BACK
from gridcommons.people.rights.registry import ERASE, Against, Asker, Duty, Held, owes
from gridcommons.people.rights.telling import accounts_of, tell
from gridcommons.territory.succession import ZONE

_CONTACT = Words("随反映留下的联系方式", "a contact left with a report")
_CALL = Words("就您反映的事回访", "to call back about what you reported")
_LOGIN, _OPENED = Words("个人账号", "private login"), Words("窗口核对身份后开通", "opened by the desk after a check")
_ACT = Words("由本人查看和更正", "to let you read and correct")
_GUARD, _WARD = Words("监护人", "guardian"), Words("为孩子办理", "to act for a child")
_YOU = Words("您本人", "yourself")
_OPEN = Words(
    "您反映的事还没有办结，要用它回访；办结后90天自动删除",
    "what you reported is not closed yet and you may have to be called back; it goes 90 days after the end",
)


def tell_contacts(asker: Asker) -> Iterator[Held]:
    """The contacts that the account left with its reports."""
    ring = contact_keys().ring()
    for row in ReporterContact.objects.filter(_own(asker)).order_by("created_at"):
        parts = (row.name_sealed, row.phone_sealed, row.email_sealed, row.phone_index)
        found = open_contact(SealedContact(*(bytes(part) if part else None for part in parts)), row=row.pk, ring=ring)
        value = " ".join(filter(None, (found.name, found.phone, found.email)))
        until = row.forget_at.astimezone(ZONE).date() if row.forget_at else None
        since = row.created_at.astimezone(ZONE).date()
        yield Held(f"contact:{row.pk}", _CONTACT, value, _YOU, since, until, _CALL, frozenset({ERASE}), code=value)


def _own(asker: Asker) -> Q:
    return Q(parties__overlap=[asker.by.key] if asker.by.user_id else [asker.key])


def _contacts(asker: Asker, thing: str) -> Q:
    kind, _colon, id_ = thing.partition(":")
    return _own(asker) & (Q(pk=id_) if kind == "contact" else Q() if not thing else Q(pk__in=()))


def against_contacts(asker: Asker, thing: str) -> Iterator[Against]:
    """While a case is open its reporter has to be reached."""
    if ReporterContact.objects.filter(_contacts(asker, thing), forget_at__isnull=True).exists():
        yield Against(_OPEN, None)


def erase_contacts(asker: Asker, thing: str) -> int:
    """Delete a contact, or all of them."""
    return ReporterContact.objects.filter(_contacts(asker, thing)).delete()[0]


def tell_logins(asker: Asker) -> Iterator[Held]:
    """Which account holds the person's key, and who is guardian of whom."""
    logins = PrivateLogin.objects.filter(person_id__in=asker.rows, accepted_at__isnull=False, ended_at__isnull=True)
    for row in logins:
        day = row.made_at.astimezone(ZONE).date()
        yield Held(f"login:{row.pk}", _LOGIN, _OPENED, _OPENED, day, None, _ACT)
    wards = Guardian.objects.filter(Q(child_id__in=asker.rows) | Q(guardian_id__in=asker.rows))
    for one in wards:
        yield Held(f"guardian:{one.pk}", _GUARD, _WARD, _OPENED, one.since, one.until, _WARD)


def erase_logins(asker: Asker, thing: str) -> int:
    """With the person go its logins, guardians and requests; that their accounts held them is kept for who looked."""
    if thing:
        return 0
    _remember(asker)
    who = asker.rows
    for row in Request.objects.filter(person_id__in=who, state="open").order_by("made_at", "id"):
        tell(row, TAKEN_BACK, asker.at)  # no desk is asked for what leads nowhere
    guards = Guardian.objects.filter(Q(child_id__in=who) | Q(guardian_id__in=who))
    rows = (Request.objects.filter(person_id__in=who), guards, PrivateLogin.objects.filter(person_id__in=who))
    return sum(chain.from_iterable([[one.delete()[0]] for one in rows]))


def _remember(asker: Asker) -> None:
    """Let the accounts that held the person read on who had looked, without what it was."""
    own = (asker.by.key,) if asker.by.user_id else ()
    accounts = sorted({*accounts_of(asker.person_id, asker.today), *own})
    homes = [
        [str(home), since.isoformat(), until.isoformat() if until else ""]
        for home, since, until in homes_of(asker.rows)
    ]
    FormerPerson.objects.bulk_create(
        FormerPerson(person_id=row, parties=accounts, homes=homes if row == asker.person_id else [], erased_at=asker.at)
        for row in asker.rows
    )


owes(Duty(
    Words("反映问题时留下的联系方式", "contacts left with reports"), tell_contacts, erase_contacts, against_contacts,
    key="contacts",
))  # fmt: skip
owes(Duty(
    Words("账号与监护", "logins and guardians"), tell_logins, erase_logins, join=join, part=part,
    key="rights",
))  # fmt: skip
