"""Pages of warnings to the public: asked for and issued in the office, read by everybody; who must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from defusedxml.ElementTree import fromstring

from gridcommons.outlook.alerts import is_signed
from gridcommons.outlook.cautions.models import Caution
from outlook.cap_rules import broken_rules
from outlook.cautions.warned_town import AT, COLOUR, NEXT, ask, hand_draft, issue, warned_town
from outlook.painting.painted_town import Painted
from town import COUNTY, TOWNSHIP, Town
from web.office_town import ESCAPED, HTML, client_of, stop_clock, text_of

OUTSIDE = ("public", "resident", "neighbour", "stranger")
OTHERS = ("worker", "supervisor", "handler", "county_officer", "auditor")
OFFICE = f"/office/cautions?area={COUNTY}"
PAGE = f"/warnings?area={COUNTY}"
NEW = f"/office/cautions/new?from={COLOUR}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Painted:
    stop_clock(monkeypatch, AT)
    return warned_town(town)


def written(**changes: str) -> dict[str, Any]:
    parts = ("event", "headline", "description", "instruction")
    words = {f"{part}_{tongue}": f"{part} {tongue}" for part in parts for tongue in ("zh", "en")}
    return words | {"last": NEXT.isoformat(), "category": "Health"} | changes


def test_an_officer_drafts_from_a_signed_colour_and_a_second_person_issues_it(painted: Painted) -> None:
    health, second = (client_of(painted.town, name, "en") for name in ("health", "second"))
    page = text_of(health.get(OFFICE))
    assert "a signed colour" in page
    assert "colour%3A331123001" in page
    form = text_of(health.get(NEW))
    assert "妙高街道转为" in form
    assert "A colour says something of an area" in form
    assert '<option value="Health" selected>' in form
    assert "Security" not in form
    assert "urgency: soon · severity: severe · certainty: likely · what to do: prepare" in form
    assert health.post(NEW, written(headline_en="")).status_code == 400
    bad = health.post(NEW, written(last="2026-01-01", headline_zh="留着的标题"))
    assert bad.status_code == 400
    assert "Correct it." in text_of(bad)
    assert "留着的标题" in text_of(bad), "nothing that was typed is lost"
    health.post(NEW, written())
    row = Caution.objects.get()
    one = f"/office/cautions/{row.pk}"
    assert "/issue" not in text_of(health.get(one)), "who asked does not issue"
    assert health.post(f"{one}/issue", {"sure": "1"}).status_code == 403
    assert "Nothing is done yet" in text_of(second.post(f"{one}/issue"))
    assert "No warning is in force" in text_of(client_of(painted.town, "public", "en").get(PAGE))
    second.post(f"{one}/issue", {"sure": "1"})
    row.refresh_from_db()
    assert row.web == f"http://testserver/warnings/{row.identifier}"
    public = text_of(client_of(painted.town, "public", "en").get(PAGE))
    assert "headline en" in public
    assert "in force" in public
    assert second.post(f"{one}/issue", {"sure": "1"}).status_code == 409


def test_it_is_updated_and_called_off_by_two(painted: Painted) -> None:
    health, second = (client_of(painted.town, name, "en") for name in ("health", "second"))
    row = issue(painted, ask(painted, hand_draft(NEXT)))
    one = f"/office/cautions/{row.pk}"
    assert health.post(f"{one}/amend", written(event_zh="")).status_code == 400
    health.post(f"{one}/amend", written(headline_en="new words"))
    update = Caution.objects.get(kind="Update")
    second.post(f"/office/cautions/{update.pk}/issue", {"sure": "1"})
    assert "new words" in text_of(client_of(painted.town, "public", "en").get(PAGE))
    two = f"/office/cautions/{update.pk}"
    assert health.post(f"{two}/call-off", {"why_zh": "合格", "why_en": " "}).status_code == 400
    health.post(f"{two}/call-off", {"why_zh": "检测合格", "why_en": "tests are good"})
    end = f"/office/cautions/{Caution.objects.get(kind='Cancel').pk}"
    assert "urgency: past · severity: severe · certainty: likely · what to do: all clear" in text_of(second.get(end))
    second.post(f"{end}/issue", {"sure": "1"})
    public = text_of(client_of(painted.town, "public", "en").get(PAGE))
    assert "No warning is in force" in public
    assert "called off" in public
    client = client_of(painted.town, "public", "en")
    update.refresh_from_db()
    assert "This warning was called off" in text_of(client.get(f"/warnings/{update.identifier}"))
    assert "took the place of this one" in text_of(client.get(f"/warnings/{row.identifier}"))


def test_one_that_waits_is_taken_down_with_a_reason(painted: Painted) -> None:
    health = client_of(painted.town, "health", "en")
    row = ask(painted)
    drop = f"/office/cautions/{row.pk}/drop"
    assert "Nothing is done yet" in text_of(health.post(drop))
    assert health.post(drop, {"sure": "1", "why": ""}).status_code == 400
    health.post(drop, {"sure": "1", "why": "改写"})
    assert "never issued" in text_of(health.get(f"/office/cautions/{row.pk}"))
    assert health.post(f"/office/cautions/{row.pk}/burn").status_code == 404


@pytest.mark.parametrize("tongue", ["zh-hans", "en"])
def test_the_officer_sees_the_category_and_may_choose_another(painted: Painted, tongue: str) -> None:
    health = client_of(painted.town, "health", tongue)
    address = f"/office/cautions/new?area={TOWNSHIP}&template=heat"
    assert '<option value="Met" selected>' in text_of(health.get(address))
    for word in ("Security", "", "health"):
        bad = health.post(address, written(category=word, headline_zh="留着的标题"))
        assert bad.status_code == 400
        assert "留着的标题" in text_of(bad), "nothing that was typed is lost"
    assert not Caution.objects.exists()
    health.post(address, written(category="Env"))
    row = Caution.objects.get()
    said = "生态环境" if tongue == "zh-hans" else "environment and nuisance"
    assert said in text_of(health.get(f"/office/cautions/{row.pk}"))
    out = issue(painted, row)
    page = client_of(painted.town, "public", tongue).get(f"/warnings/{out.identifier}")
    assert said in text_of(page)
    health.post(f"/office/cautions/{row.pk}/amend", written(category="Infra"))
    assert Caution.objects.get(kind="Update").category == "Infra"


@pytest.mark.parametrize("tongue", ["zh-hans", "en"])
@pytest.mark.parametrize("name", [*OUTSIDE, *OTHERS])
def test_everybody_reads_what_is_out_and_nobody_what_waits(painted: Painted, name: str, tongue: str) -> None:
    waits = ask(painted)
    out = issue(painted, ask(painted, hand_draft(NEXT)))
    client = client_of(painted.town, name, tongue)
    page, single = text_of(client.get(PAGE)), text_of(client.get(f"/warnings/{out.identifier}"))
    assert ("请勿直接饮用" if tongue == "zh-hans" else "do not drink tap water") in page
    assert ("生效中" if tongue == "zh-hans" else "in force") in page
    for text in (page, single):
        assert waits.said["headline"]["zh"] not in text
    assert client.get("/warnings/GC-331123-20260101-0001").status_code == 404


def test_what_is_over_is_shown_as_over(painted: Painted, monkeypatch: pytest.MonkeyPatch) -> None:
    out = issue(painted, ask(painted, hand_draft(NEXT)))
    stop_clock(monkeypatch, out.expires + timedelta(hours=1))
    client = client_of(painted.town, "public", "en")
    page = text_of(client.get(PAGE))
    assert "No warning is in force" in page
    assert "expired" in page
    assert "holds no longer" in text_of(client.get(f"/warnings/{out.identifier}"))
    [entry] = fromstring(client.get(f"/warnings/feed/{COUNTY}/en.atom").content).findall(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title") or "").endswith("(expired)")


def test_files_have_stable_addresses_and_can_be_verified(painted: Painted) -> None:
    out = issue(painted, ask(painted))
    client = client_of(painted.town, "public")
    xml, signature, pem = (client.get(f"/warnings/{out.identifier}{end}") for end in (".xml", ".xml.sig", ".pem"))
    assert xml["Content-Type"] == "application/cap+xml"
    assert broken_rules(xml.content) == []
    key = load_pem_public_key(pem.content)
    assert isinstance(key, Ed25519PublicKey)
    assert is_signed(xml.content, signature.content, key)
    again = client.get(f"/warnings/{out.identifier}.xml", headers={"If-None-Match": xml["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for missing in (".exe", ".xml.sig2", "x.xml"):
        assert client.get(f"/warnings/{out.identifier}{missing}").status_code == 404


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_feed_leads_to_the_files(painted: Painted, tongue: str) -> None:
    out = issue(painted, ask(painted))
    client = client_of(painted.town, "public")
    answer = client.get(f"/warnings/feed/{TOWNSHIP}/{tongue}.atom")
    [entry] = fromstring(answer.content).findall(f"{ATOM}entry")
    links = [one.get("href", "") for one in entry.findall(f"{ATOM}link")]
    assert f"http://testserver/warnings/{out.identifier}.xml" in links
    assert all(client.get(one.removeprefix("http://testserver")).status_code == 200 for one in links)
    assert client.get(f"/warnings/feed/{COUNTY}/fr.atom").status_code == 404
    assert client.get("/warnings/feed/99/zh.atom").status_code == 404


@pytest.mark.parametrize("name", OUTSIDE)
def test_residents_and_the_public_are_refused_at_the_office(painted: Painted, name: str) -> None:
    row, client = ask(painted), client_of(painted.town, name)
    for address in (OFFICE, NEW, f"/office/cautions/{row.pk}"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "妙高街道转为" not in text_of(answer)
    for end in ("issue", "drop", "amend", "call-off"):
        assert client.post(f"/office/cautions/{row.pk}/{end}", written(sure="1")).status_code == 403
    assert client.post(NEW, written()).status_code == 403
    assert Caution.objects.get().issued_at is None


@pytest.mark.parametrize("name", OTHERS)
def test_other_staff_read_it_and_may_do_nothing(painted: Painted, name: str) -> None:
    row, client = ask(painted), client_of(painted.town, name, "en")
    page = text_of(client.get(f"/office/cautions/{row.pk}"))
    assert "waits for its second person" in page
    assert "/issue" not in page
    assert "Draft it" not in text_of(client.get(OFFICE))
    for end in ("issue", "drop"):
        assert client.post(f"/office/cautions/{row.pk}/{end}", {"sure": "1", "why": "x"}).status_code == 403
    assert Caution.objects.get().issued_at is None


def test_what_an_officer_writes_is_text_and_nothing_else(painted: Painted) -> None:
    client_of(painted.town, "health").post(
        f"/office/cautions/new?area={TOWNSHIP}&template=water", written(description_zh=HTML, description_en=HTML)
    )
    out = issue(painted, Caution.objects.get())
    client = client_of(painted.town, "public", "en")
    for address in (PAGE, f"/warnings/{out.identifier}"):
        page = text_of(client.get(address))
        assert ESCAPED in page
        assert "<script>alert" not in page
