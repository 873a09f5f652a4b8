"""The deeds of links to departments' systems, done one after the other to show that each is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from cases.partners.partner_town import JOB, NOW, USUAL, WHY, number_of, terms
from cases.partners.photo_town import jpeg
from gridcommons.access.identify import account
from gridcommons.access.queries import office_at
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.models import Pairing, Picture
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Outcome
from town import COUNTY, Town
from web.office_town import report, to_dispatched


class Do(Protocol):
    """Does one deed and holds what it left."""

    def __call__(self, key: str, deed: Callable[[], Any], *, within: tuple[str, ...] = ()) -> Any:
        """The result of the deed."""


def deeds_of_links(town: Town, do: Do) -> None:
    """Every deed of the room `partners`; the second person is there already."""
    second = account("second")
    office, by = office_at(COUNTY, "urban_management").id, town.county_officer
    facts: dict[str, Any] = {"office_id": office, "terms": terms(), "reason": WHY, "by": by, "at": NOW}
    lost = do("partner.draft", lambda: actions.draft(**facts))
    do("partner.decline", lambda: actions.decline(link_id=lost.pk, by=second, at=NOW))
    pk = actions.draft(**facts).pk
    again = {"terms": terms("open311", fields=(*USUAL, "photos")), "reason": WHY, "by": by, "at": NOW}
    do("partner.amend", lambda: actions.amend(link_id=pk, **again))
    link = do("partner.confirm", lambda: actions.confirm(link_id=pk, edition=2, by=second, at=NOW))
    do("partner.rotate", lambda: actions.rotate(link_id=pk, by=by, at=NOW))
    do("partner.show_key", lambda: actions.show_key(link_id=pk, by=by, at=NOW))
    do("partner.keep_key", lambda: actions.keep_key(link_id=pk, text="k", by=by, at=NOW))
    do("partner.try", lambda: actions.try_link(link_id=pk, by=by, at=NOW))
    _over(town, do, link)
    do("partner.end", lambda: actions.end(link_id=pk, by=by, at=NOW))
    do("partner.forget", lambda: actions.forget(by=JOB, at=NOW + timedelta(days=900)))


def _over(town: Town, do: Do, link: Any) -> None:
    """What goes over one link and comes back."""
    me, case, late = viewer_for(link), report(town).case_id, NOW + policy().lost
    to_dispatched(town, case)
    told: dict[str, Any] = {"case_id": case, "what": "case.dispatch", "who": "user:x", "by": JOB, "at": NOW}
    out = do("partner.post", lambda: actions.post(heard=1, **told))[0].pk
    hold: dict[str, Any] = {"sending_id": out, "by": me, "at": NOW}
    do("partner.claim", lambda: actions.claim(**hold), within=("look.partner_case",))  # it lacks a place
    do("partner.retry", lambda: actions.retry(link_id=link.pk, ids=[out], by=town.handler, at=NOW))
    do("partner.record", lambda: actions.record(outcome=Outcome("later", "fault"), noise=0.5, **hold))
    do("partner.lose", lambda: actions.lose(by=JOB, at=late))
    do("partner.pair", lambda: actions.pair(sending_id=out, remote_id="SR1", by=town.handler, at=NOW))
    pairing = Pairing.objects.get(link=link).pk
    asked: dict[str, Any] = {"link_id": link.pk, "pairing_id": pairing, "next_at": late, "by": me, "at": NOW}
    do("partner.poll", lambda: actions.poll(row={"status": "open"}, outcome=Outcome("sent", code="200"), **asked))
    for number, key in ((2, "partner.give_up"), (3, "partner.by_hand")):
        row = actions.post(heard=number, **told)[0].pk
        if key == "partner.give_up":
            do(key, lambda row=row: actions.give_up(sending_id=row, reason=WHY, by=town.handler, at=NOW))
        else:
            hand: dict[str, Any] = {"link_id": link.pk, "ids": [row], "by": town.handler, "at": NOW}
            do(key, lambda hand=hand: actions.by_hand(**hand), within=("look.partner_case",))
    actions.post(heard=4, **told)
    do(
        "partner.make_file", lambda: actions.make_file(link_id=link.pk, by=me, at=NOW),
        within=("look.partner_case",),
    )  # fmt: skip
    raw = f'{{"number": "{number_of(case)}", "status": "accepted"}}'
    came, _new = do("partner.arrive", lambda: actions.arrive(link_id=link.pk, raw=raw, event_id="", by=me, at=NOW))
    know: dict[str, Any] = {"arrival_id": came.pk, "at": NOW}
    do("partner.understand", lambda: actions.understand(by=me, **know), within=("case.accept",))
    _photos(town, do, link, case)
    odd, _new = actions.arrive(link_id=link.pk, raw="?", event_id="", by=me, at=NOW)
    actions.understand(arrival_id=odd.pk, by=me, at=NOW)
    do("partner.rerun", lambda: actions.rerun(arrival_id=odd.pk, by=town.handler, at=NOW))
    do("partner.set_aside", lambda: actions.set_aside(arrival_id=odd.pk, reason=WHY, by=town.handler, at=NOW))


def _photos(town: Town, do: Do, link: Any, case: UUID) -> None:
    """Photos that go along, and pictures that come back."""
    me, number = viewer_for(link), number_of(case)
    hand: dict[str, Any] = {"link_id": link.pk, "by": me, "at": NOW}
    came = do("partner.take_photo", lambda: actions.take_photo(number=number, data=jpeg(), **hand))
    check: dict[str, Any] = {"case_id": case, "photo_id": came.photo, "is_good": True, "by": town.handler, "at": NOW}
    do("partner.check_photo", lambda: actions.check_photo(**check))
    do("partner.hand_photo", lambda: actions.hand_photo(case_id=case, photo_id=came.photo, **hand))
    facts: dict[str, Any] = {"link": link, "pairing": link.pairings.get(), "back": True, "at": NOW, "changed_at": NOW}
    with scoped(Scope("^"), deed="test"):
        picture = Picture.objects.create(state="stuck", address="https://partner.example.org/x", **facts).pk
    do("partner.picture_again", lambda: actions.picture_again(picture_id=picture, by=town.handler, at=NOW))
    again: dict[str, Any] = {"picture_id": picture, "data": b"?", "reason": "", "noise": 0.5}
    do("partner.fetch_photo", lambda: actions.fetch_photo(**again, **hand))
    do("partner.picture_aside", lambda: actions.picture_aside(picture_id=picture, by=town.handler, at=NOW))
