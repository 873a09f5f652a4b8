"""A report that complains about staff is recognised; one about the matter itself is not."""

from __future__ import annotations

import pytest

from gridcommons.cases.complaints.recognising import is_about_staff

STAFF = (
    "我要投诉网格员", "网格员上门的时候态度恶劣", "村干部收了隔壁的好处费", "窗口人员一直推诿，让我跑了三趟",
    "社区主任把我家的事到处说出去", "执法队员动手打人，还扣押我的秤", "那个工作人员骂我是刁民", "城管乱罚款",
    "I want to complain about the grid worker", "The clerk was rude and shouted at my mother",
    "An official asked for money to sign the form", "the officer threatened me with a fine",
    "Staff at the community desk refused to help an old man", "The inspector took money from the shop next door",
)  # fmt: skip
MATTER = (
    "小区垃圾三天没人清运，臭得不行", "路灯坏了，打了电话也没人来修",
    "楼上噪音扰民，半夜还在装修", "消防通道被车堵住",
    "网格员您好，楼道里堆了电动车", "请工作人员来看一下井盖", "物业工作人员态度恶劣", "快递员骂人",
    "孩子的班主任推搡学生",
    "感谢网格员，态度很好", "有人冒充网格员收钱", "邻居骂我，还威胁要砸我家门", "工厂偷排，味道很大",
    "Rubbish has not been collected for three days", "The street lamp is broken and nobody came",
    "My neighbour shouted at me and threatened my dog", "A tree lies across the road near the staff entrance",
    "Please send a worker to look at the drain", "The construction workers are rude",
    "The restaurant staff throw rubbish into the river",
)  # fmt: skip


@pytest.mark.parametrize("text", STAFF)
def test_a_complaint_about_staff_is_met(text: str) -> None:
    assert is_about_staff(text)


@pytest.mark.parametrize("text", MATTER)
def test_a_complaint_about_the_matter_itself_is_not(text: str) -> None:
    assert not is_about_staff(text)


def test_nothing_and_very_much_are_no_complaint() -> None:
    assert not is_about_staff("")
    assert not is_about_staff("垃圾" * 5_000)
