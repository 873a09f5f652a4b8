"""Pictures that come back: judged as any stranger's, kept once, checked before the reporter sees them."""

from __future__ import annotations

import json
import struct
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from PIL import Image

from cases.partners.partner_town import HERE as INSIDE
from cases.partners.partner_town import JOB, NOW, linked, number_of, poll, secret, sent_out, state, terms, told
from cases.partners.photo_town import WITH_PHOTOS, get, housed, jpeg, limited, photo_terms, photos_of, pictures, post
from cases.partners.systems import System, system
from cases.test_photos import png
from gridcommons.cases.actions import send_back
from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.calling import Caller, House
from gridcommons.cases.partners.delivery import Round
from gridcommons.cases.partners.models import Link, Picture
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.taking import fetched
from gridcommons.cases.partners.terms import picture_host
from gridcommons.cases.queries import case_page, own_photo, photo_of, tracked_case, with_code
from gridcommons.cases.storing import read
from gridcommons.kit.errors import Refusal
from gridcommons.web.partners.photo import take
from town import Town
from web.office_town import report, to_dispatched

pytestmark = pytest.mark.usefixtures("stopped_clock")

STAMP = NOW.timestamp()


def over(town: Town, **more: Any) -> tuple[Link, UUID]:
    """A link with photos, and a case that went over it."""
    link = linked(town, photo_terms(**more))
    return link, sent_out(town)


def posted(link: Link, case: UUID, raw: bytes, **more: Any) -> tuple[int, dict[str, str]]:
    answer = post(link, secret(link), number_of(case), raw, STAMP, **more)
    return answer.status_code, answer.json()


def gif(width: int, height: int, frames: int) -> bytes:
    """A GIF that says how large it is, and unfolds to many frames."""
    raw = BytesIO()
    pages = [Image.new("P", (8, 8), n % 256) for n in range(frames)]
    pages[0].save(raw, "GIF", save_all=True, append_images=pages[1:])
    held = bytearray(raw.getvalue())
    held[6:10] = struct.pack("<HH", width, height)
    return bytes(held)


def test_a_picture_of_the_finished_work_is_kept_clean_and_bound_to_the_case(town: Town) -> None:
    link, made = over(town)
    status, said = posted(link, made, jpeg(44))
    (photo,) = photos_of(made)
    assert (status, said) == (201, {"receipt": bytes(photo.sha256).hex(), "state": "kept"})
    assert (photo.by_key, photo.duty) == (f"partner:{link.pk}", "partner")
    assert b"SECRET-CAMERA" not in read(photo.path)
    assert pictures(link) == [(True, "taken", "")]
    assert state(made) == "dispatched", "a picture is no step"


def test_the_same_picture_ten_times_is_kept_once(town: Town) -> None:
    link, made = over(town)
    assert [posted(link, made, jpeg(44))[0] for _n in range(10)] == [201, *[200] * 9]
    assert (len(photos_of(made)), len(pictures(link))) == (1, 1)


BAD: dict[str, tuple[bytes, int, str]] = {
    "html": (b"<html><script>alert(1)</script>", 415, "photo.not_an_image"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "photo.not_an_image"),
    "empty": (b"", 415, "photo.not_an_image"),
    "gif bomb": (gif(60_000, 60_000, 2), 413, "photo.too_many_pixels"),
    "gif ribbon": (gif(30_000, 10, 2), 413, "photo.too_long"),
    "png bomb": (png(50_000, 50_000, b"x"), 413, "photo.too_many_pixels"),
    "cut off": (jpeg(3)[:300], 400, "photo.broken"),
}


def test_what_is_no_good_picture_is_refused_and_nothing_is_kept(town: Town) -> None:
    link, made = over(town)
    for name, (raw, status, code) in BAD.items():
        got, said = posted(link, made, raw)
        assert (got, said["code"]) == (status, code), name
        assert said["message"], name
        assert said["message_zh"], name
    assert (photos_of(made), pictures(link)) == ([], [])


