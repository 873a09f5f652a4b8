"""Writes on how far a moving in is: what its officer asks for, and what the job has reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.founding.models import MoveIn, SentSheet
from gridcommons.cases.founding.moving.checked import Checked, unpacked
from gridcommons.cases.founding.sealing import BOOK, LINES, SUMMARY, opened, sealed
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

MOST_TRIES: Final = 3
"""Sheets whose check or carrying out is cut off so often would take the worker down for ever."""
STAGES: Final[Mapping[str, Words]] = {
    "waiting": Words("等待检查", "waiting to be checked"), "checking": Words("正在检查", "being checked"),
    "checked": Words("已检查", "checked"), "to_carry": Words("等待办理", "waiting to be carried out"),
    "carrying": Words("正在办理", "being carried out"), "done": Words("已办完", "carried out"),
    "failed": Words("没有办成", "went no further"),
}  # fmt: skip
_CARRIED: Final = ("to_carry", "carrying")

UNDER_WAY_NOW = refusal_kind(
    "founding.under_way",
    status=409,
    zh="表格正在办理：请等办完，或先停止，再改动。",
    en="The sheets are being carried out: wait until that is done, or stop it first.",
)
NOT_CHECKED = refusal_kind(
    "founding.not_checked",
    status=409,
    zh="表格还没有检查完：请等检查结果出来再办理。",
    en="The sheets are not checked yet: wait for what the check says.",
)
NOT_SOUND = refusal_kind(
    "founding.not_sound",
    status=409,
    zh="表格里还有{count}处错误，没有写入任何内容：请下载错误表，改好后重新上传。",
    en="Errors in the sheets: {count}. So nothing was written: take the error sheet, mend them, send the sheets again.",
)
NOTHING_SENT = refusal_kind(
    "founding.nothing_sent",
    status=400,
    zh="没有等待办理的表格：请先上传。",
    en="No sheets wait here: send some in first.",
)
NOT_STOPPABLE = refusal_kind(
    "founding.not_stoppable",
    status=409,
    zh="现在没有正在办理的表格，没有可停止的。",
    en="No sheets are being carried out now: there is nothing to stop.",
)
CUT_OFF = refusal_kind(
    "founding.cut_off",
    status=500,
    zh="读这些表格时程序中断了{most}次，不再自动重试：请拆成小一些的文件，再上传。已写入的不受影响。",
    en="Reading these sheets broke off {most} times and is not begun again: split them into smaller files and send "
    "them again. What was written stands.",
)
RIGHTS_CHANGED = refusal_kind(
    "founding.rights_changed",
    status=409,
    zh="办理期间您的权限有变动，已停在这一步：请重新检查后再办理。已写入的不受影响。",
    en="Your rights changed while the sheets were carried out, so it stopped here: have them checked again. What was "
    "written stands.",
)
OVERTAKEN = refusal_kind(
    "founding.overtaken",
    status=409,
    zh="这批表格已有改动，这一步不再有效。",
    en="These sheets were changed meanwhile; this step no longer holds.",
)


def _at_county(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["county_code"])
    return Place(facts["county_code"])


def _of_move(facts: Mapping[str, Any]) -> Place:
    code = MoveIn.objects.filter(pk=facts["move_id"]).values_list("county_code", flat=True).first()
    if code is None:
        raise refuse(OVERTAKEN)
    return Place(code)


def _own(by: Viewer) -> MoveIn | None:
    return MoveIn.objects.select_for_update().filter(by_key=by.key).first()


def _begin_anew(row: MoveIn, at: datetime) -> MoveIn:
    """Nothing of an earlier check holds; what a job is reading now will not be kept."""
    row.stage, row.turn, row.tries, row.asked_at = "waiting", row.turn + 1, 0, at
    row.doing, row.done, row.total, row.faults = {}, 0, 0, 0
    row.summary, row.book, row.lines, row.checked_at, row.ended_at = b"", b"", b"", None, None
    row.save()
    return row


def ask_anew(county_code: str, by: Viewer, at: datetime) -> MoveIn:
    """Within a deed: what the officer sent in has changed and is to be checked; refuses while it is carried out."""
    row = _own(by)
    if row is None:
        return MoveIn.objects.create(county_code=county_code, parties=[by.key], by_key=by.key, asked_at=at)
    if row.stage in _CARRIED:
        raise refuse(UNDER_WAY_NOW)
    row.county_code = county_code
    return _begin_anew(row, at)


def forget_move(by: Viewer) -> None:
    """Within a deed: nothing waits any more; refuses while it is carried out."""
    row = _own(by)
    if row is None:
        return
    if row.stage in _CARRIED:
        raise refuse(UNDER_WAY_NOW)
    row.delete()


@deed("founding.check", on=_at_county)
def check_again(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> MoveIn:
    """Have the sheets that wait checked again: what stands in the county may have changed since."""
    if not SentSheet.objects.filter(parties__contains=[by.key]).exists():
        raise refuse(NOTHING_SENT)
    return ask_anew(county_code, by, at)


@deed("founding.go", on=_at_county)
def carry_out(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> MoveIn:
    """Have the checked sheets carried out as this officer; refuses what has errors or was not checked."""
    row = _own(by)
    if row is None or not SentSheet.objects.filter(parties__contains=[by.key]).exists():
        raise refuse(NOTHING_SENT)
    if row.stage in _CARRIED:
        raise refuse(UNDER_WAY_NOW)
    if row.stage != "checked":
        raise refuse(NOT_CHECKED)
    if row.faults:
        raise refuse(NOT_SOUND, count=row.faults)
    row.stage, row.turn, row.tries, row.asked_at = "to_carry", row.turn + 1, 0, at
    row.save()
    return row


@deed("founding.stop", on=_at_county)
def stop(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> MoveIn:
    """Stop the carrying out after the step under way: what was written stands, the sheets wait and are checked anew."""
    row = _own(by)
    if row is None or row.stage not in _CARRIED:
        raise refuse(NOT_STOPPABLE)
    return _begin_anew(row, at)


# --- The job --------------------------------------------------------------------------------------------------------


def _held(move_id: UUID, turn: int, *stages: str) -> MoveIn:
    """The row as the job knows it, locked; refuses one that its officer has changed meanwhile."""
    row = MoveIn.objects.select_for_update().filter(pk=move_id, turn=turn, stage__in=stages).first()
    if row is None:
        raise refuse(OVERTAKEN)
    return row


@deed("founding.begin", on=_of_move)
def begin(*, move_id: UUID, turn: int, by: Viewer, at: datetime, purpose: str = "operation") -> MoveIn:
    """Begin, or begin anew what was cut off; refuses what was cut off too often."""
    row = _held(move_id, turn, "waiting", "checking", "to_carry", "carrying")
    if row.tries >= MOST_TRIES:
        raise refuse(CUT_OFF, most=MOST_TRIES)
    row.tries += 1
    row.stage = "carrying" if row.stage in _CARRIED else "checking"
    row.doing, row.done, row.total = {}, 0, 0
    row.save()
    return row


@deed("founding.reach", on=_of_move)
def reach(
    *, move_id: UUID, turn: int, doing: Words, done: int, total: int, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> MoveIn:  # fmt: skip
    """Note how many steps of how many are done, and what is done next."""
    row = _held(move_id, turn, "carrying")
    row.doing, row.done, row.total = doing.as_dict(), done, total
    row.save(update_fields=["doing", "done", "total"])
    return row


@deed("founding.keep_check", on=_of_move)
def keep_check(
    *, move_id: UUID, turn: int, checked: Checked, book: bytes, lines: bytes, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> MoveIn:  # fmt: skip
    """Keep what the check found: for the page, as a workbook and as CSV (both empty where nothing was found)."""
    row = _held(move_id, turn, "checking")
    row.stage, row.faults, row.checked_at = "checked", checked.faults, at
    row.summary = sealed(checked.packed(), row.pk, SUMMARY)
    row.book = sealed(book, row.pk, BOOK) if book else b""
    row.lines = sealed(lines, row.pk, LINES) if lines else b""
    row.save()
    return row


@deed("founding.end", on=_of_move)
def end(
    *, move_id: UUID, turn: int, refused: Words | None = None, by: Viewer, at: datetime, purpose: str = "operation"
) -> MoveIn:
    """All is carried out and the sheets are dropped; or by which sentence it went no further, and they wait."""
    row = _held(move_id, turn, "waiting", "checking", "to_carry", "carrying")
    row.ended_at = at
    if refused is None:
        row.stage, row.done = "done", row.total
        SentSheet.objects.filter(parties__contains=[row.by_key]).delete()
    else:
        row.stage = "failed"
        held = unpacked(opened(bytes(row.summary), row.pk, SUMMARY)) if row.summary else Checked()
        row.summary = sealed(replace(held, refused=refused).packed(), row.pk, SUMMARY)
    row.save()
    return row
