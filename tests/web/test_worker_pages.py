"""The worker's pages: my grid today, the check on the spot, reporting; and nothing that tracks a worker."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gridcommons.access.scope import viewing
from gridcommons.cases.actions import accept, dispatch, feed_back, file_case
from gridcommons.cases.models import Case
from gridcommons.collection.due import Due
from gridcommons.kit.words import Words
from gridcommons.web.worker.today import first_things, label_of
from pressing import form_to, press
from town import AT, COUNTY, GRID, HERE, NEXT_GRID, THERE, Town
from web.office_town import ESCAPED, HTML, LATER, client_of, employ, picture, report, stop_clock, text_of, to_handled


@pytest.fixture(scope="module")
def standing_staffed(standing_town: Town) -> Town:
    employ(standing_town)
    return standing_town


@pytest.fixture
def town(standing_staffed: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_staffed


def case_of(town: Town) -> Case:
    with viewing(town.supervisor, LATER):
        return Case.objects.get()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(town: Town, language: str) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    client = client_of(town, "worker", language)
    for address in ("/field/", "/field/report", "/field/report?q=路灯", "/field/report/matters?q=lamp",
                    f"/field/case/{made.case_id}", "/field/grids.geojson"):  # fmt: skip
        assert client.get(address).status_code == 200


def test_at_most_twelve_things_stand_for_today(town: Town) -> None:
    for number in range(14):
        to_handled(town, report(town, text=f"第{number}盏灯不亮").case_id)
    body = text_of(client_of(town, "worker", "en").get("/field/"))
    first = body.partition('id="check-title"')[2].partition("</section>")[0]
    assert first.count('<a href="/field/case/') == 12
    assert '<span class="gc-count gc-num">14</span>' in first, "how many wait is said, not how many are shown"
    assert re.search(r'<a class="btn" href="\?all=1">2 more</a>', body)
    whole = text_of(client_of(town, "worker", "en").get("/field/?all=1"))
    assert whole.partition('id="check-title"')[2].partition("</section>")[0].count('<a href="/field/case/') == 14
    assert '<a class="btn" href="/field/">Show twelve</a>' in whole


def test_a_day_of_checks_and_visits_together_has_twelve_things_appointments_first() -> None:
    at = datetime(2026, 11, 28, 9, tzinfo=UTC)
    checks: list[Any] = [SimpleNamespace(number=number) for number in range(5)]
    due = [
        Due(
            uuid4(),
            GRID,
            f"北街{number}号 · {number}",
            "f",
            Words("走访", "Visit"),
            at.date(),
            at if number < 2 else None,
        )
        for number in range(12)
    ]
    shown, calls = first_things(checks, due, most=12)
    assert shown == checks
    assert [one.label for one in calls] == [f"北街{number}号 · {number}" for number in range(7)]
    assert first_things(checks, due[:2], most=4) == (checks[:2], due[:2])
    assert first_things(checks, due, most=None) == (checks, due)


def test_the_number_behind_an_address_is_said_to_be_one() -> None:
    assert label_of("东篱弄10号 · 52") == Words("东篱弄10号 · 户号52", "东篱弄10号 · no. 52")
    assert label_of("东篱弄10号") == Words("东篱弄10号", "东篱弄10号")


def test_cases_of_the_next_grid_are_not_mine(town: Town) -> None:
    there = report(town, text="隔壁网格的灯", lon=THERE[0], lat=THERE[1])
    here = report(town, text="本网格的灯")
    body = text_of(client_of(town, "worker").get("/field/"))
    assert f"/field/case/{here.case_id}" in body
    assert f"/field/case/{there.case_id}" not in body
    assert client_of(town, "worker").get(f"/field/case/{there.case_id}").status_code == 404


def test_nothing_on_the_page_measures_the_worker(town: Town) -> None:
    to_handled(town, report(town).case_id)
    body = text_of(client_of(town, "worker", "en").get("/field/")).partition("<main")[2].lower()
    said = body.replace("no ranking, no points, no time online, no way walked", "")
    for word in ("ranking", "rank ", "points", "score", "online", "mileage", "check-in", "geolocation"):
        assert word not in said


def test_who_serves_is_posted_and_the_grid_is_drawn(town: Town) -> None:
    body = text_of(client_of(town, "worker").get("/field/"))
    assert "测试网格员" in body
    assert 'href="tel:10000000001"' in body
    assert "data-map" in body
    assert '<path class="gc-area is-own"' in body
    assert "粗线：我的网格" in body
    features = client_of(town, "worker").get("/field/grids.geojson").json()["features"]
    assert {one["properties"]["code"] for one in features if one["properties"]["own"]} == {GRID}
    labels = [one["properties"]["label"] for one in features]
    assert labels.pop() == "我的·第1网格", "drawn last, over its neighbours"
    assert labels == ["第2网格"], "each without the name of the village that all of them begin with"
    assert features[-1]["properties"]["own"], "drawn last: no neighbour's line lies over it"


def test_a_worker_without_a_grid_is_told_whom_to_ask(town: Town) -> None:
    assert "No grid is assigned" in text_of(client_of(town, "next_worker", "en").get("/field/"))


@pytest.mark.parametrize(("end", "state"), [("close", "closed"), ("rework", "rework")])
def test_the_check_closes_or_asks_for_rework(town: Town, end: str, state: str) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    client = client_of(town, "worker")
    page = f"/field/case/{made.case_id}"
    assert f'formaction="{page}/do/rework"' in text_of(client.get(page))
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    told = client.post(f"{page}/do/{end}", {"note": "到现场看过了", "photo": photo, "sure": "1"}, follow=True)
    assert ("已核查结案" if end == "close" else "已要求返工") in text_of(told)
    assert "已收到。" not in text_of(told)
    assert case_of(town).state == state
    with viewing(town.supervisor, LATER):
        assert Case.objects.get().photos.count() == 1


def test_an_empty_check_is_refused_and_the_words_are_kept(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    client = client_of(town, "worker", "en")
    answer = client.post(f"/field/case/{made.case_id}/do/close", {"note": " ", "sure": "1"})
    assert answer.status_code == 400
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    client.post(f"/field/case/{made.case_id}/do/close", {"note": " ", "photo": photo, "sure": "1"})
    with viewing(town.supervisor, LATER):
        assert not Case.objects.get().photos.exists(), "what was refused leaves no photo"
    bad = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    typed = {"note": "I saw it shine", "photo": bad, "sure": "1"}
    answer = client.post(f"/field/case/{made.case_id}/do/close", typed)
    assert answer.status_code == 415
    assert "I saw it shine" in text_of(answer)
    assert case_of(town).state == "handled"


@pytest.mark.parametrize("end", ["close", "rework"])
def test_one_tap_neither_closes_nor_throws_back(town: Town, end: str) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    answer = client_of(town, "worker", "en").post(f"/field/case/{made.case_id}/do/{end}", {"note": "I saw it shine"})
    body = text_of(answer)
    assert answer.status_code == 400
    assert "Nothing is done yet" in body
    assert "I saw it shine" in body
    assert body.count('name="sure" open') == 1
    assert case_of(town).state == "handled"


def test_the_finder_may_not_check_what_they_found(town: Town) -> None:
    client = client_of(town, "worker", "en")
    press(client, "/field/report", "/field/report", text="lamp is dark", matter="street_lamps", area=GRID)
    made = case_of(town)
    to_handled_late(town, made)
    body = text_of(client.get(f"/field/case/{made.pk}"))
    assert "leave it to a colleague" in body
    assert "/do/close" not in body


def to_handled_late(town: Town, case: Case) -> None:
    file_case(case_id=case.pk, by=town.supervisor, at=LATER)
    dispatch(case_id=case.pk, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=LATER)
    accept(case_id=case.pk, by=town.handler, at=LATER)
    feed_back(case_id=case.pk, evidence="已换", by=town.handler, at=LATER)


def test_a_pin_on_the_own_grid_is_taken_as_the_place(town: Town) -> None:
    client = client_of(town, "worker")
    typed = {"text": "井盖松动", "matter": "street_lamps", "lat": str(HERE[1]), "lon": str(HERE[0]), "area": GRID}
    press(client, "/field/report", "/field/report", **typed, photo=SimpleUploadedFile("a.jpg", picture(), "image/jpeg"))
    case = case_of(town)
    assert (case.area_code, case.lon, case.channel, case.state) == (GRID, HERE[0], "worker", "reported")
    assert client.get(f"/field/locate?lat={HERE[1]}&lon={HERE[0]}").json()["code"] == GRID
    assert client.get("/field/locate?lat=x&lon=").status_code == 400
    assert client.get("/field/locate?lat=1&lon=1").status_code == 422


def test_a_form_sent_twice_is_one_case(town: Town) -> None:
    client = client_of(town, "worker", "en")
    typed = {"text": "灯不亮", "matter": "street_lamps", "area": GRID, "once": "a1"}
    for _time in range(2):
        assert client.post("/field/report", typed).status_code == 302
    with viewing(town.supervisor, LATER):
        assert Case.objects.count() == 1


def test_without_a_pin_the_grid_chosen_is_the_place(town: Town) -> None:
    press(client_of(town, "worker"), "/field/report", "/field/report", text="灯不亮", matter="street_lamps")
    assert case_of(town).area_code == GRID


def test_the_words_find_the_matter_and_say_what_is_not_for_the_grid(town: Town) -> None:
    client = client_of(town, "worker")
    form = form_to(client.get("/field/report?q=路灯坏了"), "/field/report")
    shown = text_of(client.get("/field/report/matters?q=路灯坏了"))
    assert form.choices["matter"][0] == "street_lamps"
    assert shown.index('value="street_lamps"') < shown.index('value="waste_litter"')
    assert "<html" not in shown


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"text": ""}, "id_text_error"),
        ({"matter": ""}, "id_matter_error"),
        ({"matter": "nonsense"}, "id_matter_error"),
        ({"settled": "on", "evidence": ""}, "id_evidence_error"),
        ({"settled": "on", "matter": "roads", "evidence": "填好了"}, "id_settled_error"),
        ({"lat": "1.0", "lon": "1.0"}, "id_area_error"),
        ({"area": NEXT_GRID}, "id_area_error"),
    ],
)
def test_bad_input_is_said_beside_its_field(town: Town, typed: dict[str, str], where: str) -> None:
    whole = {"text": "灯不亮", "matter": "waste_litter", "area": GRID} | typed
    answer = client_of(town, "worker").post("/field/report", whole)
    assert answer.status_code == 400
    body = text_of(answer)
    assert f'id="{where}"' in body
    above = body.partition('role="alert" tabindex="-1" autofocus')[2].partition("</ul>")[0]
    assert f'href="#{where.removesuffix("_error")}"' in above
    with viewing(town.supervisor, LATER):
        assert not Case.objects.exists()


def test_html_in_every_field_comes_out_escaped(town: Town) -> None:
    client = client_of(town, "worker")
    press(client, "/field/report", "/field/report", text=f"灯{HTML}", matter="street_lamps", address=HTML)
    page = f"/field/case/{case_of(town).pk}"
    for address in ("/field/", page, f"/field/report?q={HTML}", f"/field/report/matters?q={HTML}"):
        assert "<script>alert" not in text_of(client.get(address))
    assert ESCAPED in text_of(client.get(page))
    refused = client.post(
        "/field/report", {"text": HTML, "matter": HTML, "address": HTML, "evidence": HTML, "area": HTML}
    )
    assert "<script>alert" not in text_of(refused)


def test_the_tick_goes_with_the_matters_that_may_be_settled_on_the_spot(town: Town) -> None:
    body = text_of(client_of(town, "worker").get("/field/report"))
    assert re.search(r'<option value="roads"[^>]* data-not-on-spot', body)
    assert not re.search(r'<option value="waste_litter"[^>]* data-not-on-spot', body)


def test_targets_are_links_or_buttons_not_scripts(town: Town) -> None:
    to_handled(town, report(town, at=AT + timedelta(minutes=1)).case_id)
    body = text_of(client_of(town, "worker").get("/field/"))
    assert not re.search(r"\son\w+=", body)
    assert "style=" not in body
