"""Pages of daily counts: checked before they are handed in, corrected, withdrawn; and who must not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gridcommons.access.rules import Viewer
from gridcommons.outlook.reported.models import Figure, HandIn
from outlook.reported.counts_town import handed, health_officer, sheet
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

STRANGERS = (
    "public",
    "resident",
    "stranger",
    "worker",
    "supervisor",
    "dispatcher",
    "handler",
    "county_officer",
    "auditor",
)
PAGE = "/office/counts"
GOOD = sheet(f"{TOWNSHIP},2026-11-01,4,1", f"{OTHER_TOWNSHIP},2026-11-01,0,")


@pytest.fixture
def town(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, AT + timedelta(hours=6))
    return Town(town.cast | {"health": health_officer(), "far_health": health_officer(OTHER_TOWNSHIP)})


@pytest.fixture
def officer(town: Town) -> Viewer:
    return town.health


def test_a_file_is_checked_first_and_handed_in_after_that(town: Town) -> None:
    client = client_of(town, "health", "en")
    assert "Nothing was handed in yet." in text_of(client.get(PAGE))
    assert "never as without cases" in text_of(client.get(PAGE))
    upload = SimpleUploadedFile("cases.csv", GOOD.encode("gb18030"), "text/csv")
    answer = client.post(f"{PAGE}/send", {"indicator": "cases", "file": upload})
    text = text_of(answer)
    assert answer.status_code == 200
    assert "Hand it in" in text
    assert f"{TOWNSHIP},2026-11-01,4,1" in text, "the text stays in the form"
    assert not HandIn.objects.exists()
    answer = client.post(f"{PAGE}/send", {"indicator": "cases", "text": GOOD, "name": "cases.csv", "sure": "1"})
    made = HandIn.objects.get()
    assert answer.headers["Location"] == f"{PAGE}/{made.pk}"
    assert made.name == "cases.csv"
    assert "妙高街道" in text_of(client_of(town, "health").get(PAGE))
    page = text_of(client.get(PAGE))
    assert "not handed in; not known, and not nought" in page
    assert "cases.csv" in text_of(client.get(f"{PAGE}/{made.pk}"))


@pytest.mark.parametrize("tongue", ["en", "zh-hans"])
def test_every_fault_is_named_by_its_line_and_nothing_is_lost(town: Town, tongue: str) -> None:
    bad = sheet("妙高镇,2026-11-01,4,", f"{TOWNSHIP},2026-12-01,4,", f"{TOWNSHIP},2026-11-01,-4,")
    answer = client_of(town, "health", tongue).post(
        f"{PAGE}/send", {"indicator": "cases", "text": bad, "reason": "补报"}
    )
    text = text_of(answer)
    assert answer.status_code == 400
    for line in (2, 3, 4):
        assert (f"Line {line}:" if tongue == "en" else f"第{line}行：") in text
    assert "妙高镇,2026-11-01,4," in text
    assert "补报" in text
    assert 'name="sure"' not in text
    assert not HandIn.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "a,b\n1,2"}, 400),
        ({"text": "x" * 1_000_001}, 413),
        ({"text": "area,date,count"}, 400),
    ],
)
def test_what_is_no_file_is_one_clear_sentence(town: Town, sent: dict[str, str], status: int) -> None:
    answer = client_of(town, "health", "en").post(f"{PAGE}/send", {"indicator": "cases"} | sent)
    assert answer.status_code == status
    assert 'role="alert"' in text_of(answer)


def test_a_correction_asks_for_its_reason_and_keeps_the_text(town: Town, officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},2026-11-01,4,"])
    client, text = client_of(town, "health", "en"), sheet(f"{TOWNSHIP},2026-11-01,6,")
    assert "Would be" in text_of(client.post(f"{PAGE}/send", {"indicator": "cases", "text": text}))
    answer = client.post(f"{PAGE}/send", {"indicator": "cases", "text": text, "sure": "1"})
    assert answer.status_code == 400
    assert "say why" in text_of(answer)
    assert f"{TOWNSHIP},2026-11-01,6," in text_of(answer)
    client.post(f"{PAGE}/send", {"indicator": "cases", "text": text, "reason": "补报两例", "sure": "1"})
    assert HandIn.objects.filter(reason="补报两例", changed=1).count() == 1


def test_a_hand_in_is_withdrawn_once_that_was_read(town: Town, officer: Viewer) -> None:
    made, client = handed(officer, [f"{TOWNSHIP},2026-11-01,4,"]), client_of(town, "health", "en")
    address = f"{PAGE}/{made.pk}/withdraw"
    assert "Nothing is done yet" in text_of(client.post(address, {"why": "报错了"}))
    assert client.post(address, {"why": "", "sure": "1"}).status_code == 400
    assert client.post(address, {"why": "报错了", "sure": "1"}).status_code == 302
    assert "报错了" in text_of(client.get(f"{PAGE}/{made.pk}"))
    assert client.post(address, {"why": "报错了", "sure": "1"}).status_code == 409
    assert Figure.objects.count() == 1


def test_the_list_is_paged_and_leaves_as_csv(town: Town, officer: Viewer) -> None:
    for n in range(1, 32):
        handed(officer, [f"{TOWNSHIP},2026-10-{n:02},{n},"], at=AT + timedelta(minutes=n))
    client = client_of(town, "health", "en")
    assert "1 to 30 of 31" in text_of(client.get(PAGE))
    assert client.get(f"{PAGE}?page=2").status_code == 200
    assert client.get(f"{PAGE}?page=nonsense&indicator=nothing").status_code == 200
    text = client.get(f"{PAGE}.csv?indicator=cases").content.decode("utf-8-sig")
    assert len(text.splitlines()) == 32
    assert f"{TOWNSHIP}" in text
    assert "2026-10-31" in text


@pytest.mark.parametrize("name", STRANGERS)
def test_the_stranger_must_not(town: Town, officer: Viewer, name: str) -> None:
    made, client = handed(officer, [f"{TOWNSHIP},2026-11-01,44,"], reason="墙后补报"), client_of(town, name)
    for address in (PAGE, f"{PAGE}.csv", f"{PAGE}/{made.pk}"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "墙后补报" not in text_of(answer)
    for address in (f"{PAGE}/send", f"{PAGE}/{made.pk}/withdraw"):
        facts = {"indicator": "cases", "text": GOOD, "why": "试", "sure": "1"}
        assert client.post(address, facts).status_code == 403
    assert HandIn.objects.get().withdrawn_at is None


def test_a_health_officer_of_elsewhere_finds_nothing(town: Town, officer: Viewer) -> None:
    made, client = handed(officer, [f"{TOWNSHIP},2026-11-01,44,"]), client_of(town, "far_health")
    assert client.get(f"{PAGE}/{made.pk}").status_code == 404
    assert client.post(f"{PAGE}/{made.pk}/withdraw", {"why": "试", "sure": "1"}).status_code == 403
    assert client.get(f"{PAGE}?area={COUNTY}").status_code == 404
    assert "Nothing was handed in yet." in text_of(client_of(town, "far_health", "en").get(PAGE))
    assert client.post(f"{PAGE}/send", {"text": GOOD, "sure": "1", "indicator": "cases"}).status_code == 400


def test_the_page_stands_on_a_shelf_for_those_it_is_for(town: Town) -> None:
    assert PAGE in text_of(client_of(town, "health").get("/office/more"))
    assert f'"{PAGE}"' not in text_of(client_of(town, "supervisor").get("/office/more"))


def test_gaps_are_counted_of_days_that_are_over_and_of_who_hands_in(town: Town) -> None:
    """Two townships over seven whole days, of which one day is missing; neither today nor the county's own row is."""
    days = [AT.date() - timedelta(days=back) for back in range(1, 8)]
    lines = [f"{TOWNSHIP},{day},4," for day in days] + [f"{OTHER_TOWNSHIP},{day},1," for day in days[1:]]
    handed(town.health, lines)
    text = text_of(client_of(town, "health", "en").get(PAGE))
    assert "1 of 14 figures were not handed in" in text
    assert "(only for corrections)" in text


