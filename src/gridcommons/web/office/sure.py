"""What a step does that no other step takes back: said, with who is told, before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gridcommons.access.queries import find_office
from gridcommons.cases.queries import CasePage
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.web.case_words import office_name

SURE: Final = "sure"
"""The name of the second button: without it such a step is asked about and not done."""


@dataclass(frozen=True)
class Sure:
    """What will happen, who is told, what cannot be taken back, and the button that does it."""

    happens: Words
    told: Words
    back: Words
    yes: Words


REPORTER: Final = Words(
    "报告人会收到通知（留有账号或联系方式的），也可以凭查询码查看。",
    "The reporter is told, if they left an account or a contact; with the code they can read it anyway.",
)
_PUBLISHED: Final = Words(
    "您写的说明会显示在公开页面上，请不要写人名、电话和门牌号。",
    "What you wrote will stand on the public page: name no person, phone or door in it.",
)
SEEN: Final = Words(
    "理由也会显示给报告人，请不要写人名和电话。",
    "The reporter reads the reason too: name no person or phone in it.",
)
UNSEEN: Final = Words("理由只有办理单位看得到。", "Only the offices on the case read the reason.")


def and_(*several: Words) -> Words:
    """Sentences one after the other."""
    return Words("".join(one.zh for one in several), " ".join(one.en for one in several))


def _public(page: CasePage, said: Words) -> Words:
    """A sentence, and where the case is public that the note will be."""
    return and_(said, _PUBLISHED) if page.public else said


def office(page: CasePage) -> Words:
    """The office that has the case."""
    found = office_name(page.handler)
    return found if isinstance(found, Words) else Words("承办单位", "the office in charge")


def _desk(page: CasePage, kind: str, other: Words) -> Words:
    """The township's desk that gets the notice of a step."""
    found = office_name(find_office(CHINA.cut(page.area_code, "township"), kind))
    return found if isinstance(found, Words) else other


def command(page: CasePage) -> Words:
    """The dispatcher's desk."""
    return _desk(page, "command", Words("派遣员", "the dispatcher"))


def told(whom: Words, *more: Words) -> Words:
    """Who gets a notice, and what else is to be known of it."""
    return and_(Words(f"{whom.zh}会收到通知。", f"A notice goes to {whom.en}."), *more)


def _close(page: CasePage) -> Sure:
    return Sure(
        _public(page, Words("本事项结案。", "The case is closed.")),
        REPORTER,
        Words(
            "结案后您不能撤回；报告人不满意的，可以要求重办。",
            "You cannot take it back. Only the reporter can reopen the case.",
        ),
        Words("确认结案", "Close the case"),
    )


def _rework(page: CasePage) -> Sure:
    whose = office(page)
    return Sure(
        Words(
            f"事项交回{whose.zh}返工，办理时限继续计算。", f"The case goes back to {whose.en}, and its clock runs on."
        ),
        told(whose, SEEN),
        Words(
            "发出后不能撤回；再次反馈后，还要到现场核查。",
            "You cannot take it back. Once they report again, it has to be checked on the spot again.",
        ),
        Words("确认返工", "Ask for rework"),
    )


def _void(page: CasePage) -> Sure:
    return Sure(
        _public(page, Words("不予立案，本事项到此为止。", "The report is not filed, and the case ends here.")),
        and_(REPORTER, Words("理由一并告知。", "They read your reason.")),
        Words(
            "不能恢复；如有误，只能重新上报。", "You cannot take it back. If it was wrong, it has to be reported anew."
        ),
        Words("确认不予立案", "Do not file it"),
    )


def _settle(page: CasePage) -> Sure:
    return Sure(
        _public(page, Words("记为当场处置，事项办结，不再核查。", "It is recorded as settled. Nobody checks it.")),
        REPORTER,
        Words("记录后不能撤回。", "You cannot take it back."),
        Words("确认已处置", "Record it as settled"),
    )


def _feed_back(page: CasePage) -> Sure:
    desk = _desk(page, "supervision", Words("监督岗", "the supervision desk"))
    return Sure(
        Words(
            "记为已处置，停止计时，等待现场核查。",
            "The case counts as handled: the clock stops and the check on the spot begins.",
        ),
        told(desk),
        Words(
            "反馈后不能撤回；核查不通过的，会要求返工。",
            "You cannot take it back. If the check finds it undone, it comes back to you as rework.",
        ),
        Words("确认已办好", "Report it as done"),
    )


def _send_back(page: CasePage) -> Sure:
    return Sure(
        Words(
            "事项退回派遣员另行派遣，办理时限继续计算。",
            "The case goes back to the dispatcher, who chooses another office; its clock runs on.",
        ),
        told(command(page), UNSEEN),
        Words(
            "退回后不能撤回；派遣员可以再派给本单位。",
            "You cannot take it back. It may be sent to you again.",
        ),
        Words("确认退回", "Send it back"),
    )


def _pass_on(page: CasePage) -> Sure:
    return Sure(
        Words(
            "本单位的部分办完，事项交派遣员转下一部门，办理时限继续计算。",
            "Your part is done: the case goes to the dispatcher for the next department, and its clock runs on.",
        ),
        told(command(page)),
        Words(
            "转出后不能撤回；派遣员可以再派给本单位。",
            "You cannot take it back. It may be sent to you again.",
        ),
        Words("确认转出", "Pass it on"),
    )


def _confirm(_page: CasePage) -> Sure:
    return Sure(
        Words("您确认事情已经办好，本事项到此为止。", "You say that it is done, and the case ends for good."),
        Words("不另行通知。", "Nobody is told by a notice."),
        Words(
            "确认后不能再要求重办；四周后会再问一次，也可以重新反映。",
            "You cannot reopen it afterwards; we ask once more after four weeks, or you report it anew.",
        ),
        Words("确认办好", "Confirm that it is done"),
    )


def _reopen(page: CasePage) -> Sure:
    return Sure(
        Words("事项重新办理，由派遣员再次派遣。", "The case is taken up again, and the dispatcher sends it out anew."),
        told(command(page)),
        Words("发出后不能撤回。", "You cannot take it back."),
        Words("确认要求重办", "Reopen it"),
    )


SAID: Final[Mapping[str, Callable[[CasePage], Sure]]] = {
    "close": _close, "rework": _rework, "void": _void, "settle": _settle, "feed_back": _feed_back,
    "send_back": _send_back, "pass_on": _pass_on, "confirm": _confirm, "reopen": _reopen,
}  # fmt: skip
"""All but filing, dispatching and accepting: those lead on, and whoever gets the case can send it back."""
