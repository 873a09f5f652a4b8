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
    its areas; without it only what its office is party to. `audits`: watches over the grants of its areas and,
    for the purpose of audit, their ledger.
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
    audits: bool = False
    may_give: frozenset[str] = frozenset()


CASE_READS: Final = frozenset({"look.case", "look.queue"})
_GRANTS: Final = frozenset({
    "access.grant", "access.revoke", "access.end_all", "access.add_user", "access.add_staff", "access.open_office",
    "access.open_offices", "look.grants",
})  # fmt: skip
_ASKS: Final = frozenset({
    "glass.ask", "glass.end", "look.glass", "handout.ask", "handout.take", "handout.end", "look.handouts",
    "look.export",
})  # fmt: skip
"""What needs a second person, for those who work on cases to ask for."""


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
            | _ASKS
            | {"case.report", "case.file", "case.void", "case.close", "case.rework", "look.reporter",
               "case.add_photo"},
            "service verification", duties=frozenset({"filer", "verifier"}), side="supervision",
        ),
        _role(
            "dispatcher", "派遣员", "dispatcher",
            CASE_READS | _ASKS | {"case.dispatch"},
            "service", duties=frozenset({"dispatcher"}), side="command",
        ),
        _role(
            "handler", "处置人员", "handler",
            CASE_READS
            | _ASKS
            | {"case.accept", "case.send_back", "case.pass_on", "case.feed_back", "case.add_photo",
               "look.shared_reporter"},
            "service", duties=frozenset({"handler"}), side="command", by_area=False,
        ),
        _role(
            "county_officer", "县级管理员", "county officer",
            _GRANTS
            | {"territory.load", "matters.publish", "workforce.assign", "workforce.end", "workforce.add",
               "workforce.enlist", "look.glass", "look.handouts"},
            "administration", audits=True,
            may_give=frozenset({"grid_worker", "supervisor", "dispatcher", "handler", "second_person"}),
        ),
        _role(
            "second_person", "第二确认人", "second person",
            frozenset({"glass.confirm", "glass.end", "look.glass", "handout.confirm", "handout.end", "look.handouts"}),
            "oversight",
        ),
        _role(
            "glass_reader", "应急查看（两人确认）", "reading through a broken glass",
            CASE_READS, "break_glass", grantable=False,
        ),
        _role(
            "auditor", "审计员", "auditor",
            frozenset({"look.ledger", "ledger.ask_check", "look.grants", "look.glass", "glass.review",
                       "look.handouts", "look.case_key"}),
            "audit", audits=True,
        ),
        _role(
            "program", "程序本身", "the program itself",
            frozenset({
                "access.grant", "access.revoke", "access.add_user", "access.open_office", "access.add_key",
                "access.withdraw_keys", "access.open_offices", "access.add_staff", "workforce.enlist",
                "territory.load", "territory.draw", "territory.count", "matters.publish",
                "workforce.add", "workforce.assign", "workforce.end", "people.forget_contacts", "case.forget",
                "notices.forget", "outlook.post", "notices.deliver", "look.reporter", "access.restored",
                "ledger.count", "ledger.told", "ledger.checked", "glass.told", "handout.told", "case.announce",
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
    "oversight": Words("作为第二人确认", "confirm as the second person"),
    "break_glass": Words("应急查看（两人确认，限时）", "break-glass: urgent reading confirmed by two"),
    "operation": Words("程序自身运行", "running the program"),
}
