"""Pages of plans: who comes to them, what they offer, what bad input is told, and what leaves as a file."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.test import Client

from gridcommons.access.models import User
from gridcommons.access.scope import on_day
from gridcommons.outlook.through_time import months_in_areas_of, sums_in_areas_of
from gridcommons.territory.reorganising import actions
from gridcommons.territory.reorganising.actions import add_lines, adopt_plan, draft_plan
from gridcommons.territory.reorganising.models import HandOver, Plan
from gridcommons.territory.reorganising.queries import PlanFacts, PlanLine, marks_between, plan_facts, turns_of
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.web.office.plan_words import line_words
from redrawn_town import (
    BEYOND,
    CITY,
    DAY,
    EAST,
    MOVED,
    NEXT_COUNTY,
    SECOND_VILLAGE,
    SPLIT,
    WEST,
    carried_out,
    member,
    moved_away,
    planned,
    redraw,
)
from town import AT, COUNTY, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town
from web.office_town import BACKEND, ESCAPED, HTML, client_of, count, refused_whole, report, stop_clock, text_of

LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, LATER)
    return standing_more_town


@pytest.fixture
def page(town: Town) -> str:
    plan = draft_plan(area_code=COUNTY, title=HTML, on_day=DAY, by=town.county_officer, at=AT)
    return f"/office/areas/plan/{plan.pk}"


def officer(town: Town, language: str = "zh-hans") -> Client:
    return client_of(town, "county_officer", language)


@pytest.mark.parametrize("name", ["supervisor", "worker", "handler", "auditor", "stranger", "public"])
def test_only_those_who_plan_come_to_plans(town: Town, page: str, name: str) -> None:
    client = client_of(town, name)
    for path in ("/office/areas", page, f"{page}.csv", f"{page}/add/split"):
        assert client.get(path).status_code == 403, path
    for path in (f"{page}/do/propose", f"{page}/do/withdraw", "/office/areas/from-list"):
        assert client.post(path, {"sure": "1", "reason": "x"}).status_code == 403, path
    assert plan_facts_of(page).state == "draft"


def plan_facts_of(page: str) -> PlanFacts:
    return plan_facts(UUID(page.rsplit("/", 1)[1]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": "2020-01-01"}, "生效日期2020年1月1日 周三已经过去"),
        ({"title": "=1+1"}, "标题不能以“=”开头"),
        ({"title": " @甲"}, "标题不能以“@”开头"),
    ],
)
def test_a_day_gone_by_and_a_title_like_a_formula_are_refused_at_once(
    town: Town, page: str, change: dict[str, str], said: str
) -> None:
    given = {"area": COUNTY, "title": "分设", "day": f"{DAY}", "reason": "x"} | change
    assert said in text_of(officer(town).post("/office/areas", given, follow=True))
    assert Plan.objects.count() == 1
    before = plan_facts_of(page)
    assert said in text_of(officer(town).post(f"{page}/do/amend", given))
    assert (plan_facts_of(page).title, plan_facts_of(page).on_day) == (before.title, before.on_day)
    assert f'min="{LATER:%Y-%m-%d}"' in text_of(officer(town).get("/office/areas"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": "2026-02-31"}, "“2026-02-31”不是日期，请写成 2026-11-20 的样子。"),
        ({"day": "下周一"}, "“下周一”不是日期"),
        ({"day": ""}, "“”不是日期"),
        ({"title": "甲" * 121}, "文字太长：最多120个字，收到121个字"),
        ({"title": " "}, "请给方案起一个名称（不超过120个字）"),
    ],
)
@pytest.mark.parametrize("where", ["begin", "list", "amend"])
def test_what_cannot_be_read_is_refused_and_what_was_typed_stays(
    town: Town, page: str, where: str, change: dict[str, str], said: str
) -> None:
    given = {"area": COUNTY, "title": "分设妙高", "day": "2027-03-04", "reason": "县里的批复"} | change
    path = {"begin": "/office/areas", "list": "/office/areas/from-list", "amend": f"{page}/do/amend"}[where]
    upload = BytesIO(b"change,old_code,old_name,new_code,new_name\nretired,331123102,x,,\n")
    upload.name = "D.csv"
    before = plan_facts_of(page)
    answer = officer(town).post(path, given | ({"list": upload} if where == "list" else {}))
    text = text_of(answer)
    assert (answer.status_code, said in text) == (400, True)
    typed = [given["title"], given["day"], *([given["reason"]] if where != "list" else [])]
    assert all(f'value="{one}"' in text or f">{one}</textarea>" in text for one in typed)
    assert (plan_facts_of(page), Plan.objects.count()) == (before, 1)


def test_a_number_of_parts_that_is_no_digit_is_two(town: Town, page: str) -> None:
    assert officer(town).get(f"{page}/add/split?of={GRID}&parts=²").status_code == 200
    assert officer(town).post(f"{page}/add/split", {"of": GRID, "number": "²"}).status_code == 400


def test_an_officer_of_another_county_does_not_find_a_plan(town: Town, page: str) -> None:
    town.cast["neighbour_officer"] = member("neighbour_officer", "county_officer", NEXT_COUNTY)
    other = client_of(town, "neighbour_officer")
    assert other.get(page).status_code == 404
    assert other.post(f"{page}/do/withdraw", {"sure": "1", "reason": "x"}).status_code == 404
    assert officer(town).get(f"/office/areas/plan/{uuid4()}").status_code == 404


def test_what_is_typed_is_text(town: Town, page: str) -> None:
    for path in ("/office/areas", page, f"{page}/add/rename?of={VILLAGE}"):
        text = text_of(officer(town).get(path))
        assert HTML not in text
        assert ESCAPED in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_form_can_be_reached_by_links_and_adds_its_line(town: Town, page: str, language: str) -> None:
    client = officer(town, language)
    assert f'href="?under={TOWNSHIP}"' in text_of(client.get(f"{page}/add/merge?under={COUNTY}"))
    merge = {"of": [VILLAGE, SECOND_VILLAGE], "keeps": VILLAGE, "code-1": "", "name-1": "腾龙社区", "number": "1"}
    assert client.get(f"{page}/add/merge?of={VILLAGE}&of={SECOND_VILLAGE}").status_code == 200
    assert client.post(f"{page}/add/merge", merge).status_code == 302
    rename = {"of": "331123102", "name-1": "新路湾乡", "number": "1"}
    assert client.post(f"{page}/add/rename", rename).status_code == 302
    shown = text_of(client.get(page))
    assert "新路湾乡" in shown
    lines = plan_facts_of(page).lines
    assert [line.change.verb for line in lines] == ["merge", "rename"]
    client.post(f"{page}/do/remove", {"line": str(lines[0].id)})
    assert [line.change.verb for line in plan_facts_of(page).lines] == ["rename"]


def test_a_move_finds_the_next_free_code_by_itself(town: Town) -> None:
    plan = draft_plan(area_code=CITY, title="x", on_day=DAY, by=town.city_officer, at=AT)
    client = client_of(town, "city_officer")
    page = f"/office/areas/plan/{plan.pk}"
    assert 'value="331124"' in text_of(client.get(f"{page}/add/move?of={TOWNSHIP}"))
    given = {"of": TOWNSHIP, "parent": "331124", "code-1": "", "name-1": "妙高街道", "number": "1"}
    assert client.post(f"{page}/add/move", given).status_code == 302
    [line] = plan_facts(plan.pk).lines
    assert line.change.into[0].code == "331124001"


def test_a_grid_is_cut_by_a_line_of_positions(town: Town, page: str) -> None:
    given = {
        "of": GRID, "number": "2", "keeps": "1", "code-1": "", "name-1": "甲", "code-2": f"{VILLAGE}007",
        "name-2": "乙", "line": "119.27,28.5 119.27,28.7",
    }  # fmt: skip
    assert officer(town).post(f"{page}/add/split", given | {"line": "1,2"}).status_code == 400
    assert officer(town).post(f"{page}/add/split", given).status_code == 302
    [line] = plan_facts_of(page).lines
    assert [target.share for target in line.change.into] == pytest.approx([0.5, 0.5])
    assert all(target.outline for target in line.change.into)


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("split", {"of": TOWNSHIP, "number": "2", "name-1": "a", "name-2": "b", "code-1": "x", "code-2": "y"}),
        ("split", {"of": TOWNSHIP, "number": "9", "share-1": "abc"}),
        ("move", {"of": TOWNSHIP, "parent": "999999", "name-1": "a"}),
        ("recode", {"of": TOWNSHIP, "code-1": "", "name-1": "a"}),
        ("rename", {"of": TOWNSHIP, "name-1": "a" * 3_000}),
        ("retire", {"of": TOWNSHIP}),
        ("merge", {"of": [VILLAGE, TOWNSHIP], "keeps": VILLAGE, "name-1": "a"}),
    ],
)
def test_bad_input_is_told_above_the_form(town: Town, page: str, verb: str, given: dict[str, object]) -> None:
    answer = officer(town).post(f"{page}/add/{verb}", given)
    assert (answer.status_code, 'role="alert"' in text_of(answer)) == (400, True)
    assert plan_facts_of(page).lines == ()


def test_a_name_of_the_neighbour_and_an_area_taken_twice_are_told_by_name(town: Town, page: str) -> None:
    client = officer(town)
    for name in ("东街社区", "云溪社区"):
        given = {"of": VILLAGE, "name-1": name, "number": "1"}
        assert client.post(f"{page}/add/rename", given).status_code == 302
    text = text_of(client.get(page))
    assert re.search(rf"有两项变更涉及“[^”]+（{VILLAGE}）”", text)
    assert "已经用过或已被另一方案占用" not in text
    assert f"不能叫“东街社区”：同一上级之下已有“东街社区（{SECOND_VILLAGE}）”" in text
    assert client.post(f"{page}/do/propose").status_code == 400
    client.post(f"{page}/do/remove", {"line": str(plan_facts_of(page).lines[1].id)})
    assert client.post(f"{page}/do/propose").status_code == 400
    swapped = {"of": SECOND_VILLAGE, "name-1": "腾龙社区", "number": "1"}
    assert client.post(f"{page}/add/rename", swapped).status_code == 302
    assert client.post(f"{page}/do/propose").status_code == 302
    assert plan_facts_of(page).state == "proposed"


def test_areas_outside_the_plan_cannot_be_picked(town: Town, page: str) -> None:
    assert 'value="331124100"' not in text_of(officer(town).get(f"{page}/add/move?under=331124&of=331124100"))
    assert officer(town).get(f"{page}/add/explode").status_code == 404


def test_a_plan_leaves_as_a_table_that_no_spreadsheet_runs(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "require_plain_title", str)  # as a plan could be called before
    plan = draft_plan(area_code=COUNTY, title="=cmd()", on_day=DAY, by=town.county_officer, at=AT)
    add_lines(plan_id=plan.pk, changes=[SPLIT], by=town.county_officer, at=AT)
    text = text_of(officer(town).get(f"/office/areas/plan/{plan.pk}.csv"))
    assert f"分设,{TOWNSHIP},妙高街道,{WEST},妙高西街道,0.6,{DAY},'=cmd()" in text


def test_a_list_of_changes_becomes_a_plan_and_what_is_open_is_asked(town: Town) -> None:
    rows = [
        "change,old_code,old_name,new_code,new_name", "renamed,331123102,新路湾镇,331123102,新路湾乡",
        f"retired,{TOWNSHIP},妙高街道,,", "added,,,331123777,某园区", "renamed,330101001,x,330101001,y",
    ]  # fmt: skip
    upload = BytesIO("\n".join(rows).encode())
    upload.name = "D.csv"
    given = {"area": COUNTY, "title": "按新表调整", "day": f"{DAY}", "list": upload}
    answer = officer(town).post("/office/areas/from-list", given, follow=True)
    text = text_of(answer)
    assert "已读入3项，其中2项需要人工确认；另有1行涉及其他区域" in text
    assert "是合并到了哪里" in text
    assert "需要人工确认，请先逐项" in text
    page = answer.redirect_chain[-1][0]
    assert officer(town).post(f"{page}/do/propose").status_code == 400


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"change,old_code\n"])
def test_a_file_that_is_no_list_is_told_so(town: Town, raw: bytes) -> None:
    upload = BytesIO(raw)
    upload.name = "x.csv"
    given = {"area": COUNTY, "title": "x", "day": f"{DAY}", "list": upload}
    answer = officer(town).post("/office/areas/from-list", given, follow=True)
    assert "不是变更清单" in text_of(answer)


def test_every_step_says_what_happened_and_what_comes_next(town: Town, page: str) -> None:
    given = {"of": "331123102", "name-1": "新路湾乡", "number": "1"}
    assert officer(town).post(f"{page}/add/rename", given).status_code == 302
    later = f"{DAY + timedelta(days=9)}"
    steps = [
        ("county_officer", "amend", {"title": "更名", "day": later, "reason": ""}, "名称、生效日期和理由已保存"),
        ("county_officer", "propose", {}, "方案已提出，下一步由另一位管理员审核"),
        ("second_officer", "send_back", {"reason": "缺批文"}, "方案已退回起草"),
        ("county_officer", "propose", {}, "方案已提出"),
        ("second_officer", "review", {}, "方案已审核，下一步填写批准机关"),
        ("second_officer", "adopt", {"authority": "县政府〔2026〕12号", "sure": "1"}, "方案已批准，到2026年"),
        ("second_officer", "withdraw", {"reason": "另行研究", "sure": "1"}, "方案已撤回"),
    ]
    for who, step, sent, said in steps:
        assert said in text_of(client_of(town, who).post(f"{page}/do/{step}", sent, follow=True)), step


def test_withdrawing_asks_first(town: Town, page: str) -> None:
    asked = officer(town).post(f"{page}/do/withdraw", {"reason": "另行研究"})
    assert "另行研究" in text_of(asked)
    assert plan_facts_of(page).state == "draft"
    officer(town).post(f"{page}/do/withdraw", {"reason": "另行研究", "sure": "1"})
    assert plan_facts_of(page).state == "withdrawn"


def test_figures_of_then_and_today_and_what_is_an_estimate(town: Town) -> None:
    for lon in (119.265, 119.275, 119.276):
        report(town, lon=lon)
    count(LATER)
    parts = (Target(GRID, "甲", 0.75), Target(f"{VILLAGE}007", "乙", 0.25))
    carried_out(town, Change("split", (GRID,), parts), at=AT + timedelta(days=1))
    tomorrow = DAY + timedelta(days=1)
    old = sums_in_areas_of(DAY, GRID, DAY, DAY)
    assert (old.numbers["reported"], old.estimated) == (3, frozenset())
    new = [sums_in_areas_of(tomorrow, code, DAY, DAY) for code in (GRID, f"{VILLAGE}007")]
    assert [one.numbers["reported"] for one in new] == [2, 1]
    assert all("reported" in one.estimated for one in new)
    whole = sums_in_areas_of(tomorrow, VILLAGE, DAY, DAY)
    assert (whole.numbers["reported"], whole.estimated) == (3, frozenset())
    assert list(months_in_areas_of(tomorrow, VILLAGE, DAY, DAY)) == [DAY.replace(day=1)]
    with on_day(AT + timedelta(days=1)):
        assert marks_between(VILLAGE, DAY, tomorrow) == [tomorrow]


def test_the_history_of_an_area_is_a_chain(town: Town) -> None:
    moved_away(town)
    parts = (Target("331124201", "甲", parts=(f"{MOVED}008",)), Target("331124202", "乙", parts=(f"{MOVED}009",)))
    carried_out(
        town, Change("split", (MOVED,), parts), area=CITY, at=AT + timedelta(days=1),
        who=("city_officer", "second_city_officer"),
    )  # fmt: skip
    turns = [(turn.old, turn.new) for turn in turns_of("331124201008")]
    assert (TOWNSHIP, MOVED) in turns
    assert (f"{MOVED}008", "331124201008") in turns


def test_the_history_page_for_staff_and_nobody_else(town: Town) -> None:
    report(town, lon=BEYOND[0], lat=BEYOND[1])
    carried_out(town, SPLIT)
    for code in (TOWNSHIP, EAST, NEXT_GRID, "3311"):
        assert client_of(town, "supervisor").get(f"/office/areas/life/{code}").status_code == 200
    assert client_of(town, "stranger").get(f"/office/areas/life/{TOWNSHIP}").status_code == 403
    assert client_of(town, "public").get(f"/office/areas/life/{TOWNSHIP}").status_code == 403
    assert officer(town).get("/office/areas/life/331199999").status_code == 404
    assert officer(town).get("/office/areas/life/abc").status_code == 400


@pytest.mark.parametrize("name", ["county_officer", "handler", "auditor", "stranger", "public"])
def test_hand_over_lists_are_for_those_who_receive(town: Town, name: str) -> None:
    assert client_of(town, name).get("/office/areas/hand-overs").status_code == 403


def test_the_note_of_whoever_signs_is_counted_and_refused_whole(town: Town) -> None:
    report(town)
    carried_out(town, SPLIT)
    with on_day(LATER):
        west, [row] = member(WEST, "supervisor", WEST, "supervision"), HandOver.objects.all()
    desk = Client()
    desk.force_login(User.objects.get(pk=west.user_id), backend=BACKEND)
    blank = text_of(desk.get("/office/areas/hand-overs"))
    assert re.search('<textarea[^>]* name="note"[^>]* data-most="500"', blank)
    at = f"/office/areas/hand-overs/{row.pk}/sign"
    assert refused_whole(desk.post(at, {"note": "长" * 501}), "长" * 501)
    assert HandOver.objects.get().received_at is None
    assert desk.post(at, {"note": "长" * 500}).status_code == 302
    assert HandOver.objects.get().note == "长" * 500


def test_small_numbers_are_not_told_to_those_who_plan(town: Town) -> None:
    for _n in range(3):
        report(town)
    plan = draft_plan(area_code=COUNTY, title="x", on_day=DAY, by=town.county_officer, at=AT)
    add_lines(plan_id=plan.pk, changes=[SPLIT], by=town.county_officer, at=AT)
    text = text_of(officer(town).get(f"/office/areas/plan/{plan.pk}"))
    assert "&lt;5" in text
    assert re.search(r'未办结事项</span>\s*<strong class="gc-num">3', text) is None


def test_a_plan_of_another_day_shows_when_and_by_whom(town: Town) -> None:
    plan = planned(town, [SPLIT], day=DAY + timedelta(days=9))
    adopt_plan(plan_id=plan, authority="县政府〔2026〕12号", by=town.second_officer, at=AT)
    text = text_of(officer(town, "en").get(f"/office/areas/plan/{plan}"))
    assert "Adopted, not yet in force".lower() in text.lower()
    assert "second_officer" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_rename_in_force_tells_the_old_name_and_the_new_one(town: Town, language: str) -> None:
    plan = carried_out(town, Change("rename", (VILLAGE,), (Target(VILLAGE, "新叶坦社区"),)))
    (line,) = plan_facts(plan.pk).lines
    old = line.old_names[VILLAGE]
    assert old.zh != "新叶坦社区"
    client = officer(town, language)
    text = text_of(client.get(f"/office/areas/plan/{plan.pk}")).partition('id="lines"')[2].partition("</section>")[0]
    said = old.in_language(language)
    assert text.index(said) < text.index("新叶坦社区")
    life = text_of(client.get(f"/office/areas/life/{VILLAGE}"))
    assert {"zh-hans": f"由{old.zh}更名为新叶坦社区", "en": f"renamed from {old.en} to 新叶坦社区"}[language] in life
    rows = text_of(client.get(f"/office/areas/plan/{plan.pk}.csv"))
    verb = {"zh-hans": "更名", "en": "rename"}[language]
    assert f"{verb},{VILLAGE},{old.zh},{VILLAGE},新叶坦社区" in rows


def test_a_plan_shows_on_its_drawings_which_part_is_which(town: Town, page: str) -> None:
    parts = (Target(f"{GRID[:-3]}091", "西片", share=0.4), Target(f"{GRID[:-3]}092", "东片", share=0.6))
    add_lines(plan_id=plan_facts_of(page).id, changes=[Change("split", (GRID,), parts)], by=town.county_officer, at=AT)
    text = text_of(officer(town).get(page))
    assert 'class="gc-area-name"' in text


@pytest.mark.parametrize(
    ("share", "zh", "en"),
    [(0.004, "不到1%", "under 1%"), (0.4, "40%", "40%"), (0.0, "0%", "0%"), (1.0, "100%", "100%")],
)
def test_a_part_of_next_to_no_households_is_not_said_to_have_none(db: None, share: float, zh: str, en: str) -> None:
    change = Change("split", ("331123001001001",), (Target("331123001001011", "第1网格", share),))
    [given] = line_words(PlanLine(uuid4(), change, "")).gives
    assert given.zh.endswith(f" {zh}")
    assert given.en.endswith(f" {en}")
