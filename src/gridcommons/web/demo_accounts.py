"""The accounts that a visitor of the demo may log in with; the rehearsal adds them, the login page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gridcommons.kit.words import Words

DEMO_PASSWORD: Final = "gridcommons"  # noqa: S105 - known to everybody, set only where the program runs as a demo


@dataclass(frozen=True)
class DemoAccount:
    """A login name and, in words, whose eyes one sees the program with."""

    username: str
    who: Words


DEMO_ACCOUNTS: Final[tuple[DemoAccount, ...]] = (
    DemoAccount("resident", Words("居民：看关于自己的信息和谁看过", "a resident: what is held, and who looked")),
    DemoAccount("neighbour", Words("邻居（另一位居民）", "a neighbour: another resident")),
    DemoAccount("worker", Words("城区专职网格员", "a full-time worker of a grid in the county town")),
    DemoAccount("worker2", Words("相邻网格的专职网格员", "a full-time worker of the next grid")),
    DemoAccount("supervisor", Words("街道网格监督岗", "the grid supervision desk of the subdistrict")),
    DemoAccount("clerk", Words("街道话务与窗口登记员", "a clerk at the subdistrict's telephone and desk")),
    DemoAccount("dispatcher", Words("街道综合指挥室派遣员", "a dispatcher at the subdistrict's command desk")),
    DemoAccount("handler", Words("县综合行政执法局处置人员", "a handler of urban management")),
    DemoAccount("handler2", Words("街道办事处处置人员", "a handler of the subdistrict office")),
    DemoAccount("reviewer", Words("独立复核员：看投诉和数字", "an independent reviewer: complaints and figures")),
    DemoAccount("mediator", Words("调解员：看自己的调解和数字", "a mediator: their own mediations and figures")),
    DemoAccount(
        "orders", Words("县任务专员：向乡镇下达任务", "the county's order officer, who sends orders to townships")
    ),
    DemoAccount("orders2", Words("街道任务专员：接收、分解、回复任务", "the order officer of the subdistrict")),
    DemoAccount("duty", Words("县值班员：研判异常信号", "the county's duty officer, who looks at signals")),
    DemoAccount(
        "health",
        Words(
            "县卫生健康专员：上报每日数字，判断预警，签字颜色",
            "the county's health officer: daily counts, warnings, colours to sign",
        ),
    ),
    DemoAccount("clinic", Words("街道卫生室：报告异常信号", "a clinic of the subdistrict, which sends signals")),
    DemoAccount("reader", Words("县态势查阅员：只看数字", "a reader of the county's numbers")),
    DemoAccount(
        "coordinator",
        Words(
            "县综合指挥中心协调员：只看提级上来的事项", "a coordinator of the county: what was raised to it, no more"
        ),
    ),
    DemoAccount("county", Words("县级管理员：看数字，不看具体事项", "a county officer: numbers, no single cases")),
    DemoAccount("county2", Words("另一位县级管理员：审核、批准区划方案", "a second county officer: adopts plans")),
    DemoAccount(
        "proposer", Words("消防部门准入申请人：提出事项和表单", "who proposes matters and forms for the fire brigade")
    ),
    DemoAccount("law", Words("准入评审：合法性审查", "a reviewer of admission: law")),
    DemoAccount("council", Words("准入评审：网格员职工代表会", "a reviewer of admission: the workers' staff council")),
    DemoAccount("privacy", Words("准入评审：个人信息保护", "a reviewer of admission: data protection")),
    DemoAccount("admission", Words("县事项准入评审会：作决定", "the county's admission review, which decides")),
    DemoAccount("second", Words("县值守的第二确认人", "the second person on duty at the county")),
    DemoAccount(
        "auditor",
        Words("审计员：看账本和数字，不看个人", "an auditor: ledger, numbers, register; no persons"),
    ),
)
