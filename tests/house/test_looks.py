"""Reads of personal data are looks: what `privacy` says of a table is held against what every query can come to.

A query comes to a table when it names the model, its name in SQL, or a relation that leads to it, itself or through
any function it names, over all parts. It stops at a deed or a look. Whether it takes only harmless columns does not
count: what is harmless in a row about a person is not for a query to say.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator

import pytest

from house.reaching import GUARDS, Reach, personal_tables
from house.sources import (
    NAME,
    Function,
    Module,
    aliases_of,
    dotted,
    imports_of,
    is_public,
    part_of,
    planted,
    top_functions,
    written,
)

HANDED_UP = {
    f"{NAME}.access.deeds.deed": "writes the entry of every deed",
    f"{NAME}.access.deeds.look": "writes the entry of every look",
    f"{NAME}.access.deeds.looks": "writes the entry of each of many looks put on record together",
    f"{NAME}.people.facts.standing.say_something": "whether forms said anything before, for reading them; no row",
    f"{NAME}.people.facts.erasing.homes_noted": "homes of which anything was erased, for old papers; ids alone",
    f"{NAME}.people.rights.finishing.finish": "closes a wish inside the deed that fulfils it, and tells; no row",
    f"{NAME}.people.rights.finishing.uphold": "answers objections inside the deed that grants them; keys alone",
    f"{NAME}.people.rights.finishing.upheld": "which forms are objected to rightly, for giving back; keys alone",
    f"{NAME}.people.rights.finishing.unsay": "takes words out of answers inside an erasure; how many, no row",
    f"{NAME}.people.facts.erasing.barred": "which of what forms say was erased, by number; no row",
    f"{NAME}.people.facts.erasing.noted_of": "under which keys something of a home was erased; no value",
    f"{NAME}.people.facts.standing.take_back": "withdraws what a form said that is set aside; of whom, no value",
    f"{NAME}.people.facts.held.goes": "inside an erasure: of what and which key, for the same in papers; no value",
    f"{NAME}.people.facts.held.said_oneself": "inside what is held of a person: what they said themselves, by form",
    f"{NAME}.people.facts.held.said_in": "inside what is held of a person: ids of the forms that say it; no value",
    f"{NAME}.access.entries.things_done_by": "inside a look at what is one's own: on which of these one did a deed",
    f"{NAME}.collection.signals.naming.cleaned": "how one's own words read with names hidden; no row leaves it",
    f"{NAME}.collection.signals.posting.post_days": "posts signals as counts by township and kind; shows no signal",
    f"{NAME}.collection.visits.closing.close_weeks": "closes weeks of visits for outlook; posts counts alone",
    f"{NAME}.people.homes.naming.names_in_words": "names that stand in words somebody wrote, to hide them; no row",
    f"{NAME}.people.homes.places.known_homes": "which of the ids in a paper are homes, inside its reading; ids alone",
    f"{NAME}.people.homes.places.households_in": "ids of households behind doors, inside an erasure; nothing of them",
    f"{NAME}.access.deeds.deeds": "writes the entry of each of many deeds done together",
    f"{NAME}.notices.outbox.withdraw": "takes back notices inside the deed that settled what they asked, reads none",
    f"{NAME}.notices.outbox.withdraw_about": "the same of what is about a request, whoever was told; reads none",
    f"{NAME}.notices.outbox.enqueue": "writes a notice inside the deed it tells of, and reads none",
    f"{NAME}.cases.counting.count_days": "counts by grid and day for outlook, grouped in the database; no row comes up",
    f"{NAME}.cases.measuring.counting.post_terms": "measures life lines and posts counts for outlook; no row comes up",
    f"{NAME}.cases.measuring.counting.recompute": "measures life lines again and compares hashes; no row comes up",
    f"{NAME}.cases.reviewing.life_lines": "numbers and states of cases, to see that no life line has a gap; no text",
    f"{NAME}.rehearsal.story.replay_days": "the demo's replay, made of deeds, looks and the two above",
    f"{NAME}.rehearsal.lived_in.live_in": "fills the demo's rooms by deeds and looks, and counts a week by post_terms",
    f"{NAME}.people.homes.posting.count_homes": "counts households by grid for outlook, grouped in the database",
    f"{NAME}.people.homes.numbering.number_sql": "the number by which statistics know a household, as SQL; reads none",
    f"{NAME}.collection.visits.laying.write_changes": "lays days of visits into the lake by deeds; posts counts alone",
    f"{NAME}.rehearsal.campaign.run_campaign": "a campaign through the phones' door; counts by the two above",
    f"{NAME}.people.following.follow_case": "brings a contact along inside the step of its case, and reads none out",
    f"{NAME}.collection.listing.held_here": "whether a household that a phone names lies in its grids; codes alone",
    f"{NAME}.people.homes.own.homes_of": "inside what residents read of themselves: where they lived and when",
    f"{NAME}.people.homes.own.left_empty_by": "inside what is held of a person: whether they live alone; ids alone",
    f"{NAME}.people.homes.own.still_around": "inside what is held of a person: whether who objected lives there yet",
    f"{NAME}.people.homes.own.home_of": "inside what is held of a person: the home of whoever asks",
    f"{NAME}.people.homes.places.held_codes": "area codes by household, inside a change of areas, for what lies along",
    f"{NAME}.people.homes.counting.grids_with_new_homes": "codes of grids for campaigns that count anew; no row",
    f"{NAME}.people.homes.counting.grids_put_right": "codes of grids for campaigns that count anew; no row",
    f"{NAME}.people.facts.counting.grids_told_anew": "codes of grids for campaigns that count anew; no row",
    f"{NAME}.people.homes.counting.registered_in": "how many households the viewer's own grids have; no row",
    f"{NAME}.people.homes.counting.homes_by_grid": "counts by grid for campaigns, grouped in the database; no row",
    f"{NAME}.people.facts.counting.homes_with": "counts by grid for campaigns, grouped in the database; no row",
    f"{NAME}.people.following.lie_along": "places contacts with their cases inside a change of areas, reads none out",
    f"{NAME}.people.rights.queries.persons_of": "which keys that a viewer holds stand for a row; no row leaves it",
    f"{NAME}.access.audit.verify": "recomputes the log as the owner, for `gridcommons ledger verify`; shows no detail",
    f"{NAME}.access.keeping.notes_aside": "holds the program's own entries of restores against the notes put aside",
    f"{NAME}.access.keeping.replaced_logs": "the program's own entries of restores, carried on by the next restore",
    f"{NAME}.rehearsal.many_cases.make_cases": "fills a scratch database with synthetic cases for one benchmark",
}
"""What comes to rows about persons and may yet be imported by another part, with the reason."""
NUMBERS = {
    f"{NAME}.people.rights.queries.persons_of": "which keys that a viewer holds stand for a row; no row leaves it",
    f"{NAME}.collection.signals.queries.signals_by_day": "counts by grid, day and kind for outlook; shows no signal",
    f"{NAME}.people.rights.queries.count_open": "how many requests wait, in the viewer's scope; no row leaves it",
    f"{NAME}.people.rights.queries.is_objected_to": "whether an objection to a form waits there; no row leaves it",
    f"{NAME}.people.rights.waiting.how_many_wait": "how many requests wait for the viewer's answer; no row leaves it",
    f"{NAME}.people.rights.waiting.wait_here": "the same beside other numbers of the header; no row leaves it",
    f"{NAME}.notices.unread.with_others": "how much is new, beside other numbers of the header; no row leaves it",
    f"{NAME}.notices.unread.how_many_new": "how much is new in an inbox, in the viewer's scope; no row leaves it",
    f"{NAME}.notices.unread.numbers": "how much an inbox holds and how much is new, in the viewer's scope; shows none",
    f"{NAME}.cases.waiting.waiting": "counts beside the tabs of a queue, within the viewer's scope; no row leaves it",
}
"""Queries that count rows about persons and show none, with the reason."""
WITHIN_LOOKS = {
    f"{NAME}.access.entries.entries_about": "the ledger's part of a look at a case, whose scope and entry cover it",
    f"{NAME}.access.entries.looks_at": "the ledger's part of a resident's look at who looked, who holds the keys",
}
"""Queries that a look of an upper part goes through. Only looks and deeds may name them."""


@functools.cache
def house_reach() -> Reach:
    """The reach of the house as it stands."""
    return Reach(written(), personal_tables())


def unlooked(module: Module, reach: Reach) -> list[str]:
    """The public queries of a module that come to personal data and are no looks."""
    found = []
    for function in top_functions(module):
        name = f"{module.name}.{function.name}"
        excused = name in NUMBERS or name in WITHIN_LOOKS
        if is_public(function.name) and not excused and not reach.guarded(name):
            found += [f"{name} reads {model} by {by}" for model, by in reach.persons_in(name).items()]
    return found


def smuggled(sources: Iterable[Module], reach: Reach) -> Iterator[str]:
    """Imports over a part's border of something that comes to personal data and is neither deed nor look."""
    allowed = HANDED_UP.keys() | NUMBERS.keys() | WITHIN_LOOKS.keys()
    for module in sources:
        for node, name in imports_of(module):
            crosses = part_of(name) not in {"", module.part}
            if crosses and name not in allowed and reach.defines(name) and not reach.guarded(name):
                yield from (f"{module.where(node)} {name} comes to {model}" for model in reach.persons_in(name))


