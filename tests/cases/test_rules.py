"""Who may do what with a case: the fixed cast against the table."""

from dataclasses import replace
from itertools import product

import pytest

from gridcommons.cases import rules
from gridcommons.cases.rules import ActorFacts, CaseFacts, Holder, may_act, open_actions
from gridcommons.cases.transitions import Action, packaged
from gridcommons.kit.errors import Refusal, refusal_kinds
from gridcommons.kit.verdict import Answer

TABLE = packaged()
GIVEN = {
    "reason": "不属本单位",
    "note": "下一步归水务",
    "evidence": "已更换井盖",
    "check": "现场已核",
    "office": "water",
    "lead": "261102-AAAAAAA",
    "until": "2026-11-20",
    "review": "2026-12-20",
    "owner": "water",
    "assists": "roads",
    "part": "管线改道",
    "body": "管线公司",
}
RESIDENT = ActorFacts("resident", None, frozenset(), is_reporter=True)
WORKER = ActorFacts("worker", "grid", frozenset({"finder"}))
FILER = ActorFacts("filer", "centre", frozenset({"filer"}))
DISPATCHER = ActorFacts("dispatcher", "command", frozenset({"dispatcher"}))
HANDLER = ActorFacts("handler", "water", frozenset({"handler"}))
VERIFIER = ActorFacts("verifier", "centre", frozenset({"verifier"}))
STRANGER = ActorFacts("stranger", "elsewhere", frozenset())
COORDINATOR = ActorFacts("coordinator", "county", frozenset({"coordinator"}))
PROGRAM = ActorFacts("program", None, frozenset({"program"}))
CAST = {"finder": WORKER, "filer": FILER, "dispatcher": DISPATCHER, "handler": HANDLER, "verifier": VERIFIER}
CAST |= {"coordinator": COORDINATOR, "program": PROGRAM}


def story(*steps: tuple[str, ActorFacts], flags: frozenset[str] = frozenset()) -> CaseFacts:
    """A case after the given steps."""
    case = CaseFacts(flags=flags)
    for action, who in steps:
        case = rules.after(action=action, case=case, actor=who, given=GIVEN)
    return case


REPORTED = (("report", RESIDENT),)
FILED = (*REPORTED, ("file", FILER))
DISPATCHED = (*FILED, ("dispatch", DISPATCHER))
HANDLING = (*DISPATCHED, ("accept", HANDLER))
HANDLED = (*HANDLING, ("feed_back", HANDLER))
CLOSED = (*HANDLED, ("close", VERIFIER))


def reasons(action: str, case: CaseFacts, who: ActorFacts, given: dict[str, str] | None = None) -> list[str]:
    found = rules.obstacles(action=action, case=case, actor=who, given=GIVEN if given is None else given)
    return [reason.code for reason in found]


def test_a_case_goes_from_report_to_confirmation_with_everyone_in_their_place() -> None:
    case = story(*CLOSED, ("confirm", RESIDENT))
    assert case.state == "confirmed"
    assert {duty: {h.person for h in holders} for duty, holders in case.holders.items()} == {
        "finder": {"resident"},
        "reporter": {"resident"},
        "filer": {"filer"},
        "dispatcher": {"dispatcher"},
        "handler": {"handler"},
        "verifier": {"verifier"},
    }


def test_a_case_may_be_sent_back_passed_on_reworked_and_reopened() -> None:
    assert story(*DISPATCHED, ("send_back", HANDLER)).state == "returned"
    assert story(*HANDLING, ("pass_on", HANDLER), ("dispatch", DISPATCHER)).state == "dispatched"
    assert story(*HANDLED, ("rework", VERIFIER), ("feed_back", HANDLER), ("close", VERIFIER)).state == "closed"
    again = story(*CLOSED, ("reopen", RESIDENT), ("dispatch", DISPATCHER), flags=frozenset({"in_time"}))
    assert again.state == "dispatched"


