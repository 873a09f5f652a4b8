"""Repeats inside repeats, the outer one without a question of its own: nothing is lost in reading, tables or repair."""

from __future__ import annotations

from collection.xlsforms import ask, workbook
from gridcommons.collection.asking import as_rows, of_rows
from gridcommons.collection.forms.asked import questions_of
from gridcommons.collection.forms.sheets import read_sheets
from gridcommons.collection.inbox.mending import cells_of, mended
from gridcommons.collection.inbox.papers import answers_of, tree_of
from gridcommons.collection.shapes import repeats_of, shape_of
from gridcommons.web.central.metadata import described
from gridcommons.web.central.shape import Way, rows_of, selected, shown

FORM = workbook([
    ask("begin repeat", "floors", "楼层", "Floors"), ask("begin group", "inside", "里面", "Inside"),
    ask("begin repeat", "rooms", "房间", "Rooms"), ask("integer", "beds", "几张床", "Beds"),
    {"type": "end repeat"}, {"type": "end group"}, {"type": "end repeat"},
    ask("geopoint", "place", "在哪里", "Where", means="case.place"),
])  # fmt: skip
PAPER = (
    b"<data><floors><inside><rooms><beds>1</beds></rooms><rooms><beds>2</beds></rooms></inside></floors>"
    b"<floors><inside><rooms><beds>3</beds></rooms></inside></floors><place>28.5 119.3 200 4</place></data>"
)
ROOMS = "floors/inside/rooms"


def test_all_items_of_all_repeats_are_read() -> None:
    questions = of_rows(as_rows(questions_of(read_sheets(FORM))))
    answers = answers_of(tree_of(PAPER), questions)
    assert not answers.faults
    floors = answers.values["floors"]
    assert [[room["beds"] for room in floor["inside"]["rooms"]] for floor in floors] == [[1, 2], [3]]


def test_tables_lead_from_each_item_to_the_one_above_it() -> None:
    questions = questions_of(read_sheets(FORM))
    values, shape = answers_of(tree_of(PAPER), questions).values, shape_of([questions])
    assert repeats_of(shape) == ["floors", ROOMS]
    rooms = rows_of(shape, ROOMS, values, "uuid:it's", Way())
    assert [(one["__id"], one["__Submissions-floors-id"], one["beds"]) for one in rooms] == [
        ("uuid:it's-0-0", "uuid:it's-0", 1), ("uuid:it's-0-1", "uuid:it's-0", 2), ("uuid:it's-1-0", "uuid:it's-1", 3),
    ]  # fmt: skip
    whole = shown(shape, values, "k", "Submissions('k')", Way(inline=True, wkt=True))
    assert whole["place"] == "POINT (119.3 28.5 200)"
    assert whole["floors"][1]["inside"]["rooms"][0]["beds"] == 3
    assert selected(whole, (f"{ROOMS}/beds",))["floors"][0] == {"inside": {"rooms": [{"beds": 1}, {"beds": 2}]}}
    point = shown(shape, values, "k", "Submissions('k')", Way())["place"]
    assert point == {"type": "Point", "coordinates": [119.3, 28.5, 200.0], "properties": {"accuracy": 4.0}}
    text = described("homes", shape)
    assert 'EntityType Name="Submissions.floors.inside.rooms"' in text
    assert 'Property Name="__Submissions-floors-id" Type="Edm.String"' in text


def test_an_answer_deep_inside_is_repaired() -> None:
    questions = questions_of(read_sheets(FORM))
    wrong = PAPER.replace(b"<beds>3", b"<beds>drei")
    (cell,) = [one for one in cells_of(wrong, questions) if one.fault]
    assert (cell.key, cell.item) == ("floors[2]/inside/rooms/beds", (2, 1))
    assert (
        answers_of(tree_of(mended(wrong, {cell.key: "3"})), questions).values
        == answers_of(tree_of(PAPER), questions).values
    )
