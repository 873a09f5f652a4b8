"""Links to departments' systems in words: ways, states, reasons, and what of a case went out and came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gridcommons.cases.partners.kinds import CASE, fields_of
from gridcommons.cases.partners.pages import ArrivalLine, Crossing, HealthLine, SendingLine
from gridcommons.cases.partners.policy import policy, reason_words
from gridcommons.cases.partners.queries import names_by_key
from gridcommons.cases.partners.rules import LINK_STATES
from gridcommons.cases.partners.rules import event_words as words_of_event
from gridcommons.cases.transitions import packaged
from gridcommons.kit.errors import refusal_kinds
from gridcommons.kit.words import Words
from gridcommons.web.pieces import Status, Step

WAYS: Final[Mapping[str, Words]] = {
    "webhook": Words("签名推送（Webhook）", "signed webhook"),
    "open311": Words("Open311 接口", "Open311"),
    "export": Words("定时文件", "files by schedule"),
}
ACTS: Final[Mapping[str, Words]] = {
    "accept": Words("接收", "accept"),
    "send_back": Words("退回（须写理由）", "send back, with a reason"),
    "feed_back": Words(
        "反馈已办好（须写情况，仍由监督方核查结案）", "report as done, in words; others check and close"
    ),
}
_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("now", "hourglass"), "live": ("done", "circle-check"), "ended": ("plain", "ban"),
    "paused": ("late", "alert-triangle"),
}  # fmt: skip
_OUT: Final[Mapping[str, tuple[Words, str, str]]] = {
    "waiting": (Words("待发送", "waits"), "now", "hourglass"),
    "sending": (Words("发送中", "being sent"), "now", "send"),
    "sent": (Words("已送达", "delivered"), "done", "circle-check"),
    "stuck": (Words("未送达，待人工处理", "stuck: needs a person"), "late", "alert-triangle"),
    "passed": (Words("无需发送", "not needed any more"), "plain", "minus"),
    "given_up": (Words("已放弃", "given up"), "plain", "ban"),
    "by_hand": (Words("已人工送达", "carried over by hand"), "done", "check"),
}
_BACK: Final[Mapping[str, tuple[Words, str, str]]] = {
    "new": (Words("已收，待处理", "kept, not understood yet"), "now", "hourglass"),
    "done": (Words("已办理", "done"), "done", "circle-check"),
    "unchanged": (Words("无变化", "changes nothing"), "plain", "minus"),
    "look": (Words("待人核对", "needs a person"), "late", "alert-triangle"),
    "aside": (Words("已搁置", "set aside"), "plain", "ban"),
}
_PROGRAM: Final = Words("程序", "the program")
_SYSTEM: Final = Words("业务系统", "the office's system")


def why(reason: str) -> Words | str:
    """A reason in words: of the policy, else of the refusal that it is the code of."""
    if not reason or reason in policy().reasons:
        return reason_words(reason) if reason else ""
    kind = refusal_kinds().get(reason)
    plain = kind is not None and "{" not in kind.zh
    return (
        Words(kind.zh, kind.en) if kind and plain else Words("本系统的规则不允许这一步", "a rule here forbids the step")
    )


def link_status(state: str, health: HealthLine) -> Status:
    """How a link stands, and whether it fails at the moment."""
    words = LINK_STATES[state]
    if state == "live" and health.failures:
        said = reason_words(health.reason)
        return Status(Words(f"{words.zh}，{said.zh}", f"{words.en}: {said.en}"), "late", "alert-triangle")
    tone, icon = _TONES[state]
    return Status(words, tone, icon)


def out_status(line: SendingLine) -> Status:
    """How something that goes out stands."""
    words, tone, icon = _OUT[line.state]
    failing = line.state == "waiting" and line.reason
    return Status(Words("暂时失败，会自动再试", "failed, is tried again"), "late", "rotate") if failing else Status(
        words, tone, icon
    )  # fmt: skip


def back_status(line: ArrivalLine) -> Status:
    """How something that came in stands."""
    words, tone, icon = _BACK[line.state]
    return Status(words, tone, icon)


def event_words(event: str) -> Words:
    """What an event tells."""
    return words_of_event(event)


def field_words(keys: Iterable[str], kind: str = CASE) -> list[Words]:
    """Fields by their names. `kind`: of what the link carries."""
    known = fields_of(kind)
    return [known[key].name for key in keys if key in known]


def name_of_partner(by: str) -> Words | str:
    """The name of the system that an entry of the ledger says did or read something; empty for everybody else."""
    name = names_by_key([by]).get(by, "") if by.startswith("partner:") else ""
    return Words(f"{name}（承办单位的业务系统）", f"{name} (the office's own system)") if name else ""


def with_crossings(life: list[Step], found: Iterable[Crossing]) -> list[Step]:
    """A life line with what went to systems and came back, each at its moment; what is to come stays last."""
    more = [step for one in found if (step := _step(one)) is not None]
    done = [(step.at, step) for step in [*life, *more] if step.at is not None]
    rest = [step for step in life if step.at is None]
    return [*(step for _at, step in sorted(done, key=lambda pair: pair[0])), *rest]


def _step(one: Crossing) -> Step | None:
    if one.out is not None:
        if one.out.state not in {"sent", "by_hand"}:
            return None
        event = event_words(one.out.event)
        did = Words(f"发送到“{one.out.link_name}”：{event.zh}", f"sent to “{one.out.link_name}”: {event.en}")
        return Step(did=did, who=_PROGRAM, role="program", at=one.at, private=True)
    if one.back is None or one.back.step:
        return None  # what it did stands on the line as the office's own step
    did = Words(
        f"“{one.back.link_name}”回报：{one.back.status or '（读不懂）'}",
        f"“{one.back.link_name}” says: {one.back.status or '(unreadable)'}",
    )
    return Step(did=did, who=_SYSTEM, role="department", at=one.at, note=why(one.back.reason), private=True)


def step_names(steps: str) -> Words:
    """The steps that a message led to."""
    rows = [packaged().action(key).words for key in filter(None, steps.split("+"))]
    return Words("、".join(row.zh for row in rows), ", ".join(row.en for row in rows))


def crossing_lines(found: Iterable[Crossing]) -> dict[str, object]:
    """What of a case went out and came back, for its page, the newest first; and whether anything is stuck."""
    held = list(found)
    lines = [(one, *_said(one)) for one in reversed(held)]
    stuck = any((one.out and one.out.state == "stuck") or (one.back and one.back.state == "look") for one in held)
    return {"crossing_lines": lines, "crossing_stuck": stuck}


def _said(one: Crossing) -> tuple[Words, Status, Words | str]:
    if one.out is not None:
        event = event_words(one.out.event)
        what = Words(f"发送到“{one.out.link_name}”：{event.zh}", f"to “{one.out.link_name}”: {event.en}")
        return what, out_status(one.out), why(one.out.reason)
    if one.back is None:
        raise ValueError("a crossing goes out or comes back")
    name, status = one.back.link_name, one.back.status or "…"
    done = step_names(one.back.step)
    reason = why(one.back.reason) or (Words(f"已代办：{done.zh}", f"led to: {done.en}") if one.back.step else "")
    return Words(f"“{name}”回报：{status}", f"“{name}” says: {status}"), back_status(one.back), reason