def outside_looks(sources: Iterable[Module]) -> list[str]:
    """Definitions that name one of `WITHIN_LOOKS` and are no looks or deeds themselves."""
    return [
        f"{module.where(node)} {name}"
        for module in sources
        for definition in module.tree.body
        if not isinstance(definition, ast.Import | ast.ImportFrom) and not _is_guarded(definition, module)
        for node in ast.walk(definition)
        if isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node, aliases_of(module))) in WITHIN_LOOKS
    ]


def _is_guarded(node: ast.stmt, module: Module) -> bool:
    known = aliases_of(module)
    decorators = node.decorator_list if isinstance(node, Function) else []
    return any(isinstance(d, ast.Call) and dotted(d.func, known) in GUARDS for d in decorators)


def unnamed_subjects(module: Module) -> list[str]:
    """The looks that do not say whom they showed."""
    known = aliases_of(module)
    return [
        f"{module.where(function)} {function.name}"
        for function in top_functions(module)
        for call in function.decorator_list
        if isinstance(call, ast.Call) and dotted(call.func, known) == f"{NAME}.access.deeds.look"
        if "subjects" not in {keyword.arg for keyword in call.keywords}
    ]


def _queries() -> list[Module]:
    return [module for module in written() if module.name.endswith(".queries")]


