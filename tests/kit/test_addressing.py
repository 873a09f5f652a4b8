"""Names hidden in words: who is called somehow, who is known; and no name of a place, held against a whole province."""

from __future__ import annotations

import csv
import gzip
from importlib.resources import files

import pytest

from gridcommons.kit.addressing import hide_names
from gridcommons.territory.names import english_name

MARK = "〔姓名已隐去〕"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("老王昨晚咳嗽", f"{MARK}昨晚咳嗽"),
        ("老王上午说，老李头也病了", f"{MARK}上午说，{MARK}头也病了"),
        ("听小李说井水发黄", f"听{MARK}说井水发黄"),
        ("张某和李某某都没来上课", f"{MARK}某和{MARK}某某都没来上课"),
        ("王阿姨家门口", f"{MARK}阿姨家门口"),
        ("陈叔、杨嫂都病了", f"{MARK}、{MARK}都病了"),
        ("欧阳老师班上5人缺课", f"{MARK}老师班上5人缺课"),
        ("李小明医生说有发热", f"{MARK}医生说有发热"),
        ("老李家门口有死鱼", f"{MARK}家门口有死鱼"),
        ("周阿姨和老周、小黄都发热", f"{MARK}阿姨和{MARK}、{MARK}都发热"),
        ("黄小明老师班上5人缺课", f"{MARK}老师班上5人缺课"),
        ("马大爷、梁医生、金书记、楼奶奶", f"{MARK}大爷、{MARK}医生、{MARK}书记、{MARK}奶奶"),
        ("李婆婆和方姨都咳嗽", f"{MARK}和{MARK}都咳嗽"),
        ("老陈村医来过，老 王也病了", f"{MARK}村医来过，{MARK}也病了"),
        ("王 阿姨家，听赵总说，王工和阿王都发热", f"{MARK} 阿姨家，听{MARK}总说，{MARK}工和{MARK}都发热"),
        ("小王子女都病了", f"{MARK}子女都病了"),
        ("丁春秋 范冬梅 李强", f"{MARK} {MARK} {MARK}"),
        ("昨天范冬梅来买药，请王芳带路", f"昨天{MARK}来买药，请{MARK}带路"),
        ("李子涵、欧阳晓红的孩子", f"{MARK}、{MARK}的孩子"),
        ("电话13812345678", "电话〔电话已隐去〕"),
    ],
)
def test_forms_of_address_are_hidden(said: str, left: str) -> None:
    assert hide_names(said).text == left
    assert hide_names(left).text == left, "once is enough"


@pytest.mark.parametrize(
    "said",
    [
        "小王庄水库边有死鱼", "老李村村口", "王家桥下", "小王家村东头", "老陈醋和小苏打卖空了", "小龙虾成片死亡",
        "汪小学校老师", "体温高，药店退烧药卖空", "石门小学老师反映", "路面塌陷，墙体开裂", "老街、老楼、小区、小学",
        "上周医生来过，马上主任也来", "对方经理、责任医生、班主任老师", "小黄鱼和老黄牛都死了", "小马路边、老周村",
        "周边老板说金属味很重", "A well that smells of gas",
    ],
)  # fmt: skip
def test_places_and_plain_words_stay(said: str) -> None:
    assert hide_names(said).text == said


def test_forms_of_address_in_english_are_hidden() -> None:
    said = "Grandma Li, Grandpa Wang and Auntie Chen Mei cough"
    left = "Grandma [name hidden], Grandpa [name hidden] and Auntie [name hidden] cough"
    assert hide_names(said).text == left
    assert hide_names(left).text == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Old Wang, Mr Li and Zhang Wei cough", "Old {0}, Mr {0} and {0} cough"),
        ("Li Xiaoming's door; Xiaoming Wang, Hu Jian Guo", "{0}'s door; {0}, {0}"),
        ("ask Lao Li and Xiao Chen, or Wang Fang", "ask {0} and {0}, or {0}"),
    ],
)
def test_names_beside_one_another_in_english_are_hidden(said: str, left: str) -> None:
    left = left.format("[name hidden]")
    assert hide_names(said).text == left
    assert hide_names(left).text == left


@pytest.mark.parametrize(
    "said",
    [
        "Zhang Village well smells", "the old well at Wang Road", "Li River fish are dead", "Bai Ma Shan Reservoir",
        "Near Li Jia Bridge", "Tang Dynasty wall cracks", "Two to four, Wu Lane 3", "little fish, young trees",
    ],
)  # fmt: skip
def test_places_and_plain_words_stay_in_english(said: str) -> None:
    assert hide_names(said).text == said


@pytest.mark.parametrize("said", ["老王和李阿姨、张小明都咳嗽，吴建国也来了", "老王和李阿姨、张小明…吴建国"])
def test_names_beside_one_another_are_all_hidden(said: str) -> None:
    left = hide_names(said)
    assert not any(name in left.text for name in ("王", "李", "张小明", "吴建国"))
    assert (left.count, left.text.count(MARK)) == (4, 4)


def test_no_town_or_village_of_a_province_is_hidden_in_english() -> None:
    names = [english_name(name) for name in names_of_places()]
    lost = [name for name in names if hide_names(f"many ill in {name}").text != f"many ill in {name}"]
    assert not lost, (len(lost), lost[:40])


def test_known_names_are_hidden_and_those_that_are_words_stay() -> None:
    known = ("柳如是非", "高温", "石门", "Li Wei", "王")
    said = "柳如是非住石门村，高温天气，ＬＩ ＷＥＩ也病了，王字牌子倒了"
    hidden = hide_names(said, known=known)
    assert hidden.text == f"{MARK}住石门村，高温天气，{MARK}也病了，王字牌子倒了"
    assert hidden.count == 2
    assert hide_names("Anna Belling came", known=("Anna Bell",)).text == "Anna Belling came"
    assert hide_names("老王上门口社区", places=("老王上门口社区",)).text == "老王上门口社区"


def names_of_places() -> list[str]:
    packed = files("gridcommons.territory").joinpath("data/zhejiang_2023.csv.gz").read_bytes()
    rows = csv.reader(gzip.decompress(packed).decode().splitlines())
    return [next(cell for cell in row if cell and not cell.isascii()) for row in list(rows)[1:]]


def test_no_town_or_village_of_a_province_is_hidden() -> None:
    """Without a list of places at all: the one that is hidden would send somebody to the wrong end of a county."""
    names = names_of_places()
    assert len(names) > 20_000
    lost = [name for name in names if hide_names(f"{name}有人发热").text != f"{name}有人发热"]
    assert not lost, (len(lost), lost[:40])