def test_a_hand_in_says_which_figure_it_corrected_and_from_what(town: Town, officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},2026-11-01,4,1", f"{TOWNSHIP},2026-10-30,2,"])
    lines = [f"{TOWNSHIP},2026-11-01,6,3", f"{TOWNSHIP},2026-10-31,5,"]
    made = handed(officer, lines, at=AT + timedelta(minutes=1), reason="补报两例")
    handed(officer, [f"{TOWNSHIP},2026-11-01,9,3"], at=AT + timedelta(minutes=2), reason="再补三例")
    text = text_of(client_of(town, "health", "en").get(f"{PAGE}/{made.pk}"))
    assert "Stood before" in text
    assert "<strong>4</strong> (1)" in text, "what stood then, whatever came after"
    assert text.count("<strong>4</strong>") == 1, "the new figure corrects nothing"
    assert "补报两例" in text
    plain = handed(officer, [f"{TOWNSHIP},2026-10-29,1,"], at=AT + timedelta(minutes=3))
    assert "Stood before" not in text_of(client_of(town, "health", "en").get(f"{PAGE}/{plain.pk}"))


def test_a_correction_without_its_reason_keeps_what_was_checked_and_marks_the_field(town: Town) -> None:
    day = AT.date() - timedelta(days=1)
    handed(town.health, [f"{TOWNSHIP},{day},4,"])
    client = client_of(town, "health", "en")
    sent = {"indicator": "cases", "text": sheet(f"{TOWNSHIP},{day},6,"), "sure": "1"}
    answer = client.post(f"{PAGE}/send", sent)
    text = text_of(answer)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in text
    assert "Would be" in text, "the list of corrections stands"
    assert "Hand it in" in text
    assert client.post(f"{PAGE}/send", sent | {"reason": "补报"}).status_code == 302


def test_what_is_known_of_each_count_is_a_link_away(town: Town) -> None:
    text = text_of(client_of(town, "health", "en").get(f"{PAGE}?indicator=fever"))
    assert "Known of the last days: visits to fever clinics" in text
    assert "indicator=tests#known" in text
