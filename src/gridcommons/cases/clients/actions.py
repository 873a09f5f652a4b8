"""Writes of machine clients: a request posted with its mark, news of a case in the name of an office; forgetting."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from gridcommons.access.deeds import deed
from gridcommons.access.keyring.queries import Client
from gridcommons.access.keyring.rules import NOT_ITS_AREA, POST
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.actions import accept, contribute, feed_back, report_case, send_back
from gridcommons.cases.clients.held import posted_before
from gridcommons.cases.clients.marks import (
    content_of_news,
    content_of_request,
    name_digest,
    token_digest,
    token_of,
)
from gridcommons.cases.clients.models import News, NewsWords, Sending
from gridcommons.cases.clients.rules import (
    NOT_IN_JURISDICTION,
    NOT_PARTY,
    Linked,
    Outcome,
    Posted,
    Sent,
    Standing,
    came,
    meaning,
    statuses,
    steps_for,
)
from gridcommons.cases.codes import track_key, tracking_code
from gridcommons.cases.evidence import WORDS_LIFE, add
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.cases.stepping import place_of
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.matters.queries import current
from gridcommons.territory.succession import area_now

_SECRET: Final = 32


def _subjects_of_post(result: Posted, facts: Mapping[str, Any]) -> tuple[str, ...]:
    client: Client = facts["client"]
    return (f"apikey:{client.key_id}", track_key(result.code))


@deed("client.post", subjects=_subjects_of_post)
def post_request(
    *, client: Client, report: Report, linked: tuple[Linked, ...] = (), external_id: str = "", jurisdiction: str = "",
    by: Viewer, at: datetime, purpose: str = "own_case",
) -> Posted:  # fmt: skip
    """Take a client's request, once: the same id again is answered as before, with other content it is refused.

    `report.once`: the secret of the sending, from key and id, where the client gives an id of its own. `linked`: its
    pictures, which do not stand in the report.
    """
    client.require(client.terms.may_post, POST)
    report = report if report.once else replace(report, once=secrets.token_bytes(_SECRET))
    held = posted_before(client, report, linked, external_id)
    if held is not None:
        return held
    mark, content = name_digest(external_id), content_of_request(report.once, report, linked)
    code, token = tracking_code(report.once), token_of(report.once)
    whole = replace(report, photos=came(linked))
    made = report_case(report=whole, channel="open311", by=by, at=at)
    _require_place(client, made.area_code, jurisdiction)
    matter = current().get(report.matter_key)
    is_token = not matter.public or matter.key in statuses().batch
    Sending.objects.create(
        key_id=client.key_id, kind="request", name_digest=mark, content=content, at=at,
        token_digest=token_digest(token) if is_token else None, number=made.number if matter.public else "",
    )  # fmt: skip
    return Posted("" if is_token else made.number, token if is_token else "", code, is_new=True)


def _require_place(client: Client, area_code: str, jurisdiction: str) -> None:
    """Refuse a place that the key or the named jurisdiction does not reach; nothing of the request is kept then."""
    if not client.terms.reaches(area_code):
        raise refuse(NOT_ITS_AREA, area=area_code)
    if jurisdiction and not replace(client.terms, areas=(jurisdiction,)).reaches(area_code):
        raise refuse(NOT_IN_JURISDICTION, area=area_code, jurisdiction=jurisdiction)


@dataclass(frozen=True)
class Told:
    """What became of a piece of news."""

    outcome: Outcome
    is_new: bool


def _of_number(facts: Mapping[str, Any]) -> Place:
    """Where the case lies; one that the key has no part in and one that does not exist are the same."""
    sent: Sent = facts["sent"]
    try:
        return place_of(Case.objects.filter(number=sent.number))
    except Refusal:
        raise refuse(NOT_PARTY) from None


def _subjects_of_news(_result: Told, facts: Mapping[str, Any]) -> tuple[str, ...]:
    case = Case.objects.get(number=facts["sent"].number)
    return (f"case:{case.pk}", *(party for party in case.parties if not party.startswith("office:")))


@deed("client.update", on=_of_number, subjects=_subjects_of_news)
def tell_news(*, client: Client, sent: Sent, once: bytes, by: Viewer, at: datetime, purpose: str = "service") -> Told:
    """Take news of a case: the words kept, and the step its status asks for taken in the office's name.

    Nothing is closed by it. News older than what this client said last of the case changes nothing but is kept.
    """
    case = Case.objects.select_for_update().get(number=sent.number)
    standing, means = _standing(case, client, by), meaning(sent.status)
    steps, outcome = steps_for(means, case.state, standing, says=bool(sent.words))
    if News.objects.filter(case=case, key=client.key_id, said_at__gt=sent.said_at).exists():
        steps, outcome = (), "late"
    for photo in came(sent.linked):
        add(case.pk, photo, by, at, by_reporter=standing == "other")
    for step in steps:
        _take(step, case, sent, is_done=means == "done", by=by, at=at)
    facts = {"key_id": client.key_id, "outcome": outcome, "at": at}
    content = content_of_news(once, sent)
    Sending.objects.create(kind="news", name_digest=name_digest(sent.update_id), content=content, **facts)
    news = News.objects.create(
        case=case, by_name=by.name, office_id=client.terms.office_id if standing != "other" else None,
        status=sent.status, said_at=sent.said_at, pictures=len(came(sent.linked)), **facts,
    )  # fmt: skip
    NewsWords.objects.create(news=news, words=sent.words)
    return Told(outcome, is_new=True)


def _standing(case: Case, client: Client, by: Viewer) -> Standing:
    """Where the client's office stands in a case; a key that merely posted it stands outside; refuses any other."""
    office, here = client.terms.office_id, area_now(case.area_code, case.pk)
    speaks = client.terms.may_update and client.terms.reaches(here)
    if office is None or not speaks or f"office:{office}" not in case.parties:
        if f"opened:{case.number}" not in by.parties:
            raise refuse(NOT_PARTY)
        return "other"
    if case.handler_office_id == office:
        return "charge"
    return "assisting" if case.parts.filter(office_id=office).exists() else "other"


def _take(step: str, case: Case, sent: Sent, *, is_done: bool, by: Viewer, at: datetime) -> None:
    """One step, by its own deed: the rules of the case hold for a machine as for a person."""
    if step == "accept":
        accept(case_id=case.pk, by=by, at=at)
    elif step == "feed_back":
        feed_back(case_id=case.pk, evidence=sent.words, by=by, at=at)
    elif step == "send_back":
        send_back(case_id=case.pk, reason=sent.words, by=by, at=at)
    else:
        contribute(case_id=case.pk, evidence=sent.words, is_done=is_done, by=by, at=at)


@deed("client.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Forget words of news whose case's words went, and marks of sendings of long ago; returns how many."""
    gone = News.objects.filter(case__text="", case__ended_at__lte=at - WORDS_LIFE)
    words = NewsWords.objects.filter(news__in=gone).exclude(words="").update(words="")
    marks, _each = Sending.objects.filter(at__lte=at - WORDS_LIFE).delete()
    return words + marks
