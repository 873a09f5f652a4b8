"""What was reported of a home stays there whatever it is filed as later, and fetching photos is a look."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest

from cases.partners.partner_town import NOW, case, deliver, linked, sent_out, told
from cases.partners.photo_town import OWN, WITH_PHOTOS, get, housed, jpeg, photo_terms, photos_of, pictures
from cases.partners.systems import system
from cases.partners.test_photos_out import joined
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import dispatch, file_case
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.exporting import kept
from gridcommons.cases.partners.giving import address_of
from gridcommons.cases.partners.models import File, Pairing, Picture
from gridcommons.cases.partners.queries import file_content
from town import AT, COUNTY, Town
from web.office_town import client_of, report, text_of

pytestmark = pytest.mark.usefixtures("stopped_clock")

WORDS = "楼上夫妻半夜吵架"


def filed_otherwise(town: Town) -> UUID:
    """Noise in a home, filed as a matter of the street."""
    made = report(town, matter_key="noise", text=WORDS, photos=(jpeg(),)).case_id
    file_case(case_id=made, matter_key="street_lamps", by=town.supervisor, at=AT + timedelta(minutes=10))
    return made


def sent(town: Town) -> UUID:
    made, at = filed_otherwise(town), AT + timedelta(minutes=20)
    dispatch(case_id=made, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at)
    told(made, "case.dispatch")
    return made


def test_words_and_photos_of_a_home_do_not_go_out_under_another_matter(town: Town) -> None:
    with housed(), system() as own:
        link = joined(town, own, fields=(*WITH_PHOTOS, "text", "note"))
        sent(town)
        deliver()
        (event,) = own.events.values()
    assert event["case"]["matter"] == "street_lamps"
    assert {"text", "note", "photos"} & event["case"].keys() == set()
    assert pictures(link) == []


def test_no_address_opens_a_photo_of_a_home(town: Town) -> None:
    with housed(), system() as own:
        link = joined(town, own)
        made = sent(town)
        (photo,) = photos_of(made)
        with scoped(Scope("^"), deed="test"):
            facts = {"pairing": Pairing.objects.get(link=link), "photo": photo.pk, "state": "told"}
            Picture.objects.create(link=link, at=NOW, changed_at=NOW, **facts)
    answer = get(address_of(link, made, photo.pk, NOW + timedelta(hours=1), OWN))
    assert (answer.status_code, answer.json()["code"]) == (410, "partner.photo_over")


def test_no_file_holds_what_was_said_of_a_home(town: Town) -> None:
    link = linked(town, photo_terms("export", "", fields=(*WITH_PHOTOS, "text", "note")))
    sent(town)
    actions.make_file(link_id=link.pk, by=viewer_for(link), at=NOW)
    (table,) = File.objects.filter(link=link)
    assert WORDS.encode() not in (kept(link.key, table.name) or b"")


def test_the_office_pages_say_that_it_is_never_public(town: Town) -> None:
    made = filed_otherwise(town)
    url = f"/office/case/{made}"
    assert "never on a public page" in text_of(client_of(town, "supervisor", "en").get(url))
    assert case(made).public is False
    queue = text_of(client_of(town, "dispatcher", "en").get("/office/queue"))
    lamp = text_of(client_of(town, "supervisor", "en").get(f"/office/case/{report(town).case_id}"))
    assert "is-private" in queue
    assert "never on a public page" not in lamp


def test_whoever_fetches_a_zip_has_looked_at_each_case_and_photo_in_it(town: Town) -> None:
    link = linked(town, photo_terms("export", ""))
    made = sent_out(town, photos=(jpeg(10), jpeg(99)))
    actions.make_file(link_id=link.pk, by=viewer_for(link), at=NOW)
    pack = File.objects.get(link=link, name__endswith=".zip")
    _row, raw = file_content(link_id=link.pk, file_id=pack.pk, viewer=town.handler, at=NOW)
    assert len(ZipFile(BytesIO(raw)).namelist()) == 3
    with scoped(Scope("^")):
        bodies = [json.loads(one) for one in LedgerDetail.objects.values_list("body", flat=True)]
    (look,) = [one for one in bodies if one["what"] == "look.partner_file"]
    assert {f"case:{made}", *(f"photo:{one.pk}" for one in photos_of(made))} <= set(look["subjects"])