def test_every_public_query_that_comes_to_personal_data_is_a_look() -> None:
    assert [line for module in _queries() for line in unlooked(module, house_reach())] == []


def test_personal_data_do_not_leave_a_part_by_another_door() -> None:
    assert list(smuggled(written(), house_reach())) == []


def test_what_belongs_into_a_look_is_named_by_looks_alone() -> None:
    assert outside_looks(written()) == []


def test_every_look_names_whom_it_showed() -> None:
    assert [line for module in _queries() for line in unnamed_subjects(module)] == []


def test_the_tables_about_persons_are_known() -> None:
    models = {table.model.rpartition(".")[2] for table in personal_tables()}
    assert {"Case", "Step", "Photo", "ReporterContact", "Notice", "LedgerDetail"} <= models
    assert "PublicCase" not in models


def test_what_may_be_handed_up_exists_and_needs_the_leave() -> None:
    reach = house_reach()
    named = [*HANDED_UP, *NUMBERS, *WITHIN_LOOKS]
    assert [name for name in named if not reach.defines(name) or not reach.persons_in(name)] == []


_HEAD = "from gridcommons.access.deeds import look\nfrom gridcommons.cases.models import Case, PublicCase\n"
_PLANTED = {
    "by the model": "def first(): return Case.objects.first()",
    "by a private function": "def first(): return _one()\ndef _one(): return Case.objects.first()",
    "by a constant": "_SQL = 'SELECT text FROM cases_case'\ndef first(cursor): return cursor.execute(_SQL)",
    "by bytes": "def first(link): return link.pgconn.exec_(b'SELECT text FROM cases_case')",
    "by a relation": "def steps(row): return list(row.steps.all())",
    "by another module": "from gridcommons.cases.stepping import load\ndef first(i): return load(i)",
    "by an annotation": "def show(row: Case): return row.text",
    "by a class": "class Rows:\n    def all(self): return Case.objects.all()\ndef first(): return Rows().all()",
}


@pytest.mark.parametrize("how", _PLANTED)
def test_a_planted_query_without_a_look_is_found(how: str) -> None:
    module = planted("cases.queries", _HEAD + _PLANTED[how])
    others = [m for m in written() if m.part == module.part and m.name != module.name]
    assert unlooked(module, Reach([*others, module], personal_tables()))


def test_a_look_and_a_query_of_public_rows_are_no_finding() -> None:
    look = "@look('look.case')\ndef page(*, viewer, at, purpose): return Case\n"
    text = f"{look}def shown(): return PublicCase.objects.all()"
    module = planted("cases.queries", _HEAD + text)
    assert unlooked(module, Reach([module], personal_tables())) == []
    assert unnamed_subjects(module)


def test_a_planted_page_that_names_what_belongs_into_a_look_is_found() -> None:
    head = "from gridcommons.access.entries import entries_about\nfrom gridcommons.access.deeds import look\n"
    page = "def page(request): return entries_about('case:1')"
    assert outside_looks([planted("web.public.planted", head + page)])
    assert outside_looks([planted("cases.queries", f"{head}@look('look.case')\n{page}")]) == []


def test_a_planted_back_door_is_found() -> None:
    page = planted("web.public.planted", "from gridcommons.cases.stepping import load")
    assert list(smuggled([page], house_reach()))
    assert HANDED_UP.keys() >= GUARDS
