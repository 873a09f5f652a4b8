"""What the unusual steps do, said before they are done: joining, more time, parking, a higher level, nobody's remit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gridcommons.cases.queries import CasePage
from gridcommons.kit.words import Words
from gridcommons.web.case_words import office_name
from gridcommons.web.office.sure import REPORTER, SAID, SEEN, UNSEEN, Sure, and_, command, office, told

_STEERS: Final = Words("负责指挥的机构", "the office that steers the case")


def _merge(_page: CasePage) -> Sure:
    return Sure(
        Words(
            "本件并入另一件一起办理，停止计时，单独统计，不算办结。",
            "This case goes along with the other one: its clock stands, and it is counted apart, never as closed.",
        ),
        and_(
            REPORTER,
            Words(
                "他们凭原来的查询码看进展，看不到另一位报告人。",
                "With their own code they follow it, and see no other reporter.",
            ),
        ),
        Words(
            "并错了可以撤销，恢复原来的状态和剩余时间。",
            "It can be taken out again, with the state and the time it had.",
        ),
        Words("确认并入", "Join them"),
    )


def _unmerge(_page: CasePage) -> Sure:
    return Sure(
        Words(
            "本件恢复并入前的状态和剩余时间，单独办理。", "The case gets back its state and the time it had, by itself."
        ),
        and_(REPORTER, UNSEEN),
        Words("以后仍可以再并入。", "It can be joined again later."),
        Words("确认撤销", "Take it out"),
    )


def _ask_extension(page: CasePage) -> Sure:
    steers = office_name(page.apart.raised_to)
    return Sure(
        Words("申请延期；答复之前期限不变。", "More time is asked for; until that is answered the deadline stays."),
        told(steers if isinstance(steers, Words) else command(page), UNSEEN),
        Words("每件事只能申请一次，发出后不能撤回。", "It can be asked once for each case, and not taken back."),
        Words("确认申请", "Ask for it"),
    )


def _grant_extension(page: CasePage) -> Sure:
    return Sure(
        Words(
            "期限延到所选日期，是否超期按新的期限算。",
            "The deadline moves to that day, and lateness is reckoned by it.",
        ),
        told(office(page), REPORTER),
        Words(
            "不能撤回，也不能再延；还办不完的，到期后可以挂账。",
            "It cannot be taken back or repeated; later it can be parked.",
        ),
        Words("确认同意", "Grant it"),
    )


def _refuse_extension(page: CasePage) -> Sure:
    return Sure(
        Words("期限不变。", "The deadline stays."),
        told(office(page), UNSEEN),
        Words("不能撤回，承办单位也不能再次申请。", "It cannot be taken back, and the office cannot ask again."),
        Words("确认不同意", "Refuse it"),
    )


def _park(page: CasePage) -> Sure:
    return Sure(
        Words(
            "本件挂账：停止计时，单独统计，由所选单位负责，到复核日期自动回到派遣。",
            "The case is parked: its clock stands, it is counted apart, the office chosen owns it, and on the date of "
            "its review it comes back to the dispatcher.",
        ),
        and_(told(office(page), REPORTER), SEEN),
        Words(
            "可以随时解除；再次挂账须有新的理由。", "It can be ended at any time; parking it again needs a new reason."
        ),
        Words("确认挂账", "Park it"),
    )


def _appoint(_page: CasePage) -> Sure:
    return Sure(
        Words(
            "由您指定的单位承办，不能退回；有困难的，它会向您请示。",
            "The office you choose has the case and cannot send it back; if it cannot go on, it asks you.",
        ),
        told(Words("这个单位和派遣员", "that office and the dispatcher")),
        Words("可以再指定别的单位。", "You can appoint another one later."),
        Words("确认指定", "Appoint it"),
    )


def _ask_level(page: CasePage) -> Sure:
    found = office_name(page.apart.raised_to)
    return Sure(
        Words(
            "向指定的上级请示；本件仍由本单位承办，计时继续。",
            "The level that appointed you is asked; you keep the case.",
        ),
        told(found if isinstance(found, Words) else _STEERS, UNSEEN),
        Words("发出后不能撤回。", "You cannot take it back."),
        Words("确认请示", "Ask"),
    )


def _entrust(_page: CasePage) -> Sure:
    return Sure(
        Words(
            "交属地政府协调，不能再退回；反馈之前，它须确定责任主体。",
            "The government of the place has the case and cannot send it back; it names the body in charge before it "
            "reports the case as done.",
        ),
        told(Words("属地政府", "the government of the place"), UNSEEN),
        Words("发出后不能撤回。", "You cannot take it back."),
        Words("确认交办", "Entrust it"),
    )


def _leave(_page: CasePage) -> Sure:
    return Sure(
        Words("本件不再与另一件一起办理，恢复单独办理。", "The case is handled by itself again."),
        told(Words("监督岗和派遣员", "the supervision desk and the dispatcher")),
        Words("发出后不能撤回。", "You cannot take it back."),
        Words("确认", "Yes"),
    )


def _still_wrong(page: CasePage) -> Sure:
    return Sure(
        Words("事项重新办理，由派遣员再次派遣。", "The case is taken up again, and the dispatcher sends it out anew."),
        told(command(page)),
        Words("发出后不能撤回。", "You cannot take it back."),
        Words("确认重办", "Reopen it"),
    )


_UNUSUAL: Final[Mapping[str, Callable[[CasePage], Sure]]] = {
    "merge": _merge, "unmerge": _unmerge, "ask_extension": _ask_extension, "grant_extension": _grant_extension,
    "refuse_extension": _refuse_extension, "park": _park, "appoint": _appoint, "ask_level": _ask_level,
    "entrust": _entrust, "leave": _leave, "still_wrong": _still_wrong,
}  # fmt: skip


def asked_first(page: CasePage) -> dict[str, Sure]:
    """What is said first, by step, of those that the reader may take."""
    said = {**SAID, **_UNUSUAL}
    return {action.key: said[action.key](page) for action in page.may if action.key in said}