class Endless:
    """A body that says how long it is, and counts what is read of it."""

    def __init__(self, size: int) -> None:
        self.left, self.read_bytes = size, 0

    def read(self, most: int = -1) -> bytes:
        taken = min(self.left, most if most >= 0 else self.left)
        self.left, self.read_bytes = self.left - taken, self.read_bytes + taken
        return b"\xff" * taken


@pytest.mark.parametrize("says", [100_000_000, None])
def test_of_a_hundred_megabytes_no_more_is_read_than_a_picture_may_have(says: int | None, town: Town) -> None:
    link, made = over(town)
    request: HttpRequest = RequestFactory().post(
        f"/partners/{link.key}/case/{number_of(made)}/photo", b"", content_type="image/jpeg"
    )
    body = Endless(100_000_000)
    request._stream = body  # type: ignore[attr-defined]
    request._read_started = False  # type: ignore[attr-defined]
    request.META["CONTENT_LENGTH"] = str(says or "")
    answer = take(request, link.key, number_of(made))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "photo.too_large")
    assert body.read_bytes <= PHOTO_BYTES + 1


def test_who_may_post_a_picture_and_to_which_case(town: Town) -> None:
    link, made = over(town)
    other = linked(town, photo_terms(name="住建系统"), kind="housing_construction")
    far = report(town).case_id
    assert posted(other, made, jpeg())[0] == 404, "it did not go over that link"
    assert posted(link, far, jpeg())[0] == 404
    bad = post(link, b"0" * 64, number_of(made), jpeg(), STAMP)
    assert (bad.status_code, bad.json()["code"]) == (403, "notices.bad_signature")
    assert post(link, secret(link), number_of(made), jpeg(), STAMP - 3_600).status_code == 403
    replayed = {"X-Gridcommons-Signature": "v1=" + "0" * 64}
    assert posted(link, made, jpeg(), **replayed)[0] == 403
    send_back(case_id=made, reason="不归我们管", by=town.handler, at=NOW)
    assert posted(link, made, jpeg())[0] == 404, "it is no longer with the office"
    plain = linked(town, terms(name="老系统"))
    again = sent_out(town)
    assert posted(plain, again, jpeg())[1]["code"] == "partner.no_pictures"
    actions.end(link_id=link.pk, by=town.county_officer, at=NOW)
    assert posted(link, again, jpeg())[0] == 403
    assert [photos_of(one) for one in (made, far, again)] == [[], [], []]


