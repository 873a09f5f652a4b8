"""Roles as code: each a list of deeds and looks. What is not listed is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

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
_WORKS: Final = CASE_READS | {"look.found", "look.own_searches", "finding.keep", "finding.drop"}
"""What everybody who works on cases reads: one case, a list of them, and what a search finds."""
_TABLE_SEAT: Final = frozenset({"look.problem", "problem.reply", "problem.finish"})
_TABLE_KEEPER: Final = _TABLE_SEAT | frozenset(
    f"problem.{move}"
    for move in (
        "accept", "decline", "amend", "invite", "excuse", "meet", "plan", "publish", "link", "unlink", "close",
        "review",
    )
)  # fmt: skip
_CONCERNS: Final = frozenset({"look.concerns", "concern.set_aside", "concern.answer"})
_ASKED: Final = frozenset({"complaint.reply", "look.questions"})
_ORDERS_BELOW: Final = frozenset({"order.acknowledge", "order.send_back", "order.answer", "campaign.hear"})
_ORDERS: Final = _ORDERS_BELOW | {"order.send", "order.break_down", "order.resend", "order.withdraw", "order.remind"}
_CAMPAIGNS: Final = frozenset(
    f"campaign.{step}"
    for step in (
        "draft", "amend", "announce", "start", "stop", "resume", "end", "withdraw", "answer_objection", "explain",
        "confirm_day",
    )
) | {"round.begin", "round.end"}  # fmt: skip
"""Calling on every household by a date or every so many days, for the office that sends orders to an area."""
_SENDS_SIGNALS: Final = frozenset({"signal.send", "look.own_signals"})
_SIGNALS: Final = frozenset({"look.signals", "look.signal", "signal.check"})
_STEERS: Final = frozenset({
    "case.appoint", "case.involve", "case.park", "case.unpark", "case.grant_extension", "case.refuse_extension",
})  # fmt: skip
"""What the command side does with a case that is not simple."""
_GRANTS: Final = frozenset({
    "access.grant", "access.revoke", "access.end_all", "access.add_user", "access.add_staff", "access.open_office",
    "access.open_offices", "look.grants",
})  # fmt: skip
_ASKS: Final = frozenset({
    "glass.ask", "glass.end", "look.glass", "handout.ask", "handout.take", "handout.end", "look.handouts",
    "look.export",
})  # fmt: skip
"""What needs a second person, for those who work on cases to ask for."""
_JOINING: Final = frozenset({
    "joining.invite", "joining.reset", "joining.leave", "joining.set_managers", "workforce.leave",
})  # fmt: skip
_FOUNDING: Final = frozenset({
    "access.amend_office", "founding.carry", "founding.lay_calendar", "territory.count",
    "hotline.import", "hotline.take_rows",
})  # fmt: skip
_PLACES_CALLS: Final = frozenset({"hotline.place", "hotline.set_aside", "look.unplaced"})
_KEYS: Final = frozenset({"key.make", "key.withdraw", "look.keys"})
_FORMS: Final = frozenset({
    "form.draft", "form.publish", "form.close", "form.reopen", "inbox.ask_replay", "device.make", "device.withdraw",
    "device.release", "look.devices",
})  # fmt: skip
"""What is asked, and which phones may send it: for those who set a county up. They read nothing that was sent."""
_INBOX: Final = frozenset({
    "look.inbox", "look.submission", "look.submission_picture", "look.submissions_said", "look.visits",
    "inbox.correct", "inbox.run_again", "inbox.set_aside", "inbox.review", "inbox.remark", "inbox.empty", "inbox.drop",
})  # fmt: skip
"""What was sent from the field, and the repair of what could not be understood, at township level."""

_AREAS: Final = frozenset({
    "areas.draft", "areas.amend", "areas.add_lines", "areas.remove_line", "areas.propose", "areas.send_back",
    "areas.review", "areas.adopt", "areas.withdraw",
    "outlines.hand_in", "outlines.decide", "outlines.adopt", "outlines.drop", "outlines.put_back",
    "outlines.send", "outlines.give_up",
    "schemes.confirm_tie", "schemes.remove_tie",
})  # fmt: skip
_PARTNER_DESK: Final = frozenset({
    "partner.retry", "partner.give_up", "partner.set_aside", "partner.rerun", "partner.pair",
    "partner.picture_again", "partner.picture_aside",
})  # fmt: skip
"""What is stuck between systems, for those who answer for a link or work for its office."""
_PARTNERS: Final = _PARTNER_DESK | frozenset({
    "partner.draft", "partner.amend", "partner.end", "partner.rotate", "partner.show_key", "partner.keep_key",
    "partner.try",
})  # fmt: skip
_PEOPLE: Final = frozenset({
    "homes.add", "homes.add_person", "homes.move_in", "homes.move_out", "homes.correct", "homes.correct_person",
    "homes.end", "look.households", "look.household", "look.addresses", "facts.record", "facts.confirm", "look.facts",
    "look.calls", "look.visit_wishes", "visit.stay_away", "visit.come",
})  # fmt: skip
"""Who lives where and what is known of homes, for those who visit them and the township's office."""
_PEOPLE_DESK: Final = _PEOPLE | {
    "look.person", "look.person_found", "look.acting", "look.rights_requests", "rights.invite", "rights.unlink",
    "rights.appoint_guardian", "rights.end_guardian", "rights.answer", "homes.shield", "homes.unshield",
    "homes.offer_shield", "homes.take_shield",
    "merging.join", "merging.undo", "look.doubles", "look.double_pair", "look.joins",
    "homes.regrid", "look.regrid", "look.misplaced",
}  # fmt: skip
"""What the township's desk does for a resident who comes with their papers."""