def suited(duty: str, state: str, action: Action) -> tuple[CaseFacts, ActorFacts]:
    """A case in a state with nothing that could bar anyone from a step, and someone who holds one duty only."""
    who = RESIDENT if duty == "reporter" else CAST[duty]
    mine = {"finder": frozenset({Holder(WORKER.person, WORKER.office)})}
    flags = frozenset(TABLE.flags) - {action.unless}
    raised = None if action.same_office == "steering" else "county"
    case = CaseFacts(state, flags, mine, office_in_charge="water", assisting=frozenset({"water"}), raised_to=raised)
    return replace(case, before="filed"), who


@pytest.mark.parametrize("state", TABLE.states)
def test_each_duty_may_do_in_each_state_what_its_row_says_and_nothing_else(state: str) -> None:
    for duty, action in product(TABLE.duties, TABLE.actions.values()):
        case, who = suited(duty, state, action)
        verdict = may_act(action=action.key, case=case, actor=who, given=GIVEN)
        codes = {because.source for because in verdict.because}
        assert verdict.is_yes == (state in action.sources and duty in action.by), (duty, action.key)
        assert ("case.wrong_state" in codes) == (state not in action.sources)
        assert ("case.wrong_duty" in codes) == (duty not in action.by)


@pytest.mark.parametrize("action", TABLE.actions)
@pytest.mark.parametrize("steps", [(), REPORTED, FILED, DISPATCHED, HANDLING, HANDLED, CLOSED])
def test_the_stranger_may_do_nothing(action: str, steps: tuple[tuple[str, ActorFacts], ...]) -> None:
    assert "case.wrong_duty" in reasons(action, story(*steps), STRANGER)
    assert open_actions(case=story(*steps), actor=STRANGER) == []


def test_the_handler_does_not_close_its_own_case_whatever_its_grants() -> None:
    both = ActorFacts("handler", "centre", frozenset({"handler", "verifier"}))
    assert reasons("close", story(*HANDLED), both) == ["case.same_person"]
    colleague = ActorFacts("colleague", "water", frozenset({"verifier"}))
    assert reasons("close", story(*HANDLED), colleague) == ["case.same_office"]


def test_who_filed_may_not_verify_and_an_office_that_dispatched_may_not_either() -> None:
    assert reasons("close", story(*HANDLED), ActorFacts("filer", "centre", frozenset({"verifier"}))) == [
        "case.same_person"
    ]
    assert reasons("close", story(*HANDLED), ActorFacts("v", "command", frozenset({"verifier"}))) == [
        "case.same_office"
    ]


def test_a_case_is_not_sent_to_an_office_that_supervises_it() -> None:
    assert reasons("dispatch", story(*FILED), DISPATCHER, {"office": "centre"}) == ["case.office_on_other_side"]


def test_only_the_office_in_charge_accepts() -> None:
    other = ActorFacts("other", "roads", frozenset({"handler"}))
    assert reasons("accept", story(*DISPATCHED), other) == ["case.not_in_charge"]
    homeless = ActorFacts("other", None, frozenset({"handler"}))
    assert reasons("accept", CaseFacts("dispatched"), homeless) == ["case.not_in_charge"]


def test_a_colleague_of_the_office_in_charge_may_feed_back() -> None:
    colleague = ActorFacts("colleague", "water", frozenset({"handler"}))
    case = rules.after(action="feed_back", case=story(*HANDLING), actor=colleague, given=GIVEN)
    assert {holder.person for holder in case.holders["handler"]} == {"handler", "colleague"}


def test_after_a_new_dispatch_the_first_office_may_no_longer_act() -> None:
    case = story(*HANDLING, ("pass_on", HANDLER))
    case = rules.after(action="dispatch", case=case, actor=DISPATCHER, given={"office": "roads"})
    assert reasons("accept", case, HANDLER) == ["case.not_in_charge"]


