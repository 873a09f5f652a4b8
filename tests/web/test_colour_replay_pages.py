"""Replay of a past epidemic and other cuts: the day in the address, files of one's own, bad ones refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gridcommons.outlook.painting.models import Past
from outlook.painting.painted_town import member
from town import AT, COUNTY, Town
from web.office_town import client_of, stop_clock, text_of

COUNTS = "date,area,count\n" + "\n".join(
    f"2020-02-{day:02},{area},{n}"
    for day in range(1, 21)
    for area, n in (("东区", min(day, 10) * 30), ("西区", 0), ("TOTAL", min(day, 10) * 30))
)
PEOPLE = "area,population\n东区,100000\n西区,80000\n"


@pytest.fixture
def town(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, AT)
    return Town(town.cast | {"health": member("health", "health_officer", COUNTY, "health")})


def files(counts: str = COUNTS, people: str = PEOPLE) -> dict[str, object]:
    return {
        "name": "演练用的往次疫情",
        "counts": SimpleUploadedFile("c.csv", counts.encode(), "text/csv"),
        "people": SimpleUploadedFile("p.csv", people.encode(), "text/csv"),
    }


def sent(town: Town) -> Past:
    answer = client_of(town, "health").post("/office/colours/replay/send", files())
    assert answer.status_code == 302
    return Past.objects.get()


def test_zhejiang_is_replayed_day_by_day_where_its_counts_lie_beside_the_program(town: Town, shared: Path) -> None:
    assert shared
    client = client_of(town, "supervisor", "en")
    page = text_of(client.get("/office/colours/replay?n=11"))
    assert "Wenzhou" in page
    assert "31 January 2020" in page or "31 Jan 2020" in page
    assert '<input type="range" name="n" min="0" max="132" value="11"' in page
    assert "?n=10" in page
    assert "?n=12" in page
    assert "total that is not the sum of its parts" in page
    last = text_of(client.get("/office/colours/replay"))
    assert 'value="132"' in last
    odd = text_of(client.get("/office/colours/replay?n=hundred&scheme=state-council-2020"))
    assert 'value="132"' in odd
    assert client.get("/office/colours/replay?scheme=zhejiang-2020").status_code == 422
    assert client.get("/office/colours/replay?past=nothing").status_code == 404


def test_a_file_of_ones_own_is_replayed_and_taken_down(town: Town) -> None:
    past = sent(town)
    client = client_of(town, "health", "en")
    page = text_of(client.get(f"/office/colours/replay?past={past.pk}&n=0"))
    assert "东区" in page
    late = text_of(client.get(f"/office/colours/replay?past={past.pk}&n=12"))
    assert "is-colour-e" in late
    assert client.post("/office/colours/replay/send", files()).status_code == 302
    assert Past.objects.count() == 1, "the same file is the one that is kept"
    asked = client.post(f"/office/colours/replay/{past.pk}/drop")
    assert "drop=" in asked.headers["Location"]
    assert (
        client_of(town, "supervisor").post(f"/office/colours/replay/{past.pk}/drop", {"sure": "1"}).status_code == 403
    )
    assert client.post(f"/office/colours/replay/{past.pk}/drop", {"sure": "1"}).status_code == 302
    assert not Past.objects.exists()


@pytest.mark.parametrize(
    ("counts", "people", "status", "said"),
    [
        ("day,area,count\n2020-01-01,东区,1\n", PEOPLE, 400, "lacks the column date"),
        ("date,area,count\n2020-13-01,东区,1\n", PEOPLE, 400, "Line 2"),
        ("date,area,count\n2020-01-01,东区,-1\n", PEOPLE, 400, "Line 2"),
        ("date,area,count\n2020-01-01,东区,1\n2020-01-01,东区,2\n", PEOPLE, 400, "two cumulative counts"),
        ("date,area,count,patient\n2020-01-01,东区,1,甲\n", PEOPLE, 422, "nothing about people"),
        (COUNTS, "area,population,ethnicity\n东区,1,x\n", 422, "nothing about people"),
        ("date,area,count\n1920-01-01,东区,1\n2020-01-01,东区,1\n", PEOPLE, 413, "400 days"),
        ("", PEOPLE, 400, "lacks the column"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(town: Town, counts: str, people: str, status: int, said: str) -> None:
    answer = client_of(town, "health", "en").post("/office/colours/replay/send", files(counts or "\n", people))
    assert answer.status_code == status
    assert said in text_of(answer)
    assert not Past.objects.exists()


def test_only_who_signs_colours_sends_a_file(town: Town) -> None:
    for name in ("public", "resident", "stranger", "supervisor", "county_officer"):
        assert client_of(town, name).post("/office/colours/replay/send", files()).status_code == 403
    assert "Send a file" not in text_of(client_of(town, "supervisor", "en").get("/office/colours/replay"))
    assert not Past.objects.exists()


def test_other_cuts_stand_beside_the_schemes_own(town: Town) -> None:
    past = sent(town)
    client = client_of(town, "supervisor", "en")
    own = text_of(client.get(f"/office/colours/cuts?past={past.pk}"))
    assert "Own cuts" in own
    assert "Your cuts" not in own
    tried = text_of(client.get(f"/office/colours/cuts?past={past.pk}&rate-25=900&rate-75=1000&rate-200=1200"))
    assert "Your cuts" in tried
    assert "days shown too green" in tried
    for wrong in ("rate-25=80", "rate-25=-1", "rate-25=0"):
        answer = client.get(f"/office/colours/cuts?past={past.pk}&{wrong}")
        assert answer.status_code == 400
        assert "Cuts are numbers above 0" in text_of(answer)
        assert "Own cuts" in text_of(answer)


@pytest.mark.parametrize("typed", ["many", "nan", "inf", "1e999", "12 or so"])
def test_a_cut_that_is_no_number_is_named_and_stays_in_its_field(town: Town, typed: str) -> None:
    past = sent(town)
    for tongue, said in (("en", f"“{typed}” is no number"), ("zh-hans", f"“{typed}”不是数")):
        answer = client_of(town, "supervisor", tongue).get("/office/colours/cuts", {"past": past.pk, "rate-25": typed})
        assert answer.status_code == 400
        assert said in text_of(answer)
        assert f'value="{typed}"' in text_of(answer)
