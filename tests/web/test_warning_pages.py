"""Pages of warnings: what they show to whom, what officers say of them, and who must not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridcommons.access.actions import add_user, grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.outlook.watching.actions import judge_warning
from gridcommons.outlook.watching.models import Alarm, Judgement
from gridcommons.outlook.watching.queries import answers
from outlook.reported.counts_town import health_officer
from outlook.watching.watch_town import count_weeks, hand_in_weeks, watch
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

NOW = AT + timedelta(hours=7)
PAGE = f"/office/warnings/{COUNTY}"
STAFF = ("supervisor", "dispatcher", "handler", "worker", "county_officer", "auditor", "health", "duty")
OUTSIDE = ("public", "resident", "stranger")


def duty_officer() -> Viewer:
    setup = program("test warnings")
    user = add_user(username="duty-warnings", display_name="值班员", by=setup, at=AT)
    wanted = GrantFacts("duty_officer", (COUNTY,), (), ROLES["duty_officer"].purposes, AT - timedelta(days=9), None)
    grant(to=user.pk, wanted=wanted, by=setup, at=AT - timedelta(days=9))
    return viewer_of(user.pk)


@pytest.fixture
def town(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, NOW)
    more = {"health": health_officer(), "duty": duty_officer(), "far_health": health_officer(OTHER_TOWNSHIP)}
    return Town(town.cast | more)


@pytest.fixture
def watched(town: Town) -> Town:
    hand_in_weeks(town.health)
    count_weeks()
    watch()
    return town


def of(series: str, code: str = TOWNSHIP) -> Alarm:
    return Alarm.objects.get(indicator=series, area_code=code, until__isnull=True)


def test_before_the_first_run_nothing_is_said_and_that_is_no_all_clear(town: Town) -> None:
    text = text_of(client_of(town, "duty", "en").get(PAGE))
    assert "Not judged yet" in text
    assert "no all-clear" in text


def test_enter_in_the_word_judges_nothing_and_keeps_the_word(watched: Town) -> None:
    client = client_of(watched, "health", "en")
    page = text_of(client.get(f"/office/warnings/one?thread={of('fever').thread}"))
    form = page[page.index("gc-warning-judge") :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert 'value=""' in first[0], "what Enter presses says neither true nor false"
    sent = {"thread": of("fever").thread, "verdict": "", "word": "seen by phone"}
    answer = client.post("/office/warnings/judge", sent)
    assert answer.status_code == 400
    assert "seen by phone" in text_of(answer)
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("tongue", ["en", "zh-hans"])
def test_all_staff_see_what_stands_out_with_its_reasons(watched: Town, name: str, tongue: str) -> None:
    text = text_of(client_of(watched, name, tongue).get(PAGE))
    assert ("visits to fever clinics" if tongue == "en" else "发热门诊就诊") in text
    assert "outlook.watching.default" in text
    assert "<svg" in text
    assert "polyline" in text


def test_figures_are_exact_for_who_handed_them_in_or_reads_the_cases_and_by_classes_for_all_others(
    watched: Town,
) -> None:
    address = f"/office/warnings/one?thread={of('fever').thread}"
    assert "visits to fever clinics: 60" in text_of(client_of(watched, "health", "en").get(address))
    assert "visits to fever clinics: 60" in text_of(client_of(watched, "supervisor", "en").get(address))
    for name in ("duty", "county_officer", "auditor", "handler", "far_supervisor", "far_health"):
        text = text_of(client_of(watched, name, "en").get(address))
        assert "visits to fever clinics: 50–99, 5–9 expected" in text
        assert ">60<" not in text
        assert "by classes" in text
    pests = f"/office/warnings/one?thread={of('pests').thread}"
    assert "40, " in text_of(client_of(watched, "supervisor", "en").get(pests))
    for name in ("health", "duty", "county_officer"):
        text = text_of(client_of(watched, name, "en").get(pests))
        assert ": 20–49, 1–4 expected" in text
        assert ">40<" not in text


def test_an_officer_says_what_it_was_and_the_list_moves(watched: Town) -> None:
    client, thread = client_of(watched, "duty", "en"), of("fever").thread
    text = text_of(client.get(f"{PAGE}?indicator=fever"))
    assert "To be judged 1" in text
    assert 'value="false"' in text
    facts = {"thread": thread, "verdict": "false", "word": "门诊搬迁，登记口径变了", "back": PAGE}
    assert client.post("/office/warnings/judge", facts).headers["Location"] == PAGE
    assert "门诊搬迁，登记口径变了" in text_of(client.get(f"{PAGE}?state=false"))
    assert "To be judged 0" in text_of(client.get(f"{PAGE}?indicator=fever"))
    facts |= {"verdict": "true", "word": "复核属实", "back": "https://elsewhere.example/office/warnings/"}
    assert client.post("/office/warnings/judge", facts).headers["Location"].startswith("/office/warnings/one")
    assert Judgement.objects.count() == 2
    assert answers(NOW)["fever", "default"].true == 1
    page = text_of(client.get(f"/office/warnings/one?thread={thread}"))
    assert "复核属实" in page
    assert "门诊搬迁" in page


@pytest.mark.parametrize(
    ("facts", "status"),
    [({"verdict": "maybe"}, 400), ({}, 400), ({"verdict": "true", "word": "病人电话10012345678"}, 422),
     ({"verdict": "true", "word": "长" * 201}, 413)],
)  # fmt: skip
def test_what_cannot_be_said_is_one_sentence(watched: Town, facts: dict[str, str], status: int) -> None:
    client = client_of(watched, "health", "en")
    answer = client.post("/office/warnings/judge", {"thread": of("fever").thread} | facts)
    assert answer.status_code == status
    assert 'role="alert"' in text_of(answer)
    assert not Judgement.objects.exists()


def test_the_measured_share_of_false_ones_is_told_from_five_on(watched: Town) -> None:
    by = watched.health
    for number, row in enumerate(Alarm.objects.filter(until__isnull=True)):
        judge_warning(thread=row.thread, verdict="false" if number % 2 else "true", by=by, at=NOW)
    text = text_of(client_of(watched, "health", "en").get(f"{PAGE}?state=all"))
    assert "too few to say" in text


def test_filters_paging_nonsense_and_the_csv(watched: Town) -> None:
    client = client_of(watched, "county_officer", "en")
    assert "Nothing of this kind" in text_of(client.get(f"{PAGE}?state=lifted"))
    assert "Nothing of this kind" in text_of(client.get(f"{PAGE}?indicator=cases"))
    assert client.get(f"{PAGE}?indicator=nonsense&state=nonsense&page=77").status_code == 200
    assert client.get("/office/warnings/99").status_code in {400, 404}
    assert client.get("/office/warnings/nonsense").status_code in {400, 404}
    assert client.get("/office/warnings").headers["Location"] == PAGE
    rows = client.get(f"{PAGE}.csv?state=all").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + Alarm.objects.filter(until__isnull=True).count()
    assert "50–99" in "\n".join(rows)
    assert ",60," not in "\n".join(rows)
    own = client_of(watched, "health", "en").get(f"{PAGE}.csv?indicator=fever").content.decode("utf-8-sig")
    assert ",60," in own


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_stranger_must_not(watched: Town, name: str) -> None:
    client, thread = client_of(watched, name), of("fever").thread
    for address in ("/office/warnings", PAGE, f"{PAGE}.csv", f"/office/warnings/one?thread={thread}"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert thread not in text_of(answer)
    assert client.post("/office/warnings/judge", {"thread": thread, "verdict": "false"}).status_code == 403
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("name", ["supervisor", "worker", "handler", "county_officer", "auditor", "far_health"])
def test_staff_without_that_post_say_nothing(watched: Town, name: str) -> None:
    client, thread = client_of(watched, name), of("fever").thread
    assert 'value="false"' not in text_of(client.get(f"{PAGE}?indicator=fever"))
    assert client.post("/office/warnings/judge", {"thread": thread, "verdict": "false"}).status_code == 403
    assert not Judgement.objects.exists()


def test_a_warning_that_is_none_is_not_found(watched: Town) -> None:
    client = client_of(watched, "health")
    assert client.get("/office/warnings/one?thread=none").status_code == 404
    assert client.post("/office/warnings/judge", {"thread": "none", "verdict": "true"}).status_code == 404


def test_how_much_is_known_stands_beside_it(watched: Town) -> None:
    text = text_of(client_of(watched, "duty", "en").get(PAGE))
    assert "2 / 2" in text
    assert "counts judged" in text
    assert "remarks on what was handed in" in text
