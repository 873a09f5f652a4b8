"""The mapping of a link: what would be lost is refused, each refusal in both languages, and nothing is cut."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import QueryDict

from cases.partners.partner_town import AT, USUAL, linked, terms
from cases.partners.photo_town import photo_terms
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.partners.acting import terms_of
from gridcommons.cases.partners.content import SAMPLE, mapped
from gridcommons.cases.partners.exporting import written
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.terms import FILE_COLUMNS, MAPPING_LENGTH, NamesThere, Terms
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.web.office.partner_rows import lines_of, mapping_of
from town import Town

ENGLISH = re.compile(r"\b(two|of|one|would|line|column|is|no|over|cells|should|look|called|step)\b")


def refused(mapping: Any, way: str = "webhook", **more: Any) -> Words:
    """What the refusal of a mapping says."""
    text = mapping if isinstance(mapping, str) else json.dumps(mapping, ensure_ascii=False)
    with pytest.raises(Refusal) as fault:
        terms(way, mapping=text, **more)
    assert fault.value.code == "partner.bad_mapping"
    return fault.value.words()


def sent(**lines: list[str]) -> QueryDict:
    """A form of lines as it comes in."""
    data = QueryDict(mutable=True)
    for name, cells in lines.items():
        data.setlist(name, cells)
    return data


@pytest.mark.parametrize(
    "columns",
    [
        {"text": "number"},
        {"state_name": "state"},
        {"text": "x", "note": "x"},
        {"matter": "matter_name", "text": "matter_name"},
    ],
)
def test_no_field_takes_the_name_of_another(columns: dict[str, str]) -> None:
    said = refused({"columns": columns}, fields=(*USUAL, "text", "note", "state_name"))
    name = next(iter(columns.values()))
    assert f"都叫“{name}”" in said.zh
    assert f"called “{name}”" in said.en


def test_a_name_may_be_taken_where_its_own_field_is_called_otherwise() -> None:
    wanted = terms(mapping='{"columns": {"matter_name": "matter", "matter": "matter_code"}}')
    named, _lacking = mapped({key: SAMPLE[key] for key in wanted.fields}, wanted)
    assert len(named) == len(wanted.fields)
    assert (named["matter"], named["matter_code"]) == (SAMPLE["matter_name"], SAMPLE["matter"])


@pytest.mark.parametrize("name", FILE_COLUMNS)
def test_files_keep_the_columns_of_the_event(name: str) -> None:
    columns = {"columns": {"state": name}}
    assert f"“{name}”" in refused(columns, "export", url="").zh
    assert terms(mapping=json.dumps(columns)).mapping.column("state") == name, "a webhook says its event elsewhere"
    head = written([], terms("export", "")).decode("utf-8-sig").split(",")
    assert tuple(head[:2]) == FILE_COLUMNS


@pytest.mark.parametrize(
    "mapping",
    [
        "{",
        "[" * 100_000,
        '{"columns": {"number": ' + "9" * 5_000 + "}}",
        '{"codes": {"matter": {"*": "\\ud800"}}}',
        [],
        {"colums": {}},
        {"columns": []},
        {"codes": {"matter": "x"}},
        {"media": ["https://x.org"]},
        {"columns": {"reporter": "who"}},
        {"columns": {"text": " "}},
        {"columns": {"text": "number"}},
        {"statuses": {"办结": "close"}},
        {"statuses": {"办结": "x" * 50}, "columns": {"text": "number"}},
        "x" * (MAPPING_LENGTH + 1),
        {"codes": {"matter": {f"k{n}": "1" for n in range(1_300)}}},
    ],
)
def test_what_is_wrong_with_a_mapping_is_said_in_both_languages(mapping: Any) -> None:
    said = refused(mapping)
    assert not ENGLISH.search(said.zh), said.zh
    assert not re.search("[\u4e00-\u9fff]", said.en.replace("办结", "")), said.en


@pytest.mark.parametrize(
    "lines",
    [
        {"columns_field": [""], "columns_name": ["caseNo"]},
        {"codes_field": ["matter"] * 2, "codes_ours": ["*"] * 2, "codes_theirs": ["1", "2"]},
        {"media_host": ["a.example.org"] * 2},
        {"media_host": [f"p{n}.example.org" for n in range(201)]},
        {"statuses_word": [f"w{n}" for n in range(101)], "statuses_step": ["accept"] * 101},
    ],
)
def test_lines_that_are_half_or_twice_or_too_many_are_refused_in_both_languages(lines: dict[str, list[str]]) -> None:
    with pytest.raises(Refusal) as fault:
        mapping_of(sent(**lines))
    said = fault.value.words()
    assert not ENGLISH.search(said.zh), said.zh
    assert not re.search("[\u4e00-\u9fff]", said.en), said.en


def test_no_line_is_cut_on_the_way_through_the_form(town: Town) -> None:
    held = NamesThere(
        {"number": "no"}, {"matter": {"street_lamps": "0203", "*": "0999"}}, {"已办结": "feed_back"}, updates=True,
        media=("a.example.org", "b.example.org"),
    )  # fmt: skip
    lines = lines_of(None, held)
    back = sent(
        columns_field=[line[0] for line in lines.columns], columns_name=[line[1] for line in lines.columns],
        codes_field=[line[0] for line in lines.codes], codes_ours=[line[1] for line in lines.codes],
        codes_theirs=[line[2] for line in lines.codes], statuses_word=[line[0] for line in lines.statuses],
        statuses_step=[line[1] for line in lines.statuses], media_host=[line[0] for line in lines.media],
        updates=["1"], mapping=[""],
    )  # fmt: skip
    assert terms(mapping=mapping_of(back)).mapping == held
    assert json.loads(mapping_of(sent(media_host=["A.example.org"])))["media"] == ["a.example.org"]


def test_a_mapping_too_long_for_lines_stands_in_the_form_as_json(town: Town) -> None:
    held = NamesThere(codes={"area_code": {f"33112300{n}": f"{n}" for n in range(300)}}, media=("a.example.org",))
    lines = lines_of(None, held)
    assert not any(any(line) for line in (*lines.codes, *lines.media))
    assert terms(mapping=lines.whole).mapping == held
    assert mapping_of(sent(mapping=[lines.whole], media_host=["", ""])) == "", "the JSON counts"


def test_a_mapping_that_was_kept_before_is_read_though_it_would_be_refused_today(town: Town) -> None:
    link = linked(town, terms())
    with scoped(Scope("^"), deed="test"):
        Link.objects.filter(pk=link.pk).update(mapping='{"columns": {"text": "number"}}')
    assert terms_of(Link.objects.get(pk=link.pk)).mapping.column("text") == "number"
    longest = {"codes": {"matter": {f"k{n}": "1" for n in range(800)}}}
    kept = linked(town, terms(name="另一系统", mapping=json.dumps(longest)), at=AT)
    assert len(terms_of(Link.objects.get(pk=kept.pk)).mapping.codes["matter"]) == 800


def test_the_terms_say_which_steps_words_ask_for_and_which_hosts_are_called() -> None:
    mapping = {"media": ["a.example.org"], "statuses": {"受理": "accept", "办结": "feed_back", "完成": "feed_back"}}
    wanted = photo_terms(acts=("accept",), mapping=json.dumps(mapping))
    assert [(one.words, one.is_taken) for one in wanted.asked] == [(("受理",), True), (("办结", "完成"), False)]
    assert wanted.hosts == ["partner.example.org", "a.example.org"]
    usual = terms()
    assert (("done", "closed", "resolved"), True) in [(one.words, one.is_taken) for one in usual.asked]
    assert usual.hosts == []
    file = Terms("x", "export", "", "csv", ("number",))
    assert [one.words for one in file.asked if one.is_taken] == [("open", "received", "note")]
