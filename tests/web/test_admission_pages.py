"""The pages of admission: a form handed in, read at its rows, reviewed, decided; the public register, the meter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from collection.workbooks import xlsform
from gridcommons.load.admission.models import Decision, Proposal
from gridcommons.load.ceiling.growth import Point
from gridcommons.matters.queries import current
from load.admitting import NOW, ROWS, UNTIL, Admitting, admitting
from town import OTHER_TOWNSHIP, Town
from web.office_town import client_of, refused_whole, stop_clock, text_of

WEIGHT = {"per_year": "50", "reason": "每年走访一次"}
NAMES = {"key": "fire_visit", "matter_key": "dwellings_rentals", "name_zh": "消防走访", "name_en": "Fire visit"}
MATTER = {
    "key": "fire_lanes", "name_zh": "消防通道检查", "name_en": "Fire lane check",
    "description_zh": "通道是否畅通。",
    "description_en": "Whether lanes are clear.",
    "keywords_zh": "消防通道检查，堵通道", "keywords_en": "fire lane check",
    "legal_basis_zh": "《消防法》", "legal_basis_en": "Fire law",
    "purpose_zh": "火灾时进得去。", "purpose_en": "Way in.",
    "class": "order", "kind": "assist", "owner": "fire_rescue", "place": "public_space", "verify": "on_site",
    "minutes": "20", "handle_days": "5", "review_date": UNTIL.isoformat(), **WEIGHT,
}  # fmt: skip


@pytest.fixture(scope="module")
def standing_desk(standing_town: Town) -> Admitting:
    return Admitting({**standing_town.cast, **admitting().cast})


@pytest.fixture
def desk(standing_desk: Admitting, db: None, monkeypatch: pytest.MonkeyPatch) -> Admitting:
    stop_clock(monkeypatch)
    return standing_desk


def client(desk: Admitting, name: str) -> Client:
    return client_of(desk, name)  # type: ignore[arg-type]


def book(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("visit.xlsx", content)


def test_what_stands_against_a_form_is_said_at_its_row_and_nothing_is_kept(desk: Admitting) -> None:
    officer = client(desk, "officer")
    barred = xlsform(*ROWS, ("text", "belief", "您的宗教信仰？", "What do you believe in?"))
    answer = officer.post("/office/proposals/form", {"workbook": book(barred), "check": "1"})
    assert answer.status_code == 200
    page = text_of(answer)
    assert "禁止询问" in page
    assert '<td class="is-number" data-said="行">4</td>' in page
    answer = officer.post("/office/proposals/form", {"workbook": book(barred), **NAMES, **WEIGHT})
    assert answer.status_code == 400
    assert "第4行" in text_of(answer)
    assert not Proposal.objects.exists()


def test_a_form_goes_from_its_upload_to_the_register(desk: Admitting) -> None:
    answer = client(desk, "officer").post(
        "/office/proposals/form", {"workbook": book(xlsform(*ROWS)), **NAMES, **WEIGHT}
    )
    proposal = Proposal.objects.get()
    assert answer.headers["Location"] == f"/office/proposals/{proposal.pk}"
    for name in ("law", "staff_council", "data_protection"):
        one = client(desk, name)
        assert "评审" in text_of(one.get(f"/office/proposals/{proposal.pk}"))
        review = {"desk": name, "answer": "agrees"}
        long = one.post(f"/office/proposals/{proposal.pk}/do/review", review | {"said": "长" * 501})
        assert refused_whole(long, "\n" + "长" * 501), "with what it is, and not as if no answer were chosen"
        one.post(f"/office/proposals/{proposal.pk}/do/review", review)
    decider = client(desk, "decider")
    given = {"answer": "admit", "until": UNTIL.isoformat()}
    asked = decider.post(f"/office/proposals/{proposal.pk}/do/decide", given)
    assert asked.status_code == 200
    assert "确认决定" in text_of(asked)
    assert not Decision.objects.exists()
    decider.post(f"/office/proposals/{proposal.pk}/do/decide", {**given, "sure": "1"})
    assert Decision.objects.get().answer == "admit"
    public = Client()
    page = text_of(public.get(f"/matters/register/{proposal.pk}"))
    for said in ("消防走访", "已准入", "楼道灯亮吗？", "合法性审查：同意", "工作时间够不够"):
        assert said in page
    assert public.get(f"/matters/register/{proposal.pk}/workbook").content == bytes(Proposal.objects.get().workbook)
    assert "消防走访" in text_of(public.get("/matters/register"))
    assert "消防走访" in text_of(public.get("/matters/dwellings_rentals"))


def test_a_matter_is_written_down_tried_and_counted(desk: Admitting) -> None:
    answer = client(desk, "officer").post("/office/proposals/matter", MATTER)
    assert answer.status_code == 302, text_of(answer)
    proposal = desk.reviewed(Proposal.objects.get())
    before = text_of(Client().get("/matters/growth"))
    client(desk, "decider").post(
        f"/office/proposals/{proposal.pk}/do/decide",
        {
            "answer": "pilot",
            "until": (NOW.date() + timedelta(days=60)).isoformat(),
            "pilot_area": OTHER_TOWNSHIP,
            "sure": "1",
        },
    )
    assert current().get("fire_lanes").keywords_zh == ("消防通道检查", "堵通道")
    page = text_of(Client().get("/matters/fire_lanes"))
    assert "试点" in page
    assert "新路湾镇" in page
    assert text_of(Client().get("/matters/growth")) != before


def test_the_tiles_say_what_changed_as_finely_as_the_table_below(
    desk: Admitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that takes 0.4 minutes more did not stay as it was."""
    one = dict.fromkeys(("order", "convenience"), 1)
    first = Point(NOW.date() - timedelta(days=9), one, one, one, {"order": 136.1, "convenience": 95.6})
    last = Point(NOW.date(), one, one, one, {"order": 136.5, "convenience": 95.6})
    monkeypatch.setattr("gridcommons.web.public.admission.growth", lambda *_: [first, last])
    page = text_of(Client(headers={"Accept-Language": "en"}).get("/matters/growth"))
    tiles, table = page.partition('class="gc-tiles"')[2].split("<table", 1)
    assert "136.5" in tiles
    assert "+0.4" in tiles
    assert ">136.1<" in table
    assert ">136.5<" in table
    assert tiles.count("±0") == 3


