"""Charter 2 on names: hostile ones are caught, innocent ones pass, in Chinese, English and pinyin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.matters.barred import barred_list, barred_words, check_names, opaque_name

HOSTILE = [
    ("ethnicity", "ethnicity"),
    ("ethnic_group", "ethnicity"),
    ("EthnicGroup", "ethnicity"),
    ("race", "ethnicity"),
    ("personRace", "ethnicity"),
    ("RACE_CODE", "ethnicity"),
    ("民族", "ethnicity"),
    ("户主民族", "ethnicity"),
    ("民 族", "ethnicity"),
    ("民_族", "ethnicity"),
    ("民\u200b族", "ethnicity"),
    ("是否少数民族", "ethnicity"),
    ("minzu", "ethnicity"),
    ("籍贯", "ethnicity"),
    ("skin_color", "ethnicity"),
    ("ｅｔｈｎｉｃｉｔｙ", "ethnicity"),
    ("éthnicity", "ethnicity"),
    ("religion", "religion"),
    ("religiousBelief", "religion"),
    ("faith", "religion"),
    ("is_muslim", "religion"),
    ("halal_diet", "religion"),
    ("mosque_attendance", "religion"),
    ("宗教信仰", "religion"),
    ("宗教", "religion"),
    ("信仰", "religion"),
    ("是否清真", "religion"),
    ("基督教会成员", "religion"),
    ("zongjiao", "religion"),
    ("party_member", "politics"),
    ("partyMembership", "politics"),
    ("partymember", "politics"),
    ("political_affiliation", "politics"),
    ("politicalOpinion", "politics"),
    ("voting_intention", "politics"),
    ("政治面貌", "politics"),
    ("党员", "politics"),
    ("是否党员", "politics"),
    ("黨員", "politics"),
    ("入党时间", "politics"),
    ("zhengzhimianmao", "politics"),
    ("trade_union", "trade_union"),
    ("TradeUnionMember", "trade_union"),
    ("labour union membership", "trade_union"),
    ("工会", "trade_union"),
    ("工会会员", "trade_union"),
    ("petition", "petitions"),
    ("petitioner_flag", "petitions"),
    ("上访", "petitions"),
    ("上访次数", "petitions"),
    ("信访人员", "petitions"),
    ("是否稳控对象", "petitions"),
    ("sexual_orientation", "sexual_life"),
    ("is_gay", "sexual_life"),
    ("性取向", "sexual_life"),
    ("性伴侣数量", "sexual_life"),
    ("fingerprint", "biometrics"),
    ("fingerprints", "biometrics"),
    ("face_id", "biometrics"),
    ("faceID", "biometrics"),
    ("faceid", "biometrics"),
    ("facialRecognitionScore", "biometrics"),
    ("iris_scan", "biometrics"),
    ("dna_sample", "biometrics"),
    ("指纹", "biometrics"),
    ("人脸识别", "biometrics"),
    ("老人脸识别", "biometrics"),
    ("声纹样本", "biometrics"),
    ("social_credit", "social_standing"),
    ("socialCreditScore", "social_standing"),
    ("credit_score", "social_standing"),
    ("social_class", "social_standing"),
    ("征信", "social_standing"),
    ("社会信用分", "social_standing"),
    ("家庭成分", "social_standing"),
    ("失信被执行人", "social_standing"),
    ("visa", "immigration"),
    ("visa_type", "immigration"),
    ("passport_no", "immigration"),
    ("immigrationStatus", "immigration"),
    ("nationality", "immigration"),
    ("签证", "immigration"),
    ("护照号", "immigration"),
    ("居留许可", "immigration"),
    ("国籍", "immigration"),
    ("重点人员", "watch_lists"),
    ("特殊人群类别", "watch_lists"),
    ("key_person", "watch_lists"),
    ("watchlist", "watch_lists"),
    ("criminal_record", "watch_lists"),
]

INNOCENT = [
    "race condition",
    "race_condition_test",
    "data race",
    "trace",
    "trace_id",
    "traceback",
    "embrace",
    "terrace",
    "brace",
    "grace_period",
    "party",
    "contract_party",
    "third_party",
    "parties",
    "political",
    "geopolitical boundary",
    "union",
    "set_union",
    "credit_union",
    "european union",
    "sex",
    "sex_ratio",
    "age_band",
    "good faith",
    "key_fingerprint",
    "public_key_fingerprint",
    "certificate fingerprint",
    "interface_id",
    "surface",
    "face",
    "facade",
    "visage",
    "revisable",
    "advisable",
    "repetition",
    "competition",
    "social_worker",
    "social_security",
    "unified social credit code",
    "rating",
    "classification",
    "matter_class",
    "household",
    "dwelling",
    "legal_basis",
    "grid_code",
    "name_zh",
    "birth_date",
    "phone",
    "pass_colour",
    "credit_note",
    "gateway",
    "民族路12号",
    "网上访问",
    "网上访问次数",
    "电信访问记录",
    "施工会议",
    "员工会议室",
    "职工会议",
    "签证明",
    "统一社会信用代码",
    "教会老人用手机",
    "微信教程",
    "电信教育",
    "街道教育科",
    "女性生活用品",
    "一次性生活补助",
    "季节性生活垃圾",
    "违法性行为认定",
    "证书指纹",
    "爱护照明设施",
    "维护照片",
    "居住登记",
    "居住证号",
    "性别",
    "年龄段",
    "户口所在地",
    "政策咨询",
    "党群服务中心地址",
    "当事人",
    "合同甲方",
    "访问时间",
    "来访登记",
    "信息",
    "信号",
    "病毒基因测序",
    "留守儿童",
    "收入",
    "income",
]


@pytest.mark.parametrize(("name", "theme"), HOSTILE)
def test_a_hostile_name_is_caught_under_its_theme(name: str, theme: str) -> None:
    assert theme in {found.theme for found in barred_words(name)}


@pytest.mark.parametrize("name", ["min_zu", "minZu", "zong_jiao_id", "shao_shu_min_zu", "dang-yuan"])
def test_pinyin_written_syllable_by_syllable_is_caught(name: str) -> None:
    assert barred_words(name)


@pytest.mark.parametrize("name", ["min_zoom", "minute_zulu", "zo_ng_jia"])
def test_syllables_that_spell_only_a_part_pass(name: str) -> None:
    assert barred_words(name) == []


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_name_passes(name: str) -> None:
    assert barred_words(name) == []


@pytest.mark.parametrize(
    ("name", "language"), [("race", "en"), ("民族", "zh"), ("minzu", "pinyin"), ("owner_religion", "en")]
)
def test_a_finding_names_word_and_language(name: str, language: str) -> None:
    found = barred_words(name)[0]
    assert found.language == language
    assert found.word in name
    assert found.name.zh
    assert found.name.en


def test_an_innocent_phrase_does_not_cover_a_hostile_word_beside_it() -> None:
    assert {found.theme for found in barred_words("网上访问和上访记录")} == {"petitions"}
    assert {found.theme for found in barred_words("race condition and race")} == {"ethnicity"}
    assert {found.theme for found in barred_words("统一社会信用代码、征信")} == {"social_standing"}


@pytest.mark.parametrize("name", ["income", "household_income", "月收入", "house price", "房价"])
def test_income_and_wealth_are_barred_when_grids_are_divided_and_only_then(name: str) -> None:
    assert [found.theme for found in barred_words(name, context="division")][:1] == ["income"]
    assert barred_words(name) == []


@pytest.mark.parametrize(
    "name",
    [
        "field_7",
        "attr3",
        "flag1",
        "code 2",
        "type_b",
        "f1",
        "x12",
        "reserved",
        "spare_2",
        "备用1",
        "预留字段",
        "标签3",
        "代码一",
    ],
)
def test_a_name_that_says_nothing_is_opaque(name: str) -> None:
    assert opaque_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "code",
        "fields",
        "labels",
        "items",
        "type",
        "x",
        "y",
        "data",
        "category",
        "pm25",
        "代码",
        "类别",
        "保留期限",
        "扩建面积",
        "name",
    ],
)
def test_a_plain_name_is_not_opaque(name: str) -> None:
    assert not opaque_name(name)


def test_check_names_names_every_objection_in_one_refusal() -> None:
    with pytest.raises(Refusal) as refused:
        check_names(["姓名", "民族", "phone", "party_member", "attr3"])
    assert [reason.code for reason in refused.value.reasons] == [
        "matter.barred_name",
        "matter.barred_name",
        "matter.opaque_name",
    ]
    assert refused.value.status == 422
    words = refused.value.words()
    assert "民族" in words.zh
    assert "party_member" in words.en


def test_check_names_is_silent_about_good_names() -> None:
    check_names(["姓名", "phone", "dwelling", "f1"], opaque=False)


def test_hostile_markup_in_a_name_is_only_text_in_the_refusal() -> None:
    with pytest.raises(Refusal) as refused:
        check_names(["{0.__class__} religion {x}"])
    assert "{x}" in refused.value.words().en


@pytest.mark.parametrize("theme", barred_list().themes, ids=lambda theme: theme.key)
def test_every_listed_word_is_caught_by_itself(theme) -> None:
    context = next(iter(theme.only_in), "")
    for word in (*theme.zh, *(" ".join(phrase) for phrase in (*theme.en, *theme.pinyin))):
        assert theme.key in {found.theme for found in barred_words(word, context=context)}, word


def test_every_innocent_phrase_passes_by_itself() -> None:
    listed = barred_list()
    for phrase in (*listed.innocent_zh, *(" ".join(words) for words in listed.innocent_en)):
        assert barred_words(phrase) == [], phrase


@given(
    st.sampled_from([name for name, _ in HOSTILE if name.isascii() and name.islower()]),
    st.sampled_from(["{}_2", "head_{}", "{}_of_head", "HEAD_{}", "{} (optional)", "1.{}", "<b>{}</b>"]),
)
def test_a_hostile_english_name_stays_caught_in_any_wrapping(name: str, wrapping: str) -> None:
    assert barred_words(wrapping.format(name))


@given(st.text(max_size=120))
def test_any_text_can_be_checked(text: str) -> None:
    for found in barred_words(text):
        assert found.theme
        assert found.language in {"zh", "en", "pinyin"}


def test_nothing_hides_behind_a_long_name() -> None:
    assert barred_words("note " * 2_000 + "religion")
    assert barred_words("备注" * 5_000 + "政治面貌")