def test_pictures_of_a_system_are_bounded_by_case_and_by_minute(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    link, made = over(town)
    most = policy().photo_rules.most_back
    said = [posted(link, made, jpeg(20 * n)) for n in range(most + 1)]
    assert [status for status, _body in said] == [*[201] * most, 409]
    limited(monkeypatch, per_minute=most + 2)
    assert posted(link, made, b"<html>")[0] == 415
    assert posted(link, made, jpeg(0))[1]["code"] == "partner.too_fast", "also what was refused counts"


def test_whoever_reported_sees_it_after_the_office_looked_and_not_before(town: Town) -> None:
    made = report(town)
    to_dispatched(town, made.case_id)
    link = linked(town, photo_terms())
    told(made.case_id, "case.dispatch")
    good, bad = jpeg(44), jpeg(200)
    assert posted(link, made.case_id, good)[0] == posted(link, made.case_id, bad)[0] == 201
    one, two = photos_of(made.case_id)
    me = with_code(town.public, made.code)

    def mine() -> list[UUID]:
        return [line.id for line in tracked_case(code=made.code, viewer=me, at=NOW).photos]

    def office() -> list[tuple[bool, bool]]:
        page = case_page(case_id=made.case_id, viewer=town.handler, at=NOW, purpose="service")
        return [(line.by_system, line.unchecked) for line in page.photos]

    assert (mine(), office()) == ([], [(True, True), (True, True)])
    with pytest.raises(Refusal):
        own_photo(case_id=made.case_id, photo_id=one.pk, viewer=me, at=NOW)
    assert photo_of(case_id=made.case_id, photo_id=one.pk, viewer=town.handler, at=NOW, purpose="service")
    for by in (town.worker, town.supervisor, town.resident, town.stranger, town.other_handler, town.county_officer):
        with pytest.raises(Refusal):
            actions.check_photo(case_id=made.case_id, photo_id=one.pk, is_good=True, by=by, at=NOW)
    actions.check_photo(case_id=made.case_id, photo_id=one.pk, is_good=True, by=town.handler, at=NOW)
    actions.check_photo(case_id=made.case_id, photo_id=two.pk, is_good=False, by=town.handler, at=NOW)
    assert (mine(), office()) == ([one.pk], [(True, False)])
    assert own_photo(case_id=made.case_id, photo_id=one.pk, viewer=me, at=NOW).pk == one.pk
    with pytest.raises(Refusal):
        actions.check_photo(case_id=made.case_id, photo_id=one.pk, is_good=False, by=town.handler, at=NOW)


def test_a_systems_own_picture_does_not_go_back_to_it(town: Town) -> None:
    with housed(), system() as own:
        link, made = over(town, url=f"{own.url}/in")
        own.secret = secret(link)
        posted(link, made, jpeg(44))
        Round(Caller(INSIDE), JOB, NOW, lambda: 0.5).run()
        (event,) = own.events.values()
    assert event["case"]["photos"] == []


def fetch(at: Any = NOW, house: House = INSIDE) -> int:
    """A round of fetching."""
    return Round(Caller(house), JOB, at, lambda: 0.5).pictures()


def asked_over(town: Town, own: System, media: str, **more: Any) -> tuple[Link, UUID]:
    """A request of an Open311 that names a picture, asked about."""
    link = linked(town, photo_terms("open311", own.url, fields=(*WITH_PHOTOS, "lon", "lat"), **more))
    actions.keep_key(link_id=link.pk, text="k", by=town.county_officer, at=NOW)
    made = sent_out(town)
    Round(Caller(INSIDE), JOB, NOW, lambda: 0.5).run()
    own.states["SR1"]["media_url"] = media
    poll(NOW + policy().poll)
    return link, made


def test_a_picture_that_an_open311_names_is_fetched_once_and_kept(town: Town) -> None:
    with system() as own:
        own.pictures["/done.jpg"] = jpeg(44)
        link, made = asked_over(town, own, f"{own.url}/done.jpg")
        assert (fetch(NOW + timedelta(hours=1)), fetch(NOW + timedelta(hours=1))) == (1, 0)
        own.states["SR1"]["status_notes"] = "换好了"
        poll(NOW + timedelta(hours=2))
        assert fetch(NOW + timedelta(hours=2)) == 0
    (photo,) = photos_of(made)
    assert (photo.by_key, photo.duty, pictures(link)) == (f"partner:{link.pk}", "partner", [(True, "taken", "")])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "photo.not_an_image"), (b"\xff" * (PHOTO_BYTES + 1), "too_much"),
        (gif(60_000, 60_000, 1), "photo.too_many_pixels"),
    ],
    ids=["html", "too large", "gif bomb"],
)  # fmt: skip
def test_what_is_fetched_is_judged_alike(content: bytes, reason: str, town: Town) -> None:
    with system() as own:
        own.pictures["/x"] = content
        link, made = asked_over(town, own, f"{own.url}/x")
        fetch(NOW + timedelta(hours=1))
    assert (photos_of(made), pictures(link)) == ([], [(True, "stuck", reason)])


def test_a_redirect_is_not_followed_and_silence_is_tried_again(town: Town) -> None:
    with system() as own:
        own.pictures["/inside.jpg"] = jpeg(44)
        link, made = asked_over(town, own, f"{own.url}/away.jpg")
        own.scripted.append((302, {}, {"Location": f"{own.url}/inside.jpg"}))
        fetch(NOW + timedelta(hours=1))
        assert pictures(link) == [(True, "waiting", "not_found")]
        own.pictures["/away.jpg"] = jpeg(44)
        fetch(NOW + timedelta(hours=2))
        assert pictures(link) == [(True, "taken", "")]
    assert len(photos_of(made)) == 1


