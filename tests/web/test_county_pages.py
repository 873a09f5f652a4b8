"""The pages of a county officer: first hour, spreadsheets, people, matters; and who must not come to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from cases.founding.sheets_of_a_county import AREAS, OFFICES, STAFF, book, with_row
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import User
from gridcommons.cases.founding.working import work_next
from gridcommons.kit.calendar import use_house_calendar
from gridcommons.territory.queries import all_under
from gridcommons.web.office.county import _TABS
from gridcommons.web.office.ways import SHELVES
from town import COUNTY, TOWNSHIP, Town
from web.office_town import LATER, client_of, refused_whole, report, stop_clock, text_of

PAGES = (
    "/office/first-hour", "/office/move-in", "/office/people", "/office/people.csv", "/office/matters",
    "/office/matters/street_lamps", "/office/move-in/errors.xlsx", "/office/move-in/errors.csv",
    "/office/move-in/template/areas.xlsx",
)  # fmt: skip
WRITES = (
    "/office/first-hour/try", "/office/move-in/send", "/office/move-in/drop", "/office/move-in/check",
    "/office/move-in/go", "/office/move-in/stop",
    "/office/people/invite", "/office/matters/publish", "/office/matters/street_lamps",
)  # fmt: skip
STRANGERS = ("public", "stranger", "worker", "supervisor", "handler", "auditor")
NEW_AREA = (AREAS[0], ("331123103", "乡", "测试乡", "331123", "", "", ""))


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Town]:
    from django.conf import settings

    stop_clock(monkeypatch)
    before = Path(settings.DATA)
    monkeypatch.setattr(settings, "DATA", tmp_path)
    use_house_calendar(tmp_path / "calendar.toml")
    yield standing_town
    use_house_calendar(before / "calendar.toml")


def officer(town: Town, language: str = "en") -> Client:
    return client_of(town, "county_officer", language)


def send(client: Client, content: bytes, name: str = "county.xlsx") -> str:
    answer = client.post("/office/move-in/send", {"sheets": SimpleUploadedFile(name, content)}, follow=True)
    return text_of(answer)


@pytest.mark.parametrize("name", STRANGERS)
def test_the_stranger_must_not(town: Town, name: str) -> None:
    client = client_of(town, name)
    assert {client.get(page).status_code for page in PAGES} == {403}
    assert {client.post(page).status_code for page in WRITES} == {403}
    someone = town.worker.user_id
    assert client.get(f"/office/people/{someone}").status_code == 403
    assert {
        client.post(f"/office/people/{someone}/do/{w}", {"sure": "1"}).status_code for w in ("invite", "reset", "leave")
    } == {403}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_for_the_officer(town: Town, language: str) -> None:
    client = officer(town, language)
    for page in PAGES[:6]:
        assert client.get(page).status_code == 200, page
    assert client.get(f"/office/people/{town.worker.user_id}").status_code == 200


def test_the_first_hour_is_read_from_what_stands(town: Town) -> None:
    body = text_of(officer(town).get("/office/first-hour"))
    assert "lacks: supervision" not in body  # the county town has one
    assert "lacks: command, Township government" in body
    assert "nobody can log in" in body


def test_a_first_case_is_tried_and_nothing_of_it_is_left(town: Town) -> None:
    client = officer(town)
    from gridcommons.cases.models import PublicCase

    body = text_of(client.post("/office/first-hour/try", {"area": TOWNSHIP}, follow=True))
    assert "1 trial reports arrived" in body
    assert not PublicCase.objects.exists()


def work(runs: int = 1) -> None:
    """What the job does beside the pages."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert [work_next(by=program("founding"), now=lambda: LATER) for _ in range(runs)] == [1] * runs


def told(client: Client, step: str) -> str:
    return text_of(client.post(f"/office/move-in/{step}", follow=True))