_PROPOSES: Final = frozenset({
    "admission.propose_matter", "admission.propose_form", "admission.amend", "admission.withdraw",
})  # fmt: skip
_PAINTS: Final = frozenset({
    "colour.ask_scheme", "colour.drop_scheme", "colour.sign", "colour.refuse", "colour.make_anew", "package.ask",
    "package.end", "past.keep", "past.drop", "release.ask_withdrawal",
    "caution.ask", "caution.amend", "caution.call_off", "caution.drop",
})  # fmt: skip
"""Colours of areas: what the rules propose is signed or refused; nobody chooses one."""
_REVIEWS: Final = frozenset({"admission.review"})
"""Three desks, three roles: which of them somebody reviews for is asked in the deed itself."""


def _role(key: str, zh: str, en: str, deeds: frozenset[str], purposes: str, **more: Any) -> Role:
    return Role(key=key, name=Words(zh, en), deeds=deeds, purposes=frozenset(purposes.split()), **more)


ROLES: Final[dict[str, Role]] = {
    role.key: role
    for role in (
        _role(
            "everyone", "任何人", "everyone",
            frozenset({
                "case.report", "people.keep_contact", "case.confirm", "case.reopen", "look.own_case", "look.own_looks",
                "look.own_notices", "notices.read", "joining.accept", "joining.link", "look.own_sheets",
                "concern.say", "concern.ask_answer", "look.own_concern",
                "complaint.file", "complaint.let_ask", "complaint.appeal", "complaint.withdraw", "look.own_complaint",
                "campaign.object", "campaign.ask_answer",
                "mediation.request", "mediation.enter", "mediation.consent", "mediation.object", "mediation.agree",
                "mediation.tell", "look.own_mediation",
                "notices.read_all", "notices.unread", "notices.keep_wish",
                "notices.wish", "look.own_wish", "notices.stop", "notices.resume", "notices.receipt",
                "case.still_fine", "case.still_wrong", "look.own_hotline_file", "look.followed_case", "client.post",
                "client.update", "inbox.receive", "check.send", "look.on_phone", "look.own_submission",
                "homes.consent", "homes.withdraw_consent", "joining.open_private", "rights.accept",
                "rights.link", "rights.unlink", "rights.correct", "rights.object", "rights.erase", "rights.allow",
                "rights.take_back", "look.held", "look.looks_at_me", "bulletin.follow",
                "bulletin.unfollow",
            }),
            "own_case service", duties=frozenset({"reporter"}), grantable=False,
        ),
        _role(
            "grid_worker", "网格员", "grid worker",
            _WORKS | _ORDERS_BELOW
            | {"case.report", "case.settle", "case.close", "case.rework", "case.attempt", "case.add_photo",
               "look.reporter", "look.problem", "look.reporter_wish", "look.case_notices", "look.caller"} | _PEOPLE
            | {"inbox.receive", "inbox.receive_batch", "check.send", "device.make_own", "device.withdraw_own",
               "device.open_again", "look.pack", "look.pack_list", "look.due", "look.own_visits"} | _SENDS_SIGNALS,
            "service verification", duties=frozenset({"finder", "verifier"}), side="supervision",
        ),
        _role(
            "supervisor", "监督受理员", "supervision officer",
            _WORKS
            | _ASKS
            | {"case.report", "case.file", "case.void", "case.close", "case.rework", "case.attempt", "look.reporter",
               "case.add_photo", "case.merge", "case.unmerge", "look.reporter_wish", "look.case_notices",
               "look.caller", "areas.receive"}
            | _TABLE_KEEPER | _CONCERNS | _ASKED | _PLACES_CALLS | _PEOPLE_DESK | _INBOX | _SIGNALS
            | _SENDS_SIGNALS | {"inbox.receive", "campaign.explain"},
            "service verification", duties=frozenset({"filer", "verifier"}), side="supervision",
        ),
        _role(
            "clerk", "话务与窗口登记员", "clerk at telephone and desk",
            _WORKS | _PLACES_CALLS | _PEOPLE_DESK
            | {"hotline.take", "hotline.follow", "hotline.reopen", "look.caller_case", "look.same_caller"}
            | _SENDS_SIGNALS,
            "service", duties=frozenset({"finder"}), side="supervision",
        ),
        _role(
            "dispatcher", "派遣员", "dispatcher",
            _WORKS | _ASKS | _STEERS | _TABLE_SEAT | _ASKED
            | {"case.dispatch", "case.entrust", "look.case_notices", "areas.receive"},
            "service", duties=frozenset({"dispatcher", "coordinator"}), side="command",
        ),
        _role(
            "coordinator", "上级协调员", "coordinator of a higher level",
            _WORKS | _STEERS,
            "service", duties=frozenset({"coordinator"}), side="command", by_area=False,
        ),
        _role(
            "handler", "处置人员", "handler",
            _WORKS
            | _ASKS
            | {"case.accept", "case.send_back", "case.pass_on", "case.feed_back", "case.add_photo",
               "look.shared_reporter", "mediation.hand_over", "look.case_notices", "case.ask_extension",
               "case.ask_level", "case.contribute", "case.name_body", "partner.by_hand", "partner.make_file",
               "partner.check_photo", "look.partner_paper", "look.partner_file"} | _TABLE_SEAT | _ASKED | _PARTNER_DESK,
            "service", duties=frozenset({"handler"}), side="command", by_area=False,
        ),
        _role(
            "partner_system", "部门业务系统（两人同意的对接）", "a department's system over a link agreed on by two",
            frozenset({
                "case.accept", "case.send_back", "case.feed_back", "look.partner_case", "look.partner_visit",
                "partner.claim",
                "partner.record", "partner.arrive", "partner.understand", "partner.poll", "partner.make_file",
                "look.partner_photo", "partner.hand_photo", "partner.take_photo", "partner.fetch_photo",
            }),
            "service", duties=frozenset({"handler"}), side="command", grantable=False, by_area=False,
        ),
        _role(
            "county_officer", "县级管理员", "county officer",
            _GRANTS
            | _JOINING
            | _FOUNDING
            | _AREAS
            | _PARTNERS
            | _KEYS
            | _FORMS
            | {"founding.send", "founding.drop", "founding.check", "founding.go", "founding.stop", "founding.try"}
            | {"matters.switch", "hotline.send", "hotline.drop"}
            | {"territory.load", "matters.publish", "workforce.assign", "workforce.end", "workforce.add",
               "workforce.enlist", "look.glass", "look.handouts", "notices.word", "notices.unword",
               "notices.ask_retry", "outlook.add_event", "outlook.drop_event", "report.define", "report.end",
               "indicators.ask_recount", "bulletin.make"},
            "administration", audits=True,
            may_give=frozenset({
                "grid_worker", "supervisor", "clerk", "dispatcher", "handler", "coordinator", "second_person",
                "situation_reader", "order_officer", "department_officer", "law_reviewer", "staff_reviewer",
                "data_reviewer", "duty_officer", "sentinel", "health_officer",
            }),
        ),
        _role(
            "second_person", "第二确认人", "second person",
            frozenset({"glass.confirm", "glass.end", "look.glass", "handout.confirm", "handout.end", "look.handouts",
                       "partner.confirm", "partner.decline", "campaign.approve", "campaign.unapprove",
                       "colour.confirm_scheme", "colour.decline_scheme", "package.confirm", "package.decline",
                       "release.confirm_withdrawal", "caution.issue", "caution.decline"}),
            "oversight",
        ),
        _role(
            "glass_reader", "应急查看（两人确认）", "reading through a broken glass",
            CASE_READS, "break_glass", grantable=False,
        ),
        _role(
            "office_system", "单位的业务系统", "an office's own system",
            frozenset({"case.accept", "case.send_back", "case.feed_back", "case.contribute", "client.update"}),
            "service", duties=frozenset({"handler"}), side="command", grantable=False, by_area=False,
        ),
        _role("order_officer", "任务专员", "order officer", _ORDERS | _CAMPAIGNS, "service"),
        _role(
            "duty_officer", "值班员", "duty officer",
            _SIGNALS | _SENDS_SIGNALS | {"signal.triage", "warning.judge"}, "service",
        ),
        _role(
            "sentinel", "监测点（诊所、药店、学校）", "sentinel: a clinic, pharmacy or school",
            _SENDS_SIGNALS, "service",
        ),
        _role(
            "health_officer", "卫生健康专员", "health officer",
            frozenset({"reported.hand_in", "reported.withdraw", "warning.judge"}) | _PAINTS,
            "overview",
        ),
        _role("situation_reader", "态势查阅员", "situation reader", frozenset(), "overview"),
        _role(
            "auditor", "审计员", "auditor",
            frozenset({"look.ledger", "ledger.ask_check", "look.grants", "look.glass", "glass.review",
                       "look.handouts", "look.case_key"}),
            "audit", audits=True,
        ),
        _role(
            "reviewer", "独立复核员", "independent reviewer",
            frozenset({
                "complaint.take_on", "complaint.recuse", "complaint.ask", "complaint.answer", "look.complaint",
                "look.complaints", "look.complainant",
            }),
            "review", side="independent", by_area=False,
        ),
        _role(
            "mediator", "调解员", "mediator",
            frozenset({
                "mediation.open", "mediation.take_on", "mediation.step_back", "mediation.invite", "mediation.paper",
                "mediation.meet", "mediation.draft", "mediation.perform", "mediation.close", "look.mediation",
                "look.mediations",
            }),
            "mediation", side="independent", by_area=False,
        ),
        _role("department_officer", "部门准入申请人", "officer who proposes for a department", _PROPOSES, "admission"),
        _role("law_reviewer", "合法性审查员", "reviewer for law", _REVIEWS, "admission"),
        _role("staff_reviewer", "职工代表会评审员", "reviewer for the staff council", _REVIEWS, "admission"),
        _role("data_reviewer", "个人信息保护评审员", "reviewer for data protection", _REVIEWS, "admission"),
        _role(
            "admission_reviewer", "县准入评审会", "the county's admission review",
            frozenset({"admission.decide", "matters.admit", "matters.switch"}), "admission",
        ),
        _role(
            "program", "程序本身", "the program itself",
            _JOINING
            | _FOUNDING
            | {
                "founding.forget", "founding.begin", "founding.reach", "founding.keep_check", "founding.end",
                "access.grant", "access.revoke", "access.add_user", "access.open_office",
                "access.add_key", "access.withdraw_keys", "access.open_offices", "access.add_staff", "workforce.enlist",
                "territory.load", "territory.draw", "matters.publish", "matters.switch",
                "workforce.add", "workforce.assign", "workforce.end", "people.forget_contacts", "case.forget",
                "notices.forget", "outlook.post", "look.reporter", "access.restored", "notices.sort",
                "notices.claim", "notices.record", "notices.lay_aside", "notices.lose", "notices.count",
                "notices.retry", "notices.ask_retry", "notices.remember",
                "problem.propose", "problem.join", "problem.remind", "problem.forget", "concern.gather", "concern.tell",
                "concern.forget",
                "ledger.count", "ledger.told", "ledger.checked", "glass.told", "handout.told", "case.announce",
                "complaint.escalate", "complaint.forget", "complaint.tally", "mediation.remind", "mediation.forget",
                "mediation.tally", "outlook.roll", "order.remind_due", "order.lapse", "order.recall",
                "case.late_check", "case.add_photo", "check.carry", "check.forget",
                "case.raise", "case.press", "case.review", "case.follow_lead", "case.ask_still", "indicators.post",
                "indicators.finish_recount",
                "report.keep", "report.fail", "report.lapse", "areas.switch", "areas.stuck", "hotline.forget",
                "hotline.press", "hotline.tell", "case.republish", "case.lower",
                "partner.post", "partner.lose", "partner.forget", "key.make", "client.forget", "outlines.hand_in",
                "inbox.understand", "inbox.hold", "inbox.forget", "inbox.replay", "inbox.empty", "inbox.drop",
                "inbox.press", "inbox.lapse", "inbox.comb", "visit.record", "visit.write_day",
                "visit.note_read", "visit.forget", "device.make",
                "form.draft", "form.publish", "homes.settle", "homes.forget", "homes.shelter", "facts.record",
                "facts.forget", "look.household_place", "rights.forget", "rights.raise", "merging.forget",
                "campaign.count",
                "campaign.tell", "campaign.lapse", "campaign.halt", "campaign.dissolve", "round.dissolve",
                "signal.raise", "signal.forget", "deciding.post_signals", "bulletin.make",
                "outlines.adopt", "outlines.reach", "outlines.keep", "outlines.fail", "schemes.load", "warning.post",
                "colour.paint", "release.make", "notices.tell_awaited", "notices.tell_declined",
                "notices.tell_bulletins",
            },
            "administration operation", grantable=False, everywhere=True,
        ),
    )
}  # fmt: skip

PURPOSES: Final[dict[str, Words]] = {
    "own_case": Words("查看或跟进自己的事项", "follow one's own case"),
    "service": Words("受理、派遣、处置事项", "accept, dispatch and handle a case"),
    "verification": Words("现场核查、回访", "check on site, ask back"),
    "review": Words("独立复核投诉", "review a complaint independently"),
    "mediation": Words("调解纠纷", "mediate a dispute"),
    "administration": Words("设置机构、人员、授权", "set up offices, staff, grants"),
    "overview": Words("了解总体情况", "see where things stand"),
    "audit": Words("审计", "audit"),
    "admission": Words("事项与表单的准入", "admit matters and forms"),
    "oversight": Words("作为第二人确认", "confirm as the second person"),
    "break_glass": Words("应急查看（两人确认，限时）", "break-glass: urgent reading confirmed by two"),
    "operation": Words("程序自身运行", "running the program"),
}
