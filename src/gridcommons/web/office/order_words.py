"""Orders in words: states, steps, what a step does that none takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.access.rules import NO_DEED
from gridcommons.cases.orders.actions import UNKNOWN_ORDER
from gridcommons.cases.orders.queries import OrderLine, OrderPage, PartFacts
from gridcommons.cases.orders.rules import Draft
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import Reason
from gridcommons.kit.words import Words
from gridcommons.web.case_words import name_of
from gridcommons.web.office.sure import Sure
from gridcommons.web.pieces import Status, Step

ASKS: Final[Mapping[str, Words]] = {
    "number": Words("一个数字", "a number"), "text": Words("一段文字", "a text"),
    "none": Words("只需回复已办理", "only that it is done"),
}  # fmt: skip
PART_STATES: Final[Mapping[str, Words]] = {
    "sent": Words("待接收", "not acknowledged yet"), "acknowledged": Words("已接收，办理中", "acknowledged, at work"),
    "sent_back": Words("已退回", "sent back"), "answered": Words("已回复", "answered"),
    "withdrawn": Words("已撤回", "withdrawn"),
}  # fmt: skip
_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "sent": ("plain", "circle-dashed"), "acknowledged": ("now", "tool"), "sent_back": ("now", "arrow-back-up"),
    "answered": ("done", "circle-check"), "withdrawn": ("done", "ban"), "replaced": ("done", "refresh"),
}  # fmt: skip
_ORDER_STATES: Final[Mapping[str, Words]] = {
    "sent": Words("办理中", "under way"), "withdrawn": Words("已撤回", "withdrawn"),
    "replaced": Words("已被替换", "replaced"),
}  # fmt: skip
_STEPS: Final[Mapping[str, Words]] = {
    "send": Words("下达任务", "sent the order"), "acknowledge": Words("接收", "acknowledged it"),
    "break_down": Words("分解到下级", "handed it on below"), "send_back": Words("退回", "sent it back"),
    "resend": Words("说明后再次下达", "explained and sent it again"), "answer": Words("回复", "answered"),
    "correct": Words("更正回复", "corrected the answer"), "remind": Words("提醒", "reminded who has not answered"),
    "lapse": Words("区划调整后终止", "ended when areas were reorganised"),
    "withdraw": Words("撤回", "withdrew it"), "replace": Words("以新任务替换", "replaced it by a new order"),
}  # fmt: skip
DONE: Final[Mapping[str, Words]] = {
    "acknowledge": Words(
        "已接收。不该由本地办理的，可以写明理由退回。", "Acknowledged. If it is not yours, send it back with reasons."
    ),
    "answer": Words("已回复；任务未撤回前可以更正。", "Answered. You can correct it as long as the order stands."),
    "break_down": Words("已分解到下级。", "Handed on below."),
    "send_back": Words("已退回，理由已告知下达单位。", "Sent back; the sender reads your reasons."),
    "withdraw": Words("任务已撤回，已通知各地。", "The order is withdrawn, and everybody was told."),
    "remind": Words("已提醒还没有回复的区域。", "Those who have not answered are reminded."),
    "resend": Words("已说明并再次下达。", "Explained and sent again."),
}  # fmt: skip
SURE: Final[Mapping[str, Sure]] = {
    "send_back": Sure(
        Words(
            "任务退回下达单位；已分解到下级的部分同时撤回。",
            "The order goes back; what you handed on of it is withdrawn.",
        ),
        Words("下达单位会收到通知和您的理由。", "The sender gets a notice and reads your reasons."),
        Words("退回后不能撤回；对方说明后可能再次下达。", "You cannot take it back. It may be sent again."),
        Words("确认退回", "Send it back"),
    ),
    "withdraw": Sure(
        Words("任务及各级分解的部分全部停止。", "The order stops, and with it everything that was handed on of it."),
        Words("还没有回复的区域会收到通知。", "Those who have not answered get a notice."),
        Words("撤回后不能恢复，只能另行下达。", "You cannot take it back; send a new one if you need it again."),
        Words("确认撤回", "Withdraw the order"),
    ),
}  # fmt: skip
ASK: Final[Mapping[str, Words]] = {"send_back": Words("退回", "send back"), "withdraw": Words("撤回任务", "withdraw")}
HEADS: Final = ("area_code", "area", "state", "figure", "text", "answered_at")


def no_post() -> Reason:
    """That a viewer writes no orders."""
    return Reason(NO_DEED, (("deed", "order.send"),))


def gone() -> Reason:
    """That there is no such thing here."""
    return Reason(UNKNOWN_ORDER)


def _late(words: Words, *, late: bool) -> Words:
    return Words(f"{words.zh}，已过期限", f"{words.en}, past its deadline") if late else words


def state_of(line: OrderLine) -> Status:
    """The state of an order in a list: the viewer's own part of it, or the order itself."""
    key = line.part_state if line.state == "sent" and line.part_state else line.state
    words = PART_STATES[key] if line.state == "sent" and line.part_state else _ORDER_STATES[key]
    tone, icon = _TONES.get(key, ("now", "send"))
    return Status(_late(words, late=line.is_late), "late" if line.is_late else tone, icon)


def status_of(page: OrderPage) -> Status:
    """The state of an order."""
    if page.state == "sent" and page.sum.is_complete:
        return Status(Words("已全部回复", "all answered"), "done", "checks")
    tone, icon = ("now", "send") if page.state == "sent" else _TONES[page.state]
    return Status(_late(_ORDER_STATES[page.state], late=page.is_late), "late" if page.is_late else tone, icon)


def part_status(part: PartFacts) -> Status:
    """The state of one area's part."""
    tone, icon = _TONES[part.state]
    return Status(_late(PART_STATES[part.state], late=part.is_late), "late" if part.is_late else tone, icon)


def life_of(page: OrderPage) -> list[Step]:
    """The life line: by which area, never by whom."""
    done = [Step(_STEPS[one.action], name_of(one.area), role="office", at=one.at, note=one.note) for one in page.steps]
    if page.state == "sent" and not page.sum.is_complete:
        waits = Words(f"{page.sum.waits_for}个区域的回复", f"the answers of {page.sum.waits_for}")
        done.append(Step(Words("等待", "waits for"), waits, role="office", state="next"))
    return done


def sure_to_send(draft: Draft, areas: int) -> Sure:
    """What sending does."""
    due_zh, due_en = (day_text(draft.due_date, tongue, this_year=0) for tongue in ("zh", "en"))
    return Sure(
        Words(f"任务下达到{areas}个区域，期限{due_zh}。", f"The order goes to {areas} areas, due {due_en}."),
        Words("各区域的任务专员会收到通知。", "The order officers of each area get a notice."),
        Words(
            "可以随时撤回或替换，经过会留在记录里。", "You can withdraw or replace it at any time; the record stays."
        ),
        Words("确认下达", "Send the order"),
    )