def test_minutes_say_of_what_they_are_wherever_they_stand(desk: Admitting) -> None:
    """Those that a form takes to fill in and those of work are two terms, explained where they stand first."""
    form, matter = desk.propose_form(), desk.propose()
    fill, work = "minutes to fill in each time", "minutes of work each time"
    public = Client(headers={"Accept-Language": "en"})
    for page in (text_of(public.get("/matters/register")), text_of(english(desk).get("/office/proposals"))):
        assert page.count(">to fill in<") == 1
        assert page.count(">of work<") == 1
        assert "Minutes each time" in page
        assert page.count("Minutes to fill in: ") == page.count("Minutes of work: ") == 1
    said = [text_of(public.get(f"/matters/register/{one.pk}")) for one in (form, matter)]
    assert [(fill in one, work in one) for one in said] == [(True, False), (False, True)]
    checked = english(desk).post("/office/proposals/form", {"workbook": book(xlsform(*ROWS)), "check": "1"})
    assert "minutes to fill in." in text_of(checked)
    assert "Minutes of work a week, order" in text_of(public.get("/matters/growth"))
    listed = text_of(public.get("/matters/dwellings_rentals"))
    assert "Minutes of work: what one case or visit takes of a worker" in listed
    zh = text_of(Client().get("/matters/register"))
    assert "填写用时：" in zh
    assert "办理用时：" in zh
    assert "每次用时（分钟）" in zh


def english(desk: Admitting) -> Client:
    return client_of(desk, "officer", "en")  # type: ignore[arg-type]


def test_a_matter_without_its_basis_is_sent_back_with_the_field(desk: Admitting) -> None:
    answer = client(desk, "officer").post("/office/proposals/matter", {**MATTER, "legal_basis_zh": ""})
    assert answer.status_code == 400
    assert "is-wrong" in text_of(answer)
    answer = client(desk, "officer").post("/office/proposals/matter", {**MATTER, "per_year": "90000"})
    assert "每周办理用时" in text_of(answer)
    assert not Proposal.objects.exists()


SENTENCES = [
    f"{item}_{tongue}" for item in ("description", "keywords", "legal_basis", "purpose") for tongue in ("zh", "en")
]


def test_the_sentences_of_a_matter_are_counted_and_refused_whole(desk: Admitting) -> None:
    officer, at = client(desk, "officer"), "/office/proposals/matter"
    blank = text_of(officer.get(at))
    for name in SENTENCES:
        found = re.search(f'<textarea[^>]* name="{name}"[^>]*>', blank)
        assert found, name
        assert ('data-most="300"' in found[0], "maxlength" in found[0]) == (True, False)
    long = dict.fromkeys(SENTENCES, "长" * 301)
    shown = text_of(officer.post(at, {**MATTER, **long}))
    assert shown.count("长" * 301) == len(SENTENCES), "nothing of it is lost"
    assert shown.count('class="gc-wrong"') == len(SENTENCES)
    assert not Proposal.objects.exists()
    lines = {"purpose_zh": "保障\r\n通道\r\n\r\n畅通", "keywords_zh": "堵通道\r\n消防通道"}
    assert officer.post(at, {**MATTER, **lines}).status_code == 302
    entry = Proposal.objects.get().entry
    assert (entry["purpose"]["zh"], entry["keywords"]["zh"]) == ("保障 通道 畅通", ["堵通道", "消防通道"])


