"""Pages on which a second person declines what waits: with a reason, kept in the form, told; who must not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridcommons.access.scope import Scope, scoped
from gridcommons.notices.awaited.actions import tell_declined
from gridcommons.notices.models import Notice
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.painting.actions import ask_package, ask_scheme
from gridcommons.outlook.painting.models import Package, SchemeInForce
from gridcommons.outlook.painting.packages import template
from notices.test_declined import JOB, WHY
from outlook.cautions.warned_town import AT, NEXT, ask, hand_draft, warned_town
from outlook.painting.painted_town import DAY, Painted
from town import COUNTY, Town
from web.office_town import client_of, stop_clock, text_of

RULES = f"/office/colours/rules?area={COUNTY}"


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Painted:
    stop_clock(monkeypatch, AT)
    return warned_town(town)


def scheme_waits(painted: Painted, scheme: str = "default", level: str = "county") -> SchemeInForce:
    return ask_scheme(
        area_code=COUNTY, level=level, scheme=scheme, indicator="cases", reason="全县", by=painted.health, at=AT
    )


def package_waits(painted: Painted) -> Package:
    one = template("default-D")
    return ask_package(
        area_code=COUNTY, scheme="default", level="D", content=one.content, basis=one.basis, first=DAY + timedelta(2),
        last=DAY + timedelta(20), by=painted.health, at=AT,
    )  # fmt: skip


@pytest.mark.parametrize("tongue", ["en", "zh-hans"])
def test_a_second_person_does_not_issue_a_warning_and_says_why(painted: Painted, tongue: str) -> None:
    row = ask(painted, hand_draft(NEXT))
    one, second = f"/office/cautions/{row.pk}", client_of(painted.town, "second", tongue)
    assert ("Do not issue it" if tongue == "en" else "不予签发") in text_of(second.get(one))
    asked = second.post(f"{one}/decline", {"why": WHY})
    assert WHY in text_of(asked), "asked once more, with what was written"
    assert second.post(f"{one}/decline", {"sure": "1", "why": ""}).status_code == 400
    assert second.post(f"{one}/decline", {"sure": "1", "why": WHY}).status_code == 302
    text = text_of(client_of(painted.town, "health", tongue).get(one))
    assert WHY in text
    assert ("not issued by its second person" if tongue == "en" else "第二人未予签发") in text
    assert "/issue" not in text_of(second.get(one))


@pytest.mark.parametrize("kind", ["scheme", "package"])
@pytest.mark.parametrize("tongue", ["en", "zh-hans"])
def test_a_second_person_does_not_confirm_a_scheme_or_a_package(painted: Painted, kind: str, tongue: str) -> None:
    row = (scheme_waits if kind == "scheme" else package_waits)(painted)
    second = client_of(painted.town, "second", tongue)
    act = f"/office/colours/rules/{kind}/{row.pk}/decline?area={COUNTY}"
    assert ("Do not confirm" if tongue == "en" else "不予确认") in text_of(second.get(RULES))
    assert f"asks=decline-{row.pk}" in second.post(act, {"why": WHY}).headers["Location"]
    bad = second.post(act, {"sure": "1", "why": "张三的电话是13812345678"})
    assert bad.status_code == 422
    assert "张三的电话是13812345678</textarea>" in text_of(bad), "nothing that was typed is lost"
    assert second.post(act, {"sure": "1", "why": WHY}).status_code == 302
    text = text_of(client_of(painted.town, "health", tongue).get(RULES))
    assert WHY in text
    assert ("not confirmed by its second person" if tongue == "en" else "第二人未予确认") in text
    public = text_of(client_of(painted.town, "public", tongue).get(f"/colours?area={COUNTY}"))
    assert WHY not in public
    assert second.post(act, {"sure": "1", "why": WHY}).status_code == 409


@pytest.mark.parametrize("name", ["health", "worker", "supervisor", "county_officer", "auditor"])
def test_the_stranger_must_not_decline(painted: Painted, name: str) -> None:
    caution, scheme, package = ask(painted, hand_draft(NEXT)), scheme_waits(painted), package_waits(painted)
    client = client_of(painted.town, name, "en")
    for address in (
        f"/office/cautions/{caution.pk}/decline", f"/office/colours/rules/scheme/{scheme.pk}/decline?area={COUNTY}",
        f"/office/colours/rules/package/{package.pk}/decline?area={COUNTY}",
    ):  # fmt: skip
        assert client.post(address, {"sure": "1", "why": WHY}).status_code == 403
    assert "/decline" not in text_of(client.get(RULES)) + text_of(client.get(f"/office/cautions/{caution.pk}"))
    assert not Caution.objects.filter(declined_office__isnull=False).exists()
    assert not SchemeInForce.objects.filter(declined_office__isnull=False).exists()


def test_the_notice_leads_who_asked_to_the_page(painted: Painted) -> None:
    second = client_of(painted.town, "second", "en")
    row, scheme = ask(painted, hand_draft(NEXT)), scheme_waits(painted)
    second.post(f"/office/cautions/{row.pk}/decline", {"sure": "1", "why": WHY})
    second.post(f"/office/colours/rules/scheme/{scheme.pk}/decline?area={COUNTY}", {"sure": "1", "why": WHY})
    assert tell_declined(by=JOB, at=AT) == 2
    with scoped(Scope("^")):
        told = dict(Notice.objects.filter(about__startswith="declined:").values_list("about", "pk"))
    health = client_of(painted.town, "health", "en")
    for about, leads in (
        (f"declined:caution:{row.pk}", f"/office/cautions/{row.pk}"),
        (f"declined:scheme:{scheme.pk}", RULES),
    ):
        answer = health.post(f"/office/notices/{told[about]}/read", {"open": "1"})
        assert answer.headers["Location"] == leads
        assert health.get(leads).status_code == 200


@pytest.mark.parametrize(("scheme", "said", "not_said"), [
    ("default", "stands until its review", "stands no more"),
    ("state-council-2020", "need a new signature", "stands until its review"),
])  # fmt: skip
def test_confirming_says_what_becomes_of_signatures_and_packages(
    painted: Painted, scheme: str, said: str, not_said: str
) -> None:
    package_waits(painted)
    scheme_waits(painted, scheme, "township")
    text = text_of(client_of(painted.town, "second", "en").get(RULES))
    schemes = text[text.index("Schemes") : text.index("Packages of measures")]
    assert said in schemes
    assert not_said not in schemes
    if scheme != "default":
        assert re.search(r"bound to its colours \(0\)", schemes), "one that only waits binds nothing"
