"""What is not simple on its pages: doubles beside each other, tabs, parking, wrong dates; what strangers must not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.higher import closed, filed, handling, hours, raise_town, reported
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import ask_extension, feed_back, involve, merge
from gridcommons.cases.models import Case
from pressing import forms_of, press
from town import AT, COUNTY, Town
from web.office_town import ESCAPED, HTML, client_of, stop_clock, text_of

LATE = AT + timedelta(days=7)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return raise_town(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, LATE)
    return standing_more_town


def steps_on(answer: object) -> set[str]:
    return {form.action.rpartition("/")[2] for form in forms_of(answer) if "/do/" in form.action}  # type: ignore[arg-type]


def state_of(case_id: object) -> str:
    from cases.higher import JOB

    with viewing(JOB, LATE):
        return Case.objects.get(pk=case_id).state


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_double_is_shown_beside_the_report_with_distance_and_reasons_and_joined_by_two_presses(
    town: Town, language: str
) -> None:
    lead, twice = filed(town, text=f"路灯不亮{HTML}"), reported(town, AT + hours(1))
    client, page = client_of(town, "supervisor", language), f"/office/case/{twice.case_id}"
    body = text_of(client.get(page))
    assert lead.number in body
    assert "cases.likeness" in body
    assert ("两处相距约0米" if language == "zh-hans" else "about 0 m apart") in body
    assert ESCAPED in body
    assert "<script>alert" not in body
    asked = client.post(f"{page}/do/merge", {"merge-lead": lead.number, "merge-words": ""})
    assert asked.status_code == 400
    assert state_of(twice.case_id) == "reported"
    done = client.post(f"{page}/do/merge", {"merge-lead": lead.number, "merge-words": "", "sure": "1"}, follow=True)
    assert done.status_code == 200
    assert state_of(twice.case_id) == "merged"
    assert lead.number in text_of(done)
    assert twice.number in text_of(client.get(f"/office/case/{lead.case_id}"))
    joined = text_of(client.get("/office/queue?tab=joined"))
    assert twice.number in joined
    assert twice.number not in text_of(client.get("/office/queue?tab=open"))
    press(client, page, "/do/unmerge", **{"unmerge-reason": "是另一盏"})
    assert state_of(twice.case_id) == "reported"


def test_what_is_wrong_with_a_joining_stands_beside_its_number(town: Town) -> None:
    made, done = reported(town), closed(town)
    client = client_of(town, "supervisor", "en")
    for lead in ("", "nonsense", made.number, done.number, "x" * 9_000):
        sent = {"merge-lead": lead, "merge-words": "", "sure": "1"}
        answer = client.post(f"/office/case/{made.case_id}/do/merge", sent)
        assert answer.status_code in {400, 404, 409}
        assert 'id="id_merge-lead_error"' in text_of(answer), lead[:20]
    assert state_of(made.case_id) == "reported"


def test_parking_and_its_tab(town: Town) -> None:
    made = handling(town)
    client, page = client_of(town, "dispatcher"), f"/office/case/{made.case_id}"
    good = {"park-reason": "等管线迁改", "park-owner": f"{COUNTY}:urban_management", "park-review": "2026-12-01"}
    for change, field in (
        ({"park-review": ""}, "review"), ({"park-review": "soon"}, "review"), ({"park-review": "2026-11-01"}, "review"),
        ({"park-reason": " "}, "reason"), ({"park-owner": "331123:nobody"}, "owner"),
    ):  # fmt: skip
        answer = client.post(f"{page}/do/park", {**good, **change, "sure": "1"})
        assert answer.status_code == 400, change
        assert f'id="id_park-{field}_error"' in text_of(answer), change
    press(client, page, "/do/park", **good)
    parked = text_of(client.get("/office/queue?tab=parked"))
    assert made.number in parked
    assert "复核" in parked
    assert made.number not in text_of(client.get("/office/queue?tab=overdue"))
    shown = text_of(client.get(page))
    assert "已挂账" in shown
    assert "url(#gc-hatch)" in shown
    press(client, page, "/do/unpark")
    assert state_of(made.case_id) == "review"
    assert made.number in text_of(client.get("/office/queue?tab=dispatch"))


def test_more_time_has_its_tab_and_bad_days_stand_beside_their_field(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, AT + hours(2))
    made = handling(town)
    handler, dispatcher, page = (
        client_of(town, "handler"),
        client_of(town, "dispatcher"),
        f"/office/case/{made.case_id}",
    )
    for until in ("", "tomorrow", "2026-11-01", "2027-11-01", "9999-99-99"):
        answer = handler.post(
            f"{page}/do/ask_extension",
            {"ask_extension-reason": "要定做", "ask_extension-until": until, "sure": "1"},
        )
        assert answer.status_code == 400, until
        assert 'id="id_ask_extension-until_error"' in text_of(answer), until
    press(handler, page, "/do/ask_extension", **{"ask_extension-reason": "要定做", "ask_extension-until": "2026-11-12"})
    assert made.number in text_of(dispatcher.get("/office/queue?tab=extension"))
    form = next(form for form in forms_of(dispatcher.get(page)) if form.action.endswith("/do/grant_extension"))
    assert form.fields["grant_extension-until"] == "2026-11-12"
    press(dispatcher, page, "/do/grant_extension")
    assert "limits" in text_of(handler.get(page))
    assert steps_on(handler.get(page)) >= {"feed_back", "send_back", "pass_on"}
    assert "ask_extension" not in steps_on(handler.get(page))


def test_who_assists_is_chosen_and_never_the_office_in_charge(town: Town) -> None:
    made = handling(town)
    page = f"/office/case/{made.case_id}"
    with viewing(town.handler, AT):
        charge = Case.objects.get(pk=made.case_id).handler_office
    assert charge is not None
    client = next(
        one for name in ("dispatcher", "handler") if "involve" in steps_on((one := client_of(town, name)).get(page))
    )
    offered = text_of(client.get(page)).partition('name="involve-assists"')[2].partition("</select>")[0]
    assert '<option value="" selected>' in offered
    assert f'value="{COUNTY}:water_utility"' in offered
    assert f'value="{charge.area_code}:{charge.kind}"' not in offered
    assert client.post(f"{page}/do/involve", {"involve-assists": "", "involve-part": "停水"}).status_code == 400


@pytest.mark.parametrize("name", ["stranger", "far_supervisor", "county_officer", "coordinator", "other_handler"])
def test_a_stranger_takes_none_of_these_steps(town: Town, name: str) -> None:
    made, other = handling(town), filed(town)
    client = client_of(town, name)
    sent = {
        "merge-lead": other.number, "park-reason": "等", "park-owner": f"{COUNTY}:urban_management",
        "park-review": "2026-12-01", "ask_extension-reason": "要定做", "ask_extension-until": "2026-11-12",
        "grant_extension-until": "2026-11-12", "appoint-office": f"{COUNTY}:urban_management", "sure": "1",
        "involve-assists": f"{COUNTY}:water_utility", "involve-part": "停水", "contribute-evidence": "做了",
        "entrust-reason": "没人", "name_body-body": "公司", "unmerge-reason": "错了",
        "refuse_extension-reason": "不行",
        "ask_level-reason": "难办", "merge-words": "", "appoint-words": "", "unpark-words": "",
        "grant_extension-words": "",
    }  # fmt: skip
    for step in (
        "merge", "unmerge", "ask_extension", "grant_extension", "refuse_extension", "park", "unpark", "appoint",
        "ask_level", "involve", "contribute", "entrust", "name_body",
    ):  # fmt: skip
        answer = client.post(f"/office/case/{made.case_id}/do/{step}", sent)
        assert answer.status_code in {403, 404}, step
    assert state_of(made.case_id) == "handling"


def test_an_assistance_is_under_way_until_the_case_is_fed_back_and_then_said_to_be_unanswered(town: Town) -> None:
    made = handling(town)
    involve(
        case_id=made.case_id, to_area=COUNTY, to_kind="water_utility", part="停水", by=town.dispatcher, at=AT + hours(1)
    )  # fmt: skip
    page, client = f"/office/case/{made.case_id}", client_of(town, "dispatcher", "zh-hans")
    before = text_of(client.get(page))
    assert "协办中" in before
    assert "收集中" not in before
    feed_back(case_id=made.case_id, evidence="管已换好", by=town.handler, at=AT + hours(3))
    after = text_of(client.get(page))
    assert "办结时未答复" in after
    assert "协办中" not in after


def test_an_export_and_every_tab_open_with_cases_of_every_kind(town: Town) -> None:
    made, twice = handling(town), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=made.number, by=town.supervisor, at=AT + hours(2))
    ask_extension(
        case_id=made.case_id, reason="要定做", until=(AT + timedelta(days=9)).date(), by=town.handler, at=AT + hours(2)
    )  # fmt: skip
    for name in ("dispatcher", "supervisor", "handler", "coordinator"):
        client = client_of(town, name)
        for tab in (
            "dispatch",
            "extension",
            "raised",
            "again",
            "parked",
            "joined",
            "open",
            "overdue",
            "all",
            "nonsense",
        ):
            assert client.get(f"/office/queue?tab={tab}").status_code == 200, (name, tab)
        assert client.get("/office/queue.csv?tab=all").status_code == 200
