"""Photos that go along: only by two, only what the office may see, by addresses that open one photo for some hours."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from cases.partners.partner_town import (
    NOW,
    case,
    deliver,
    linked,
    number_of,
    outbox,
    pairing,
    secret,
    sent_out,
    terms,
    told,
)
from cases.partners.photo_town import OWN, WITH_PHOTOS, get, housed, jpeg, limited, photo_terms, photos_of, pictures
from cases.partners.systems import System, system
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import add_photo, dispatch, forget_words, send_back
from gridcommons.cases.models import Photo
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.giving import address_of
from gridcommons.cases.partners.models import File, Link
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import file_content
from gridcommons.cases.storing import read
from town import COUNTY, Town
from web.office_town import stop_clock

pytestmark = pytest.mark.usefixtures("stopped_clock")

LIFE = policy().photo_rules.opens_for


def joined(town: Town, own: System, way: str = "webhook", **more: Any) -> Link:
    link = linked(town, photo_terms(way, f"{own.url}/in" if way == "webhook" else own.url, **more))
    own.secret = secret(link)
    if way == "open311":
        actions.keep_key(link_id=link.pk, text="k", by=town.county_officer, at=NOW)
    return link


def told_of(town: Town, own: System, *colours: int) -> tuple[Link, UUID, list[dict[str, Any]]]:
    """A case with photos over there, and what the last event says of them."""
    link = joined(town, own)
    made = sent_out(town, photos=tuple(jpeg(one) for one in colours))
    deliver()
    return link, made, list(own.events.values())[-1]["case"]["photos"]


def photo_looks() -> list[tuple[str, list[str]]]:
    """Who read which photo through a link, by the ledger."""
    with scoped(Scope("^")):
        bodies = [json.loads(one) for one in LedgerDetail.objects.values_list("body", flat=True)]
    return [(one["by"], one["subjects"]) for one in bodies if one["what"] == "look.partner_photo"]


def test_a_photo_is_told_of_fetched_whole_and_each_fetching_is_a_look(town: Town) -> None:
    with housed(), system() as own:
        link, made, (one, two) = told_of(town, own, 10, 200)
    assert set(one) == {"id", "sha256", "bytes", "type", "uploaded_at", "url", "until"}
    assert [one["id"], two["id"]] == [str(row.pk) for row in photos_of(made)]
    answer = get(one["url"])
    kept = read(photos_of(made)[0].path)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, kept, "image/jpeg")
    assert (len(kept), hashlib.sha256(kept).hexdigest()) == (one["bytes"], one["sha256"])
    assert b"SECRET-CAMERA" not in kept
    assert (answer.cookies, answer["Cache-Control"], answer["Accept-Ranges"]) == ({}, "no-store", "none")
    part = get(two["url"], Range="bytes=0-3")
    assert (part.status_code, len(part.content)) == (200, two["bytes"]), "there are no parts of a photo"
    looks = photo_looks()
    assert [by for by, _about in looks] == [f"partner:{link.pk}"] * 2
    assert f"photo:{one['id']}" in looks[0][1]
    assert pictures(link) == [(False, "fetched", "")] * 2


def test_without_the_term_no_photo_goes_and_a_later_photo_is_no_news(town: Town) -> None:
    with housed(), system() as own:
        link = linked(town, terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        made = sent_out(town, photos=(jpeg(),))
        deliver()
        (event,) = own.events.values()
        add_photo(case_id=made, data=jpeg(1), by=town.handler, at=NOW)
        assert told(made, "case.add_photo") == []
    assert "photos" not in event["case"]
    assert pictures(link) == []


def test_a_photo_of_a_matter_inside_a_home_never_goes(town: Town) -> None:
    with housed(), system() as own:
        link = joined(town, own)
        sent_out(town, matter_key="noise", text="楼上夫妻半夜吵架", photos=(jpeg(),))
        deliver()
        (event,) = own.events.values()
    assert "photos" not in event["case"]
    assert pictures(link) == []


def test_a_photo_added_later_is_told_of(town: Town) -> None:
    with housed(), system() as own:
        _link, made, _photos = told_of(town, own, 10)
        add_photo(case_id=made, data=jpeg(99), by=town.handler, at=NOW)
        told(made, "case.add_photo")
        deliver()
        last = list(own.events.values())[-1]
    assert (last["event"], len(last["case"]["photos"])) == ("case.changed", 2)


def test_without_an_address_of_this_house_the_event_waits_for_a_person(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        sent_out(town, photos=(jpeg(),))
        deliver()
        assert outbox(link) == [("case.dispatched", "stuck", "no_address")]
        with housed():
            actions.retry(link_id=link.pk, by=town.handler, at=NOW)
            deliver()
    assert outbox(link) == [("case.dispatched", "sent", "")]


def test_a_repeat_has_the_same_bytes_until_its_addresses_run_out(town: Town) -> None:
    with housed(), system((500, {}), (500, {}), (500, {})) as own:
        joined(town, own)
        sent_out(town, photos=(jpeg(),))
        for hours in (0, 1, 4, 8):
            deliver(NOW + timedelta(hours=hours))
        bodies = [json.loads(raw) for raw in own.bodies]
    assert own.bodies[0] == own.bodies[1]
    assert len({one["event_id"] for one in bodies}) == 1
    untils = [one["case"]["photos"][0]["until"] for one in bodies]
    assert untils[1] < untils[2] < untils[3]


def bent(url: str, **changed: str) -> str:
    """An address with other words in it."""
    parts = urlsplit(url)
    facts = {key: values[0] for key, values in parse_qs(parts.query).items()} | changed
    query = "&".join(f"{key}={value}" for key, value in facts.items())
    return f"{OWN}{parts.path}?{query}"


def refused(url: str) -> tuple[int, str]:
    answer = get(url)
    said = answer.json()
    assert said["message"], said
    assert any("一" <= sign <= "鿿" for sign in said["message_zh"])
    return answer.status_code, said["code"]


def test_an_address_that_was_bent_opens_nothing(town: Town) -> None:
    with housed(), system() as own:
        link, made, (one, two) = told_of(town, own, 10, 200)
        other = linked(town, photo_terms(name="住建系统"), kind="housing_construction")
    url, until = one["url"], int(NOW.timestamp() + LIFE.total_seconds())
    for bad in (
        url.replace(one["id"], two["id"]), url.replace(link.key, other.key), url.replace(link.key, "nobody"),
        bent(url, until=str(until + 1)), bent(url, until=""), bent(url, until="９" * 10), bent(url, until="9" * 99),
        bent(url, case=str(uuid4())), bent(url, case="x"), bent(url, sign=""), bent(url, sign="é"),
        bent(url, sign="0" * 64), url.partition("?")[0],
    ):  # fmt: skip
        assert refused(bad) == (403, "partner.photo_not_ours"), bad
    assert photo_looks() == []
    assert case(made).state == "dispatched"


def test_an_address_outlives_nothing_that_it_depends_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    over = (410, "partner.photo_over")
    with housed(), system() as own:
        link, made, (one, two) = told_of(town, own, 10, 200)
        stop_clock(monkeypatch, NOW + LIFE - timedelta(seconds=1))
        assert get(one["url"]).status_code == 200
        stop_clock(monkeypatch, NOW + LIFE)
        assert refused(one["url"]) == over, "its time is over"
        stop_clock(monkeypatch, NOW + timedelta(minutes=1))
        with scoped(Scope("^"), deed="test"):
            Photo.objects.filter(pk=two["id"]).delete()
        assert refused(two["url"]) == over, "the photo is gone"
        changed = {"link_id": link.pk, "reason": "不再需要照片了", "by": town.county_officer, "at": NOW}
        actions.amend(terms=photo_terms(url=f"{own.url}/in"), **changed)
        assert refused(one["url"]) == over, "other terms wait for the second person"
        actions.confirm(link_id=link.pk, edition=2, by=town.second, at=NOW)
        assert get(one["url"]).status_code == 200
        send_back(case_id=made, reason="不归我们管", by=town.handler, at=NOW)
        assert refused(one["url"]) == over, "the case is no longer with the office"
        dispatch(case_id=made, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=NOW)
        assert get(one["url"]).status_code == 200
        actions.amend(terms=terms(url=f"{own.url}/in"), **changed)
        actions.confirm(link_id=link.pk, edition=3, by=town.second, at=NOW)
        assert refused(one["url"]) == over, "photos go along no more"
        actions.end(link_id=link.pk, by=town.county_officer, at=NOW)
        assert refused(one["url"]) == over, "the link was ended"


def test_a_photo_that_nobody_was_told_of_has_no_address(town: Town) -> None:
    with housed(), system() as own:
        link, _made, _photos = told_of(town, own, 10)
        other = sent_out(town, photos=(jpeg(77),))
        photo = photos_of(other)[0]
    url = address_of(link, other, photo.pk, NOW + LIFE, OWN)
    assert refused(url) == (410, "partner.photo_over"), "its event did not go out yet"


def test_a_link_has_so_many_photos_a_minute(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with housed(), system() as own:
        _link, _made, (one,) = told_of(town, own, 10)
    limited(monkeypatch, per_minute=2)
    assert [get(one["url"]).status_code for _n in range(3)] == [200, 200, 429]
    stop_clock(monkeypatch, NOW + timedelta(minutes=1))
    assert get(one["url"]).status_code == 200
    assert len(photo_looks()) == 3


def test_a_photo_that_was_destroyed_in_time_goes_no_more(town: Town) -> None:
    with housed(), system() as own:
        link = joined(town, own)
        made = sent_out(town, photos=(jpeg(),))
        late = NOW + timedelta(days=3 * 365)
        with scoped(Scope("^"), deed="test"):
            row = case(made)
            row.state, row.ended_at = "closed", NOW
            row.save()
        forget_words(by=program("retention"), at=late)
        deliver(late)
    assert not any(one["case"].get("photos") for one in own.events.values())
    assert pictures(link) == []


def test_open311_carries_one_address_a_call_and_the_rest_as_updates(town: Town) -> None:
    fields = (*WITH_PHOTOS, "lon", "lat")
    with housed(), system() as own:
        link = joined(town, own, "open311", fields=fields, mapping='{"updates": true}')
        made = sent_out(town, photos=(jpeg(10), jpeg(99), jpeg(200)))
        for minute in range(4):
            deliver(NOW + timedelta(minutes=minute))
        (request,) = own.requests
        addresses = [request["media_url"], *(one["media_url"] for one in own.updates)]
    assert [urlsplit(one).path.rpartition("/")[2] for one in addresses] == [str(row.pk) for row in photos_of(made)]
    assert get(addresses[0]).status_code == get(addresses[2]).status_code == 200
    assert outbox(link) == [("case.dispatched", "sent", ""), *[("case.changed", "sent", "")] * 2]


def test_open311_without_updates_has_the_rest_in_its_description(town: Town) -> None:
    with housed(), system() as own:
        link = joined(town, own, "open311", fields=(*WITH_PHOTOS, "lon", "lat"))
        made = sent_out(town, photos=(jpeg(10), jpeg(99)))
        deliver()
        (request,) = own.requests
        add_photo(case_id=made, data=jpeg(1), by=town.handler, at=NOW)
        told(made, "case.add_photo")
        deliver()
    line = request["description"].splitlines()[-1]
    assert line.startswith("照片2：")
    assert get(line.partition("：")[2]).status_code == 200
    assert outbox(link)[1] == ("case.changed", "stuck", "tell_by_hand"), "a person carries it over"


def zips(town: Town, link: Link) -> list[ZipFile]:
    """The photos of a link's files, oldest first."""
    rows = File.objects.filter(link=link, name__endswith=".zip").order_by("made_at", "id")
    found = [file_content(link_id=link.pk, file_id=row.pk, viewer=town.handler, at=NOW)[1] for row in rows]
    return [ZipFile(BytesIO(raw)) for raw in found]