def test_settling_on_the_spot_is_for_the_finder_of_this_case_where_the_matter_allows_it() -> None:
    spot = frozenset({"settle_on_the_spot"})
    found = story(("report", WORKER), flags=spot)
    assert rules.after(action="settle", case=found, actor=WORKER, given=GIVEN).state == "settled"
    assert reasons("settle", story(("report", WORKER)), WORKER) == ["case.not_allowed_here"]
    assert reasons("settle", story(*REPORTED, flags=spot), WORKER) == ["case.not_own"]
    assert reasons("settle", story(*REPORTED, flags=spot), RESIDENT) == ["case.wrong_duty"]


def test_the_finder_neither_files_nor_handles_nor_verifies() -> None:
    everything = ActorFacts("worker", "grid", frozenset(TABLE.duties))
    assert reasons("file", story(("report", WORKER)), everything) == ["case.same_person"]
    case = story(("report", WORKER), ("file", FILER), ("dispatch", DISPATCHER))
    moved = ActorFacts("worker", "water", frozenset(TABLE.duties))
    assert reasons("accept", case, moved) == ["case.same_person"]


def test_only_who_reported_confirms_or_reopens_and_a_grant_does_not_make_a_reporter() -> None:
    granted = ActorFacts("neighbour", None, frozenset({"reporter"}))
    assert reasons("confirm", story(*CLOSED), granted) == ["case.wrong_duty"]
    in_time = replace(story(*CLOSED), flags=frozenset({"in_time"}))
    assert [row.key for row in open_actions(case=in_time, actor=RESIDENT)] == ["confirm", "reopen"]
    assert [row.key for row in open_actions(case=story(*CLOSED), actor=RESIDENT)] == ["confirm"]


@pytest.mark.parametrize("empty", ["", " ", "\n\u3000", "x", " 。 "])
def test_a_reason_must_say_something(empty: str) -> None:
    assert reasons("rework", story(*HANDLED), VERIFIER, {"reason": empty}) == ["case.missing"]
    assert reasons("rework", story(*HANDLED), VERIFIER, {}) == ["case.missing"]


def test_a_no_names_everything_that_is_missing_in_both_languages() -> None:
    handler_of_all = ActorFacts("handler", "water", frozenset({"handler"}))
    verdict = may_act(action="close", case=story(*HANDLING), actor=handler_of_all, given={})
    assert verdict.answer is Answer.NO
    assert [because.source for because in verdict.because] == [
        "case.wrong_state",
        "case.wrong_duty",
        "case.same_person",
        "case.same_office",
        "case.missing",
    ]
    assert "处置中" in verdict.because[0].words.zh
    assert "being handled" in verdict.because[0].words.en
    assert (verdict.rule, verdict.version) == ("cases.transitions", TABLE.version)


def test_a_yes_says_what_comes_next() -> None:
    verdict = may_act(action="close", case=story(*HANDLED), actor=VERIFIER, given=GIVEN)
    assert verdict.is_yes
    assert verdict.because[0].words.zh == "这一步之后：已结案。"


def test_a_refused_step_raises_one_refusal_with_all_sentences() -> None:
    with pytest.raises(Refusal) as caught:
        rules.check(action="close", case=story(*HANDLING), actor=HANDLER, given={})
    assert caught.value.status == 409
    assert len(caught.value.reasons) == 5


def test_every_refusal_of_this_part_can_be_said_in_both_languages() -> None:
    kinds = [kind for code, kind in refusal_kinds().items() if code.startswith("case.")]
    assert len(kinds) >= 11
    for kind in kinds:
        assert kind.zh
        assert kind.en
        assert set(_fields(kind.zh, "_zh")) == set(_fields(kind.en, "_en"))


def _fields(text: str, ending: str) -> list[str]:
    return [part.split("}")[0].removesuffix(ending) for part in text.split("{")[1:]]
