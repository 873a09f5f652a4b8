"""Pure rules of device keys: what a key looks like, who may hold one, every refusal."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.access.rules import GrantFacts, Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, refusal_kind

NAME_LIMIT: Final = 60
MOST: Final = 5
"""Valid keys of one worker: a phone, a tablet, and what was lost and not withdrawn yet."""
WORKER: Final = "grid_worker"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{64}")

BAD_KEY = refusal_kind(
    "device.bad_key",
    status=403,
    zh="设备密钥无效。请在“我的网格”页新建一把，或请县级管理员办理。",
    en="This device key is not valid. Make a new one on the page “My grid”, or ask the county officer.",
)
NOT_A_WORKER = refusal_kind(
    "device.not_a_worker",
    status=409,
    zh="这个账号今天没有网格员的授权，不能有设备密钥。",
    en="This account holds no grid worker's post today, so it can have no device key.",
)
NO_ACCOUNT = refusal_kind(
    "device.no_account",
    status=400,
    zh="没有叫“{login}”的工作账号。请核对登录名（“人员”页可以查到）。",
    en="No account of staff is called “{login}”. Check the login name; the page “People” lists them.",
)
NO_NAME = refusal_kind(
    "device.no_name",
    status=400,
    zh="请给这部手机起个名字（最多{most}个字），丢失时好认。",
    en="Give the phone a name ({most} signs at most), so that a lost one can be told from the others.",
)
TOO_MANY = refusal_kind(
    "device.too_many",
    status=409,
    zh="已有{most}把有效的设备密钥，请先停用不再使用的。",
    en="There are {most} valid device keys already; withdraw those that are no longer used.",
)
UNKNOWN = refusal_kind(
    "device.unknown",
    status=404,
    zh="没有这把设备密钥，或它已停用。",
    en="There is no such device key, or it was withdrawn.",
)
NOT_YOURS = refusal_kind(
    "device.not_yours",
    status=403,
    zh="这是别人的设备密钥。",
    en="This device key is somebody else's.",
)
NOT_RELEASED = refusal_kind(
    "device.not_released",
    status=403,
    zh="这部手机的密钥已停用。手机里待发的表单仍加密保存着；请县级管理员放行后再打开。",
    en="The key of this phone was withdrawn. What waits on it is kept, sealed; ask the county officer to release it.",
)
NOT_WITHDRAWN = refusal_kind(
    "device.not_withdrawn",
    status=409,
    zh="这把设备密钥没有停用，或已经放行。",
    en="This device key was not withdrawn, or was released before.",
)
BAD_LOOKS = refusal_kind(
    "device.bad_looks",
    status=400,
    zh="离线查看记录的格式有误（最多{most}条，每条要有编号、住户、表单和时间）；没有记录。",
    en="The list of looks made offline is wrong ({most} at most; each has id, household, form, at); none was logged.",
)
NOT_SHOWN = refusal_kind(
    "device.not_shown",
    status=404,
    zh="这部手机近期的网格里没有这一户；这一条没有记录，其他的不受影响。",
    en="There is no such household in the grids that this phone had of late; this look was not logged, others were.",
)
MOST_LOOKS: Final = 1_000


def is_key(text: str) -> bool:
    """Whether a text can be a key at all."""
    return _KEY.fullmatch(text) is not None


def grids_of(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """The areas that the grid worker's grants of an account cover at a moment, by today's codes."""
    held = [grant for role, grant in viewer.roles_at(at) if grant is not None and role.key == WORKER]
    return tuple(sorted({code for grant in held if grant.is_local for code in grant.areas_now}))


def served_of_late(viewer: Viewer, since: datetime, at: datetime) -> tuple[str, ...]:
    """The areas that the grid worker's grants covered at some time between two moments, by today's codes."""
    held = [grant for grant in viewer.grants if grant.role == WORKER and held_since(grant, since, at)]
    return tuple(sorted({code for grant in held for code in grant.areas_now}))


def grids_or_late(viewer: Viewer, at: datetime, grace: timedelta) -> tuple[str, ...]:
    """Where a worker serves, or served of late: what was seen before a hand-over is not lost."""
    return grids_of(viewer, at) or served_of_late(viewer, at - grace, at)


def own_place(viewer: Viewer, at: datetime, grace: timedelta) -> Place:
    """In a worker's own name, where they serve or served of late: what they saw goes on record in any case."""
    areas = grids_or_late(viewer, at, grace)
    return Place(areas[0] if areas else "", parties=frozenset({viewer.key}))


def held_of_late(viewer: Viewer, filed: str, where: Collection[str], since: datetime, at: datetime) -> bool:
    """Whether a phone of this worker can have shown what was filed under `filed` and lies, or lay of late, in `where`.

    By today's codes for what was handed over or put into its right grid, by its own for what lies in another grid since
    grids were divided.
    """
    held = [grant for grant in viewer.grants if grant.role == WORKER and held_since(grant, since, at)]
    return any(_was_in(filed, grant) or any(map(grant.covers, where)) for grant in held)


def _was_in(filed: str, grant: GrantFacts) -> bool:
    return filed.startswith(tuple(grant.included)) and not filed.startswith(tuple(grant.excluded))


def day_said(text: str, came: date, late_days: int) -> date:
    """The day of a moment as a phone says it; the day it came where the phone's clock is plainly wrong."""
    try:
        said = local_day(datetime.fromisoformat(text), ZONE)
    except (ValueError, OverflowError):
        return came
    return min(said, came) if came - timedelta(days=late_days) <= said <= came + timedelta(days=1) else came


def served_since(viewer: Viewer, since: datetime, at: datetime) -> bool:
    """Whether the account served a grid at some time between two moments."""
    return any(grant.role == WORKER and held_since(grant, since, at) for grant in viewer.grants)


def held_since(grant: GrantFacts, since: datetime, at: datetime) -> bool:
    """Whether a grant was in force at some time between two moments."""
    ends = [end for end in (grant.valid_to, grant.revoked_at) if end is not None]
    return grant.is_local and grant.valid_from <= at and all(end > since for end in ends)


def faults(name: str, held: int) -> tuple[Reason, ...]:
    """What is wrong with a wanted key. `held`: valid keys of the worker."""
    named = bool(name) and len(name) <= NAME_LIMIT
    found = [] if named else [Reason(NO_NAME, (("most", str(NAME_LIMIT)),))]
    return (*found, *([Reason(TOO_MANY, (("most", str(MOST)),))] if held >= MOST else []))