def test_files_have_their_photos_beside_them_bounded_and_the_rest_in_the_next(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = linked(town, photo_terms("export"))
    made = sent_out(town, photos=(jpeg(10), jpeg(99), jpeg(200)))
    held = photos_of(made)
    size = len(read(held[0].path))
    limited(monkeypatch, file_bytes=2 * size + 100)
    table = actions.make_file(link_id=link.pk, by=town.handler, at=NOW)
    text = file_content(link_id=link.pk, file_id=table.pk, viewer=town.handler, at=NOW)[1].decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text))
    names = row["photos"].split("; ")
    assert names == [f"{number_of(made)}-{one.pk.hex[-8:]}.jpg" for one in held]
    again = actions.make_file(link_id=link.pk, by=town.handler, at=NOW + timedelta(hours=5))
    assert again.name.endswith(".zip"), "only photos were left"
    first, second = zips(town, link)
    assert (first.namelist(), second.namelist()) == ([*names[:2], "photos.csv"], [names[2], "photos.csv"])
    assert first.read(names[1]) == read(held[1].path)
    listed = list(csv.DictReader(StringIO(first.read("photos.csv").decode("utf-8-sig"))))
    assert [one["sha256"] for one in listed] == [bytes(one.sha256).hex() for one in held[:2]]
    assert pictures(link) == [(False, "filed", "")] * 3
    assert len(photo_looks()) == 3, "each as it left"