def test_sheets_are_sent_in_checked_and_carried_out(town: Town) -> None:
    client = officer(town)
    assert "taken up next" in send(client, book(区划=NEW_AREA))
    work()
    body = text_of(client.get("/office/move-in"))
    assert "No errors." in body
    assert "What would be done" in body
    assert "331123103" not in all_under(COUNTY)
    assert "waiting to be carried out" in told(client, "go")
    assert "331123103" not in all_under(COUNTY)
    work()
    body = text_of(client.get("/office/move-in"))
    assert "Done: all rows of the sheets stand now" in body
    assert "What was done" in body
    assert "county.xlsx" not in body
    assert all_under(COUNTY)["331123103"].name_zh == "测试乡"
    assert "No sheets wait here" in told(client, "drop")


def test_the_page_asks_again_until_the_check_is_done(town: Town) -> None:
    client, poll = officer(town), {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "moving"}
    shown = send(client, book(区划=NEW_AREA))
    [again] = [piece.split('"')[0] for piece in shown.split('hx-get="')[1:] if piece.startswith("/office/move-in")]
    assert client.get(again, **poll).status_code == 204
    assert client.get(again).status_code == 200
    work()
    assert client.get(again, **poll)["HX-Refresh"] == "true"
    assert 'hx-trigger="every' not in text_of(client.get("/office/move-in"))


def test_a_page_of_checked_sheets_reads_no_sheet_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = officer(town)
    send(client, book(机构=OFFICES, 人员=with_row(STAFF, 1, 所属机构="没有的局")))
    work()
    monkeypatch.delattr("gridcommons.cases.founding.plan.tables_of")
    monkeypatch.setattr("gridcommons.cases.founding.queries.opened_sheets", lambda **_facts: 1 / 0)
    for page in PAGES[1], *PAGES[6:8]:
        assert client.get(page).status_code == 200


def test_sheets_with_errors_are_not_carried_out_and_come_back_marked(town: Town) -> None:
    client = officer(town)
    send(client, book(机构=OFFICES, 人员=with_row(STAFF, 1, 所属机构="没有的局")))
    assert "not checked yet" in text_of(client.get("/office/move-in/errors.csv"))
    assert "not checked yet" in told(client, "go")
    work()
    assert "nothing can be written" in text_of(client.get("/office/move-in"))
    assert "Errors in the sheets: 1." in told(client, "go")
    answer = client.get("/office/move-in/errors.xlsx")
    assert text_of(client.get("/office/move-in/errors.csv")).count("没有的局") == 3
    assert answer.getvalue()[:2] == b"PK"


def test_a_damaged_inside_is_told_by_the_check_and_another_file_takes_its_place(town: Town) -> None:
    client = officer(town)
    send(client, spoilt(book(区划=NEW_AREA)))
    work()
    body = text_of(client.get("/office/move-in"))
    assert "cannot be opened" in body
    assert "Nothing was written" in body
    send(client, book(区划=NEW_AREA))
    work()
    assert "No errors." in text_of(client.get("/office/move-in"))


