"""May it enter, and whose is it: the specification as tables, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.kit.verdict import Answer, Verdict
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.rules import admit_report, judge_report, judge_search, propose_route, require_admitted, route

ON = date(2026, 7, 1)
LEVELS = ("county", "township", "village", "grid")
CATALOGUE = shipped_catalogue()
KEYS = [matter.key for matter in CATALOGUE]
BARRIERS = [entry.key for entry in (*CATALOGUE.negative, *CATALOGUE.vitality)]

YES, NO, OPEN = Answer.YES, Answer.NO, Answer.CANNOT_TELL

# text, language, answer, the matter meant or the refusal's code
TABLE = [
    ("路灯不亮", "zh", YES, "street_lamps"),
    ("楼上漏水", "zh", YES, "housing_repairs"),
    ("电瓶车上楼充电", "zh", YES, "escape_routes"),
    ("半夜装修", "zh", YES, "noise"),
    ("井盖丢了", "zh", YES, "drains_water_supply"),
    ("垃圾没人收", "zh", YES, "waste_litter"),
    ("闻到煤气味", "zh", YES, "home_gas_electricity"),
    ("隔壁独居老人没人照顾", "zh", YES, "elder_visits"),
    ("广场舞太吵", "zh", YES, "noise"),
    ("物业纠纷想调解", "zh", YES, "dispute_mediation"),
    ("pothole in our street", "en", YES, "roads"),
    ("garbage not collected", "en", YES, "waste_litter"),
    ("fire exit blocked", "en", YES, "escape_routes"),
    ("no hot water", "en", YES, "housing_repairs"),
    ("stray dog bites people", "en", YES, "stray_animals"),
    ("scam call from a fake police officer", "en", YES, "fraud_warning"),
    ("loud music at night", "en", YES, "noise"),
    ("健身房跑路不退钱", "zh", NO, "matter.not_for_grid"),
    ("出租车拒载", "zh", NO, "matter.not_for_grid"),
    ("shop will not refund me", "en", NO, "matter.not_for_grid"),
    ("the bus driver was rude", "en", NO, "matter.not_for_grid"),
    ("想学广场舞", "zh", NO, "matter.vitality"),
    ("想当志愿者", "zh", NO, "matter.vitality"),
    ("我们要成立合唱团", "zh", NO, "matter.vitality"),
    ("要开业主大会换物业", "zh", NO, "matter.vitality"),
    ("借用场地办联欢会", "zh", NO, "matter.vitality"),
    ("社区花园怎么参加", "zh", NO, "matter.vitality"),
    ("found a hiking club", "en", NO, "matter.vitality"),
    ("become a volunteer", "en", NO, "matter.vitality"),
    ("neighbourhood festival in spring", "en", NO, "matter.vitality"),
    ("convene an owners' meeting", "en", NO, "matter.vitality"),
    ("start a community garden", "en", NO, "matter.vitality"),
    ("请网格员登记宗教信仰", "zh", NO, "matter.barred"),
    ("统计党员人数", "zh", NO, "matter.barred"),
    ("稳控上访人员", "zh", NO, "matter.barred"),
    ("要求网格员每天打卡拍照", "zh", NO, "matter.barred"),
    ("每天到岗拍照打卡，上传位置", "zh", NO, "matter.barred"),
    ("入户签到后上传巡查轨迹", "zh", NO, "matter.barred"),
    ("a photo check-in at eight and upload your location", "en", NO, "matter.barred"),
    ("网格员排名通报", "zh", NO, "matter.barred"),
    ("动员居民下载APP", "zh", NO, "matter.barred"),
    ("上门代收选票", "zh", NO, "matter.barred"),
    ("帮银行催收贷款", "zh", NO, "matter.barred"),
    ("去做拆迁动员", "zh", NO, "matter.barred"),
    ("采集人脸", "zh", NO, "matter.barred"),
    ("给居民评分", "zh", NO, "matter.barred"),
    ("楼下有人打架", "zh", NO, "matter.barred"),
    ("record religion of each household", "en", NO, "matter.barred"),
    ("keep a watch list of petitioners", "en", NO, "matter.barred"),
    ("GPS track of workers", "en", NO, "matter.barred"),
    ("league table of grids", "en", NO, "matter.barred"),
    ("make residents install the app", "en", NO, "matter.barred"),
    ("collect ballots at the door", "en", NO, "matter.barred"),
    ("debt collection for a bank", "en", NO, "matter.barred"),
    ("collect fingerprints", "en", NO, "matter.barred"),
    ("a burglary next door", "en", NO, "matter.barred"),
    ("你好", "zh", OPEN, "matter.unclear"),
    ("", "zh", OPEN, "matter.unclear"),
    ("我有一个问题", "zh", OPEN, "matter.unclear"),
    ("hello", "en", OPEN, "matter.unclear"),
    ("something is wrong here", "en", OPEN, "matter.unclear"),
    ("<b>???</b>", "en", OPEN, "matter.unclear"),
]


def _complete(verdict: Verdict) -> None:
    """Every verdict says why, by what, who answers, and what to do if it is wrong, in both languages."""
    assert verdict.because
    for reason in verdict.because:
        assert reason.words.zh
        assert reason.words.en
        assert reason.source
    for words in (verdict.subject, verdict.owner, verdict.contest, *([verdict.way] if verdict.way else [])):
        assert words.zh
        assert words.en
    assert verdict.rule in {"matters.admit", "matters.route"}
    assert CATALOGUE.version in verdict.version


@pytest.mark.parametrize(("text", "language", "answer", "meant"), TABLE)
def test_words_are_answered_as_the_table_says(text: str, language: str, answer: Answer, meant: str) -> None:
    judged = judge_report(catalogue=CATALOGUE, on=ON, text=text, language=language)
    assert judged.verdict.answer is answer
    if answer is YES:
        assert judged.matter is not None
        assert judged.matter.key == meant
        assert judged.refusal is None
    else:
        assert judged.refusal is not None
        assert judged.refusal.code == meant
        assert judged.verdict.way is not None
    _complete(judged.verdict)


@pytest.mark.parametrize("matter", CATALOGUE.matters, ids=lambda matter: matter.key)
def test_each_matter_chosen_by_key_is_answered_by_its_list(matter) -> None:
    verdict = admit_report(matter_key=matter.key, catalogue=CATALOGUE, on=ON)
    assert verdict.is_yes is matter.for_grid
    assert (verdict.way is None) is matter.for_grid
    _complete(verdict)


@pytest.mark.parametrize("matter", CATALOGUE.admitted(), ids=lambda matter: matter.key)
def test_a_yes_names_law_owner_first_office_and_deadline(matter) -> None:
    verdict = admit_report(matter_key=matter.key, catalogue=CATALOGUE, on=ON)
    said = " ".join(reason.words.zh for reason in verdict.because)
    assert CATALOGUE.department(matter.owner).name.zh in said
    assert CATALOGUE.department(matter.routes[0].office).name.zh in said
    assert matter.deadline.handle_words().zh in said
    assert matter.legal_basis in [reason.source for reason in verdict.because]


def test_danger_is_named_first() -> None:
    verdict = admit_report(matter_key="home_gas_electricity", catalogue=CATALOGUE, on=ON)
    assert "119" in verdict.because[0].words.zh
    assert "119" in verdict.because[0].words.en


@pytest.mark.parametrize("entry", CATALOGUE.vitality, ids=lambda entry: entry.key)
def test_vitality_chosen_by_key_is_sent_to_a_residents_body(entry) -> None:
    judged = judge_report(matter_key=entry.key, catalogue=CATALOGUE, on=ON)
    assert judged.verdict.answer is NO
    assert judged.verdict.way == entry.way
    assert judged.refusal is not None
    assert judged.refusal.code == "matter.vitality"


@pytest.mark.parametrize("entry", CATALOGUE.vitality, ids=lambda entry: entry.key)
def test_no_word_of_vitality_is_admitted(entry) -> None:
    words = [(word, "zh") for word in entry.words_zh] + [(word, "en") for word in entry.words_en]
    for word, language in words:
        judged = judge_report(text=word, catalogue=CATALOGUE, on=ON, language=language)
        assert judged.matter is None, (word, judged.matter)


@pytest.mark.parametrize("entry", CATALOGUE.negative, ids=lambda entry: entry.key)
def test_every_word_of_the_negative_list_is_refused_with_a_reason_and_a_way(entry) -> None:
    words = [(word, "zh") for word in entry.words_zh] + [(word, "en") for word in entry.words_en]
    for word, language in words:
        judged = judge_report(text=word, catalogue=CATALOGUE, on=ON, language=language)
        assert judged.refusal is not None, word
        assert judged.refusal.code == "matter.barred", word
        assert judged.verdict.way is not None


@pytest.mark.parametrize(
    "text",
    [
        "邻居是回族，半夜装修太吵",
        "那位党员家门口的路灯不亮",
        "a pothole in front of the church",
        "网红打卡点的垃圾没人收",
        "游客拍照打卡，垃圾没人收",
        "路灯不亮，照片和位置已上传",
    ],
)
def test_a_mere_mention_of_a_barred_subject_is_no_reason_to_refuse_a_resident(text: str) -> None:
    assert admit_report(text=text, catalogue=CATALOGUE, on=ON, language="zh").is_yes


@pytest.mark.parametrize(
    ("text", "barrier"),
    [
        ("宗教", "beliefs_and_origin"), ("我想入党", "beliefs_and_origin"), ("religion", "beliefs_and_origin"),
        ("where can I pray", "beliefs_and_origin"), ("选举", "votes_membership"),
        ("I want to vote", "votes_membership"), ("voting", "votes_membership"),
        ("上访", "petition_watch"), ("petition", "petition_watch"),
        ("fingerprint", "biometrics"), ("拆迁", "debts_land"),
    ],
)  # fmt: skip
def test_who_looks_for_what_is_never_asked_is_told_so_and_where_to_go(text: str, barrier: str) -> None:
    judged = judge_search(text=text, catalogue=CATALOGUE, on=ON, language="en" if text.isascii() else "zh")
    assert judged.verdict.answer is NO
    assert judged.barrier is not None
    assert judged.barrier.key == barrier
    assert judged.verdict.way == judged.barrier.way


@pytest.mark.parametrize(
    ("text", "matter"),
    [("教堂门口的垃圾没人收", "waste_litter"), ("noise from the church", "noise"), ("拆迁工地噪音", "noise")],
)
def test_a_subject_beside_a_matter_hides_the_matter_from_nobody(text: str, matter: str) -> None:
    judged = judge_search(text=text, catalogue=CATALOGUE, on=ON, language="en" if text.isascii() else "zh")
    assert judged.barrier is None
    assert judged.matter is None or judged.matter.key == matter
    assert CATALOGUE.search(text, "zh")[0].key == matter


@pytest.mark.parametrize("text", ["宗教", "vote", "上访"])
def test_a_subject_alone_never_refuses_a_report(text: str) -> None:
    assert judge_report(text=text, catalogue=CATALOGUE, on=ON).verdict.answer is OPEN


def test_an_undecided_text_offers_the_nearest_matters_and_the_clerk() -> None:
    judged = judge_report(text="楼上", catalogue=CATALOGUE, on=ON)
    assert judged.verdict.answer is OPEN
    assert 1 <= len(judged.guesses) <= 3
    assert judged.verdict.way is not None
    assert CATALOGUE.get(judged.guesses[0]).name.zh in judged.verdict.way.zh
    assert "工作人员" in judged.verdict.way.zh


# ---- dates


@pytest.mark.parametrize(
    ("days", "answer"),
    [(-1, YES), (0, YES), (1, NO), (400, NO)],
)
def test_after_its_review_date_a_matter_takes_nothing_new(days: int, answer: Answer) -> None:
    matter = CATALOGUE.get("roads")
    verdict = admit_report(matter_key="roads", catalogue=CATALOGUE, on=matter.review_date + timedelta(days=days))
    assert verdict.answer is answer


def test_before_its_first_day_a_matter_takes_nothing() -> None:
    judged = judge_report(matter_key="roads", catalogue=CATALOGUE, on=date(2025, 12, 31))
    assert judged.verdict.answer is NO
    assert judged.refusal is not None
    assert judged.refusal.code == "matter.retired"


def test_a_yes_holds_until_the_end_of_the_review_date_in_local_time() -> None:
    verdict = admit_report(matter_key="flood_typhoon_landslide", catalogue=CATALOGUE, on=ON)
    assert verdict.until == datetime(2027, 5, 31, 16, 0, tzinfo=UTC)


# ---- refusals


@pytest.mark.parametrize(
    ("key", "on", "code", "status"),
    [
        ("no_such_matter", ON, "matter.unknown", 404),
        ("", ON, "matter.unknown", 404),
        ("roads", date(2028, 1, 1), "matter.retired", 410),
        ("consumer_complaints", ON, "matter.not_for_grid", 422),
        ("volunteers", ON, "matter.vitality", 422),
        ("petition_watch", ON, "matter.barred", 422),
    ],
)
def test_a_door_gets_the_right_refusal(key: str, on: date, code: str, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        require_admitted(matter_key=key, catalogue=CATALOGUE, on=on)
    assert (refused.value.code, refused.value.status) == (code, status)
    words = refused.value.words()
    assert words.zh
    assert "{" not in words.zh + words.en


def test_an_undecided_text_is_refused_as_unclear_by_a_door_that_needs_a_matter() -> None:
    with pytest.raises(Refusal) as refused:
        require_admitted(text="你好", catalogue=CATALOGUE, on=ON)
    assert refused.value.code == "matter.unclear"


def test_an_english_refusal_names_the_matter_in_english() -> None:
    with pytest.raises(Refusal) as refused:
        require_admitted(matter_key="consumer_complaints", catalogue=CATALOGUE, on=ON)
    assert "Consumer complaints" in refused.value.words().en
    assert "消费投诉" in refused.value.words().zh


def test_an_admitted_matter_comes_back_whole() -> None:
    assert require_admitted(matter_key="roads", catalogue=CATALOGUE, on=ON) is CATALOGUE.get("roads")
    assert require_admitted(text="路灯不亮", catalogue=CATALOGUE, on=ON).key == "street_lamps"


# ---- routes


@pytest.mark.parametrize(
    ("key", "levels", "refused_by", "expected"),
    [
        (
            "street_lamps",
            LEVELS,
            (),
            [
                ("county", "urban_management"),
                ("county", "power_supply"),
                ("county", "public_security"),
                ("township", "township_government"),
            ],
        ),
        (
            "street_lamps",
            LEVELS,
            ("urban_management",),
            [("county", "power_supply"), ("county", "public_security"), ("township", "township_government")],
        ),
        (
            "street_lamps",
            LEVELS,
            ("urban_management", "power_supply", "public_security"),
            [("township", "township_government")],
        ),
        (
            "street_lamps",
            LEVELS,
            ("urban_management", "power_supply", "public_security", "township_government"),
            [("township", "township_government")],
        ),
        (
            "contact_data",
            ("county", "village", "grid"),
            (),
            [("grid", "grid"), ("village", "village_committee"), ("county", "county_government")],
        ),
        (
            "elder_visits",
            ("county", "township"),
            (),
            [("township", "township_public_service"), ("county", "civil_affairs"), ("township", "township_government")],
        ),
        (
            "dispute_mediation",
            LEVELS,
            ("village_committee",),
            [("township", "township_public_safety"), ("county", "justice"), ("township", "township_government")],
        ),
        ("jobs_training", ("county",), ("human_resources",), [("county", "county_government")]),
    ],
)
def test_routes_follow_the_table_the_levels_and_the_returns(key, levels, refused_by, expected) -> None:
    assert route(CATALOGUE.get(key), area_levels_available=levels, refused_by=refused_by) == expected


@given(
    st.sampled_from(KEYS),
    st.sets(st.sampled_from(LEVELS)),
    st.sets(st.sampled_from([department.key for department in CATALOGUE.departments])),
)
def test_there_is_always_somebody_to_turn_to_at_a_level_that_exists(key, levels, refused_by) -> None:
    matter = CATALOGUE.get(key)
    steps = route(matter, area_levels_available=levels, refused_by=refused_by)
    assert steps[-1][1] in {"township_government", "county_government"}
    assert all(level in levels for level, _ in steps[:-1])
    assert not {office for _, office in steps[:-1]} & refused_by
    assert len(set(steps)) == len(steps)


@given(st.sampled_from(KEYS), st.lists(st.sampled_from(["urban_management", "public_security", "grid"]), unique=True))
def test_a_proposed_route_says_why_and_who_sent_it_back(key, refused_by) -> None:
    matter = CATALOGUE.get(key)
    verdict = propose_route(matter, catalogue=CATALOGUE, area_levels_available=LEVELS, refused_by=refused_by)
    office = route(matter, area_levels_available=LEVELS, refused_by=refused_by)[0][1]
    assert verdict.is_yes
    assert CATALOGUE.department(office).name.zh in verdict.subject.zh
    said = " ".join(reason.words.zh for reason in verdict.because)
    assert all(CATALOGUE.department(key).name.zh in said for key in refused_by)
    _complete(verdict)


def test_the_last_resort_is_told_that_it_must_coordinate() -> None:
    verdict = propose_route(
        CATALOGUE.get("jobs_training"),
        catalogue=CATALOGUE,
        area_levels_available=LEVELS,
        refused_by=("township_public_service", "human_resources"),
    )
    assert "兜底" in verdict.because[-1].words.zh
    assert "cannot send it back" in verdict.because[-1].words.en


@given(st.text(max_size=300), st.sampled_from(["zh-hans", "en"]), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_any_words_on_any_day_get_a_complete_verdict(text: str, language: str, on: date) -> None:
    _complete(admit_report(text=text, catalogue=CATALOGUE, on=on, language=language))


@given(st.sampled_from(KEYS + BARRIERS), st.text(max_size=50))
def test_a_chosen_key_decides_whatever_the_words_say(key: str, text: str) -> None:
    chosen = admit_report(matter_key=key, catalogue=CATALOGUE, on=ON)
    assert admit_report(matter_key=key, text=text, catalogue=CATALOGUE, on=ON) == chosen


@pytest.mark.parametrize("matter", CATALOGUE.matters, ids=lambda matter: matter.key)
def test_no_keyword_of_a_matter_is_stopped_as_barred_or_as_vitality(matter) -> None:
    for word, language in [(word, "zh") for word in matter.keywords_zh] + [(word, "en") for word in matter.keywords_en]:
        judged = judge_report(text=word, catalogue=CATALOGUE, on=ON, language=language)
        stopped = judged.refusal is not None and judged.refusal.code in {"matter.barred", "matter.vitality"}
        assert not stopped, (word, judged.refusal)


@pytest.mark.parametrize(
    "text",
    [
        "小区门口网红打卡点太吵",
        "门禁打卡机旁的路灯不亮",
        "a knife was left on the playground equipment, playground broken",
    ],
)
def test_a_word_that_only_resembles_the_negative_list_does_not_stop_a_report(text: str) -> None:
    judged = judge_report(text=text, catalogue=CATALOGUE, on=ON, language="zh")
    assert judged.refusal is None or judged.refusal.code == "matter.unclear"
