"""Danger to life is heard in everyday words, and plain talk of fire doors, discounts and dying trees is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.matters.danger import LINES, load_dangers, shipped_dangers

MUST = [
    ("着火了", "fire"), ("隔壁起火了快来", "fire"), ("楼道里冒烟", "fire"), ("楼 着 火", "fire"), ("fire", "fire"),
    ("my kitchen is on fire", "fire"), ("the house is burning", "fire"), ("there was an explosion", "fire"),
    ("煤气泄漏", "gas"), ("闻到煤气味", "gas"), ("gas leak", "gas"), ("I smell gas", "gas"),
    ("有人要跳楼", "suicide"), ("不想活了", "suicide"), ("他想自杀", "suicide"), ("suicide", "suicide"),
    ("I want to kill myself", "suicide"), ("a man is about to jump", "suicide"),
    ("邻居打老婆", "violence"), ("老公天天打我", "violence"), ("家暴", "violence"), ("楼下有人拿刀砍人", "violence"),
    ("my husband beats me", "violence"), ("neighbour is hitting his old mother", "violence"),
    ("someone with a knife", "violence"), ("he threatens to kill her", "violence"),
    ("老人昏迷了", "medical"), ("我爸快不行了", "medical"), ("someone is dying", "medical"), ("dying", "medical"),
    ("my mother is not breathing", "medical"), ("heart attack", "medical"), ("被车撞了", "medical"),
    ("溺水", "water"), ("有孩子掉进河里", "water"), ("a child is drowning", "water"),
    ("触电", "electricity"), ("he got an electric shock", "electricity"),
    ("救命", "trapped"), ("电梯困人", "trapped"), ("stuck in the elevator", "trapped"), ("trapped", "trapped"),
]  # fmt: skip

MUST_NOT = [
    "上火", "上火了吃什么", "一起火锅", "坐着火车回家", "火灾隐患", "生意红火", "烟囱冒烟", "消防栓坏了",
    "家里想装烟感报警器", "跳楼价大甩卖", "打我电话", "转人工打人工", "打孩子疫苗", "地面被打湿", "垃圾被打翻",
    "广场舞太吵", "路灯不亮", "落水管坏了", "防溺水宣传", "急救培训", "高中风采", "煤气费怎么交",
    "fire hydrant is leaking", "fire hydrant", "the fire exit is locked", "fire drill", "my boss fired me",
    "smoke alarm check at home", "dying tree", "the tree is dying", "street lamp is out", "vote on elevator",
    "how do I pay for gas", "the market is to die for", "black smoke from a chimney", "burning rubbish",
    "emergency exit", "elevator is broken", "loud music at night", "an old woman living alone needs company",
    "swimming pool", "",
]  # fmt: skip


@pytest.mark.parametrize(("words", "key"), MUST)
def test_a_life_in_danger_is_heard(words: str, key: str) -> None:
    assert key in [danger.key for danger in shipped_dangers().told_by(words)]


@pytest.mark.parametrize("words", MUST_NOT)
def test_words_that_only_sound_alike_ring_no_alarm(words: str) -> None:
    assert shipped_dangers().told_by(words) == ()


def test_an_innocent_phrase_does_not_lift_the_danger_beside_it() -> None:
    assert shipped_dangers().told_by("the fire hydrant does not work and the house is on fire")
    assert shipped_dangers().told_by("有火灾隐患的房子着火了")


def test_the_list_has_an_owner_and_only_known_numbers() -> None:
    dangers = shipped_dangers()
    assert dangers.owner.zh
    assert all(danger.numbers and set(danger.numbers) <= set(LINES) for danger in dangers.listed)
    by_key = {danger.key: danger.numbers for danger in dangers.listed}
    assert (by_key["fire"][0], by_key["violence"][0], by_key["medical"][0]) == ("119", "110", "120")
    assert {"110", "120", "12356"} == set(by_key["suicide"])


def test_a_number_that_nobody_answers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "danger.toml"
    path.write_text(
        '[list]\nowner = { zh = "组", en = "group" }\n[[danger]]\nkey = "fire"\nname = { zh = "火", en = "fire" }\n'
        'say = { zh = "走", en = "go" }\nnumbers = ["911"]\nwords.zh = ["着火"]\nwords.en = ["fire"]\n'
    )
    with pytest.raises(Refusal):
        load_dangers(path)