def spoilt(content: bytes) -> bytes:
    """A workbook whose archive is whole and whose first sheet is no XML."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as whole, ZipFile(out, "w") as made:
        for name in whole.namelist():
            made.writestr(name, b"<" if name.endswith("sheet1.xml") else whole.read(name))
    return out.getvalue()


def test_what_is_stopped_waits_and_is_checked_anew(town: Town) -> None:
    client = officer(town)
    assert "nothing to stop" in told(client, "stop")
    send(client, book(区划=NEW_AREA))
    work()
    told(client, "go")
    assert "wait until that is done" in told(client, "drop")
    assert "It stops after the step under way" in told(client, "stop")
    work()
    assert "No errors." in text_of(client.get("/office/move-in"))
    assert "331123103" not in all_under(COUNTY)


def test_what_an_officer_sent_in_is_theirs_alone(town: Town) -> None:
    from gridcommons.access.scope import viewing
    from gridcommons.cases.founding.models import SentSheet

    send(officer(town), book(机构=OFFICES))
    for name in ("supervisor", "auditor", "stranger"):
        with viewing(getattr(town, name), LATER):
            assert not SentSheet.objects.exists()
    with viewing(town.county_officer, LATER):
        held = SentSheet.objects.get()
    assert "妙高街道".encode() not in bytes(held.sealed)


def test_an_old_format_is_one_clear_sentence(town: Town) -> None:
    assert "old .xls format" in send(officer(town), b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old.xls")


def invited(client: Client, user_id: object) -> str:
    body = text_of(client.post(f"/office/people/{user_id}/do/invite"))
    found = re.search(r"gc-slip-code\">([A-Z0-9-]+)<", body)
    assert found is not None
    return found[1]


def test_an_invitation_lets_a_person_set_their_own_password_once(town: Town) -> None:
    code = invited(officer(town), town.worker.user_id)
    client = Client()
    page = f"/join/{code}"
    assert "worker" in text_of(client.get(page))
    assert client.post(page, {"first": "kurz", "second": "kurz"}).status_code == 400
    assert client.post(page, {"first": "ein langes Wort 7", "second": "anders"}).status_code == 400
    answer = client.post(page, {"first": "ein langes Wort 7", "second": "ein langes Wort 7"})
    assert answer.status_code == 302
    assert User.objects.get(pk=town.worker.user_id).check_password("ein langes Wort 7")
    assert Client().get(page).status_code == 404
    assert Client().post(page, {"first": "noch ein Wort 88", "second": "noch ein Wort 88"}).status_code == 404


def test_an_invitation_expires(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    code = invited(officer(town), town.worker.user_id)
    stop_clock(monkeypatch, LATER + timedelta(days=8))
    assert Client().get(f"/join/{code}").status_code == 404


def test_the_ledger_and_the_database_hold_no_code(town: Town) -> None:
    from gridcommons.access.models import LedgerDetail
    from gridcommons.access.scope import viewing

    code = invited(officer(town), town.worker.user_id)
    with viewing(town.county_officer, LATER):
        bodies = " ".join(
            LedgerDetail.objects.filter(parties__contains=[town.county_officer.key]).values_list("body", flat=True)
        )
    assert "joining.invite" in bodies
    assert code not in bodies


def test_an_officer_resets_nobody_above_or_beside_them(town: Town) -> None:
    client = officer(town)
    for name in ("auditor", "county_officer"):
        user_id = getattr(town, name).user_id
        assert client.post(f"/office/people/{user_id}/do/reset", {"sure": "1"}).status_code == 403
    assert client.post(f"/office/people/{town.resident.user_id}/do/reset", {"sure": "1"}).status_code == 404


def test_a_reset_is_asked_about_and_shuts_the_old_way(town: Town) -> None:
    client, user = officer(town), User.objects.get(pk=town.worker.user_id)
    user.set_password("ein altes Wort 99")
    user.save()
    asked = client.post(f"/office/people/{user.pk}/do/reset")
    assert asked.status_code == 409
    assert "Nothing is done yet" in text_of(asked)
    client.post(f"/office/people/{user.pk}/do/reset", {"sure": "1"})
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_an_account_in_use_is_not_quietly_invited_past_its_password(town: Town) -> None:
    user = User.objects.get(pk=town.worker.user_id)
    user.set_password("ein altes Wort 99")
    user.save()
    assert officer(town).post(f"/office/people/{user.pk}/do/invite").status_code == 409


def test_leaving_takes_everything_at_once(town: Town) -> None:
    client, user_id = officer(town), town.worker.user_id
    assert user_id is not None
    assert client.post(f"/office/people/{user_id}/do/leave", {"sure": "1", "reason": ""}).status_code == 400
    open_page, long = client_of(town, "worker"), "w" * 301
    asked = text_of(client.post(f"/office/people/{user_id}/do/leave", {"reason": long}))
    assert re.search('<textarea[^>]* name="reason"[^>]* data-most="300"', asked)
    assert f">{long}</textarea>" in asked
    assert refused_whole(client.post(f"/office/people/{user_id}/do/leave", {"sure": "1", "reason": long}), long)
    assert User.objects.get(pk=user_id).is_active
    client.post(f"/office/people/{user_id}/do/leave", {"sure": "1", "reason": "moved away"})
    assert not User.objects.get(pk=user_id).is_active
    assert [g for g in viewer_of(user_id).grants if g.holds_at(LATER + timedelta(seconds=1))] == []
    assert open_page.get("/field/").status_code == 403
    assert "left" in text_of(client.get("/office/people?state=left"))


def test_the_list_of_people_is_searched_filtered_and_exported(town: Town) -> None:
    client = officer(town)
    assert "next_worker" in text_of(client.get("/office/people?q=next"))
    assert "far_supervisor" not in text_of(client.get(f"/office/people?area={TOWNSHIP}"))
    lines = text_of(client.get("/office/people.csv?state=none")).splitlines()
    assert len(lines) > 5
    assert "second_factor" in lines[0]


def test_a_matter_switched_off_is_answered_with_where_to_turn(town: Town) -> None:
    client, made = officer(town), report(town)
    facts = {"area": TOWNSHIP, "since": "2026-11-02", "reason": "暂由市政热线受理"}
    assert client.post("/office/matters/street_lamps", facts).status_code == 409
    assert client.post("/office/matters/street_lamps", {**facts, "sure": "1"}).status_code == 302
    public = Client()
    public.cookies["language"] = "zh-hans"
    assert "暂由市政热线受理" in text_of(public.get("/matters"))
    from gridcommons.kit.errors import Refusal

    with pytest.raises(Refusal) as refused:
        report(town, at=LATER)
    assert refused.value.code == "matter.switched_off"
    assert "12345" in refused.value.words().zh
    assert client_of(town, "supervisor").get(f"/office/case/{made.case_id}").status_code == 200
    client.post("/office/matters/street_lamps", {**facts, "on": "1", "reason": ""})
    assert report(town, at=LATER).number


def test_switching_off_needs_a_reason_and_a_day_to_come(town: Town) -> None:
    client = officer(town)
    for facts in ({"since": "2026-11-02", "reason": ""}, {"since": "2026-10-01", "reason": "x y"}):
        answer = client.post("/office/matters/street_lamps", {"area": COUNTY, "sure": "1", **facts})
        assert answer.status_code == 400


def test_the_reason_of_a_switch_is_counted_and_refused_whole(town: Town) -> None:
    client, long, at = officer(town), "长" * 301, "/office/matters/street_lamps"
    assert re.search('<textarea[^>]* name="reason"[^>]* data-most="300"', text_of(client.get(at)))
    facts = {"area": TOWNSHIP, "since": "2026-11-02", "reason": long}
    assert f">{long}</textarea>" in text_of(client.post(at, facts))
    assert refused_whole(client.post(at, facts | {"sure": "1"}), long)
    assert client.post(at, facts | {"sure": "1", "reason": long[1:]}).status_code == 302


def test_a_matter_is_switched_where_a_place_is_named_and_nowhere_by_chance(town: Town) -> None:
    client, facts = officer(town), {"since": "2026-11-02", "reason": "暂由市政热线受理", "sure": "1"}
    body = text_of(client.get("/office/matters/street_lamps"))
    assert body.partition('name="area"')[2].partition("</option>")[0].endswith('<option value="">Choose …')
    assert client.post("/office/matters/street_lamps", facts | {"area": ""}).status_code == 400
    assert report(town, at=LATER).number


def test_nobody_logs_in_with_an_invited_account_before_it_is_set_up(town: Town) -> None:
    invited(officer(town), town.worker.user_id)
    answer = Client().post("/accounts/login/", {"login": "worker", "password": "!"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in answer.wsgi_request.session


def test_a_long_login_can_be_broken_after_dots_and_underscores(town: Town) -> None:
    user = User.objects.get(pk=town.worker.user_id)
    user.username = "331123201.township_public_service.1"
    user.save()
    text = text_of(officer(town).get(f"/office/people/{user.pk}"))
    assert '<span class="gc-code gc-breaks">331123201.<wbr>township_<wbr>public_<wbr>service.<wbr>1</span>' in text


def test_menu_and_tab_call_a_page_by_one_name() -> None:
    ways = {way.name: way.label for shelf in SHELVES for way in shelf.ways}
    assert ways["office-matters"] == dict(_TABS)["office-matters"]
