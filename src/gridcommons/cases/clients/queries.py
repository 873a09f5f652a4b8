"""Reads of what machine clients sent: was it sent before, what a token stands for, the news of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.keyring.queries import Client
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.clients.actions import Told
from gridcommons.cases.clients.marks import content_of_news, name_digest, token_digest
from gridcommons.cases.clients.models import News, NewsWords, Sending
from gridcommons.cases.clients.rules import OTHER_CONTENT, Sent, statuses
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.stepping import place_of
from gridcommons.kit.errors import refusal_kind, refuse

UNKNOWN_TOKEN = refusal_kind(
    "client.unknown_token",
    status=404,
    zh="没有这个token，请核对。",
    en="There is no such token; check it.",
)
_UNREAD = "reported"


def told_before(client: Client, sent: Sent, once: bytes) -> Told | None:
    """The answer to news that came before; refuses the same id with other content; None for what is new."""
    rows = Sending.objects.filter(key=client.key_id, kind="news", name_digest=name_digest(sent.update_id))
    held = rows.first()
    if held is None:
        return None
    if bytes(held.content) != content_of_news(once, sent):
        raise refuse(OTHER_CONTENT, name=sent.update_id)
    return Told(held.outcome, is_new=False)  # type: ignore[arg-type]


def teller(client: Client, number: str) -> Viewer:
    """Who tells news of a case: the office's system, or the key that posted it, which is party to that very case."""
    posted = Sending.objects.filter(key=client.key_id, kind="request", number=number).exists() if number else False
    return replace(client.viewer, parties=client.viewer.parties | {f"opened:{number}"}) if posted else client.viewer


def number_of(token: str) -> str:
    """The number that a token stands for; empty while there is none to give out. Refuses an unknown token."""
    held = Sending.objects.filter(token_digest=token_digest(token), kind="request").first() if token else None
    if held is None:
        raise refuse(UNKNOWN_TOKEN)
    row = PublicCase.objects.filter(number=held.number).first() if held.number else None
    waits = row is None or (row.matter_key in statuses().batch and row.state == _UNREAD)
    return "" if waits else held.number


@dataclass(frozen=True)
class NewsLine:
    """A piece of news of a case for those who work on it."""

    by_name: str
    has_office: bool
    status: str
    words: str
    at: datetime
    pictures: int
    outcome: str


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]))


def _subjects(_found: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    return (f"case:{facts['case_id']}", *(party for party in parties if not party.startswith("office:")))


@look("look.case", on=_of_case, subjects=_subjects)
def news_of(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> list[NewsLine]:
    """What other programs said of a case, newest first."""
    said = dict(NewsWords.objects.filter(news__case_id=case_id).values_list("news_id", "words"))
    return [
        NewsLine(
            row.by_name, row.office_id is not None, row.status, said.get(row.pk, ""), row.at, row.pictures, row.outcome
        )
        for row in News.objects.filter(case_id=case_id).order_by("-at", "-id")
    ]  # fmt: skip


def has_news(case_id: UUID, viewer: Viewer, at: datetime) -> bool:
    """Whether a case within the viewer's scope has news from other programs; nothing of it is read."""
    with viewing(viewer, at):
        return News.objects.filter(case_id=case_id).exists()
