"""The town with links to a department's system: proposed by the county officer, agreed to by a second person."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from gridcommons.access.identify import program
from gridcommons.access.queries import office_at
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Case
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.calling import Caller, House
from gridcommons.cases.partners.delivery import Round, understand_new
from gridcommons.cases.partners.keeping import own_secret
from gridcommons.cases.partners.models import Arrival, Link, Pairing, Paper, Sending
from gridcommons.cases.partners.outgoing import concerned
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.terms import Terms, clean_terms
from town import AT, COUNTY, Town
from web.office_town import report, to_dispatched

NOW = AT + timedelta(hours=1)
WHY = "城管局用自己的系统派单，避免重复录入"
JOB = program("partners")
HERE = House(inner=(ipaddress.ip_network("127.0.0.0/8"),))
QUICK = replace(policy().call, connect_seconds=0.5, read_seconds=0.25, total_seconds=0.4)
USUAL = ("number", "matter", "matter_name", "state", "area_code", "area_name", "due_at")
_heard = count(1_000)


def terms(way: str = "webhook", url: str = "https://partner.example.org/in", **more: Any) -> Terms:
    """Terms of a link."""
    form = {"webhook": "json", "open311": "json", "export": "csv"}[way]
    facts: dict[str, Any] = {"name": "城管业务系统", "fields": USUAL, "acts": ("accept", "send_back", "feed_back")}
    return clean_terms(way=way, url=url, **({"form": form} | facts | more))


def linked(town: Town, wanted: Terms, *, kind: str = "urban_management", at: datetime = AT) -> Link:
    """A link in force."""
    made = actions.draft(office_id=office_at(COUNTY, kind).id, terms=wanted, reason=WHY, by=town.county_officer, at=at)
    return actions.confirm(link_id=made.pk, edition=1, by=town.second, at=at)


def secret(link: Link) -> bytes:
    """The secret of a link."""
    return own_secret(link.pk, link.key_number)


def told(case_id: UUID, what: str, who: str = "user:somebody", at: datetime = NOW) -> list[Sending]:
    """What the listener does with a sealed deed, once."""
    with scoped(Scope("^")):
        if not concerned(case_id, at):
            return []
    return actions.post(case_id=case_id, what=what, who=who, heard=next(_heard), by=JOB, at=at)


def sent_out(town: Town, **more: Any) -> UUID:
    """A case with the department, and its link told."""
    case = report(town, **more).case_id
    to_dispatched(town, case)
    told(case, "case.dispatch")
    return case


def deliver(at: datetime = NOW, *, quick: bool = False, house: House = HERE) -> int:
    """A round of delivery."""
    caller = Caller(house, QUICK) if quick else Caller(house)
    return Round(caller, JOB, at, lambda: 0.5).run()


def poll(at: datetime = NOW) -> int:
    """A round of asking, and what it brought understood."""
    asked = Round(Caller(HERE), JOB, at, lambda: 0.5).poll()
    understand_new(JOB, at)
    return asked


def says(link: Link, moment: datetime = NOW, **said: Any) -> Arrival:
    """A message of a partner, kept and understood; `event_id` is made up where none is given."""
    body = {"event_id": f"e{next(_heard)}", "at": moment.isoformat()} | said
    row, _new = actions.arrive(
        link_id=link.pk, raw=json.dumps(body, ensure_ascii=False), event_id="", by=viewer_for(link), at=moment
    )
    understand_new(JOB, moment)
    return Arrival.objects.get(pk=row.pk)


def state(case_id: UUID) -> str:
    """The state of a case."""
    return case(case_id).state


def case(case_id: UUID) -> Case:
    """A case, whoever may see it."""
    with scoped(Scope("^")):
        return Case.objects.get(pk=case_id)


def outbox(link: Link) -> list[tuple[str, str, str]]:
    """Event, state and reason of all that went over a link, in its order."""
    rows = Sending.objects.filter(link=link).order_by("made_at", "number", "id")
    return list(rows.values_list("event", "state", "reason"))


def pairing(link: Link) -> Pairing:
    """The only case over a link."""
    return Pairing.objects.get(link=link)


def number_of(case_id: UUID) -> str:
    """The number of a case."""
    return case(case_id).number


def everybody(town: Town, but: Iterable[str]) -> list[Viewer]:
    """The cast without some."""
    return [viewer for name, viewer in town.cast.items() if name not in set(but)]


def body_of(pk: UUID) -> str:
    """The content kept for something that went out or came in, whoever may see it."""
    with scoped(Scope("^")):
        return Paper.objects.get(pk=pk).body


def papers(ids: Iterable[UUID]) -> int:
    """Of how many of these a content is kept."""
    with scoped(Scope("^")):
        return Paper.objects.filter(pk__in=list(ids)).count()
