"""Roles as code: each a list of deeds and looks. What is not listed is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Role:
    """A role: its deeds and looks, the purposes it may be granted for, the highest level it may act at.

    `duties`: duties of the case machine it may hold. `side`: supervision or command, so that the two
    stay apart. `may_give`: roles whose holder may give them on, within the own areas
    and time. `grantable`: False for roles held by everyone or by the program itself. `by_area`: reaches what lies in
    its areas; without it only what its office is party to.
    """

    key: str
    name: Words
    deeds: frozenset[str]
    purposes: frozenset[str]
    duties: frozenset[str] = frozenset()
    side: str = ""
    grantable: bool = True
    everywhere: bool = False
    by_area: bool = True
    may_give: frozenset[str] = frozenset()


CASE_READS: Final = frozenset({"look.case", "look.queue"})
_GRANTS: Final = frozenset({
    "access.grant", "access.revoke", "access.add_user", "access.add_staff", "access.open_office", "access.open_offices",
})  # fmt: skip

_AREAS: Final = frozenset({
    "areas.draft", "areas.amend", "areas.add_lines", "areas.remove_line", "areas.propose", "areas.send_back",
    "areas.review", "areas.adopt", "areas.withdraw",
})  # fmt: skip


def _role(key: str, zh: str, en: str, deeds: frozenset[str], purposes: str, **more: object) -> Role:
    return Role(key=key, name=Words(zh, en), deeds=deeds, purposes=frozenset(purposes.split()), **more)  # type: ignore[arg-type]


ROLES: Final[dict[str, Role]] = {
    role.key: role
    for role in (
        _role(
            "everyone", "任何人", "everyone",
            frozenset({
                "case.report", "people.keep_contact", "case.confirm", "case.reopen", "look.own_case", "look.own_looks",
                "look.own_notices", "notices.read",
            }),
            "own_case service", duties=frozenset({"reporter"}), grantable=False,
        ),
        _role(
            "grid_worker", "网格员", "grid worker",
            CASE_READS
            | {"case.report", "case.settle", "case.close", "case.rework", "case.add_photo", "look.reporter"},
            "service verification", duties=frozenset({"finder", "verifier"}), side="supervision",
        ),
        _role(
            "supervisor", "监督受理员", "supervision officer",
            CASE_READS
            | {"case.report", "case.file", "case.void", "case.close", "case.rework", "look.reporter",
               "case.add_photo", "areas.receive"},
            "service verification", duties=frozenset({"filer", "verifier"}), side="supervision",
        ),
        _role(
            "dispatcher", "派遣员", "dispatcher",
            CASE_READS | {"case.dispatch", "areas.receive"},
            "service", duties=frozenset({"dispatcher"}), side="command",
        ),
        _role(
            "handler", "处置人员", "handler",
            CASE_READS
            | {"case.accept", "case.send_back", "case.pass_on", "case.feed_back", "case.add_photo",
               "look.shared_reporter"},
            "service", duties=frozenset({"handler"}), side="command", by_area=False,
        ),
        _role(
            "county_officer", "县级管理员", "county officer",
            _GRANTS | _AREAS
            | {"territory.load", "matters.publish", "workforce.assign", "workforce.end", "workforce.add",
               "workforce.enlist"},
            "administration",
            may_give=frozenset({"grid_worker", "supervisor", "dispatcher", "handler"}),
        ),
        _role(
            "auditor", "审计员", "auditor",
            frozenset(), "audit",
        ),
        _role(
            "program", "程序本身", "the program itself",
            frozenset({
                "access.grant", "access.revoke", "access.add_user", "access.open_office", "access.add_key",
                "access.withdraw_keys", "access.open_offices", "access.add_staff", "workforce.enlist",
                "territory.load", "territory.draw", "territory.count", "matters.publish",
                "workforce.add", "workforce.assign", "workforce.end", "people.forget_contacts", "case.forget",
                "notices.forget", "outlook.post", "notices.deliver", "look.reporter", "access.restored",
                "areas.switch", "areas.stuck",
            }),
            "administration operation", grantable=False, everywhere=True,
        ),
    )
}  # fmt: skip

PURPOSES: Final[dict[str, Words]] = {
    "own_case": Words("查看或跟进自己的事项", "follow one's own case"),
    "service": Words("受理、派遣、处置事项", "accept, dispatch and handle a case"),
    "verification": Words("现场核查、回访", "check on site, ask back"),
    "administration": Words("设置机构、人员、授权", "set up offices, staff, grants"),
    "audit": Words("审计", "audit"),
    "operation": Words("程序自身运行", "running the program"),
}
