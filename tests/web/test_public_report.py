"""Reporting and following without an account and without script: the whole way, and every bad input."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridcommons.access.models import User
from gridcommons.access.queries import who_looked
from gridcommons.access.scope import viewing
from gridcommons.cases.codes import track_key
from gridcommons.cases.models import PublicCase
from gridcommons.cases.queries import Filter, case_page, queue, tracked_case, with_code
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.notices.models import Notice
from gridcommons.notices.texts import text_of
from gridcommons.people.contacts import Contact
from gridcommons.web.public.track import tidy_code
from open311_door import NOW, StoppedClock, stop_clock, undone
from public_door import CODE, EN, ZH, brought_to_close, picture, reported, sent_by, visitor, words_of
from town import AT, GRID, HERE, VILLAGE, Town

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&"


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Town]:
    stop_clock(monkeypatch)
    monkeypatch.setattr("gridcommons.cases.storing.default_storage", _storage(tmp_path))
    with undone():
        yield standing_town


def _storage(folder: Path) -> object:
    from django.core.files.storage import FileSystemStorage

    return FileSystemStorage(folder)


def _code(client: Client) -> str:
    found = CODE.search(client.get("/report/sent").content.decode())
    assert found is not None
    return found[1]


def test_a_report_goes_the_whole_way_without_script_and_without_account(town: Town) -> None:
    client = visitor()
    assert "/report?matter=street_lamps" in client.get("/report?q=路灯坏了").content.decode()
    assert f'value="{VILLAGE}"' in client.get("/report?matter=street_lamps").content.decode()
    answer = sent_by(client, photos=[picture(), picture()], address="公交站旁")
    assert (answer.status_code, answer["Location"]) == (302, "/report/sent")
    receipt = words_of(client.get("/report/sent"))
    for said in ("您反映的问题已收到", "路灯照明", "4个工作小时", "不晚于 11月3日", "由没有参与处置的人到现场核查"):
        assert said in receipt
    code = _code(client)
    elsewhere = visitor()
    assert elsewhere.post("/track", {"code": code.lower().replace("-", " ")})["Location"] == "/track/case"
    page = words_of(elsewhere.get("/track/case"))
    assert "路口的灯不亮" in page
    assert "公交站旁" in page
    assert elsewhere.get("/track/case").content.decode().count("/track/photo/") == 4


def test_the_code_is_in_no_address(town: Town) -> None:
    client = visitor()
    first = sent_by(client)
    code = _code(client)
    assert code not in first["Location"]
    assert code not in visitor().post("/track", {"code": code})["Location"]
    body = client.get("/track/case").content.decode()
    assert code not in body


def test_the_code_is_shown_for_a_quarter_of_an_hour_and_then_no_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor()
    sent_by(client)
    code = _code(client)
    assert code in client.get("/report/sent").content.decode()

    class Later(StoppedClock):
        @classmethod
        def now(cls, tz: object = None) -> object:  # type: ignore[override]
            return NOW + timedelta(minutes=16)

    monkeypatch.setattr("gridcommons.web.front.datetime", Later)
    assert client.get("/report/sent")["Location"] == "/track/case"
    assert code not in client.get("/track/case").content.decode()


def test_the_code_is_forgotten_on_a_shared_device(town: Town) -> None:
    client = visitor()
    sent_by(client)
    client.post("/track/forget")
    assert client.get("/report/sent")["Location"] == "/track"
    assert client.get("/track/case")["Location"] == "/track"


def test_a_report_is_taken_where_the_working_calendar_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = replace(WorkingCalendar.load(), years={})
    monkeypatch.setattr(WorkingCalendar, "load", classmethod(lambda _cls, _path=None: ended))
    client = visitor(EN)
    assert sent_by(client, email="anna@example.org")["Location"] == "/report/sent"
    receipt = words_of(client.get("/report/sent"))
    assert "Filed by the supervision office" in receipt
    assert client.get("/track/case").status_code == 200
    with viewing(town.supervisor, NOW):
        told = {one.text_key: text_of(one.text_key, one.facts, "en") for one in Notice.objects.all()}
    assert set(told) == {"case.reported.undated", "case.to_file.undated"}
    assert not [text for text in told.values() if "–" in text]
    staff = Client()
    staff.force_login(User.objects.get(pk=town.supervisor.user_id))
    assert staff.get("/office/queue").status_code == 200


def test_sending_the_same_form_twice_makes_one_report(town: Town) -> None:
    client = visitor()
    sent_by(client, once="a1")
    first = _code(client)
    sent_by(client, once="a1")
    assert _code(client) == first


def test_a_double_click_without_a_session_is_one_case_with_one_code(town: Town) -> None:
    first, second = visitor(), visitor()
    sent_by(first, once="a1")
    sent_by(second, once="a1")
    assert _code(first) == _code(second)
    assert PublicCase.objects.count() == 1


def test_other_words_after_going_back_are_another_report(town: Town) -> None:
    client = visitor()
    sent_by(client, once="a1")
    first = _code(client)
    sent_by(client, once="a1", text="还有一件事：井盖松动")
    assert _code(client) != first
    assert PublicCase.objects.count() == 2
    assert "还有一件事：井盖松动" in words_of(client.get("/track/case"))


def test_a_form_without_a_mark_is_always_taken(town: Town) -> None:
    client = visitor()
    sent_by(client, once="")
    first = _code(client)
    sent_by(client, once="")
    assert _code(client) != first


def test_a_pin_outside_is_told_and_taken_away_so_that_the_village_can_be_chosen(town: Town) -> None:
    client = visitor(EN)
    answer = sent_by(client, lat="0", lon="0")
    assert (answer.status_code, "lies in no grid" in words_of(answer)) == (422, True)
    body = answer.content.decode()
    assert 'name="lat" value="0"' not in body
    assert 'href="#where"' in body
    assert 'id="id_village_error"' not in body
    assert f'value="{VILLAGE}" selected' in body


def test_the_place_goes_along_from_its_page_to_the_form(town: Town) -> None:
    for address in (f"/report?place={VILLAGE}", f"/report?q=路灯&place={VILLAGE}", f"/?q=路灯&place={VILLAGE}"):
        assert "matter=street_lamps" in (body := visitor().get(address).content.decode())
        assert f"place={VILLAGE}" in body
    chosen = visitor().get(f"/report?matter=street_lamps&place={VILLAGE}").content.decode()
    assert f'value="{VILLAGE}" selected' in chosen


def test_an_unknown_code_and_none_at_all_are_answered_alike(town: Town) -> None:
    reported(town, town.public)
    answers = [
        visitor(EN).post("/track", {"code": code}) for code in ("ABCD-EFGH-JKMN", "ABCD", "", "'; --", "x" * 5000)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert all("No such case was found" in words_of(answer) for answer in answers)


@pytest.mark.parametrize("write", [str, str.lower, lambda number: f" {number.replace('-', ' ')} "])
def test_a_public_number_opens_nothing_and_leads_to_the_public_page(town: Town, write: Callable[[str], str]) -> None:
    made = reported(town, town.public)
    answer = visitor(EN).post("/track", {"code": write(made.number)})
    assert answer.status_code == 404
    assert "is the number of a case, not its private code" in words_of(answer)
    assert f'href="/cases/{made.number}"' in answer.content.decode()


def test_the_number_of_a_case_inside_a_home_is_answered_like_one_that_is_none(town: Town) -> None:
    made = reported(town, town.public, matter="housing_repairs", text="天花板漏水")
    answers = [visitor(EN).post("/track", {"code": code}) for code in (made.number, "261102-ZZZZZZZ")]
    texts = [words_of(answer).replace(made.number, "").replace("261102-ZZZZZZZ", "") for answer in answers]
    assert texts[0] == texts[1]
    assert "There is no public page with this number" in texts[0]
    assert "is the number of a case" in texts[0]


def test_what_stands_between_the_signs_of_a_code_does_not_matter() -> None:
    assert tidy_code(" abcd efgh_jkmn ") == tidy_code("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
    assert tidy_code("") == ""


def _tracking(made_code: str, language: str = ZH) -> Client:
    client = visitor(language)
    assert client.post("/track", {"code": made_code}).status_code == 302
    return client


def test_the_reporter_confirms_with_the_code(town: Town) -> None:
    made = reported(town, town.public)
    brought_to_close(town, made)
    client = _tracking(made.code, EN)
    assert "Yes, it is settled" in words_of(client.get("/track/case"))
    assert client.post("/track/confirm").status_code == 302
    page = words_of(client.get("/track/case"))
    assert "confirmed by the reporter" in page
    assert "Yes, it is settled" not in page


def test_the_clock_tells_its_limit_as_it_was_promised(town: Town) -> None:
    made = reported(town, town.public)
    brought_to_close(town, made)
    page = tracked_case(code=made.code, viewer=with_code(town.public, made.code), at=NOW)
    promise = page.matter.deadline.handle_words()
    assert "working day" in promise.en
    assert f"of {promise.en}" in words_of(_tracking(made.code, EN).get("/track/case"))
    assert promise.zh in words_of(_tracking(made.code).get("/track/case"))


def test_the_reporter_has_it_done_again_with_a_reason(town: Town) -> None:
    made = reported(town, town.public)
    brought_to_close(town, made)
    client = _tracking(made.code, EN)
    silent = client.post("/track/reopen", {"reason": " "})
    assert (silent.status_code, "Please give the reason" in words_of(silent)) == (400, True)
    assert client.post("/track/reopen", {"reason": f"又不亮了 {NASTY}"}).status_code == 302
    answer = client.get("/track/case")
    assert "又不亮了" in words_of(answer)
    assert "<script>alert" not in answer.content.decode()


def test_confirming_too_early_is_refused_with_a_sentence(town: Town) -> None:
    made = reported(town, town.public)
    answer = _tracking(made.code, EN).post("/track/confirm")
    assert (answer.status_code, "cannot be done" in words_of(answer)) == (409, True)


def test_without_a_code_nobody_confirms_or_sees_a_photo(town: Town) -> None:
    made = reported(town, town.public, photos=(picture().read(),))
    page = tracked_case(code=made.code, viewer=with_code(town.public, made.code), at=NOW)
    photo = f"/track/photo/{made.case_id}/{page.photos[0].id}"
    assert _tracking(made.code).get(photo)["Content-Type"] == "image/jpeg"
    stranger = visitor(EN, town.stranger)
    assert stranger.post("/track/confirm").status_code == 404
    assert stranger.get(photo).status_code == 404
    other = reported(town, town.public)
    assert _tracking(other.code).get(photo).status_code == 404


def test_the_list_of_looks_names_offices_and_no_person(town: Town) -> None:
    made = reported(town, town.public)
    case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + timedelta(hours=1), purpose="service")
    queue(wanted=Filter(), viewer=town.worker, at=AT + timedelta(hours=2))
    text = words_of(_tracking(made.code, EN).get("/track/case"))
    assert "supervision office" in text
    assert "opened the page of the case" in text
    assert "saw the case in a list of work" in text
    assert "supervisor" not in text.replace("supervision officer", "")


def test_a_look_at_a_list_of_work_is_a_look_the_reporter_can_read(town: Town) -> None:
    made = reported(town, town.public)
    queue(wanted=Filter(), viewer=town.supervisor, at=AT + timedelta(hours=2))
    me = with_code(town.public, made.code)
    seen = who_looked(about=track_key(made.code), viewer=me, at=NOW, by_others=True)
    assert [entry.what for entry in seen] == ["look.queue"]


def test_what_passes_between_offices_stays_between_them(town: Town) -> None:
    from gridcommons.cases.actions import dispatch, file_case, send_back

    made = reported(town, town.public)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area="331123", to_kind="housing_construction", by=town.dispatcher, at=AT)
    send_back(case_id=made.case_id, reason="内部理由不外传", by=town.other_handler, at=AT + timedelta(hours=1))
    assert "内部理由不外传" not in words_of(_tracking(made.code).get("/track/case"))


def test_the_reporter_reads_why_it_has_to_be_done_again_without_the_numbers_of_others(town: Town) -> None:
    from gridcommons.cases.actions import accept, dispatch, feed_back, file_case, rework

    made = reported(town, town.public)
    case = made.case_id
    file_case(case_id=case, by=town.supervisor, at=AT)
    dispatch(case_id=case, to_area="331123", to_kind="urban_management", by=town.dispatcher, at=AT)
    accept(case_id=case, by=town.handler, at=AT + timedelta(hours=1))
    feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=AT + timedelta(hours=2))
    rework(case_id=case, reason="还有一盏不亮，问李师傅13812345678", by=town.worker, at=AT + timedelta(hours=3))
    text = words_of(_tracking(made.code).get("/track/case"))
    assert "还有一盏不亮" in text
    assert "13812345678" not in text


# --- Bad input: one sentence in the reader's language, the right status, nothing typed is lost ------------------------


def _kept(body: str) -> bool:
    return all(f'value="{value}"' in body for value in ("某路1号", "王小明"))


def _gigapixel() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", data, content_type="image/png")


BAD = (
    ({"text": "  "}, 400, "请写几句话说明是什么事", "Please say in a few words"),
    ({"village": None}, 400, "请在地图上点出位置", "Please mark the place on the map"),
    ({"text": "长" * 4001}, 413, "文字太长：最多4000个字", "4000 characters at most"),
    ({"lat": "28.59", "lon": "121.0"}, 422, "不在任何网格内", "lies in no grid"),
    ({"lat": "28.59", "lon": ""}, 400, "缺少经纬度", "position is missing"),
    ({"lat": "119.27", "lon": "28.59"}, 400, "看来写反了", "swapped"),
    ({"photos": "not an image"}, 415, "这个文件不是照片", "This file is no photo"),
    ({"photos": "gigapixel"}, 413, "照片的像素太多", "too many pixels"),
    ({"photos": "too big"}, 413, "照片文件太大", "file is too large"),
    ({"photos": "five"}, 400, "一次最多上传4张", "At most 4 photos"),
    ({"phone": "12"}, 422, "电话", "phone"),
    ({"email": "nobody"}, 422, "邮箱", "mail address"),
)  # fmt: skip


def _photos(kind: str) -> list[SimpleUploadedFile]:
    made = {
        "not an image": lambda: [_file(b"<svg onload=alert(1)>")],
        "gigapixel": lambda: [_file(_gigapixel())],
        "too big": lambda: [_file(b"\xff\xd8" + b"0" * 12_000_001)],
        "five": lambda: [picture() for _ in range(5)],
    }
    return made[kind]()


@pytest.mark.parametrize(("facts", "status", "zh", "en"), BAD)
@pytest.mark.parametrize("language", [ZH, EN])
def test_bad_input_is_told_in_one_sentence_and_what_was_typed_is_kept(
    town: Town, facts: dict[str, str], status: int, zh: str, en: str, language: str
) -> None:
    given = {key: _photos(value) if key == "photos" else value for key, value in facts.items()}
    answer = sent_by(visitor(language), **{"address": "某路1号", "name": "王小明", **given})
    text = words_of(answer)
    assert answer.status_code == status
    assert (zh if language == ZH else en) in text
    assert (en if language == ZH else zh) not in text
    assert _kept(answer.content.decode())
    if "photos" in facts:
        assert ("照片无法保留" if language == ZH else "Photos cannot be kept") in text


def test_everything_that_is_missing_is_told_at_once(town: Town) -> None:
    text = words_of(sent_by(visitor(EN), text="", village=None))
    assert "Please say in a few words" in text
    assert "Please mark the place" in text


def test_whatever_is_wrong_is_told_at_once_above_and_beside_the_fields_and_what_was_typed_stays(town: Town) -> None:
    wrong = {
        "text": "", "village": None, "phone": "12", "email": "nobody", "photos": _photos("not an image"),
        "address": "某路1号", "name": "王小明",
    }  # fmt: skip
    answer = sent_by(visitor(EN), **wrong)
    body, text = answer.content.decode(), words_of(answer)
    assert answer.status_code == 400
    for said in ("Please say in a few words", "Please mark the place", "phone number", "mail address", "is no photo"):
        assert text.count(said) >= 2, said
    for field in ("text", "village", "phone", "email", "photos"):
        assert f'href="#id_{field}"' in body
        assert f'id="id_{field}_error"' in body
    assert _kept(body)
    assert 'value="12"' in body
    assert 'value="nobody"' in body
    assert "Photos cannot be kept" in text


def test_a_pin_that_lies_nowhere_and_a_wrong_phone_are_told_together(town: Town) -> None:
    answer = sent_by(visitor(EN), lat="28.59", lon="121.0", phone="12")
    assert answer.status_code == 422
    assert "lies in no grid" in words_of(answer)
    assert 'id="id_phone_error"' in answer.content.decode()


def test_an_address_that_is_too_long_is_told_beside_the_address(town: Town) -> None:
    answer = sent_by(visitor(EN), address="长" * 301)
    assert answer.status_code == 413
    assert 'href="#id_address"' in answer.content.decode()
    assert 'href="#id_text"' not in answer.content.decode()


def test_signs_that_nobody_sees_are_no_words(town: Town) -> None:
    assert "Please say in a few words" in words_of(sent_by(visitor(EN), text="\x07\x08", phone="12"))


@pytest.mark.parametrize(("language", "said"), [(ZH, "文字太长，无法接收"), (EN, "This is too much text to take")])
def test_four_megabytes_of_text_are_refused_with_a_sentence(town: Town, language: str, said: str) -> None:
    answer = sent_by(visitor(language), text="长" * 1_400_000)
    assert (answer.status_code, said in words_of(answer)) == (413, True)


def test_a_village_that_is_none_is_refused(town: Town) -> None:
    assert sent_by(visitor(), village="999999999999").status_code == 400


def test_html_in_every_field_comes_out_escaped(town: Town) -> None:
    facts = dict.fromkeys(("text", "address", "name", "phone", "email", "once", "lat", "lon", "village"), NASTY)
    refused = sent_by(visitor(), **facts)
    assert refused.status_code == 400
    assert "<script>alert" not in refused.content.decode()
    client = visitor()
    assert sent_by(client, text=NASTY, address=NASTY, name=NASTY).status_code == 302
    for address in ("/report/sent", "/track/case", "/cases", f"/area/{GRID}"):
        body = client.get(address).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
    assert "&lt;script&gt;alert(1)" in client.get("/track/case").content.decode()


def test_danger_comes_first(town: Town) -> None:
    for language, said in (
        (ZH, "遇到危险，先做这件事： 闻到煤气：关阀、开窗、到室外"),
        (EN, "If there is danger, first: Smell of gas"),
    ):
        text = words_of(visitor(language).get("/report?matter=home_gas_electricity"))
        assert said in text
        assert text.index(said) < text.index("地点" if language == ZH else "Where")


def test_the_handling_office_is_told_nothing_unless_the_box_was_ticked(town: Town) -> None:
    body = visitor().get("/report?matter=street_lamps").content.decode()
    box = body[body.index('name="share"') : body.index('name="share"') + 200]
    assert "checked" not in box
    client = visitor()
    sent_by(client, name="王小明")
    page = tracked_case(code=_code(client), viewer=with_code(town.public, _code(client)), at=NOW)
    assert page.share_with_handler is False


def test_a_contact_is_on_no_page_of_the_report(town: Town) -> None:
    client = visitor()
    sent_by(client, name="王小明", phone="10012345678")
    for address in ("/report/sent", "/track/case", "/cases"):
        text = words_of(client.get(address))
        assert "王小明" not in text
        assert "10012345678" not in text


def test_a_point_of_the_pin_counts_before_the_village(town: Town) -> None:
    client = visitor()
    sent_by(client, lat=str(HERE[1]), lon=str(HERE[0]))
    page = tracked_case(code=_code(client), viewer=with_code(town.public, _code(client)), at=NOW)
    assert page.area_code == GRID


def test_a_form_without_its_token_is_refused(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/report", {"matter": "street_lamps", "text": "灯", "village": VILLAGE}).status_code == 403


def test_a_contact_given_is_sealed_and_not_in_the_session(town: Town) -> None:
    client = visitor()
    sent_by(client, name="王小明", phone="10012345678")
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert Contact("王小明").is_empty is False
    assert settings.SESSION_COOKIE_HTTPONLY