def test_a_photo_that_left_the_office_meanwhile_is_in_no_file(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    link = linked(town, photo_terms("export"))
    made = sent_out(town, photos=(jpeg(10), jpeg(99)))
    limited(monkeypatch, file_bytes=1)
    actions.make_file(link_id=link.pk, by=town.handler, at=NOW)
    send_back(case_id=made, reason="不归我们管", by=town.handler, at=NOW)
    told(made, "case.send_back")
    actions.make_file(link_id=link.pk, by=town.handler, at=NOW)
    assert [len(one.namelist()) for one in zips(town, link)] == [2]
    assert pictures(link) == [(False, "filed", ""), (False, "over", "photo_gone")]


def test_what_was_told_of_and_not_fetched_is_told_of_again(town: Town) -> None:
    with housed(), system() as own:
        link, _made, (one,) = told_of(town, own, 10)
        picture = link.pictures.get()
        actions.picture_again(picture_id=picture.pk, by=town.handler, at=NOW + LIFE)
        deliver(NOW + LIFE)
        last = list(own.events.values())[-1]
    assert (last["event"], last["case"]["photos"][0]["id"]) == ("case.changed", one["id"])
    assert last["case"]["photos"][0]["until"] > one["until"]
    assert pictures(link) == [(False, "told", "")]
    assert pairing(link).last_number == 2