def test_a_proposal_is_amended_and_withdrawn_by_its_office(desk: Admitting) -> None:
    proposal = desk.propose_form()
    colleague = client(desk, "colleague")
    assert colleague.get(f"/office/proposals/{proposal.pk}/amend").status_code == 200
    answer = colleague.post(f"/office/proposals/{proposal.pk}/amend", {**WEIGHT, "per_year": "30"})
    assert answer.status_code == 302, text_of(answer)
    held = Proposal.objects.get()
    assert (held.per_year, held.edition) == (30, 2)
    assert len(held.questions) == 2
    matter = desk.propose()
    assert "消防通道检查" in text_of(colleague.get(f"/office/proposals/{matter.pk}/amend"))
    long = {"reason": "长" * 501, "sure": "1"}
    assert refused_whole(colleague.post(f"/office/proposals/{proposal.pk}/do/withdraw", long), long["reason"])
    for sure in ({}, {"sure": "1"}):
        colleague.post(f"/office/proposals/{proposal.pk}/do/withdraw", {"reason": "重复", **sure})
    assert Proposal.objects.get(pk=proposal.pk).state == "withdrawn"


@pytest.mark.parametrize(
    "name", ["public", "resident", "stranger", "worker", "supervisor", "handler", "county_officer", "auditor"]
)
def test_the_stranger_neither_sees_the_desk_nor_moves_anything(desk: Admitting, name: str) -> None:
    proposal, outsider = desk.propose(), client(desk, name)
    for address in ("", "/form", "/matter", f"/{proposal.pk}", f"/{proposal.pk}/amend"):
        assert outsider.get(f"/office/proposals{address}").status_code == 403, address
    for address, given in (
        ("/matter", MATTER), (f"/{proposal.pk}/do/review", {"desk": "law", "answer": "agrees"}),
        (f"/{proposal.pk}/do/decide", {"answer": "refuse", "reason": "无", "sure": "1"}),
        (f"/{proposal.pk}/do/withdraw", {"reason": "无", "sure": "1"}),
    ):  # fmt: skip
        assert outsider.post(f"/office/proposals{address}", given).status_code == 403
    assert Proposal.objects.get().state == "proposed"


def test_a_step_that_is_refused_says_why_on_the_page(desk: Admitting) -> None:
    proposal = desk.propose()
    answer = client(desk, "decider").post(
        f"/office/proposals/{proposal.pk}/do/decide", {"answer": "admit", "until": UNTIL.isoformat(), "sure": "1"}
    )
    assert answer.status_code == 409
    assert "还缺评审" in text_of(answer)
    answer = client(desk, "law").post(f"/office/proposals/{proposal.pk}/do/review", {"desk": "law", "answer": ""})
    assert answer.status_code == 400
    for address in ("/office/proposals/00000000-0000-0000-0000-000000000000", "/office/proposals?state=nonsense"):
        assert client(desk, "law").get(address).status_code in (200, 404)


def test_what_is_no_workbook_is_one_sentence(desk: Admitting) -> None:
    for content in (b"", b"type,name", b"PK\x03\x04 cut"):
        answer = client(desk, "officer").post("/office/proposals/form", {"workbook": book(content), "check": "1"})
        assert answer.status_code == 400
        assert "Traceback" not in text_of(answer)


def test_before_anything_was_proposed_the_pages_teach(town: Town) -> None:
    assert town
    assert "还没有" in text_of(Client().get("/matters/register"))
    assert Client().get("/matters/growth").status_code == 200


@pytest.mark.parametrize("name", ["law", "staff_council", "data_protection"])
def test_a_reviewer_lands_where_their_work_waits(desk: Admitting, name: str) -> None:
    proposal = desk.propose()
    reviewer = client(desk, name)
    assert reviewer.get("/welcome").headers["Location"] == "/office/proposals"
    page = text_of(reviewer.get("/office/proposals"))
    assert "等您处理" in page
    assert "等您评审" in page
    assert f"/office/proposals/{proposal.pk}" in page
    assert 'href="/office/proposals" aria-current="page">准入 <span class="gc-count gc-num">1<' in page


def test_a_notice_of_a_proposal_opens_its_page(desk: Admitting) -> None:
    proposal = desk.propose()
    reviewer = client(desk, "law")
    read = re.search(r'action="(/office/notices/[^"]+/read)"', text_of(reviewer.get("/office/notices")))
    assert read
    answer = reviewer.post(read[1], {"open": "1"})
    assert answer.headers["Location"] == f"/office/proposals/{proposal.pk}"


def test_nothing_waits_for_those_who_may_not_review(desk: Admitting) -> None:
    desk.propose()
    for name in ("decider", "officer", "own_law"):
        assert "等您处理" not in text_of(client(desk, name).get("/office/proposals"))


def test_an_objection_waits_on_the_situation_page_of_whoever_proposed(desk: Admitting) -> None:
    proposal = desk.propose()
    client(desk, "law").post(
        f"/office/proposals/{proposal.pk}/do/review", {"desk": "law", "answer": "objects", "said": "无依据"}
    )
    page = text_of(client(desk, "officer").get("/office/", follow=True))
    assert "有评审方反对，等您修订或撤回" in page
    assert "等您处理" not in text_of(client(desk, "other_officer").get("/office/", follow=True))
