"""A held form corrected by question: the cells of a paper, and the paper that changed cells make."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from collection.field_town import FIRST, HELD, Field, lived_in, moved, paper, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.mending import cells_of, mended
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.collection.inbox.papers import answers_of, tree_of
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from town import AT, NEXT_GRID, Town
from web.office_town import client_of, stop_clock, text_of

PEOPLE = "<people><called>甲</called><years>七十</years></people><people><called>乙</called></people>"
WRONG = {
    "a choice": {"outcome": "asleep"},
    "a number": {"outcome": "done", "size": "three"},
    "a day": {"outcome": "done", "more__since": "yesterday"},
    "more than asked": {"outcome": "done", "belief": "x"},
}


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield standing_field


def _held(field: Field, xml: str) -> Submission:
    assert field.post(xml).status_code == 201
    read_all()
    with scoped(Scope("^")):
        held = Submission.objects.order_by("-id").first()
    assert held is not None
    assert held.state == "held"
    return held


def _papers(held: Submission) -> list[bytes]:
    with scoped(Scope("^")):
        return [bytes(one.content) for one in Paper.objects.filter(submission=held).order_by("number")]


def test_cells_say_what_is_wrong_and_where(field: Field) -> None:
    questions = one_version(field.basics.pk).questions
    xml = paper(outcome="asleep", belief="x", size="3").replace("<orx:meta>", f"{PEOPLE}<orx:meta>").encode()
    cells = {cell.key: cell for cell in cells_of(xml, questions)}
    faults = {key: cell.fault.code for key, cell in cells.items() if cell.fault}
    assert faults == {"outcome": "inbox.no_choice", "people/years": "inbox.wrong_type"}
    assert [key for key, cell in cells.items() if cell.asked is None] == ["belief"]
    assert (cells["people[2]/years"].is_there, cells["people[2]/years"].item) == (False, (2,))
    assert not cells["more/note"].is_there
    assert "meta" not in cells
    assert cells["size_still"].still


def test_a_mended_paper_says_what_was_changed_and_nothing_else(field: Field) -> None:
    questions = one_version(field.basics.pk).questions
    xml = paper(outcome="asleep", belief="x").replace("<orx:meta>", f"{PEOPLE}<orx:meta>").encode()
    texts = {"outcome": "done", "people/years": "70", "people[2]/years": "4", "more/note": "甲<乙>&", "size": ""}
    better = mended(xml, texts, ["belief"])
    answers = answers_of(tree_of(better), questions)
    assert not answers.faults
    assert answers.values == {
        "outcome": "done", "more": {"note": "甲<乙>&"},
        "people": [{"called": "甲", "years": 70}, {"called": "乙", "years": 4}],
    }  # fmt: skip
    assert b"orx:instanceID" in better, "prefixes stay as they were sent"
    assert mended(xml, {"outcome": "asleep", "more/note": ""}) == xml
    assert mended(better, {"people/called": ""}).count(b"<called/>") == 1
    with pytest.raises(Refusal):
        mended(b"<data", {})


@pytest.mark.parametrize("how", WRONG)
def test_an_office_that_reads_no_markup_repairs_a_form(field: Field, how: str) -> None:
    held = _held(field, paper(household=str(FIRST), instance="uuid:held", **WRONG[how]))
    supervisor = client_of(field.town, "supervisor")
    at = f"/office/inbox/{held.pk}"
    page = text_of(supervisor.get(f"{at}?state=held"))
    for word in ("哪一户", "结果", "几口人？", "供技术人员"):
        assert word in page
    given = {"number": "0", "reason": "电话核对", "answer:outcome": "done", "answer:size": "3", "answer:more/since": "",
             "answer:fuel": ["", "gas", "power"]}  # fmt: skip
    if how == "more than asked":
        again = supervisor.post(f"{at}/do/mend", given)
        assert again.status_code == 422, "what the form does not ask is left out by a person, never in silence"
        given["drop"] = "belief"
    saved = supervisor.post(f"{at}/do/mend?state=held", given)
    assert (saved.status_code, saved["Location"]) == (302, "/office/inbox?state=held")
    read_all()
    with scoped(Scope("^")):
        assert Submission.objects.get(pk=held.pk).state == "understood"
        assert Visit.objects.count() == 1
    sent, better = _papers(held)
    assert b"<fuel>gas power</fuel>" in better
    assert sent != better


def test_what_still_does_not_fit_is_told_and_what_was_typed_stays(field: Field) -> None:
    held = _held(field, paper(household=str(FIRST), outcome="asleep", instance="uuid:held"))
    supervisor = client_of(field.town, "supervisor")
    at = f"/office/inbox/{held.pk}/do/mend"
    good = {"number": "0", "reason": "核对", "answer:outcome": "done"}
    for wrong, status in (
        ({"answer:size": "drei"}, 422), ({"answer:outcome": "asleep"}, 422), ({"answer:outcome": "dancing"}, 422),
        ({"number": "1"}, 409), ({"number": ""}, 409), ({"reason": ""}, 400), ({"answer:size": "9" * 5_000}, 413),
    ):  # fmt: skip
        answer = supervisor.post(at, good | wrong)
        assert answer.status_code == status, wrong
        assert 'role="alert"' in text_of(answer)
    assert "drei" in text_of(supervisor.post(at, good | {"answer:size": "drei"}))
    ignored = supervisor.post(
        at, good | {"answer:meta/instanceID": "uuid:other", "answer:../x": "y", "drop": "outcome"}
    )
    assert ignored.status_code == 302
    assert len(_papers(held)) == 2
    assert b"uuid:held" in _papers(held)[1]


def test_several_hand_overs_pass_at_once_and_nothing_else_does(field: Field) -> None:
    with lived_in(moved(FIRST, NEXT_GRID)):
        over = [_held(field, paper(household=str(FIRST), outcome="done", instance=f"uuid:{n}")) for n in range(3)]
        other = _held(field, paper(household=str(FIRST), outcome="asleep", instance="uuid:other"))
        supervisor = client_of(field.town, "supervisor")
        page = text_of(supervisor.get("/office/inbox?state=held"))
        assert page.count("data-pick") == 4
        assert "可能已移交 (3)" in page
        few = text_of(supervisor.get("/office/inbox?state=held&reason=intake.handed_over&form=basics"))
        assert few.count("data-pick") == 3
        assert "没有符合筛选条件的表单" in text_of(supervisor.get("/office/inbox?state=held&form=nothing"))
        picked = {"pick": [*(str(one.pk) for one in over), str(other.pk), "nonsense"]}
        done = supervisor.post("/office/inbox/do/pass?state=held&q=uuid", picked)
        assert (done.status_code, done["Location"]) == (302, "/office/inbox?state=held&q=uuid")
        for name in ("worker", "handler", "stranger", "county_officer"):
            assert client_of(field.town, name).post("/office/inbox/do/pass", picked).status_code == 403, name
        assert client_of(field.town, "far_supervisor").post("/office/inbox/do/again", picked).status_code == 302
        read_all()
    with scoped(Scope("^")):
        states = {row.instance_id: row.state for row in Submission.objects.all()}
    assert states == {"uuid:0": "understood", "uuid:1": "understood", "uuid:2": "understood", "uuid:other": "held"}


def test_remarks_of_colleagues_stand_on_the_page(field: Field) -> None:
    held = _held(field, paper(household=str(FIRST), outcome="asleep", instance="uuid:held"))
    supervisor = client_of(field.town, "supervisor")
    at = f"/office/inbox/{held.pk}"
    assert supervisor.post(f"{at}/do/remark", {"body": "等住户回电"}).status_code == 302
    assert "等住户回电" in text_of(supervisor.get(at))
    assert supervisor.post(f"{at}/do/remark", {"body": " "}).status_code == 400
    assert client_of(field.town, "far_supervisor").post(f"{at}/do/remark", {"body": "x"}).status_code in {403, 404}


@pytest.mark.parametrize(("step", "given", "most"), [
    ("aside", "reason", 300), ("correct", "reason", 300), ("mend", "reason", 300), ("remark", "body", 2_000),
])  # fmt: skip
def test_a_reason_or_a_remark_too_long_is_counted_and_refused_whole(
    field: Field, step: str, given: str, most: int
) -> None:
    held = _held(field, paper(household=str(FIRST), outcome="asleep", instance="uuid:held"))
    supervisor, at = client_of(field.town, "supervisor"), f"/office/inbox/{held.pk}"
    assert re.search(rf'<textarea[^>]* name="{given}"[^>]* data-most="{most}"', text_of(supervisor.get(at)))
    sent = {"sure": "1", "number": "0", "answer:outcome": "done", "xml": _papers(held)[0].decode()}
    long = supervisor.post(f"{at}/do/{step}", sent | {given: "长" * (most + 1)})
    page = text_of(long)
    assert (long.status_code, page.count("文字太长")) == (413, 1)
    assert "长" * (most + 1) in page, "nothing of it is lost"
    assert _papers(held)[1:] == []
    assert supervisor.post(f"{at}/do/{step}", sent | {given: "长" * most}).status_code == 302
