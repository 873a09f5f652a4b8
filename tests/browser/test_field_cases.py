"""Cases checked on the spot without a network: seen, decided, kept over a restart, arrived once; conflicts; tries."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import MISSING, PASSWORD, aside, one_town, wrong
from browser.pictures import shoot
from browser.test_pages import _serious
from collection.field_town import Field
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import Reported, accept, close, dispatch, feed_back, file_case, report_case, rework
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, Photo, Step
from gridcommons.collection.checks.carrying import carry_all
from gridcommons.collection.devices.models import DeviceLook
from town import COUNTY, HERE, Town
from web.office_town import picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
NOTE = "桥头第三盏还是暗的"


@pytest.fixture(scope="module")
def field(own_cluster: object) -> Field:
    return one_town.up()[0]


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> tuple[Playwright, str]:
    return one_town.up()[1]


def handled(field: Field, text: str) -> Reported:
    """A case that waits for its check, with a picture of the report."""
    town, at = field.town, datetime.now(UTC) - timedelta(hours=2)
    report = Report("street_lamps", text, lon=HERE[0], lat=HERE[1], address="北街桥头", photos=(picture(),))
    made = report_case(report=report, channel="page", by=town.public, at=at)
    case = made.case_id
    file_case(case_id=case, by=town.supervisor, at=at)
    dispatch(case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at)
    accept(case_id=case, by=town.handler, at=at)
    feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=at + timedelta(minutes=5))
    return made


def steps(case: UUID) -> list[Step]:
    def rows() -> list[Step]:
        with scoped(Scope("^")):
            return list(Step.objects.filter(case=case).order_by("at", "id"))

    return aside(rows)


def state(case: UUID) -> str:
    def read() -> str:
        with scoped(Scope("^")):
            return Case.objects.get(pk=case).state

    return aside(read)


def photos(case: UUID) -> int:
    def read() -> int:
        with scoped(Scope("^")):
            return Photo.objects.filter(case=case).count()

    return aside(read)


def now_by(field: Field, deed: Callable[[Town, datetime], object]) -> None:
    aside(lambda: deed(field.town, datetime.now(UTC)))


def open_case(one: Phone, text: str) -> None:
    one.go("today")
    one.now.get_by_role("link", name=text).click()
    expect(one.now.locator("form[data-ready]")).to_be_visible()


def decide(one: Phone, result: str, note: str) -> None:
    one.now.get_by_label(result, exact=False).check()
    one.now.get_by_label("看到了什么").fill(note)


def what_is_too_long_is_not_put_away(one: Phone) -> None:
    """Nor is any of it cut: it stays, with what it is too long by."""
    decide(one, "没办好", "灯" * 3_801)
    expect(one.now.get_by_role("alert")).to_contain_text("最多3800个字，现在有3801个字")
    one.now.get_by_role("button", name="填好，存入待发").click()
    expect(one.now.get_by_label("看到了什么")).to_have_value("灯" * 3_801)
    expect(one.now.get_by_label("看到了什么")).to_be_focused()


def put(one: Phone) -> None:
    one.now.get_by_role("button", name="填好，存入待发").click()
    expect(one.now.locator("[data-out]").first).to_be_visible()


def test_a_case_is_checked_without_a_network_and_its_result_arrives_once_after_a_restart(
    mine: Phone, field: Field
) -> None:
    made = aside(lambda: handled(field, "桥头的路灯坏了"))
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.again()
    open_case(mine, "桥头的路灯坏了")
    page = mine.now
    for words in ("北街桥头", "灯泡已更换", "urban_management办公室"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.get_by_alt_text("报告的照片1")).to_be_visible()
    shoot(page, "field-app-case-zh-hans-390.png")
    assert _serious(page) == []
    page.get_by_role("button", name="填好，存入待发").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择结果")
    what_is_too_long_is_not_put_away(mine)
    decide(mine, "没办好", NOTE)
    expect(page.get_by_role("alert")).to_have_count(0)
    shot = BytesIO()
    Image.effect_noise((2_400, 1_600), 60).convert("RGB").save(shot, "JPEG")
    page.get_by_label("照片（可选）").set_input_files(
        {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": shot.getvalue()}
    )
    expect(page.get_by_alt_text("现场照片")).to_be_visible()
    page.wait_for_timeout(800)
    mine.stop()
    mine.start()
    mine.offline()
    mine.open()
    open_case(mine, "桥头的路灯坏了")
    expect(mine.now.get_by_label("看到了什么")).to_have_value(NOTE)
    expect(mine.now.get_by_alt_text("现场照片")).to_be_visible()
    put(mine)
    assert mine.states() == ["waiting"]
    raw = mine.raw()
    for word in ("桥头", NOTE, made.number, "灯泡已更换"):
        assert word not in raw, word
    mine.stop()
    mine.start()
    mine.offline()
    mine.open()
    mine.go("today")
    expect(mine.now.get_by_role("link", name="结果已存本机，待发送")).to_be_visible()
    looks = aside(DeviceLook.objects.count)
    mine.offline(away=False)
    mine.sync()
    assert mine.states() == ["received"]
    mine.sync()
    assert [one.action for one in steps(made.case_id)].count("rework") == 1
    assert (steps(made.case_id)[-1].note, state(made.case_id), photos(made.case_id)) == (NOTE, "rework", 2)
    assert aside(DeviceLook.objects.count) == looks + 1, "the case opened without a network is told of, once a day"
    mine.go("today")
    expect(mine.now.locator("main")).not_to_contain_text("桥头的路灯坏了")
    assert wrong(mine) == []


def test_a_case_settled_meanwhile_is_shown_as_it_stands_and_a_person_decides(mine: Phone, field: Field) -> None:
    made = aside(lambda: handled(field, "巷口的路灯坏了"))
    mine.set_up("worker", PASSWORD)
    mine.offline()
    open_case(mine, "巷口的路灯坏了")
    decide(mine, "没办好", NOTE)
    put(mine)
    now_by(field, lambda town, at: close(case_id=made.case_id, check="亮了", by=town.second_supervisor, at=at))
    mine.offline(away=False)
    mine.sync()
    assert mine.states() == ["conflict"]
    assert state(made.case_id) == "closed", "nothing was done"
    mine.now.get_by_role("link", name="查看现在的情况").click()
    expect(mine.now.get_by_role("heading", name="服务器上的 · 已结案")).to_be_visible()
    expect(mine.now.locator("main")).to_contain_text("亮了")
    expect(mine.now.locator("main")).to_contain_text(NOTE)
    expect(mine.now.get_by_role("button", name="我的结果仍然对")).to_have_count(0)
    shoot(mine.now, "field-app-case-conflict-zh-hans-390.png")
    assert _serious(mine.now) == []
    mine.now.get_by_role("button", name="附在事项旁").click()
    mine.has_state("kept")
    aside(lambda: carry_all(by=program("checks"), at=datetime.now(UTC)))
    last = steps(made.case_id)[-1]
    assert (last.action, state(made.case_id)) == ("late_check", "closed")
    assert NOTE in last.note
    assert wrong(mine, but="/checks") == []


def test_a_case_done_again_meanwhile_takes_the_result_once_its_worker_says_that_it_still_holds(
    mine: Phone, field: Field
) -> None:
    made = aside(lambda: handled(field, "河边的路灯坏了"))
    mine.set_up("worker", PASSWORD)
    mine.offline()
    open_case(mine, "河边的路灯坏了")
    decide(mine, "办好了", "灯亮着")
    put(mine)

    def again(town: Town, at: datetime) -> None:
        rework(case_id=made.case_id, reason="没亮", by=town.second_supervisor, at=at)
        feed_back(case_id=made.case_id, evidence="又换了一只", by=town.handler, at=at)

    now_by(field, again)
    mine.offline(away=False)
    mine.sync()
    assert mine.states() == ["conflict"]
    mine.now.get_by_role("link", name="查看现在的情况").click()
    expect(mine.now.locator("main")).to_contain_text("又换了一只")
    mine.now.get_by_role("button", name="我的结果仍然对，现在提交").click()
    mine.has_state("received")
    assert (state(made.case_id), steps(made.case_id)[-1].note) == ("closed", "灯亮着")


def test_a_try_that_failed_is_noted_and_the_case_stays_on_the_list(mine: Phone, field: Field) -> None:
    made = aside(lambda: handled(field, "院里的路灯坏了"))
    mine.set_up("worker", PASSWORD)
    mine.offline()
    open_case(mine, "院里的路灯坏了")
    decide(mine, "没人在", "大门锁着")
    put(mine)
    mine.now.get_by_role("button", name="打开修改").click()
    expect(mine.now.get_by_label("看到了什么")).to_have_value("大门锁着")
    put(mine)
    mine.offline(away=False)
    mine.sync()
    assert mine.states() == ["received"]
    assert ([one.action for one in steps(made.case_id)].count("attempt"), state(made.case_id)) == (1, "handled")
    mine.go("today")
    expect(mine.now.get_by_role("link", name="院里的路灯坏了")).to_contain_text("去过")
    open_case(mine, "院里的路灯坏了")
    decide(mine, "办好了", "灯亮着")
    put(mine)
    mine.has_state("received")
    assert state(made.case_id) == "closed"
