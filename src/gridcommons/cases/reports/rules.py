"""What a schedule may be, and which of its periods are to be made now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from gridcommons.access.rules import Viewer, auditors
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.masking import mask
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.terms import KINDS, Kind, Term, term_on
from gridcommons.outlook.periods import ZONE

FORMS: Final = ("xlsx", "csv")
LANGUAGES: Final = ("zh-hans", "en")
NAME_LENGTH: Final = 60
MOST_RECEIVERS: Final = 50
MADE_UP: Final = 6
"""So many missed periods are made up for, the latest ones."""
CORRECTED: Final = timedelta(days=100)
"""How long after a period's end late data make a corrected edition."""
_HOURS: Final = 24
DEED: Final = "report.define"

NAMELESS = refusal_kind(
    "reports.nameless",
    status=400,
    zh="请给报告起一个名称（最多{most}个字）。",
    en="Give the report a name, of {most} characters at most.",
)
PERSON_IN_NAME = refusal_kind(
    "reports.person_in_name",
    status=422,
    zh="报告名称里不能有人名、电话或证件号，请改写后再提交。",
    en="The name of a report must hold no person, phone or document number; write it otherwise.",
)
NO_RECEIVER = refusal_kind(
    "reports.no_receiver",
    status=400,
    zh="请填写至少一名收件人的登录名，最多{most}名。",
    en="Name at least one receiver by login name, {most} at most.",
)
STRANGE_RECEIVER = refusal_kind(
    "reports.strange_receiver",
    status=400,
    zh="这些登录名不存在，或者没有在岗：{names}。请核对后再提交。",
    en="These login names do not exist or hold no post: {names}. Check them and send again.",
)
BAD_HOUR = refusal_kind(
    "reports.bad_hour",
    status=400,
    zh="“{hour}”不是整点，请填0到23之间的整数。",
    en="“{hour}” is no hour of the day: give a whole number from 0 to 23.",
)
BAD_CHOICE = refusal_kind(
    "reports.bad_choice",
    status=400,
    zh="“{what}”不是可选的周期、格式或语言，请重新选择。",
    en="“{what}” is no period, format or language that can be chosen. Choose again.",
)
UNKNOWN_REPORT = refusal_kind(
    "reports.unknown",
    status=404,
    zh="没有找到这份报告，或它不是给您的。请从报告清单中选择。",
    en="No such report was found, or it is not for you. Choose one from the list of reports.",
)
ENDED = refusal_kind(
    "reports.ended",
    status=409,
    zh="这份定期报告已经停止，已生成的各期仍可下载。",
    en="This report was ended already; what was made of it can still be downloaded.",
)


@dataclass(frozen=True)
class Draft:
    """A schedule as it is asked for. `receivers`: login names. `indicators`: empty for all."""

    name: str
    area_code: str
    kind: str
    form: str
    receivers: tuple[str, ...]
    language: str = "zh-hans"
    hour: int = 6
    indicators: tuple[str, ...] = ()
    by_mail: bool = False


def clean_draft(draft: Draft) -> Draft:
    """The draft in order, or a refusal of what is wrong with it."""
    name = clean_text(draft.name, limit=NAME_LENGTH).strip()
    if not name:
        raise refuse(NAMELESS, most=NAME_LENGTH)
    if mask(name).findings:
        raise refuse(PERSON_IN_NAME)
    choices: tuple[tuple[str, Sequence[str]], ...] = (
        (draft.kind, KINDS), (draft.form, FORMS), (draft.language, LANGUAGES),
    )  # fmt: skip
    for wish, known in choices:
        if wish not in known:
            raise refuse(BAD_CHOICE, what=wish[:20])
    if not 0 <= draft.hour < _HOURS:
        raise refuse(BAD_HOUR, hour=draft.hour)
    receivers = tuple(dict.fromkeys(one.strip() for one in draft.receivers if one.strip()))
    if not 0 < len(receivers) <= MOST_RECEIVERS:
        raise refuse(NO_RECEIVER, most=MOST_RECEIVERS)
    told = tuple(formulas().get(key).key for key in dict.fromkeys(draft.indicators))
    return replace(draft, name=name, receivers=receivers, indicators=told)


def due_terms(kind: Kind, *, hour: int, since: datetime, at: datetime, made: Sequence[str]) -> list[Term]:
    """The periods whose report is to be made now: those that ended and whose hour has come, and that were not made.

    From the last period that had ended when the schedule was made; the latest few where many were missed.
    """
    term = term_on(kind, local_day(at, ZONE)).before()
    first = term_on(kind, local_day(since, ZONE)).before()
    found: list[Term] = []
    while term >= first and len(found) < MADE_UP:
        if at >= term.ends + timedelta(hours=hour) and term.key not in made:
            found.append(term)
        term = term.before()
    return found[::-1]


def may_be_corrected(term: Term, at: datetime) -> bool:
    """Whether late data still make a corrected edition of a period."""
    return at < term.ends + CORRECTED


def makes(viewer: Viewer, area_code: str, at: datetime) -> bool:
    """Whether a viewer makes and ends the reports of an area."""
    return any(
        grant is not None and DEED in role.deeds and grant.covers(area_code) for role, grant in viewer.roles_at(at)
    )


def reads(viewer: Viewer, area_code: str, receivers: Sequence[str], at: datetime) -> bool:
    """Whether a viewer may read a report: who receives it, makes it, or audits its area."""
    return (
        viewer.everywhere
        or viewer.key in receivers
        or makes(viewer, area_code, at)
        or any(grant.covers(area_code) for grant in auditors(viewer, at))
    )
