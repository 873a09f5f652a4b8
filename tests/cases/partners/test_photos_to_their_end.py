"""Photos on their way when terms change, an event is given up or a file is full; and one fault stops no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.partners.partner_town import HERE as INSIDE
from cases.partners.partner_town import (
    JOB,
    NOW,
    WHY,
    deliver,
    linked,
    number_of,
    outbox,
    says,
    secret,
    sent_out,
    terms,
    told,
)
from cases.partners.photo_town import get, housed, jpeg, limited, photo_terms, photos_of, pictures
from cases.partners.systems import System, system
from cases.partners.test_photos_out import joined
from gridcommons.access.identify import program
from gridcommons.cases.actions import add_photo
from gridcommons.cases.partners import actions, linking, outgoing
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.calling import Caller
from gridcommons.cases.partners.delivery import Round
from gridcommons.cases.partners.models import File, Link, Picture, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import stuck_pictures
from gridcommons.cases.partners.terms import Terms
from town import Town

pytestmark = pytest.mark.usefixtures("stopped_clock")

OLD = NOW + policy().row_life + timedelta(days=1)


def names(link: Link, case: UUID, *addresses: str) -> None:
    """Their system names pictures, a message each."""
    for one in addresses:
        says(link, number=number_of(case), status="received", media_url=one)


def fetch() -> None:
    Round(Caller(INSIDE), JOB, NOW, lambda: 0.5).pictures()


def agreed_anew(town: Town, link: Link, wanted: Terms) -> None:
    actions.amend(link_id=link.pk, terms=wanted, reason=WHY, by=town.county_officer, at=NOW)
    actions.confirm(link_id=link.pk, edition=2, by=town.second, at=NOW)


def with_picture(town: Town, own: System) -> tuple[Link, UUID]:
    """A case over there of which their system named a picture."""
    link = joined(town, own)
    made = sent_out(town)
    deliver()
    own.pictures["/p.jpg"] = jpeg(7)
    names(link, made, f"{own.url}/p.jpg")
    assert pictures(link) == [(True, "waiting", "")]
    return link, made


def test_after_two_agree_that_no_photos_go_none_is_taken_in(town: Town) -> None:
    with system() as own:
        link, made = with_picture(town, own)
        agreed_anew(town, link, terms(url=f"{own.url}/in"))
        calls = len(own.calls)
        fetch()
        assert len(own.calls) == calls
    row = Picture.objects.get(link=link)
    assert (row.state, row.address, row.next_at, photos_of(made)) == ("over", "", None, [])


def test_what_was_fetched_under_other_terms_is_not_taken_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with system() as own:
        link, made = with_picture(town, own)
        monkeypatch.setattr(linking, "_no_more_photos", lambda *_asked: None, raising=False)
        agreed_anew(town, link, terms(url=f"{own.url}/in"))
        row = Picture.objects.get(link=link)
        hand = {"by": viewer_for(Link.objects.get(pk=link.pk)), "at": NOW}
        actions.fetch_photo(link_id=link.pk, picture_id=row.pk, data=jpeg(7), reason="", noise=0.5, **hand)
    assert pictures(link) == [(True, "stuck", "partner.no_pictures")]
    assert photos_of(made) == []


def test_giving_a_later_event_up_leaves_open_what_was_told_before(town: Town) -> None:
    with housed(), system() as own:
        link = joined(town, own)
        made = sent_out(town, photos=(jpeg(),))
        deliver()
        (first,) = Sending.objects.filter(link=link)
        url = next(iter(own.events.values()))["case"]["photos"][0]["url"]
        add_photo(case_id=made, data=jpeg(99), by=town.handler, at=NOW)
        told(made, "case.add_photo")
        own.scripted = [(400, "{}")]
        deliver()
        last = Sending.objects.filter(link=link).latest("number")
        assert last.state == "stuck"
        actions.give_up(sending_id=last.pk, reason="对方不要这张照片", by=town.handler, at=NOW)
        assert get(url).status_code == 200
    (row,) = Picture.objects.filter(link=link)
    assert (row.state, row.sending_id) == ("fetched", first.pk), "of the other nobody was told"


def test_by_hand_all_photos_go_in_as_many_zips_as_they_need(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, file_bytes=1)
    link = linked(town, photo_terms())
    sent_out(town, photos=(jpeg(3), jpeg(99), jpeg(200)))
    (row,) = Sending.objects.filter(link=link)
    actions.by_hand(link_id=link.pk, ids=[row.pk], by=town.handler, at=NOW)
    assert pictures(link) == [(False, "filed", "")] * 3
    assert File.objects.filter(link=link, name__endswith=".zip").count() == 3


def test_pictures_that_are_stuck_keep_no_other_away(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        made = sent_out(town)
        deliver()
        most = policy().photo_rules.most_back
        names(link, made, *(f"https://elsewhere.example.org/{n}.jpg" for n in range(most)))
        own.pictures["/good.jpg"] = jpeg(7)
        names(link, made, f"{own.url}/good.jpg")
        fetch()
    assert pictures(link) == [*[(True, "stuck", "strange_host")] * most, (True, "taken", "")]
    assert len(photos_of(made)) == 1


def test_one_picture_too_many_at_once_waits_for_a_person_and_is_not_lost(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        made = sent_out(town)
        deliver()
        most = policy().photo_rules.most_back
        names(link, made, *(f"{own.url}/{n}.jpg" for n in range(most + 1)))
        assert pictures(link) == [*[(True, "waiting", "")] * most, (True, "stuck", "too_many")]
    (line,) = stuck_pictures(town.handler, NOW)
    assert line.may_again
    actions.picture_again(picture_id=line.id, by=town.handler, at=NOW)
    assert pictures(link)[-1] == (True, "waiting", "")


def test_the_address_of_a_picture_goes_with_its_end_and_the_row_in_time(town: Town) -> None:
    with system() as own:
        link, made = with_picture(town, own)
        fetch()
        names(link, made, "https://elsewhere.example.org/x.jpg", f"{own.url}/gone.jpg")
    taken, _strange, waiting = Picture.objects.filter(link=link).order_by("at", "id")
    assert (taken.state, taken.address) == ("taken", "")
    assert waiting.address
    actions.forget(by=program("retention"), at=OLD)
    assert [state for _back, state, _reason in pictures(link)] == ["stuck", "waiting"], "what is open stays"
    actions.end(link_id=link.pk, by=town.county_officer, at=NOW)
    assert set(Picture.objects.filter(link=link).values_list("state", "address")) == {("over", "")}


def test_an_error_in_writing_one_event_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with system() as own:
        link = joined(town, own)
        first, second = sent_out(town), sent_out(town)
        usual, bad = outgoing.text_of, number_of(first)

        def text_of(row: Sending, known: Terms, values: Mapping[str, Any], *more: Any) -> tuple[str, str]:
            if values["number"] == bad:
                raise ZeroDivisionError
            return usual(row, known, values, *more)

        monkeypatch.setattr(outgoing, "text_of", text_of)
        deliver()
        assert [one["case"]["number"] for one in own.events.values()] == [number_of(second)]
    assert outbox(link) == [("case.dispatched", "stuck", "unforeseen"), ("case.dispatched", "sent", "")]


def test_an_error_in_claiming_ends_the_turn_of_its_link_alone(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with system() as own, system() as fine:
        link = linked(town, terms(url=f"{own.url}/in"))
        other = linked(town, terms(url=f"{fine.url}/in", name="另一个系统"))
        fine.secret = secret(other)
        sent_out(town)
        usual = actions.claim

        def claim(**facts: Any) -> Any:
            if facts["by"].key == f"partner:{link.pk}":
                raise ZeroDivisionError
            return usual(**facts)

        monkeypatch.setattr(actions, "claim", claim)
        deliver()
        assert (len(own.calls), len(fine.calls)) == (0, 1)
    assert outbox(link) == [("case.dispatched", "waiting", "")]
    assert outbox(other) == [("case.dispatched", "sent", "")]