OFF: tuple[str, ...] = (
    "http://169.254.169.254/latest/meta-data", "https://10.0.0.1/x.jpg", "file:///etc/passwd",
    "https://elsewhere.example/x", "http://user:word@127.0.0.1:80/x", "http://127.0.0.1:1/x", "http://[::1",
    "http://127.0.0.1.nip.example:80/x", "javascript:alert(1)", "https://cdn.example.org:444/x",
    "http://cdn.example.org/x", "https://cdn.example.org@10.0.0.1/x", "https://cdn.example.org/x#y",
    "https://cdn.example.org.evil.example/x", "http://127.0.0.1:80/" + "x" * 600, "http://127.0.0.1:80/é",
)  # fmt: skip


def test_nothing_is_fetched_off_the_host_that_two_agreed_on(town: Town) -> None:
    wanted = photo_terms("open311", "http://127.0.0.1:80", mapping='{"media": ["cdn.example.org"]}')
    assert [media for media in OFF if picture_host(media, wanted)] == []
    assert picture_host("http://127.0.0.1:80/x.jpg", wanted) == "127.0.0.1"
    assert picture_host("https://cdn.example.org/x.jpg", wanted) == "cdn.example.org"
    with system() as own:
        link, made = asked_over(town, own, "http://169.254.169.254/latest/meta-data")
        calls = len(own.calls)
        fetch(NOW + timedelta(hours=1))
        assert len(own.calls) == calls
    assert (photos_of(made), pictures(link)) == ([], [(True, "stuck", "strange_host")])


def test_a_listed_host_that_leads_inside_is_not_called(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.cases.partners.calling.resolved", lambda *_asked: ["8.8.8.8", "169.254.169.254"])
    row = Picture(
        link=linked(town, photo_terms(mapping='{"media": ["cdn.example.org"]}')),
        address="https://cdn.example.org/x.jpg",
    )
    assert fetched(row, Caller()) == (b"", "private_address")
    assert fetched(Picture(link=row.link, address="https://cdn2.example.org/x.jpg"), Caller()) == (b"", "strange_host")


@pytest.mark.parametrize("media", ["cdn.example.org", ["https://x.org"], ["10.0.0.1"], ["X.org"], ["a..b"], [7], ["x"]])
def test_only_plain_names_of_hosts_are_listed(media: Any) -> None:
    with pytest.raises(Refusal) as refused:
        photo_terms(mapping=json.dumps({"media": media}))
    assert refused.value.code == "partner.bad_mapping"


def test_our_own_address_that_comes_back_is_no_picture_of_theirs(town: Town) -> None:
    with housed(), system() as own:
        link, made = asked_over(town, own, "https://grid.example.org/partners/x/photo/y")
        assert (pictures(link), photos_of(made)) == ([], [])


def test_a_copy_of_our_own_photo_is_known(town: Town) -> None:
    with housed(), system() as own:
        link = linked(town, photo_terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        made = sent_out(town, photos=(jpeg(10),))
        Round(Caller(INSIDE), JOB, NOW, lambda: 0.5).run()
        (event,) = own.events.values()
        copy = get(event["case"]["photos"][0]["url"]).content
    assert posted(link, made, copy)[0] == 200
    assert len(photos_of(made)) == 1


def test_what_is_stuck_is_fetched_again_or_let_be(town: Town) -> None:
    with system() as own:
        own.pictures["/x"] = b"<html>"
        link, made = asked_over(town, own, f"{own.url}/x")
        fetch(NOW + timedelta(hours=1))
        picture = Picture.objects.get(link=link)
        own.pictures["/x"] = jpeg(44)
        actions.picture_again(picture_id=picture.pk, by=town.handler, at=NOW)
        fetch(NOW + timedelta(hours=1))
        assert pictures(link) == [(True, "taken", "")]
        with pytest.raises(Refusal):
            actions.picture_aside(picture_id=picture.pk, by=town.handler, at=NOW)
    assert len(photos_of(made)) == 1
