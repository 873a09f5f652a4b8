"""Why somebody can or cannot do a thing at a place: the rules' own reasons, as one verdict. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from gridcommons.access.finer import general
from gridcommons.access.naming import deed_words
from gridcommons.access.roles import PURPOSES, ROLES, Role
from gridcommons.access.rules import GrantFacts, Place, Viewer, missing
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words

_RULE: Final = "access.rules.missing"
_OWNER: Final = Words("县数据保护负责人", "the county's data protection officer")
_CONTEST: Final = Words(
    "如果工作需要，请让能授权的管理员核实授权；认为规则不对的，向规则负责人提出。",
    "If your work needs it, have an administrator look at the grant; if the rule is wrong, tell who answers for it.",
)
_LEVEL: Final = Words("权限规则", "the rules of access")
Named = Callable[[str], Words]


def explain(
    viewer: Viewer, *, deed: str, area_code: str, purpose: str, at: datetime, named: Named, version: str
) -> Verdict:
    """Whether the viewer may do a deed at an area for a purpose, with what each of their grants says to it.

    Things of cases and looks concern persons: they are asked for as personal. `named`: the name of an area.
    """
    place = Place(area_code, personal=deed.startswith(("case.", "look.")) and bool(area_code))
    reasons = missing(viewer, deed=deed, place=place, purpose=purpose, at=at)
    what, where = deed_words(deed), named(area_code) if area_code else Words("不限地点", "no place")
    subject = Words(f"{what.zh}（{where.zh}）", f"{what.en} ({where.en})")
    said = [Because(reason.words(), _LEVEL) for reason in reasons]
    return Verdict(
        Answer.NO if reasons else Answer.YES, subject, (*said, *_each(viewer, deed, place, purpose, at, named)),
        _RULE, version, _OWNER, _CONTEST,
    )  # fmt: skip


def _each(
    viewer: Viewer, deed: str, place: Place, purpose: str, at: datetime, named: Named
) -> Iterable[Because]:  # fmt: skip
    """What each grant says, and which roles there are that would allow it."""
    held = [grant for grant in viewer.grants if grant.role in ROLES]
    for grant in held:
        yield Because(_of_grant(ROLES[grant.role], grant, deed, place, purpose, at, named))
    if not held:
        yield Because(Words("没有任何授权。", "There is no grant at all."))
    if not any(deed in ROLES[grant.role].deeds for grant in held):
        roles = [role.name for role in ROLES.values() if deed in role.deeds and role.grantable]
        zh, en = "、".join(r.zh for r in roles) or "（无）", ", ".join(r.en for r in roles) or "none"
        yield Because(Words(f"有这项权限的岗位：{zh}。", f"Roles that include it: {en}."))


def _of_grant(
    role: Role, grant: GrantFacts, deed: str, place: Place, purpose: str, at: datetime, named: Named
) -> Words:  # fmt: skip
    zh, en = _obstacle(role, grant, deed, place, purpose, at, named)
    return Words(f"授权“{role.name.zh}”：{zh}。", f"Grant “{role.name.en}”: {en}.")


def _obstacle(
    role: Role, grant: GrantFacts, deed: str, place: Place, purpose: str, at: datetime, named: Named
) -> tuple[str, str]:
    reach = [named(code) for code in grant.areas_named]
    said = [PURPOSES[one] for one in sorted(role.purposes & grant.purposes)]
    away = bool(place.area_code)
    tried = (
        (not grant.holds_at(at), Words("现在不在有效期内，或已收回", "not in force now, or taken back")),
        (deed not in role.deeds, Words("不包括这件事", "does not include this")),
        (
            away and not role.by_area,
            Words("只及于派给本单位的事项，不按区域", "reaches only what is with its office, whatever the area"),
        ),
        (
            away and not grant.covers(place.area_code),
            Words(f"只及于{_zh(reach)}", f"reaches only {_en(reach)}"),
        ),
        (
            place.personal and not grant.is_local,
            Words("在乡镇以上，只能看数字，不能看具体事项", "lies above the township: numbers, no single things"),
        ),
        (
            general(purpose, deed) not in role.purposes & grant.purposes,
            Words(f"用途只有{_zh(said)}", f"is for this only: {_en(said)}"),
        ),
    )
    words = next((words for stands, words in tried if stands), Words("允许", "allows it"))
    return words.zh, words.en


def _zh(words: Iterable[Words]) -> str:
    return "、".join(one.zh for one in words)


def _en(words: Iterable[Words]) -> str:
    return ", ".join(one.en for one in words)
