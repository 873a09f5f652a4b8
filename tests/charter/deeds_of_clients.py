"""The deeds of machine clients for the diary of article 14: keys, a request, an update, forgetting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from gridcommons.access.identify import program
from gridcommons.access.keyring.actions import make_key, withdraw_key
from gridcommons.access.keyring.queries import client_of
from gridcommons.access.keyring.rules import Terms
from gridcommons.access.queries import office_at
from gridcommons.cases.actions import dispatch, file_case
from gridcommons.cases.clients.actions import forget, post_request, tell_news
from gridcommons.cases.clients.marks import once_of
from gridcommons.cases.clients.rules import Sent
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import tracked_case, with_code
from town import AT, COUNTY, HERE, Town

Do = Callable[..., Any]


def of_clients(town: Town, do: Do, said: str) -> None:
    """A key, a request by it, an update in the office's name, the key withdrawn, its marks forgotten."""
    office = office_at(COUNTY, "urban_management").id
    facts = {"name": "client", "terms": Terms((COUNTY,), office, True, True, 60), "reason": "接入测试"}
    made = do("key.make", lambda: make_key(**facts, by=town.county_officer, at=AT))
    client = client_of(made.text, AT)
    report = Report("street_lamps", said, *HERE)
    posted = do(
        "client.post", lambda: post_request(client=client, report=report, by=client.viewer, at=AT),
        within=("case.report",),
    )  # fmt: skip
    case = tracked_case(code=posted.code, viewer=with_code(town.public, posted.code), at=AT).id
    file_case(case_id=case, by=town.supervisor, at=AT)
    dispatch(case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    sent = Sent(posted.number, "u1", "closed", AT, said)
    once = once_of(made.text, "u1")
    do(
        "client.update", lambda: tell_news(client=client, sent=sent, once=once, by=client.viewer, at=AT),
        within=("case.accept", "case.feed_back"),
    )  # fmt: skip
    do("key.withdraw", lambda: withdraw_key(key_id=made.id, reason="不再使用", by=town.county_officer, at=AT))
    late = program("retention")
    assert do("client.forget", lambda: forget(by=late, at=AT + timedelta(days=800))) >= 1
